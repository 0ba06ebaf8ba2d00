import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { formatDateTime } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { FileUpload } from '../../ui/file-upload.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/progress.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Failure } from '../failure.tsx';
import { pki, pkiQueries, type StatusAnswers } from './api.ts';
import { type CertificateFacts, derOf, MAX_PKI_BYTES, readCertificate, UnreadablePkiFile } from './pki-file.ts';
import { StatusCard } from './status-card.tsx';

export interface StatusSearch {
  readonly serial?: string;
}

interface FileAnswer {
  readonly name: string;
  readonly facts: CertificateFacts;
  readonly answers: StatusAnswers;
}

/** Whether a certificate that somebody was given is ours and holds; by its serial number or by its file. */
export function StatusPage(): ReactNode {
  const { t } = useI18n();
  const serial = useLocation({ select: (location) => serialIn(location.searchStr) });
  const navigate = useNavigate();
  const bySerial = useQuery({ ...pkiQueries.status(serial ?? ''), enabled: serial !== undefined });
  const byFile = useMutation({ mutationFn: askByFile });
  const take = (file: File): void => {
    if (serial !== undefined) void navigate({ to: '/pki/status', search: {}, replace: true });
    byFile.mutate(file);
  };
  useDroppedCertificate(take);
  const ask = (text: string): void => {
    byFile.reset();
    if (text === serial) void bySerial.refetch();
    else void navigate({ to: '/pki/status', search: { serial: text } });
  };
  return (
    <Page
      title={t('certstatus.title')}
      lead={t('certstatus.lead')}
      back={{ to: '/pki', label: t('certstatus.to_repository') }}
    >
      <div className="stack stack-wide stretch">
        <div className="stack stretch no-print">
          <SerialForm key={serial ?? ''} serial={serial ?? ''} pending={bySerial.isFetching} onAsk={ask} />
          <FileUpload
            id="status-file"
            label={t('certstatus.file')}
            hint={t('certstatus.file_hint')}
            accept={[]}
            types="CRT, CER, PEM, DER"
            maxBytes={MAX_PKI_BYTES}
            maxFiles={1}
            files={[]}
            onAdd={([file]) => file && take(file)}
            onRemove={() => undefined}
          />
        </div>
        {serial !== undefined && !byFile.data && !byFile.isPending && <SerialAnswer query={bySerial} serial={serial} />}
        {byFile.isPending && <Skeleton lines={5} label={t('certstatus.checking')} />}
        {byFile.error && <FileFailure problem={byFile.error} name={byFile.variables?.name ?? ''} />}
        {byFile.data && <Answers answers={byFile.data.answers} file={byFile.data} />}
      </div>
    </Page>
  );
}

/** The serial in an address as it stands there: the router would read `12e4` and a row of digits as a number. */
export function serialIn(search: string): string | undefined {
  return new URLSearchParams(search).get('serial')?.replace(/^"|"$/g, '') || undefined;
}

/** Reads the file here, then asks about exactly this certificate. */
async function askByFile(file: File): Promise<FileAnswer> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const facts = readCertificate(bytes);
  const der = derOf(bytes, ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE']);
  return { name: file.name, facts, answers: await pki.statusOfFile(der) };
}

/** A file dropped outside the field is taken too, instead of the browser leaving the page to open it. */
function useDroppedCertificate(take: (file: File) => void): void {
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    const onOver = (event: DragEvent): void => event.preventDefault();
    const onDrop = (event: DragEvent): void => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file && file.size > 0 && file.size <= MAX_PKI_BYTES) latest.current(file);
    };
    window.addEventListener('dragover', onOver);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('drop', onDrop);
    };
  }, []);
}

/** Whether a text can be a serial number: hexadecimal, with or without colons and spaces. */
export function isSerial(text: string): boolean {
  const hex = text.replace(/[\s:]/g, '').replace(/^0x/i, '');
  return /^[0-9a-f]{1,64}$/i.test(hex);
}

function SerialForm(props: { serial: string; pending: boolean; onAsk: (serial: string) => void }): ReactNode {
  const { t } = useI18n();
  const [text, setText] = useState(props.serial);
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = text.trim();
    if (isSerial(wanted)) {
      setError(undefined);
      props.onAsk(wanted);
      return;
    }
    setError(t(wanted === '' ? 'certstatus.serial_missing' : 'certstatus.serial_invalid'));
    document.getElementById('status-serial')?.querySelector('input')?.focus();
  };
  return (
    <form className="stack stretch" noValidate onSubmit={submit}>
      <TextField
        id="status-serial"
        label={t('certstatus.serial')}
        hint={t('certstatus.serial_hint')}
        value={text}
        onChange={setText}
        maxLength={200}
        error={error}
      />
      <div>
        <Button type="submit" tone="primary" pending={props.pending}>
          {t('certstatus.check')}
        </Button>
      </div>
    </form>
  );
}

function SerialAnswer(props: {
  query: { readonly data: StatusAnswers | undefined; readonly error: unknown; refetch(): unknown };
  serial: string;
}): ReactNode {
  const { query, serial } = props;
  if (query.error) return <Failure problem={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton lines={5} />;
  return <Answers answers={query.data} serial={serial} />;
}

function Answers(props: { answers: StatusAnswers; serial?: string; file?: FileAnswer }): ReactNode {
  const { t, tc, language } = useI18n();
  const { answers, serial, file } = props;
  const box = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer is brought into view
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'start' });
  }, [answers.checkedAt]);
  const said = answers.items.map((item) => tc(`pki.status.${item.status}`)).join(' ');
  return (
    <section className="stack stretch" aria-labelledby="answer" ref={box}>
      <h2 id="answer">{t('certstatus.result')}</h2>
      <p className="visually-hidden" role="status">
        {said}
      </p>
      {answers.items.map((item, index) => (
        <StatusCard
          key={`${item.authority ?? ''}-${item.serial ?? index}`}
          answer={item}
          {...(serial === undefined ? {} : { serial })}
          {...(file ? { file: file.facts, fileName: file.name } : {})}
        />
      ))}
      <p className="soft small">
        {t('certstatus.checked_at', { when: formatDateTime(answers.checkedAt, language, 'long') })}
      </p>
    </section>
  );
}

function FileFailure(props: { problem: unknown; name: string }): ReactNode {
  const { t } = useI18n();
  if (!(props.problem instanceof UnreadablePkiFile)) return <Failure problem={props.problem} />;
  return (
    <Notice tone="danger" live title={t('certstatus.unreadable', { name: props.name })}>
      {t('certstatus.unreadable_text')}
    </Notice>
  );
}
