import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { validations } from '../../api/validation.ts';
import { formatBytes } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useExplain } from '../failure.tsx';
import type { ChosenDocument } from './chosen-files.ts';
import { type ChosenTerms, termsOf } from './chosen-terms.ts';
import { holdFiles } from './held-files.ts';

/** Many documents, or a ZIP of them, on their way to the server. */
export interface Bundle {
  readonly documents: readonly ChosenDocument[];
  readonly archive?: File;
}

export interface BatchSendingProps {
  readonly bundle: Bundle;
  readonly terms: ChosenTerms;
  /** How long results of a batch can be fetched. */
  readonly hours?: number;
  readonly onDone: (id: string) => void;
  readonly onCancel: () => void;
}

/** Says what happens to many documents, asks whether to go on, and sends them. */
export function BatchSending(props: BatchSendingProps): ReactNode {
  const { t } = useI18n();
  const explain = useExplain();
  const { bundle, hours } = props;
  const { sent, problem, start, stop } = useSending(props);
  const files = bundle.archive ? [bundle.archive] : bundle.documents.map(({ file }) => file);
  const size = formatBytes(files.reduce((sum, file) => sum + file.size, 0));
  const title = bundle.archive
    ? t('validate.batch_archive', { name: bundle.archive.name, size })
    : t('validate.batch_files', { count: files.length, size });
  return (
    <section className="card stack stretch no-print" aria-label={t('validate.batch')}>
      <h2>{title}</h2>
      {problem !== undefined && (
        <Notice tone="danger" live title={t('validate.batch_failed')}>
          {explain(problem)}
        </Notice>
      )}
      {sent === undefined ? (
        <>
          <p>{t('validate.batch_privacy', { hours: hours ?? '' })}</p>
          <div className="row">
            <Button tone="primary" onClick={start}>
              {t('validate.batch_start')}
            </Button>
            <Button tone="quiet" onClick={props.onCancel}>
              {t('ui.cancel')}
            </Button>
          </div>
        </>
      ) : (
        <>
          <Progress label={t('validate.sending')} value={sent} />
          <div>
            <Button tone="quiet" icon="cross" onClick={stop}>
              {t('ui.cancel')}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

function useSending({ bundle, terms, onDone }: BatchSendingProps) {
  const [sent, setSent] = useState<number>();
  const [problem, setProblem] = useState<unknown>();
  const [controller, setController] = useState<AbortController>();
  const stop = useCallback(() => {
    controller?.abort();
    setSent(undefined);
  }, [controller]);
  useEffect(() => () => controller?.abort(), [controller]);
  const start = (): void => {
    const mine = new AbortController();
    setController(mine);
    setSent(0);
    setProblem(undefined);
    const files = bundle.documents.map(({ file }) => file);
    const detached = [...bundle.documents.flatMap((one) => one.detached), ...terms.detached];
    const parts = { files, detached, terms: termsOf(terms), ...(bundle.archive ? { archive: bundle.archive } : {}) };
    const onProgress = (now: { sent: number; total: number }): void =>
      setSent(now.total > 0 ? now.sent / now.total : 0);
    validations.batch(parts, { signal: mine.signal, onProgress }).then(
      ({ id }) => {
        if (!bundle.archive) holdFiles(id, files);
        onDone(id);
      },
      (cause) => {
        if (mine.signal.aborted) return;
        setSent(undefined);
        setProblem(cause);
      },
    );
  };
  return { sent, problem, start, stop };
}
