import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { formatDateTime, formatNumber } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Fingerprint } from '../../ui/copy.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { FileUpload } from '../../ui/file-upload.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Skeleton } from '../../ui/progress.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Loaded } from '../loaded.tsx';
import { saveFile } from '../save-file.ts';
import { type LogEntry, type LogProof, logQueries } from './api.ts';
import { hashOfFile } from './hash-file.ts';

const route = getRouteApi('/log');
const MAX_BYTES = 200_000_000;

/** Looks for a file, a certificate or a hash in the log. The file is hashed here and does not leave the device. */
export function LogLookup(): ReactNode {
  const { t } = useI18n();
  const { sha256 } = route.useSearch();
  const navigate = useNavigate();
  const [name, setName] = useState<string>();
  const look = (hash: string): void => void navigate({ to: '/log', search: { sha256: hash } });
  const hashing = useMutation({
    mutationFn: hashOfFile,
    onSuccess: (hash, file) => {
      setName(file.name);
      look(hash);
    },
  });
  return (
    <div className="stack stack-wide stretch">
      <div className="stack stretch no-print">
        <FileUpload
          id="log-file"
          label={t('publog.file')}
          hint={t('publog.file_hint')}
          accept={[]}
          types={t('publog.any_type')}
          maxBytes={MAX_BYTES}
          maxFiles={1}
          files={[]}
          onAdd={([file]) => file && hashing.mutate(file)}
          onRemove={() => undefined}
        />
        <HashForm
          key={sha256 ?? ''}
          value={sha256 ?? ''}
          onLook={(hash) => {
            setName(undefined);
            look(hash);
          }}
        />
      </div>
      {hashing.isPending && <Skeleton lines={3} label={t('publog.hashing')} />}
      {hashing.isError && (
        <Notice tone="danger" live title={t('publog.unreadable')}>
          {t('publog.unreadable_text')}
        </Notice>
      )}
      {sha256 && !hashing.isPending && <Found sha256={sha256} {...(name ? { name } : {})} />}
    </div>
  );
}

function HashForm(props: { value: string; onLook: (hash: string) => void }): ReactNode {
  const { t } = useI18n();
  const [text, setText] = useState(props.value);
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const hash = text.replace(/[\s:]/g, '').toLowerCase();
    if (/^[0-9a-f]{64}$/.test(hash)) {
      setError(undefined);
      props.onLook(hash);
      return;
    }
    setError(t('publog.hash_invalid', { count: hash.length }));
    document.getElementById('log-hash')?.querySelector('input')?.focus();
  };
  return (
    <form className="stack stretch" noValidate onSubmit={submit}>
      <TextField
        id="log-hash"
        label={t('publog.hash')}
        hint={t('publog.hash_hint')}
        value={text}
        onChange={setText}
        maxLength={200}
        error={error}
      />
      <div>
        <Button type="submit" tone="primary">
          {t('publog.look')}
        </Button>
      </div>
    </form>
  );
}

function Found(props: { sha256: string; name?: string }): ReactNode {
  const { t } = useI18n();
  const query = useQuery(logQueries.find(props.sha256));
  const box = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer is brought into view
  useEffect(() => {
    if (query.data) box.current?.scrollIntoView({ block: 'start' });
  }, [props.sha256, query.data === undefined]);
  return (
    <section className="stack stretch" aria-labelledby="found" ref={box}>
      <h3 id="found">{props.name ? t('publog.result_of', { name: props.name }) : t('publog.result')}</h3>
      <Loaded query={query} lines={4}>
        {(page) =>
          page.items.length === 0 ? (
            <Notice tone="warning" live title={t('publog.not_found')}>
              <p>{t('publog.not_found_text')}</p>
              <Fingerprint value={props.sha256} what="SHA-256" />
            </Notice>
          ) : (
            <>
              <Notice tone="success" live title={t('publog.found', { count: page.items.length })}>
                {t('publog.found_text')}
              </Notice>
              {page.items.map((entry) => (
                <Entry key={entry.index} entry={entry} />
              ))}
            </>
          )
        }
      </Loaded>
    </section>
  );
}

function Entry(props: { entry: LogEntry }): ReactNode {
  const { t, tc, language } = useI18n();
  const { entry } = props;
  const query = useQuery(logQueries.proof(entry.index));
  const title = t('publog.entry', { index: formatNumber(entry.index, language) });
  return (
    <article className="card stack stretch" aria-label={title}>
      <SummaryList
        title={title}
        rows={[
          { key: 'index', label: t('publog.index'), value: <b>{title}</b> },
          { key: 'type', label: t('publog.type'), value: tc(`publog.type.${entry.type}`, {}, entry.type) },
          { key: 'at', label: t('publog.at'), value: formatDateTime(entry.at, language, 'long') },
          { key: 'sha256', label: 'SHA-256', value: <Fingerprint value={entry.sha256} what={title} /> },
        ]}
      />
      <Loaded query={query} lines={3}>
        {(proof) => <Proof proof={proof} title={title} />}
      </Loaded>
    </article>
  );
}

function Proof(props: { proof: LogProof; title: string }): ReactNode {
  const { t, language } = useI18n();
  const { proof, title } = props;
  return (
    <div className="stack stretch">
      <p>
        {t('publog.proof_text', {
          count: formatNumber(proof.path.length, language),
          size: formatNumber(proof.size, language),
        })}
      </p>
      <div className="row no-print">
        <Button icon="download" onClick={() => saveProof(proof)}>
          {t('publog.save_proof')}
          <span className="visually-hidden"> {title}</span>
        </Button>
      </div>
      <Disclosure label={t('publog.show_proof')} context={title}>
        <SummaryList
          rows={[
            { key: 'leaf', label: t('publog.leaf'), value: <code>{proof.leafHash}</code> },
            {
              key: 'path',
              label: t('publog.path'),
              value: (
                <ol>
                  {proof.path.map((hash) => (
                    <li key={hash}>
                      <code>{hash}</code>
                    </li>
                  ))}
                </ol>
              ),
            },
            { key: 'checkpoint', label: t('publog.checkpoint_is'), value: <code>{proof.checkpoint.trim()}</code> },
          ]}
        />
      </Disclosure>
    </div>
  );
}

/** Offers the proof as a file, to be kept beside the document. */
function saveProof(proof: LogProof): void {
  saveFile(`${proof.sha256}.tlog-proof`, [proof.proof], 'text/plain');
}
