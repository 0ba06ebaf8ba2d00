import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { SubPages } from '../../ui/sub-pages.tsx';

/** The pages of time-stamping, side by side. */
export function TimestampPages(): ReactNode {
  const { t } = useI18n();
  return (
    <SubPages
      label={t('stamp.nav')}
      pages={[
        { to: '/timestamp', label: t('stamp.nav.stamp') },
        { to: '/timestamp/verify', label: t('stamp.nav.verify') },
        { to: '/timestamp/authority', label: t('stamp.nav.authority') },
        { to: '/subscriptions', label: t('stamp.nav.subscriptions') },
      ]}
    />
  );
}
