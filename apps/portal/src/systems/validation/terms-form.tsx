import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Later, laterPart } from '../../ui/later.tsx';
import type { MoreTermsProps } from './more-terms.tsx';

const moreTerms = laterPart(['report'], () => import('./more-terms.tsx'), 'MoreTerms');

export interface TermsFormProps extends Omit<MoreTermsProps, 'options'> {
  readonly options: MoreTermsProps['options'] | undefined;
}

/** Whether to keep the result, and behind a fold what only few people need. */
export function TermsForm({ options, terms, onChange }: TermsFormProps): ReactNode {
  const { t } = useI18n();
  if (!options) return null;
  return (
    <div className="stack stack-tight stretch">
      <Checkbox
        id="validate-keep"
        label={t('validate.keep', { days: options.retention.keepDays })}
        hint={t('validate.keep_hint')}
        value={terms.keep}
        onChange={(keep) => onChange({ ...terms, keep })}
      />
      <Disclosure label={t('validate.advanced')}>
        {() => <Later part={moreTerms} with={{ options, terms, onChange }} />}
      </Disclosure>
    </div>
  );
}
