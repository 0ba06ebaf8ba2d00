import { useQueryClient } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { session } from '../api/portal-client.ts';
import { useSession } from '../api/use-session.ts';
import { forgetInput } from '../form/kept-input.ts';
import { useI18n } from '../i18n/index.ts';
import { Button, ButtonLink, Icon } from '../ui/frame.ts';
import { useToast } from '../ui/toast.tsx';
import { tellSignOut } from './sign-out.ts';

/** Sign-in, or who is signed in and how to leave. Keeps its place while the session is unknown, so that nothing moves. */
export function AccountMenu(): ReactNode {
  const { t, pick } = useI18n();
  const state = useSession();
  const path = useLocation({ select: (location) => location.pathname });
  const menu = useRef<HTMLDetailsElement>(null);
  useCloseOnLeave(menu, path);
  if (path === '/sign-in' && state.status !== 'signed-in') return null;
  if (state.status === 'loading') return <span className="account-space" />;
  if (state.status !== 'signed-in') {
    return (
      <ButtonLink to="/sign-in" search={path === '/' ? {} : { return: path }} tone="secondary">
        {t('shell.signIn')}
      </ButtonLink>
    );
  }
  const { account } = state;
  const name = pick(account.displayName);
  return (
    <details className="account" ref={menu}>
      <summary className="tool" aria-label={`${t('shell.account')}: ${name}`}>
        <Icon name="person" />
        <span className="account-name">{name}</span>
        <Icon name="down" size="small" />
      </summary>
      <div className="account-panel">
        <p className="small soft">{t('shell.signedInAs')}</p>
        <p>
          <b>{name}</b>
        </p>
        {account.agency && <p className="small">{pick(account.agency.name)}</p>}
        <SignOut />
      </div>
    </details>
  );
}

function useCloseOnLeave(menu: { current: HTMLDetailsElement | null }, path: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: closes whenever the page changes
  useEffect(() => {
    if (menu.current) menu.current.open = false;
  }, [path, menu]);
  useEffect(() => {
    const onPress = (event: PointerEvent): void => {
      if (menu.current?.open && !menu.current.contains(event.target as Node)) menu.current.open = false;
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || !menu.current?.open) return;
      menu.current.open = false;
      menu.current.querySelector('summary')?.focus();
    };
    document.addEventListener('pointerdown', onPress);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onPress);
      document.removeEventListener('keydown', onKey);
    };
  }, [menu]);
}

function SignOut(): ReactNode {
  const { t } = useI18n();
  const router = useRouter();
  const client = useQueryClient();
  const toast = useToast();
  const [pending, setPending] = useState(false);
  const leave = async (): Promise<void> => {
    setPending(true);
    try {
      await session.signOut();
      forgetInput(sessionStorage);
      tellSignOut();
      await router.navigate({ to: '/' });
      client.clear();
    } catch {
      toast({ tone: 'danger', text: t('shell.signOutFailed') });
    } finally {
      setPending(false);
    }
  };
  return (
    <Button pending={pending} onClick={() => void leave()}>
      {t('shell.signOut')}
    </Button>
  );
}
