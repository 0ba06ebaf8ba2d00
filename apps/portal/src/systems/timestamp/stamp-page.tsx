import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { ApiProblem } from '../../api/index.ts';
import { formatBytes, formatNumber } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { FileUpload } from '../../ui/file-upload.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useExplain } from '../failure.tsx';
import { UnreadableFile } from '../hash-file.ts';
import { timestampQueries } from './api.ts';
import { TimestampPages } from './pages-nav.tsx';
import { StampedResult } from './stamped-result.tsx';
import { MAX_BYTES, MAX_FILES, type StampProgress, type StampResult, stampFiles } from './stamping.ts';

/** Anybody stamps files: they are hashed here, only the hash is sent, and the answer is kept beside them. */
export function StampPage(): ReactNode {
  const { t } = useI18n();
  const work = useStamping();
  const { result, progress } = work;
  const start = useRef<HTMLButtonElement>(null);
  const working = useRef(false);
  useEffect(() => {
    // Cancelled or failed: what had the focus is gone, and the way on is here.
    if (working.current && !progress) keepFocus(start.current);
    working.current = progress !== undefined;
  }, [progress]);
  return (
    <Page title={t('stamp.title')} lead={t('stamp.lead')}>
      <div className="stack stack-wide stretch">
        <TimestampPages />
        <ClockNotice />
        {!result && !progress && (
          <div className="stack stretch">
            <FileUpload
              id="stamp-files"
              label={t('stamp.files')}
              hint={t('stamp.privacy')}
              accept={[]}
              types={t('stamp.any_type')}
              maxBytes={MAX_BYTES}
              maxFiles={MAX_FILES}
              files={work.files.map((file, index) => ({ key: String(index), name: file.name, size: file.size }))}
              onAdd={work.add}
              onRemove={(key) => work.remove(Number(key))}
            />
            {work.files.length > 0 && (
              <div>
                <Button ref={start} tone="primary" onClick={() => void work.start()}>
                  {t(work.files.length === 1 ? 'stamp.start_one' : 'stamp.start_many', { count: work.files.length })}
                </Button>
              </div>
            )}
          </div>
        )}
        {progress && <Working progress={progress} onCancel={work.cancel} />}
        <Failed problem={work.problem} onRetry={work.files.length > 0 ? () => void work.start() : undefined} />
        {result && <StampedResult result={result} onAgain={work.again} />}
        <HowItWorks />
      </div>
    </Page>
  );
}

/** Gives the focus to `target` where nothing else has it, because what had it is gone. */
function keepFocus(target: HTMLElement | null): void {
  if (document.activeElement === document.body) target?.focus({ preventScroll: true });
}

interface Stamping {
  readonly files: readonly File[];
  readonly progress: StampProgress | undefined;
  readonly result: StampResult | undefined;
  readonly problem: unknown;
  add(files: readonly File[]): void;
  remove(index: number): void;
  start(): Promise<void>;
  cancel(): void;
  again(): void;
}

function useStamping(): Stamping {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [progress, setProgress] = useState<StampProgress>();
  const [result, setResult] = useState<StampResult>();
  const [problem, setProblem] = useState<unknown>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = async (): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    setProblem(undefined);
    try {
      setResult(await stampFiles(files, { signal: controller.signal, onProgress: setProgress }));
    } catch (cause) {
      if (!controller.signal.aborted) setProblem(cause);
    } finally {
      setProgress(undefined);
    }
  };
  return {
    ...{ files, progress, result, problem, start },
    add: (more) => {
      setProblem(undefined);
      setFiles((before) => [...before, ...more]);
    },
    remove: (index) => setFiles((before) => before.filter((_, at) => at !== index)),
    cancel: () => running.current?.abort(),
    again: () => {
      setFiles([]);
      setResult(undefined);
    },
  };
}

function Working(props: { progress: StampProgress; onCancel: () => void }): ReactNode {
  const { t, language } = useI18n();
  const { step, index, count, name, read, total } = props.progress;
  const cancel = useRef<HTMLButtonElement>(null);
  useEffect(() => keepFocus(cancel.current), []);
  const detail = `${formatBytes(read)} / ${formatBytes(total)}`;
  return (
    <div className="card stack stretch">
      <Progress
        label={
          step === 'hashing'
            ? t(count === 1 ? 'stamp.hashing_one' : 'stamp.hashing', {
                name,
                index: formatNumber(index + 1, language),
                count: formatNumber(count, language),
              })
            : t('stamp.asking')
        }
        {...(step === 'hashing' && total > 0 ? { value: read / total, detail } : {})}
      />
      <div>
        <Button ref={cancel} tone="quiet" icon="cross" onClick={props.onCancel}>
          {t('ui.cancel')}
        </Button>
      </div>
    </div>
  );
}

function Failed(props: { problem: unknown; onRetry: (() => void) | undefined }): ReactNode {
  const { t } = useI18n();
  const explain = useExplain();
  const { problem } = props;
  if (problem === undefined) return null;
  if (problem instanceof UnreadableFile) {
    return (
      <Notice tone="danger" live title={t('stamp.unreadable')}>
        {t('stamp.unreadable_text')}
      </Notice>
    );
  }
  const quota = problem instanceof ApiProblem && problem.status === 429;
  const retry = !quota && props.onRetry && <Button onClick={props.onRetry}>{t('failure.retry')}</Button>;
  const title = quota ? (problem.title ?? t('stamp.too_many')) : t('stamp.failed');
  return (
    <Notice tone={quota ? 'warning' : 'danger'} live title={title} actions={retry || undefined}>
      {explain(problem)}
    </Notice>
  );
}

/** Says beforehand that nothing can be stamped now, and that a key is needed where that is so. */
export function ClockNotice(): ReactNode {
  const { t } = useI18n();
  const { data } = useQuery(timestampQueries.authority());
  if (data?.clock === 'out' || data?.clock === 'unknown') {
    return (
      <Notice tone="warning" title={t('stamp.no_clock')}>
        {t('stamp.no_clock_text')}
      </Notice>
    );
  }
  if (data && !data.anonymous) return <Notice title={t('stamp.key_needed')}>{t('stamp.key_needed_text')}</Notice>;
  return null;
}

function HowItWorks(): ReactNode {
  const { t } = useI18n();
  return (
    <section className="stack stretch" aria-labelledby="what">
      <h2 id="what">{t('stamp.what')}</h2>
      <p>{t('stamp.what_1')}</p>
      <p>{t('stamp.what_2')}</p>
      <p>{t('stamp.what_3')}</p>
    </section>
  );
}
