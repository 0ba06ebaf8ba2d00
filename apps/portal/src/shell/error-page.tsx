import type { ErrorComponentProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/index.ts';
import { Button, ButtonHref, Page } from '../ui/frame.ts';

function traceOf(error: unknown): string | undefined {
  const trace = typeof error === 'object' && error !== null && 'traceId' in error ? error.traceId : undefined;
  return typeof trace === 'string' ? trace : undefined;
}

/** When a page fails: says so, offers a reload and the way home (a full load, since the script itself may be what failed). */
export function ErrorPage(props: ErrorComponentProps): ReactNode {
  const { t } = useI18n();
  const trace = traceOf(props.error);
  return (
    <Page title={t('error.title')} lead={t('error.text')}>
      <div className="row">
        <Button tone="primary" onClick={() => window.location.reload()}>
          {t('error.reload')}
        </Button>
        <ButtonHref href="/">{t('error.home')}</ButtonHref>
      </div>
      {trace && (
        <p className="small soft">
          {t('error.trace')}: <code>{trace}</code>
        </p>
      )}
    </Page>
  );
}
