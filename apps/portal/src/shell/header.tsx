import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { hasRole, useAccount, useSession } from '../api/use-session.ts';
import { type TextKey, useI18n } from '../i18n/index.ts';
import { Button, Icon, Seal } from '../ui/frame.ts';
import { AccountMenu } from './account-menu.tsx';
import { setTheme, useIsDark } from './theme.ts';
import './header.css';

interface Entry {
  readonly to: NonNullable<LinkProps['to']>;
  readonly label: TextKey;
}

function useEntries(): Entry[] {
  const account = useAccount();
  const verify: Entry = { to: '/validate', label: 'nav.validate' };
  const stamp: Entry = { to: '/timestamp', label: 'nav.timestamp' };
  const subscribers: Entry = { to: '/officer/subscribers', label: 'nav.subscribers' };
  const requests: Entry = { to: '/officer/certificate-requests', label: 'nav.certificateRequests' };
  if (!account) return [{ to: '/', label: 'nav.services' }, verify, stamp];
  if (hasRole(account, 'officer', 'approver', 'auditor', 'operator')) {
    return [
      { to: '/officer/queue', label: 'nav.queue' },
      { to: '/officer/licences', label: 'nav.officerLicences' },
      ...(hasRole(account, 'registrar', 'auditor') ? [requests] : []),
      ...(hasRole(account, 'timestamp-officer', 'auditor') ? [subscribers] : []),
      verify,
    ];
  }
  if (hasRole(account, 'registrar', 'ca-operator')) {
    const register: Entry = { to: '/officer/certificates', label: 'nav.certificateRegister' };
    const credentials: Entry = { to: '/officer/credentials', label: 'nav.credentials' };
    return [requests, register, ...(hasRole(account, 'registrar') ? [credentials] : []), verify];
  }
  if (hasRole(account, 'timestamp-officer')) return [subscribers, stamp, verify];
  return [
    { to: '/', label: 'nav.services' },
    { to: '/applications', label: 'nav.applications' },
    { to: '/licences', label: 'nav.licences' },
    { to: '/certificates', label: 'nav.certificates' },
    verify,
    stamp,
  ];
}

export function Header(): ReactNode {
  const { t } = useI18n();
  const entries = useEntries();
  const session = useSession();
  const demo = (session.status === 'signed-in' || session.status === 'signed-out') && session.demo;
  return (
    <header className="header no-print">
      {demo && (
        <p className="header-demo">
          <b>{t('shell.demo')}</b> <span>{t('shell.demoText')}</span>
        </p>
      )}
      <div className="header-bar">
        <Link to="/" className="brand" aria-label={t('shell.home')}>
          <Seal />
          <span className="brand-name" aria-hidden="true">
            {t('app.name')}
          </span>
        </Link>
        <div className="header-tools">
          <LanguageSwitch />
          <ThemeSwitch />
          <AccountMenu />
        </div>
      </div>
      <nav className="header-nav" aria-label={t('shell.navigation')}>
        {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away */}
        <ul role="list">
          {entries.map((entry) => (
            <li key={entry.to}>
              <Link
                to={entry.to}
                activeOptions={{ exact: entry.to === '/', includeSearch: false }}
                className="header-link"
              >
                {t(entry.label)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  );
}

/** Offers the other language, in that language. */
function LanguageSwitch(): ReactNode {
  const { t, language, setLanguage } = useI18n();
  const other = language === 'th' ? 'en' : 'th';
  return (
    <Button tone="quiet" lang={other} onClick={() => setLanguage(other)}>
      {t('shell.otherLanguage')}
    </Button>
  );
}

function ThemeSwitch(): ReactNode {
  const { t } = useI18n();
  const isDark = useIsDark();
  const label = t(isDark ? 'shell.toLight' : 'shell.toDark');
  return (
    <button
      type="button"
      className="tool theme-switch"
      aria-label={label}
      title={label}
      onClick={() => setTheme(isDark ? 'light' : 'dark')}
    >
      <Icon name={isDark ? 'sun' : 'moon'} />
    </button>
  );
}
