import { type ChangeEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { SignatureReport, ValidationReport } from '../../api/types.ts';
import { type I18n, useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import type { ComparedChange } from '../../ui/compared-change.ts';
import { Later, laterPart } from '../../ui/later.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Skeleton } from '../../ui/progress.tsx';
import { Select } from '../../ui/select.tsx';
import { toneOfVerdict } from '../../ui/status-tag.tsx';
import { hashFile } from '../hash-file.ts';
import { type Change, changesOf, mostChanged, withVersions } from './changes.ts';
import { readableParams } from './readable-params.ts';

const pdfCompare = laterPart([], () => import('../../ui/pdf-compare.tsx'), 'PdfCompare');

export interface OpenVersionsProps {
  readonly report: ValidationReport;
  /** The document, while it is in this window; else it is asked for. */
  readonly file?: File;
}

/** A PDF, its signed version beside the newest one when something came after signing. */
export function OpenVersions({ report, file }: OpenVersionsProps): ReactNode {
  const { t } = useI18n();
  const [given, setGiven] = useState(file);
  const [bytes, setBytes] = useState<Uint8Array>();
  const [unreadable, setUnreadable] = useState(false);
  useEffect(() => {
    let wanted = true;
    given?.arrayBuffer().then(
      (buffer) => wanted && setBytes(new Uint8Array(buffer)),
      () => wanted && setUnreadable(true),
    );
    return () => {
      wanted = false;
    };
  }, [given]);
  if (unreadable) return <Notice tone="warning">{t('versions.unreadable')}</Notice>;
  if (!given) return <AskForFile sha256={report.document.sha256} onFile={setGiven} />;
  if (!bytes) return <Skeleton lines={8} label={t('pdf.loading')} />;
  return <ChosenVersions report={report} bytes={bytes} />;
}

/** The server keeps no document, so somebody who comes back has to choose it again; only the very same one is taken. */
function AskForFile(props: { sha256: string; onFile: (file: File) => void }): ReactNode {
  const { t } = useI18n();
  const input = useRef<HTMLInputElement>(null);
  const [other, setOther] = useState(false);
  const take = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const [file] = event.target.files ?? [];
    if (!file) return;
    const same = (await hashFile(file, 'sha256')) === props.sha256;
    setOther(!same);
    if (same) props.onFile(file);
  };
  return (
    <Notice
      title={t('versions.ask')}
      actions={
        <>
          <input
            ref={input}
            type="file"
            hidden
            accept="application/pdf"
            aria-label={t('versions.choose')}
            onChange={(event) => void take(event)}
          />
          <Button icon="upload" onClick={() => input.current?.click()}>
            {t('versions.choose')}
          </Button>
        </>
      }
    >
      <p>{t('versions.ask_text')}</p>
      {other && <p role="alert">{t('versions.other_file')}</p>}
    </Notice>
  );
}

function ChosenVersions({ report, bytes }: { report: ValidationReport; bytes: Uint8Array }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const choices = withVersions(report.signatures).filter(({ revision }) => revision?.changes !== 'unchanged');
  const [id, setId] = useState(mostChanged(choices)?.id);
  const signature = choices.find((one) => one.id === id) ?? choices[0];
  const { revision } = signature ?? {};
  return (
    <div className="stack stretch">
      {choices.length > 1 && signature && (
        <Select
          id={`version-${report.document.sha256.slice(0, 8)}`}
          label={t('versions.which_signature')}
          emptyLabel={nameOf(signature, report, i18n)}
          choices={choices
            .filter((one) => one !== signature)
            .map((one) => ({ value: one.id, label: nameOf(one, report, i18n) }))}
          value=""
          onChange={(value) => value && setId(value)}
        />
      )}
      {revision?.changes === 'allowed' && <Notice tone="success">{t('versions.allowed')}</Notice>}
      <Later
        key={signature?.id}
        part={pdfCompare}
        with={{
          bytes,
          ...(revision ? { signedEnd: revision.signedEnd } : {}),
          signedLabel: t('versions.signed_number', { number: revision?.signed ?? 1 }),
          currentLabel: t('versions.current_number', { number: revision?.current ?? 1 }),
          changes: signature ? changesOf(signature).map((change, index) => comparedOf(change, index, i18n)) : [],
        }}
      />
    </div>
  );
}

function nameOf(signature: SignatureReport, { signatures }: ValidationReport, { t }: I18n): string {
  const number = t('validate.signature_number', { number: signatures.indexOf(signature) + 1 });
  return [number, signature.signer?.commonName ?? signature.fieldName].filter(Boolean).join(' · ');
}

const words = {
  passed: 'versions.allowed_change',
  indeterminate: 'versions.doubtful',
  failed: 'versions.forbidden',
} as const;

function comparedOf(change: Change, index: number, { t, tc, language }: I18n): ComparedChange {
  const { check, page, rect, removed, removedPage } = change;
  const added = check.code.endsWith('_added');
  return {
    key: String(index),
    text: tc(check.code, readableParams(check.params, language), check.message),
    tone: toneOfVerdict(check.status),
    word: t(words[check.status]),
    removedPage,
    sides: removed ? ['signed'] : added ? ['current'] : ['signed', 'current'],
    ...(page === undefined ? {} : { page }),
    ...(rect === undefined ? {} : { rect }),
  };
}
