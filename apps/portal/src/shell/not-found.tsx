import type { ReactNode } from 'react';
import { useI18n } from '../i18n/index.ts';
import { ButtonLink, Page } from '../ui/frame.ts';

export function NotFound(): ReactNode {
  const { t } = useI18n();
  return (
    <Page title={t('notFound.title')} lead={t('notFound.text')}>
      <ButtonLink tone="primary" to="/">
        {t('error.home')}
      </ButtonLink>
    </Page>
  );
}
