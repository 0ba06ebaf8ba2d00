import { Outlet, useRouterState } from '@tanstack/react-router';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useI18n } from '../i18n/index.ts';
import { Notice } from '../ui/frame.ts';
import { ToastProvider } from '../ui/toast.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { SessionGuard } from './session-guard.tsx';
import './shell.css';

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

function useIsOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine);
}

/** A line on top while the next page is on its way, seen after a tenth of a second. */
function NavigationProgress(): ReactNode {
  const { t } = useI18n();
  const pending = useRouterState({ select: (state) => state.status === 'pending' });
  return (
    <div role="status" className="navigation-progress" data-pending={pending || undefined}>
      {pending && <span className="visually-hidden">{t('ui.loading')}</span>}
    </div>
  );
}

/** Frame of every page: skip link, header, the page, footer. */
export function Shell(): ReactNode {
  const { t } = useI18n();
  const online = useIsOnline();
  return (
    <ToastProvider>
      {/* biome-ignore lint/a11y/useValidAnchor: a skip link that also moves focus, without a step in the history */}
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        {t('shell.skip')}
      </a>
      <NavigationProgress />
      <Header />
      <main id="main" className="main" tabIndex={-1}>
        <div role="status">{!online && <Notice tone="warning">{t('shell.offline')}</Notice>}</div>
        <Outlet />
      </main>
      <Footer />
      <SessionGuard />
    </ToastProvider>
  );
}
