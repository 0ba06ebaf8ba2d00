import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { ApiProblem, validateFile } from '../../api/index.ts';
import { formatBytes } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { FileUpload } from '../../ui/file-upload.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useExplain } from '../failure.tsx';
import { createFileChecks, type FileCheck, type FileChecks, MAX_BYTES, MAX_FILES } from './file-checks.ts';
import { ReportCard } from './report-card.tsx';

const accept = ['application/pdf'];

function newChecks(): FileChecks {
  return createFileChecks(async (file, { signal, onProgress }) => {
    const answer = await validateFile(file, {
      signal,
      onProgress: ({ sent, total }) => onProgress(total > 0 ? sent / total : 0),
    });
    const report = answer.reports[0];
    if (!report) throw new ApiProblem({ code: 'client.unreadable_answer', status: 0 });
    return report;
  });
}

/** Anyone checks a document: choose, drop or paste it, and read the answer. */
export function ValidatePage(): ReactNode {
  const { t } = useI18n();
  const [checks] = useState(newChecks);
  const items = useSyncExternalStore(checks.subscribe, checks.get);
  useFilesFromAnywhere(checks.add);
  useEffect(() => () => checks.clear(), [checks]);
  return (
    <Page title={t('validate.title')} lead={t('validate.lead')}>
      <div className="stack stack-wide stretch">
        <div className="stack stretch no-print">
          <FileUpload
            id="validate-files"
            label={t('validate.files')}
            hint={t('validate.privacy')}
            accept={accept}
            maxBytes={MAX_BYTES}
            maxFiles={MAX_FILES}
            files={[]}
            onAdd={(files) => checks.add(files)}
            onRemove={() => undefined}
          />
        </div>
        <Results items={items} checks={checks} />
      </div>
    </Page>
  );
}

/** Files dropped or pasted outside the field are taken too, instead of the browser leaving the page to open them. */
function useFilesFromAnywhere(add: (files: readonly File[]) => void): void {
  useEffect(() => {
    const take = (list: FileList | undefined | null): void => {
      const good = [...(list ?? [])].filter(
        (file) => accept.includes(file.type) && file.size > 0 && file.size <= MAX_BYTES,
      );
      if (good.length > 0) add(good.slice(0, MAX_FILES));
    };
    const onOver = (event: DragEvent): void => event.preventDefault();
    const onDrop = (event: DragEvent): void => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      take(event.dataTransfer?.files);
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (!event.defaultPrevented) take(event.clipboardData?.files);
    };
    window.addEventListener('dragover', onOver);
    window.addEventListener('drop', onDrop);
    window.addEventListener('paste', onPaste);
    return () => {
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('drop', onDrop);
      window.removeEventListener('paste', onPaste);
    };
  }, [add]);
}

function Results(props: { items: readonly FileCheck[]; checks: FileChecks }): ReactNode {
  const { t, tc } = useI18n();
  const { items, checks } = props;
  const done = items.filter((item) => item.status === 'done' || item.status === 'failed');
  const last = done.at(-1);
  const any = done.length > 0;
  useEffect(() => {
    // The first answer may lie below the fold of a phone; later ones must not move what is being read.
    if (any) document.getElementById('results')?.scrollIntoView({ block: 'start' });
  }, [any]);
  const said = last?.report ? `${last.file.name}: ${tc(last.report.summary.code, last.report.summary.params)}` : '';
  return (
    <section className="stack stretch" aria-labelledby="results" hidden={items.length === 0}>
      <h2 id="results">{t('validate.results')}</h2>
      {items.length > 1 && <p className="soft">{t('validate.progress', { done: done.length, total: items.length })}</p>}
      <p className="visually-hidden" role="status">
        {said}
      </p>
      {items.map((item) => (
        <Result key={item.key} item={item} checks={checks} />
      ))}
    </section>
  );
}

function Result(props: { item: FileCheck; checks: FileChecks }): ReactNode {
  const { t } = useI18n();
  const { item, checks } = props;
  const { name, size } = item.file;
  if (item.report) return <ReportCard report={item.report} name={name} onRemove={() => checks.remove(item.key)} />;
  if (item.status === 'failed') return <Failed item={item} checks={checks} />;
  const sending = item.status === 'sending';
  return (
    <div className="card stack stretch">
      <p>
        <b>{name}</b> <span className="soft small">{formatBytes(size)}</span>
      </p>
      <Progress
        label={t(item.status === 'waiting' ? 'validate.waiting' : sending ? 'validate.sending' : 'validate.checking')}
        {...(sending ? { value: item.progress } : {})}
      />
      <div>
        <Button tone="quiet" icon="cross" onClick={() => checks.remove(item.key)}>
          {t('ui.cancel')} <span className="visually-hidden">{name}</span>
        </Button>
      </div>
    </div>
  );
}

function Failed(props: { item: FileCheck; checks: FileChecks }): ReactNode {
  const { t } = useI18n();
  const { item, checks } = props;
  const explain = useExplain();
  return (
    <Notice
      tone="danger"
      live
      title={t('validate.failed', { name: item.file.name })}
      actions={
        <>
          <Button onClick={() => checks.again(item.key)}>{t('validate.again')}</Button>
          <Button tone="quiet" onClick={() => checks.remove(item.key)}>
            {t('ui.remove')} <span className="visually-hidden">{item.file.name}</span>
          </Button>
        </>
      }
    >
      {explain(item.problem)}
    </Notice>
  );
}
