import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { ValidationOptions } from '../../api/types.ts';
import { formatBytes } from '../../i18n/format.ts';
import { type I18n, useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { FileUpload } from '../../ui/file-upload.tsx';
import { Later, laterPart } from '../../ui/later.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import type { Bundle } from './batch-sending.tsx';
import { type ChosenDocument, sortChosen } from './chosen-files.ts';
import { checks, setTerms, useChecks, useTerms } from './judging.ts';
import { addPaired } from './pairing.ts';
import { optionsQuery, wholeMegabytes } from './queries.ts';
import { Results } from './results.tsx';
import { TermsForm } from './terms-form.tsx';
import { useFilesFromAnywhere } from './use-files-from-anywhere.ts';

const batchSending = laterPart(['report'], () => import('./batch-sending.tsx'), 'BatchSending');

type Limits = Pick<ValidationOptions['limits'], 'fileBytes' | 'detachedBytes'>;

/** Used until the server has told its own limits; it refuses what is too large in any case. */
const usual: Limits = { fileBytes: 20 * 1024 * 1024, detachedBytes: 512 * 1024 * 1024 };

/** Anyone checks a document: choose, drop or paste it, and read the answer. */
export function ValidatePage(): ReactNode {
  const { t } = useI18n();
  const navigate = useNavigate();
  const items = useChecks();
  const terms = useTerms();
  const options = useQuery(optionsQuery()).data;
  const { bundle, refused, take, forget } = useTaking(options);
  useFilesFromAnywhere((files) => void take(files));
  const [termsChanged, setTermsChanged] = useState(false);
  const { fileBytes, detachedBytes } = options?.limits ?? usual;
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
            largest={Math.max(fileBytes, options?.limits.archiveBytes ?? 0, detachedBytes)}
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
          <TermsForm
            options={options}
            terms={terms}
            onChange={(next) => {
              setTerms(next);
              setTermsChanged(items.length > 0);
            }}
          />
          {termsChanged && items.length > 0 && (
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
          <Later
            part={batchSending}
            with={{
              bundle,
              terms,
              ...(options ? { hours: options.retention.batchHours } : {}),
              onDone: (id) => void navigate({ to: '/validate/results/$id', params: { id } }),
              onCancel: forget,
            }}
          />
        )}
        <Results items={items} />
      </div>
    </Page>
  );
}

/** Takes what was chosen: a few documents are checked at once, many and ZIP files wait for a word, the rest is refused with its reason. */
function useTaking(options: ValidationOptions | undefined) {
  const i18n = useI18n();
  const [bundle, setBundle] = useState<Bundle>();
  const [refused, setRefused] = useState<readonly string[]>([]);
  const take = async (files: readonly File[]): Promise<void> => {
    const { documents, archives, refused: unfit } = await sortChosen(files);
    const { limits } = options ?? {};
    const tooLarge = documents.flatMap((one) => oversize(one, limits ?? usual, i18n));
    const fitting = documents.filter((one) => oversize(one, limits ?? usual, i18n).length === 0);
    const [archive, ...further] = archives;
    setRefused([
      ...unfit.map(({ file, reason }) => i18n.t(`validate.refused_${reason}`, { name: file.name })),
      ...tooLarge,
      ...further.map(({ name }) => i18n.t('validate.refused_second', { name })),
    ]);
    if (archive) setBundle({ documents: [], archive });
    if (!archive && limits && fitting.length > limits.files) setBundle({ documents: fitting });
    else addPaired(checks, fitting);
  };
  return { bundle, refused, take, forget: () => setBundle(undefined) };
}

/** What to tell about a document, or a file beside it, that is larger than what is taken. */
function oversize({ file, detached }: ChosenDocument, { fileBytes, detachedBytes }: Limits, { t }: I18n): string[] {
  const said = ({ name, size }: File, max: number): string =>
    t('validate.refused_large', { name, size: formatBytes(size), max: formatBytes(wholeMegabytes(max)) });
  return [
    ...(file.size > fileBytes ? [said(file, fileBytes)] : []),
    ...detached.flatMap((one) => (one.size > detachedBytes ? [said(one, detachedBytes)] : [])),
  ];
}
