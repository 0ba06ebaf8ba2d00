import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ValidationOptions } from '../../api/types.ts';
import { useI18n } from '../../i18n/language.tsx';
import { DateField } from '../../ui/date-field.tsx';
import { FileUpload } from '../../ui/file-upload.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { type ChosenTerms, isTime } from './chosen-terms.ts';
import { policiesQuery, wholeMegabytes } from './queries.ts';

export interface MoreTermsProps {
  readonly options: ValidationOptions;
  readonly terms: ChosenTerms;
  readonly onChange: (terms: ChosenTerms) => void;
}

/** What only few people need: own trust anchors, content beside a signature, another policy, another time. */
export function MoreTerms({ options, terms, onChange }: MoreTermsProps): ReactNode {
  const { t } = useI18n();
  const set = (change: Partial<ChosenTerms>): void => onChange({ ...terms, ...change });
  return (
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
        error={terms.time === '' || isTime(terms.time) ? undefined : t('validate.at_time_error')}
        onChange={(time) => set({ time })}
      />
    </div>
  );
}

/** Largest certificate or trusted list that is read. */
const trustBytes = 8 * 1024 * 1024;
const policyBytes = 1024 * 1024;

function PolicyFields({ options, terms, onChange }: MoreTermsProps): ReactNode {
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
