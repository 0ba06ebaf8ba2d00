import { type ReactNode, useEffect, useState } from 'react';
import { ApiProblem } from '../../api/problem.ts';
import { formatBytes } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useExplain } from '../failure.tsx';
import type { FileCheck } from './file-checks.ts';
import { checks, reportAgain, trustToo } from './judging.ts';
import { isPlain, lacksContent } from './pairing.ts';
import { ReportCard } from './report-card.tsx';

interface FileResultProps {
  readonly item: FileCheck;
  /** All files of the page: one of them may belong to this one. */
  readonly items: readonly FileCheck[];
}

/** How far the check of one file is, and what came of it. */
export function FileResult({ item, items }: FileResultProps): ReactNode {
  const { key, document, kept } = item;
  if (!item.report) return item.status === 'failed' ? <Failed item={item} /> : <Underway item={item} />;
  return (
    <ReportCard
      report={item.report}
      name={item.name}
      beside={item.beside}
      onRemove={() => checks.remove(key)}
      {...(kept ? { kept } : {})}
      {...(document
        ? {
            file: document.file,
            reportAgain: (format: string) => reportAgain(document, format),
            onDetached: (detached: readonly File[]) => checks.again(key, { detached }),
            onTrust: (trust: readonly File[]) => {
              trustToo(trust);
              checks.again(key);
            },
            onSignature: (file: File) => checks.again(key, { file, detached: [document.file] }),
            contents: contentsFor(item, items),
          }
        : {})}
    />
  );
}

/** Files of this page that a signature without content may have been made over. */
function contentsFor(item: FileCheck, items: readonly FileCheck[]): readonly File[] {
  if (!lacksContent(item)) return [];
  return items.flatMap((one) => (one !== item && one.document && isPlain(one) ? [one.document.file] : []));
}

/** Whole seconds until a moment, told anew every second. */
function useSecondsUntil(moment: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (moment === undefined) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [moment]);
  return Math.max(0, Math.ceil(((moment ?? now) - now) / 1000));
}

/** A file that waits, is sent or is being judged; each can be stopped. */
function Underway({ item }: { item: FileCheck }): ReactNode {
  const { t } = useI18n();
  const { name, size, progress, status } = item;
  const [beside] = item.beside;
  const sending = status === 'sending';
  const seconds = useSecondsUntil(status === 'held' ? item.resumesAt : undefined);
  const labels = {
    waiting: t('validate.waiting'),
    sending: t('validate.sending'),
    checking: t('validate.checking'),
    held: t(heldText(item.problem), { seconds }),
  };
  const sent = { value: progress, detail: `${formatBytes(Math.round(size * progress))} / ${formatBytes(size)}` };
  return (
    <div className="card stack stretch">
      <p>
        <b className="name">{name}</b> <span className="soft small">{formatBytes(size)}</span>
        {beside && <span className="soft small"> · {t('validate.with_file', { name: beside })}</span>}
      </p>
      <Progress label={labels[status as keyof typeof labels]} {...(sending ? sent : {})} />
      <div className="row">
        {status === 'held' && <Button onClick={() => checks.again(item.key)}>{t('validate.now')}</Button>}
        <Button tone="quiet" icon="cross" onClick={() => checks.remove(item.key)}>
          {t('ui.cancel')} <span className="visually-hidden">{name}</span>
        </Button>
      </div>
    </div>
  );
}

function heldText(problem: unknown) {
  if (!(problem instanceof ApiProblem)) return 'validate.held_busy';
  if (problem.isConnection) return 'validate.held_lost';
  return problem.status === 429 ? 'validate.held_rate' : 'validate.held_busy';
}

function Failed({ item }: { item: FileCheck }): ReactNode {
  const { t } = useI18n();
  const explain = useExplain();
  const { problem, name } = item;
  const offline = problem instanceof ApiProblem && problem.code === 'client.offline';
  return (
    <Notice
      tone="danger"
      live
      title={t('validate.failed', { name })}
      actions={
        <>
          <Button onClick={() => checks.again(item.key)}>
            {t('validate.again')} <span className="visually-hidden">{name}</span>
          </Button>
          <Button tone="quiet" onClick={() => checks.remove(item.key)}>
            {t('ui.remove')} <span className="visually-hidden">{name}</span>
          </Button>
        </>
      }
    >
      <p>{explain(problem)}</p>
      {offline && <p>{t('validate.reconnects')}</p>}
    </Notice>
  );
}
