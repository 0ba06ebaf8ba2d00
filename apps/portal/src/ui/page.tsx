import { Link, useMatch, useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Words } from '../i18n/words.tsx';
import { Icon } from './icon.tsx';
import './page.css';

let lastPath: string | undefined;

export interface PageProps {
  readonly title: string;
  /** Small line above the title: what this page is part of. */
  readonly kicker?: ReactNode;
  readonly lead?: ReactNode;
  /** Where "back" goes. */
  readonly back?: { readonly to: string; readonly params?: Record<string, string>; readonly label: string };
  /** Beside the title: a status tag or actions. */
  readonly aside?: ReactNode;
  /** One narrow column for a task (default), or the whole width for officers. */
  readonly width?: 'task' | 'wide';
  readonly children?: ReactNode;
}

/** A page: its one h1, the document's title, and focus on the heading after navigation. */
export function Page(props: PageProps): ReactNode {
  const { t } = useI18n();
  const heading = useRef<HTMLHeadingElement>(null);
  const router = useRouter();
  // The page's own match, not the address: while the next page is still loading, this one must not take the focus meant for it.
  const own = useMatch({ strict: false, select: (match) => match.pathname });
  useEffect(() => {
    document.title = `${props.title} · ${t('app.name')}`;
  }, [props.title, t]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `own` is what makes a page another page without a new component
  useLayoutEffect(() => {
    // With the heading, not after it is drawn: on a slow phone somebody may have gone on from there by then.
    const path = router.state.location.pathname;
    if (lastPath !== undefined && lastPath !== path) heading.current?.focus({ preventScroll: true });
    lastPath = path;
  }, [own, router]);
  return (
    <div className={`page page-${props.width ?? 'task'}`}>
      {props.back && (
        <Link className="page-back no-print" to={props.back.to} params={props.back.params ?? {}}>
          <Icon name="back" /> {props.back.label}
        </Link>
      )}
      <header className="page-head">
        <div>
          {props.kicker && <p className="page-kicker">{props.kicker}</p>}
          <h1 ref={heading} tabIndex={-1}>
            <Words>{props.title}</Words>
          </h1>
        </div>
        {props.aside && <div className="page-aside">{props.aside}</div>}
      </header>
      {props.lead && <p className="page-lead lead soft">{props.lead}</p>}
      <div className="page-body">{props.children}</div>
    </div>
  );
}
