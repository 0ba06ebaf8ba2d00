import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/language.tsx';

const pages = [
  ['/timestamp', 'stamp.nav.stamp'],
  ['/timestamp/verify', 'stamp.nav.verify'],
  ['/timestamp/authority', 'stamp.nav.authority'],
  ['/subscriptions', 'stamp.nav.subscriptions'],
] as const;

/** The pages of time-stamping, side by side. */
export function TimestampPages(): ReactNode {
  const { t } = useI18n();
  return (
    <nav className="no-print" aria-label={t('stamp.nav')}>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away */}
      <ul role="list" className="row">
        {pages.map(([to, label]) => (
          <li key={to}>
            <Link to={to} activeOptions={{ exact: true }} className="button quiet">
              {t(label)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
