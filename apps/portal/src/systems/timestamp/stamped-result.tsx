import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { formatBytes, formatNumber } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { CodeBlock, Fingerprint } from '../../ui/copy.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { saveFile } from '../save-file.ts';
import { bangkokTime, utcTime } from './exact-time.ts';
import { keepsakesOf, type StampResult } from './stamping.ts';
import { PROOF_SUFFIX, RESPONSE_SUFFIX } from './token-file.ts';

/** The time-stamp: what it says, to be saved beside the files, and how anybody verifies it without us. */
export function StampedResult(props: { result: StampResult; onAgain: () => void }): ReactNode {
  const { t, language } = useI18n();
  const { result } = props;
  const { files, serial, genTime, policy } = result;
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const [saved, setSaved] = useState(false);
  const [first] = files;
  const many = files.length > 1;
  const rows = [
    { key: 'time', label: t('stamp.time'), value: <b>{bangkokTime(genTime, language)}</b> },
    { key: 'utc', label: t('stamp.time_utc'), value: <span className="tabular">{utcTime(genTime)}</span> },
    ...(many
      ? [{ key: 'count', label: t('stamp.count'), value: formatNumber(files.length, language) }]
      : [{ key: 'name', label: t('stamp.file'), value: `${first?.name ?? ''} · ${formatBytes(first?.size ?? 0)}` }]),
    { key: 'serial', label: t('stamp.serial'), value: <Fingerprint value={serial} what={t('stamp.serial')} /> },
    { key: 'policy', label: t('stamp.policy'), value: <code>{policy}</code> },
    ...(many || !first
      ? []
      : [{ key: 'digest', label: 'SHA-256', value: <Fingerprint value={first.digest} what="SHA-256" /> }]),
  ];
  return (
    <section className="stack stack-wide stretch" aria-labelledby="stamped">
      <h2 id="stamped" ref={head} tabIndex={-1}>
        {t('stamp.done')}
      </h2>
      <Notice tone="success" live title={t(many ? 'stamp.done_many' : 'stamp.done_one', { name: first?.name ?? '' })}>
        {t('stamp.keep')}
      </Notice>
      <div className="row no-print">
        <Button tone="primary" icon="download" onClick={() => void save(result).then(() => setSaved(true))}>
          {t(many ? 'stamp.save_all' : 'stamp.save', { name: `${first?.name ?? ''}${RESPONSE_SUFFIX}` })}
        </Button>
        <Button onClick={props.onAgain}>{t('stamp.again')}</Button>
      </div>
      <SummaryList title={t('stamp.done')} rows={rows} />
      <LeaveUnsaved saved={saved} />
      {many && <FileNames result={result} />}
      <HowToVerify result={result} />
    </section>
  );
}

/** Asks before the page is left with a token that nobody else has and that cannot be made again. */
function LeaveUnsaved({ saved }: { saved: boolean }): ReactNode {
  const { t } = useI18n();
  const blocker = useBlocker({ shouldBlockFn: () => !saved, enableBeforeUnload: () => !saved, withResolver: true });
  return (
    <ConfirmDialog
      open={blocker.status === 'blocked'}
      title={t('stamp.leave')}
      confirmLabel={t('stamp.leave_anyway')}
      tone="danger"
      onConfirm={() => blocker.proceed?.()}
      onCancel={() => blocker.reset?.()}
    >
      {t('stamp.leave_text')}
    </ConfirmDialog>
  );
}

async function save(result: StampResult): Promise<void> {
  const kept = keepsakesOf(result);
  const [only] = kept;
  if (kept.size === 1 && only) {
    saveFile(only[0], [only[1]], 'application/timestamp-reply');
    return;
  }
  const { zipSync } = await import('fflate');
  const zip = zipSync(Object.fromEntries(kept), { level: 6, mtime: new Date(result.genTime) });
  saveFile(`timestamps-${result.genTime.slice(0, 10)}.zip`, [zip.slice()], 'application/zip');
}

function FileNames(props: { result: StampResult }): ReactNode {
  const { t } = useI18n();
  return (
    <Disclosure label={t('stamp.show_files')}>
      <SummaryList
        title={t('stamp.show_files')}
        rows={props.result.files.map(({ name, size, digest }, index) => ({
          key: String(index),
          label: `${name} · ${formatBytes(size)}`,
          value: <code>{digest}</code>,
        }))}
      />
    </Disclosure>
  );
}

/** A name as one word of a command line. */
function quoted(name: string): string {
  return /^[\w.,@+-]+$/.test(name) && !name.startsWith('-') ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

function HowToVerify(props: { result: StampResult }): ReactNode {
  const { t } = useI18n();
  const { files } = props.result;
  const name = files[0]?.name ?? 'file';
  const many = files.length > 1;
  const chain = `curl -so chain.pem ${window.location.origin}/timestamp/chain.pem`;
  const commands = many
    ? [
        `tra timestamp verify ${quoted(name)} --token ${quoted(name + RESPONSE_SUFFIX)} --proof ${quoted(name + PROOF_SUFFIX)}`,
      ]
    : [chain, `openssl ts -verify -data ${quoted(name)} -in ${quoted(name + RESPONSE_SUFFIX)} -CAfile chain.pem`];
  return (
    <section className="stack stretch" aria-labelledby="verify-self">
      <h3 id="verify-self">{t('stamp.verify_self')}</h3>
      <p>{t(many ? 'stamp.verify_many' : 'stamp.verify_one')}</p>
      <CodeBlock text={commands.join('\n')} what={t('stamp.verify_self')} />
    </section>
  );
}
