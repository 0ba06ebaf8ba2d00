import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { type ValidationParts, validations } from '../../api/index.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { FileUpload } from '../../ui/file-upload.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { BatchSending } from './batch-sending.tsx';
import { type ChosenDocument, sortChosen } from './chosen-files.ts';
import { createFileChecks, type FileChecks } from './file-checks.ts';
import { optionsQuery } from './queries.ts';
import { Results } from './results.tsx';
import { type ChosenTerms, noTerms, TermsForm, termsOf, wholeMegabytes } from './terms-form.tsx';
import { useFilesFromAnywhere } from './use-files-from-anywhere.ts';

/** Used until the server has told its own limit; it refuses what is too large in any case. */
const usualBytes = 20 * 1024 * 1024;

/** Many documents, or a ZIP of them, on their way to the server. */
export interface Bundle {
  readonly documents: readonly ChosenDocument[];
  readonly archive?: File;
}

interface Judging {
  readonly checks: FileChecks;
  readonly terms: ChosenTerms;
  setTerms(terms: ChosenTerms): void;
  reportAgain(document: ChosenDocument, format: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** The checks of this page; each is judged by the terms as they stand when it begins. */
function useJudging(): Judging {
  const [terms, setTerms] = useState(noTerms);
  const current = useRef(terms);
  current.current = terms;
  const partsOf = ({ file, detached }: ChosenDocument, terms: ChosenTerms): ValidationParts => ({
    files: [file],
    detached: [...detached, ...terms.detached],
    terms: termsOf(terms),
  });
  const [checks] = useState(() =>
    createFileChecks((document, { signal, onProgress }) =>
      validations.now(partsOf(document, current.current), {
        signal,
        onProgress: ({ sent, total }) => onProgress(total > 0 ? sent / total : 0),
      }),
    ),
  );
  const reportAgain: Judging['reportAgain'] = (document, format) =>
    validations.report(partsOf(document, { ...current.current, keep: false }), format);
  useEffect(() => {
    window.addEventListener('online', checks.reconnect);
    return () => {
      window.removeEventListener('online', checks.reconnect);
      checks.clear();
    };
  }, [checks]);
  return { checks, terms, setTerms, reportAgain };
}

/** Anyone checks a document: choose, drop or paste it, and read the answer. */
export function ValidatePage(): ReactNode {
  const { t } = useI18n();
  const navigate = useNavigate();
  const { checks, terms, setTerms, reportAgain } = useJudging();
  const items = useSyncExternalStore(checks.subscribe, checks.get);
  const options = useQuery(optionsQuery()).data;
  const [bundle, setBundle] = useState<Bundle>();
  const [refused, setRefused] = useState<readonly string[]>([]);
  const fileBytes = options?.limits.fileBytes ?? usualBytes;

  const take = async (files: readonly File[]): Promise<void> => {
    const { documents, archives, refused: pictures } = await sortChosen(files);
    const tooLarge = documents.filter(({ file }) => file.size > fileBytes);
    const fitting = documents.filter(({ file }) => file.size <= fileBytes);
    setRefused([
      ...pictures.map(({ name }) => t('validate.refused_picture', { name })),
      ...tooLarge.map(({ file }) => t('validate.refused_large', { name: file.name })),
    ]);
    const [archive] = archives;
    if (archive) setBundle({ documents: [], archive });
    else if (options && fitting.length > options.limits.files) setBundle({ documents: fitting });
    else checks.add(fitting);
  };
  useFilesFromAnywhere((files) => void take(files));
  const changeTerms = (next: ChosenTerms): void => {
    setTerms(next);
    setTermsChanged(items.length > 0);
  };
  const [termsChanged, setTermsChanged] = useState(false);

  return (
    <Page width="wide" title={t('validate.title')} lead={t('validate.lead')}>
      <div className="stack stack-wide stretch">
        <div className="stack stretch no-print">
          <FileUpload
            id="validate-files"
            label={t('validate.files')}
            hint={t(terms.keep ? 'validate.privacy_kept' : 'validate.privacy')}
            accept={[]}
            types={t('validate.types')}
            maxBytes={wholeMegabytes(fileBytes)}
            largest={Math.max(fileBytes, options?.limits.archiveBytes ?? 0, options?.limits.detachedBytes ?? 0)}
            maxFiles={options?.limits.batchFiles ?? 100}
            files={[]}
            onAdd={(files) => void take(files)}
            onRemove={() => undefined}
          />
          {refused.length > 0 && (
            <Notice tone="warning" live title={t('validate.refused')}>
              {refused.map((text) => (
                <p key={text}>{text}</p>
              ))}
            </Notice>
          )}
          <TermsForm options={options} terms={terms} onChange={changeTerms} />
          {termsChanged && (
            <div>
              <Button
                onClick={() => {
                  checks.againAll();
                  setTermsChanged(false);
                }}
              >
                {t('validate.apply_terms')}
              </Button>
            </div>
          )}
        </div>
        {bundle && (
          <BatchSending
            bundle={bundle}
            terms={terms}
            {...(options ? { hours: options.retention.batchHours } : {})}
            onDone={(id) => void navigate({ to: '/validate/results/$id', params: { id } })}
            onCancel={() => setBundle(undefined)}
          />
        )}
        <Results items={items} checks={checks} reportAgain={reportAgain} />
      </div>
    </Page>
  );
}
