import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import './sub-pages.css';

export interface SubPage {
  readonly to: NonNullable<LinkProps['to']>;
  readonly label: string;
}

/** Pages that belong together, side by side; the one that is open is marked. */
export function SubPages(props: { label: string; pages: readonly SubPage[] }): ReactNode {
  return (
    <nav className="no-print" aria-label={props.label}>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away */}
      <ul role="list" className="sub-pages">
        {props.pages.map(({ to, label }) => (
          <li key={to}>
            <Link to={to} activeOptions={{ exact: true }} className="sub-page">
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
