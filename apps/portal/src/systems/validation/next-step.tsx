import { type ChangeEvent, type ReactNode, useRef } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { outcomeOf, wasJudged } from './outcome.ts';
import { readableParams } from './readable-params.ts';
import type { ReportCardProps } from './report-card.tsx';

/** What to do with a document that was checked, and the means to do it here. */
export function NextStep(props: ReportCardProps): ReactNode {
  const { t, tc, language } = useI18n();
  const { problem } = props.report;
  return (
    <>
      {problem && (
        <Notice tone="warning" title={t('validate.stopped')}>
          {tc(problem.code, readableParams(problem.params, language), problem.message)}
        </Notice>
      )}
      {wasJudged(outcomeOf(props.report)) ? <Advice {...props} /> : <NothingToJudge {...props} />}
    </>
  );
}

function Advice({ report, onDetached, onTrust, contents = [] }: ReportCardProps): ReactNode {
  const { t, tc, language } = useI18n();
  const { advice } = report;
  const missing = report.signatures.find(({ missingIssuer }) => missingIssuer !== undefined)?.missingIssuer;
  const wantsContent = report.subIndication === 'SIGNED_DATA_NOT_FOUND' && onDetached !== undefined;
  const wantsTrust =
    report.verdict === 'indeterminate' && missing !== undefined && !wantsContent && onTrust !== undefined;
  const actions = wantsTrust ? (
    <FileButton label={t('validate.add_trust')} multiple onFiles={onTrust} />
  ) : (
    wantsContent && (
      <>
        {contents.map((file) => (
          <Button
            key={`${file.name} ${file.lastModified} ${file.size}`}
            tone="primary"
            onClick={() => onDetached([file])}
          >
            {t('validate.check_with', { name: file.name })}
          </Button>
        ))}
        <FileButton label={t('validate.add_content')} multiple onFiles={onDetached} />
      </>
    )
  );
  return (
    <Notice title={t('validate.what_next')} {...(actions ? { actions } : {})}>
      <p>{tc(advice.code, readableParams(advice.params, language), advice.message)}</p>
      {missing && report.verdict === 'indeterminate' && (
        <p className="small">
          {t('validate.missing_issuer')} <b>{missing}</b>
        </p>
      )}
    </Notice>
  );
}

/** No signature, nothing to say yes or no to: why that may be, and each way on. */
function NothingToJudge({ report, onSignature }: ReportCardProps): ReactNode {
  const { t } = useI18n();
  const outcome = outcomeOf(report);
  const reasons = {
    unsigned: [t('validate.unsigned_copy'), t('validate.unsigned_picture')],
    locked: [t('validate.locked_ask'), t('validate.locked_keep')],
    unreadable: [t('validate.unreadable_again'), t('validate.unreadable_kinds')],
  };
  const said = wasJudged(outcome) ? [] : reasons[outcome];
  const actions = onSignature && (
    <FileButton label={t('validate.add_signature')} onFiles={([file]) => file && onSignature(file)} />
  );
  return (
    <Notice title={t('validate.what_next')} {...(actions ? { actions } : {})}>
      <ul>
        {said.map((text) => (
          <li key={text}>{text}</li>
        ))}
        {outcome === 'unsigned' && <li>{t('validate.unsigned_code')}</li>}
        {onSignature && <li>{t('validate.signature_beside')}</li>}
      </ul>
    </Notice>
  );
}

function FileButton(props: {
  label: string;
  multiple?: boolean;
  onFiles: (files: readonly File[]) => void;
}): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const take = (event: ChangeEvent<HTMLInputElement>): void => {
    const files = [...(event.target.files ?? [])];
    if (files.length > 0) props.onFiles(files);
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple={props.multiple ?? false}
        hidden
        onChange={take}
        aria-label={props.label}
      />
      <Button icon="upload" onClick={() => input.current?.click()}>
        {props.label}
      </Button>
    </>
  );
}
