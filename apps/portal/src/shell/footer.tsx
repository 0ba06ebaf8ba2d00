import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/index.ts';
import { setTheme, type Theme, useTheme } from './theme.ts';
import './footer.css';

const themes: readonly Theme[] = ['auto', 'light', 'dark'];

export function Footer(): ReactNode {
  const { t } = useI18n();
  const theme = useTheme();
  return (
    <footer className="footer no-print">
      <div className="footer-inner">
        <p className="small">{t('shell.footerText')}</p>
        <nav aria-label={t('shell.footerNavigation')}>
          {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away */}
          <ul role="list" className="footer-links">
            <li>
              <Link to="/pki">{t('nav.pki')}</Link>
            </li>
            <li>
              <Link to="/pki/status">{t('nav.certificateStatus')}</Link>
            </li>
            <li>
              <Link to="/log">{t('nav.log')}</Link>
            </li>
            <li>
              <Link to="/accessibility">{t('nav.accessibility')}</Link>
            </li>
            <li>
              <a href="/api/docs">{t('nav.api')}</a>
            </li>
          </ul>
        </nav>
        <label className="footer-theme">
          <span>{t('shell.theme')}</span>
          <select className="footer-select" value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
            {themes.map((name) => (
              <option key={name} value={name}>
                {t(`shell.theme.${name}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
    </footer>
  );
}
