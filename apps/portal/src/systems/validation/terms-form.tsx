import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ValidationTerms } from '../../api/index.ts';
import type { ValidationOptions } from '../../api/types.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Checkbox, Select } from '../../ui/choices.tsx';
import { DateField } from '../../ui/date-field.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { FileUpload } from '../../ui/file-upload.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { policiesQuery } from './queries.ts';

/** What somebody chose beside the documents. */
export interface ChosenTerms {
  readonly keep: boolean;
  readonly trust: readonly File[];
  readonly detached: readonly File[];
  readonly policy: string;
  readonly policyFile: readonly File[];
  /** ISO date, or '' for now. */
  readonly date: string;
  /** `14:05`, or '' for the end of the day. */
  readonly time: string;
}

export const noTerms: ChosenTerms = {
  keep: false,
  trust: [],
  detached: [],
  policy: '',
  policyFile: [],
  date: '',
  time: '',
};

const clock = /^([01]?\d|2[0-3])[:.]([0-5]\d)$/;

/** The terms as the API takes them. Times of day are Thai time, as the form says. */
export function termsOf({ keep, trust, policy, policyFile, date, time }: ChosenTerms): ValidationTerms {
  const [, hour, minute] = clock.exec(time.trim()) ?? [];
  const day = /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : undefined;
  const chosenPolicy = policyFile[0] ?? (policy || undefined);
  return {
    ...(keep ? { keep } : {}),
    ...(trust.length > 0 ? { trust } : {}),
    ...(chosenPolicy ? { policy: chosenPolicy } : {}),
    ...(day ? { at: `${day}T${hour ? `${hour.padStart(2, '0')}:${minute}:00` : '23:59:59'}+07:00` } : {}),
  };
}

export interface TermsFormProps {
  readonly options: ValidationOptions | undefined;
  readonly terms: ChosenTerms;
  readonly onChange: (terms: ChosenTerms) => void;
}

/** Whether to keep the result, and what only few people need. */
export function TermsForm({ options, terms, onChange }: TermsFormProps): ReactNode {
  const { t } = useI18n();
  const set = (change: Partial<ChosenTerms>): void => onChange({ ...terms, ...change });
  const days = options?.retention.keepDays;
  return (
    <div className="stack stack-tight stretch">
      {days !== undefined && (
        <Checkbox
          id="validate-keep"
          label={t('validate.keep', { days })}
          hint={t('validate.keep_hint')}
          value={terms.keep}
          onChange={(keep) => set({ keep })}
        />
      )}
      {options && (
        <Disclosure label={t('validate.advanced')}>
          <div className="stack stretch">
            <GivenFiles
              id="validate-trust"
              label={t('validate.trust')}
              hint={t('validate.trust_hint')}
              types={t('validate.trust_types')}
              maxBytes={trustBytes}
              maxFiles={options.limits.trustedCertificates}
              files={terms.trust}
              onChange={(trust) => set({ trust })}
            />
            <GivenFiles
              id="validate-detached"
              label={t('validate.detached')}
              hint={t('validate.detached_hint')}
              types={t('validate.detached_types')}
              maxBytes={options.limits.detachedBytes}
              maxFiles={options.limits.detachedFiles}
              files={terms.detached}
              onChange={(detached) => set({ detached })}
            />
            <PolicyFields options={options} terms={terms} onChange={onChange} />
            <DateField
              id="validate-date"
              label={t('validate.at')}
              hint={t('validate.at_hint')}
              optional
              value={terms.date}
              onChange={(date) => set({ date })}
            />
            <TextField
              id="validate-time"
              label={t('validate.at_time')}
              hint={t('validate.at_time_hint')}
              optional
              short
              maxLength={5}
              value={terms.time}
              error={terms.time === '' || clock.test(terms.time.trim()) ? undefined : t('validate.at_time_error')}
              onChange={(time) => set({ time })}
            />
          </div>
        </Disclosure>
      )}
    </div>
  );
}

/** Largest certificate or trusted list that is read. */
const trustBytes = 8 * 1024 * 1024;
const policyBytes = 1024 * 1024;

function PolicyFields({ options, terms, onChange }: TermsFormProps & { options: ValidationOptions }): ReactNode {
  const { t, tc } = useI18n();
  const { uploads, default: usual } = options.policies;
  const policies = useQuery(policiesQuery()).data?.items ?? [];
  const nameOf = (key: string): string =>
    tc(`validate.policy_name.${key}`, {}, policies.find((one) => one.key === key)?.name ?? key);
  const chosen = policies.find(({ key }) => key === (terms.policy || usual));
  return (
    <>
      {policies.length > 1 && (
        <Select
          id="validate-policy"
          label={t('validate.policy')}
          hint={chosen && tc(`validate.policy_text.${chosen.key}`, {}, chosen.description)}
          emptyLabel={t('validate.policy_default', { name: nameOf(usual) })}
          choices={policies.filter(({ key }) => key !== usual).map(({ key }) => ({ value: key, label: nameOf(key) }))}
          value={terms.policy}
          onChange={(policy) => onChange({ ...terms, policy, policyFile: [] })}
        />
      )}
      {uploads && (
        <GivenFiles
          id="validate-policy-file"
          label={t('validate.policy_file')}
          hint={t('validate.policy_file_hint')}
          types="JSON, XML"
          maxBytes={policyBytes}
          maxFiles={1}
          files={terms.policyFile}
          onChange={(policyFile) => onChange({ ...terms, policyFile, policy: '' })}
        />
      )}
    </>
  );
}

interface GivenFilesProps {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly types: string;
  readonly maxBytes: number;
  readonly maxFiles: number;
  readonly files: readonly File[];
  readonly onChange: (files: readonly File[]) => void;
}

function GivenFiles({ files, onChange, maxBytes, ...rest }: GivenFilesProps): ReactNode {
  return (
    <FileUpload
      {...rest}
      optional
      accept={[]}
      maxBytes={wholeMegabytes(maxBytes)}
      largest={maxBytes}
      files={files.map(({ name, size }, index) => ({ key: String(index), name, size }))}
      onAdd={(added) => onChange([...files, ...added])}
      onRemove={(key) => onChange(files.filter((_, index) => String(index) !== key))}
    />
  );
}

/** What people are told of a limit that is a round number of mebibytes. */
export function wholeMegabytes(bytes: number): number {
  return bytes - (bytes % 1_000_000);
}
