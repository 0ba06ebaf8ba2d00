import { type ChangeEvent, type ReactNode, useRef } from 'react';
import type { ValidationReport } from '../../api/types.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { readableParams } from './readable-params.ts';
import type { ReportCardProps } from './report-card.tsx';

/** What to do with a document that was checked, and the means to do it here. */
export function NextStep(props: ReportCardProps): ReactNode {
  const { t, tc, language } = useI18n();
  const { report, onDetached } = props;
  const { advice, problem } = report;
  const missing = missingIssuer(report);
  const wantsContent = report.subIndication === 'SIGNED_DATA_NOT_FOUND' && onDetached !== undefined;
  return (
    <>
      {problem && (
        <Notice tone="warning" title={t('validate.stopped')}>
          {tc(problem.code, readableParams(problem.params, language), problem.message)}
        </Notice>
      )}
      <Notice
        title={t('validate.what_next')}
        {...(wantsContent ? { actions: <ContentInput onFiles={onDetached} /> } : {})}
      >
        <p>{tc(advice.code, readableParams(advice.params, language), advice.message)}</p>
        {missing && (
          <p className="small">
            {t('validate.missing_issuer')} <b>{missing}</b>
          </p>
        )}
      </Notice>
    </>
  );
}

/** The authority whose certificate is not known here, as the document names it. */
function missingIssuer({ signatures }: ValidationReport): string | undefined {
  for (const { checks } of signatures) {
    const found = checks.find(({ code }) => code === 'signature.path_untrusted' || code === 'pki.no_anchor');
    if (found && typeof found.params?.issuer === 'string') return found.params.issuer;
  }
  return undefined;
}

function ContentInput(props: { onFiles: (files: readonly File[]) => void }): ReactNode {
  const { t } = useI18n();
  const input = useRef<HTMLInputElement>(null);
  const take = (event: ChangeEvent<HTMLInputElement>): void => {
    const files = [...(event.target.files ?? [])];
    if (files.length > 0) props.onFiles(files);
  };
  return (
    <>
      <input ref={input} type="file" multiple hidden onChange={take} aria-label={t('validate.add_content')} />
      <Button icon="upload" onClick={() => input.current?.click()}>
        {t('validate.add_content')}
      </Button>
    </>
  );
}
