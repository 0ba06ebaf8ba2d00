import { useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { ApiProblem } from '../api/problem.ts';
import { useI18n } from '../i18n/language.tsx';
import type { TextKey } from '../i18n/texts.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';

export interface FailureProps {
  readonly problem: unknown;
  readonly retry?: () => void;
  /** What to say when the thing asked for does not exist. */
  readonly missing?: { readonly title: string; readonly text: string; readonly action?: ReactNode };
  /** Who may open the page, in words. */
  readonly roles?: string;
}

/** Why something could not be shown, in plain words and with a next step: offline, signed out, no permission, missing, failed. */
export function Failure(props: FailureProps): ReactNode {
  const { t } = useI18n();
  const path = useLocation({ select: (location) => location.href });
  const { problem } = props;
  const again = props.retry && <Button onClick={props.retry}>{t('failure.retry')}</Button>;
  if (!(problem instanceof ApiProblem)) {
    return (
      <Notice tone="danger" title={t('failure.title')} actions={again}>
        {t('failure.unexpected')}
      </Notice>
    );
  }
  if (problem.isConnection) return <ConnectionFailure problem={problem} again={again} />;
  if (problem.isSignedOut) {
    const signIn = (
      <ButtonLink tone="primary" to="/sign-in" search={{ return: path }}>
        {t('failure.sign_in')}
      </ButtonLink>
    );
    return (
      <Notice title={t('failure.signed_out')} actions={signIn}>
        {t('failure.signed_out_text')}
      </Notice>
    );
  }
  if (problem.status === 403) {
    return (
      <Notice tone="warning" title={t('failure.forbidden')} actions={<HomeLink />}>
        {props.roles ? t('failure.forbidden_text', { roles: props.roles }) : (problem.detail ?? problem.title ?? '')}
      </Notice>
    );
  }
  if (problem.status === 404 && props.missing) {
    return (
      <Notice tone="warning" title={props.missing.title} actions={props.missing.action ?? <HomeLink />}>
        {props.missing.text}
      </Notice>
    );
  }
  return (
    <Notice tone="danger" title={problem.title ?? t('failure.title')} actions={again}>
      <p>{problem.detail ?? t('failure.unexpected')}</p>
      {problem.traceId && <p className="small soft">{t('failure.trace', { trace: problem.traceId })}</p>}
    </Notice>
  );
}

function HomeLink(): ReactNode {
  const { t } = useI18n();
  return <ButtonLink to="/">{t('failure.home')}</ButtonLink>;
}

function ConnectionFailure(props: { problem: ApiProblem; again: ReactNode }): ReactNode {
  const { t } = useI18n();
  if (props.problem.code === 'client.offline') {
    return (
      <Notice tone="warning" title={t('failure.offline')} actions={props.again}>
        {t('failure.offline_text')}
      </Notice>
    );
  }
  return (
    <Notice tone="warning" title={t('failure.unreachable')} actions={props.again}>
      {t(props.problem.code === 'client.timeout' ? 'failure.timeout' : 'failure.unreachable_text')}
    </Notice>
  );
}

/** The same for an action that was refused: read out, in one line, nothing of the page is lost. */
export function ActionFailure(props: { problem: unknown; title?: string }): ReactNode {
  const { t } = useI18n();
  const explain = useExplain();
  const { problem } = props;
  const place = useRef<HTMLDivElement>(null);
  // In a dialog that scrolls, or on a phone, the button that was pressed may be far below.
  useEffect(() => {
    if (problem) place.current?.scrollIntoView({ block: 'nearest' });
  }, [problem]);
  if (!problem) return null;
  return (
    <div ref={place}>
      <Notice tone="danger" live title={props.title ?? t('failure.action')}>
        {explain(problem)}
      </Notice>
    </div>
  );
}

/** For what the browser finds, and for answers of something before the server that says nothing in words. */
const ownWords: Readonly<Record<string, TextKey>> = {
  'client.offline': 'failure.offline_text',
  'client.timeout': 'failure.timeout',
  'client.file_changed': 'failure.file_changed',
  'http.body_too_large': 'failure.too_large',
  'http.rate_limited': 'failure.too_often',
  'http.unavailable': 'failure.unavailable',
};

/** One sentence about a problem: the server's own where it gave one. */
export function useExplain(): (problem: unknown) => string {
  const { t } = useI18n();
  return (problem) => {
    if (!(problem instanceof ApiProblem)) return t('failure.unexpected');
    const own = problem.errors[0]?.message ?? problem.detail ?? problem.title;
    if (own) return own;
    return t(ownWords[problem.code] ?? (problem.isConnection ? 'failure.unreachable_text' : 'failure.unexpected'));
  };
}
