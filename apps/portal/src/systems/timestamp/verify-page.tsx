import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { focusField } from '../../ui/error-summary.tsx';
import { FileUpload } from '../../ui/file-upload.tsx';
import { Later, laterPart } from '../../ui/later.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useExplain } from '../failure.tsx';
import { UnreadableFile } from '../hash-file.ts';
import type { TokenReport } from './api.ts';
import { bangkokTime } from './exact-time.ts';
import { TimestampPages } from './pages-nav.tsx';
import { type Question, type QuestionFault, useQuestion } from './question.ts';
import { MAX_BYTES } from './stamping.ts';
import { MAX_TOKEN_BYTES } from './token-file.ts';

const tokenReport = laterPart(
  ['codes:timestamp', 'codes:pki', 'codes:validation'],
  () => import('./token-report.tsx'),
  'TokenReportCard',
);

/** Anybody verifies a time-stamp: the file is hashed here, the token and the hash are judged, and every reason is told. */
export function VerifyTokenPage(): ReactNode {
  const { t, language } = useI18n();
  const question = useQuestion();
  const { ask, progress, cancel } = useAsking(question);
  const submit = useRef<HTMLButtonElement>(null);
  const { fault } = question;
  const answer = ask.data;
  useEffect(() => {
    if (fault) focusField(`check-${fault.field}`);
  }, [fault]);
  useEffect(() => {
    if (!answer) return;
    const place = document.getElementById('answer');
    // Not from somebody who has gone on meanwhile.
    if (document.activeElement === document.body || document.activeElement === submit.current)
      place?.focus({ preventScroll: true });
    place?.scrollIntoView({ block: 'start' });
  }, [answer]);
  return (
    <Page title={t('stampcheck.title')} lead={t('stampcheck.lead')}>
      <div className="stack stack-wide stretch">
        <TimestampPages />
        <form
          className="stack stack-wide stretch no-print"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!ask.isPending && question.check()) ask.mutate();
          }}
        >
          <Files question={question} fault={fault} onChange={cancel} />
          {ask.isPending && progress !== undefined && <Progress label={t('stampcheck.hashing')} value={progress} />}
          <div className="row">
            <Button ref={submit} type="submit" tone="primary" pending={ask.isPending}>
              {t('stampcheck.ask')}
            </Button>
            {ask.isPending && (
              <Button
                tone="quiet"
                icon="cross"
                onClick={() => {
                  submit.current?.focus();
                  cancel();
                }}
              >
                {t('ui.cancel')}
              </Button>
            )}
          </div>
        </form>
        {ask.isError && <NotVerified problem={ask.error} onRetry={() => ask.mutate()} />}
        {answer && (
          <section id="answer" className="stack stretch" aria-label={t('stampcheck.answer')} tabIndex={-1}>
            <Later part={tokenReport} with={{ report: answer, name: question.data?.name ?? '' }} />
            <p className="print-only small">
              {t('stampcheck.checked_at', {
                at: bangkokTime(new Date(ask.submittedAt).toISOString(), language),
                address: window.location.origin,
              })}
            </p>
            <div className="no-print">
              <Button tone="quiet" onClick={() => window.print()}>
                {t('stampcheck.print')}
              </Button>
            </div>
          </section>
        )}
      </div>
    </Page>
  );
}

interface Asking {
  readonly ask: UseMutationResult<TokenReport | undefined, unknown, void>;
  readonly progress: number | undefined;
  /** Ends what is under way, and takes what came of it before off the page. */
  cancel(): void;
}

function useAsking(question: Question): Asking {
  const [progress, setProgress] = useState<number>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const ask = useMutation({
    mutationFn: () => {
      const controller = new AbortController();
      running.current = controller;
      return question.ask({ signal: controller.signal, onProgress: setProgress });
    },
    onSettled: () => setProgress(undefined),
  });
  return {
    ask,
    progress,
    cancel: () => {
      running.current?.abort();
      ask.reset();
    },
  };
}

function NotVerified(props: { problem: unknown; onRetry: () => void }): ReactNode {
  const { t } = useI18n();
  const explain = useExplain();
  const { problem, onRetry } = props;
  if (problem instanceof UnreadableFile) {
    return (
      <Notice tone="danger" live title={t('stamp.unreadable')}>
        {t('stamp.unreadable_text')}
      </Notice>
    );
  }
  return (
    <Notice
      tone="danger"
      live
      title={t('stampcheck.failed')}
      actions={<Button onClick={onRetry}>{t('failure.retry')}</Button>}
    >
      {explain(problem)}
    </Notice>
  );
}

function Files(props: { question: Question; fault: QuestionFault | undefined; onChange: () => void }): ReactNode {
  const { t } = useI18n();
  const { question, fault, onChange } = props;
  const items = (file: File | undefined) => (file ? [{ key: file.name, name: file.name, size: file.size }] : []);
  const take = (set: (file: File | undefined) => void) => ({
    onAdd: ([file]: readonly File[]) => {
      onChange();
      set(file);
    },
    onRemove: () => {
      onChange();
      set(undefined);
    },
    accept: [],
    maxFiles: 1,
  });
  const error = (field: QuestionFault['field']) => (fault?.field === field ? t(fault.code) : undefined);
  return (
    <>
      <FileUpload
        id="check-data"
        label={t('stampcheck.data')}
        hint={t('stampcheck.data_hint')}
        types={t('stamp.any_type')}
        maxBytes={MAX_BYTES}
        files={items(question.data)}
        error={error('data')}
        {...take(question.setData)}
      />
      <FileUpload
        id="check-token"
        label={t('stampcheck.token')}
        hint={t('stampcheck.token_hint')}
        types={t('stampcheck.token_types')}
        maxBytes={MAX_TOKEN_BYTES}
        files={items(question.token)}
        error={error('token')}
        {...take(question.setToken)}
      />
      <Disclosure label={t('stampcheck.more')} open={error('proof') !== undefined || error('trust') !== undefined}>
        <div className="stack stack-wide stretch">
          <FileUpload
            id="check-proof"
            label={t('stampcheck.proof')}
            hint={t('stampcheck.proof_hint')}
            types=".tsp.json"
            optional
            maxBytes={MAX_TOKEN_BYTES}
            files={items(question.proof)}
            error={error('proof')}
            {...take(question.setProof)}
          />
          <FileUpload
            id="check-trust"
            label={t('stampcheck.trust')}
            hint={t('stampcheck.trust_hint')}
            types="PEM, DER"
            optional
            maxBytes={MAX_TOKEN_BYTES}
            files={items(question.trust)}
            error={error('trust')}
            {...take(question.setTrust)}
          />
        </div>
      </Disclosure>
    </>
  );
}
