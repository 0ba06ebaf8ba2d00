import type { ReactNode } from 'react';
import type { Check, SignatureReport, ValidationReport } from '../../api/index.ts';
import { formatBytes, formatDate, formatDateTime } from '../../i18n/format.ts';
import { type I18n, useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { SummaryList, type SummaryRow } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { StatusTag, toneOfVerdict } from '../../ui/status-tag.tsx';
import { CheckList, VerdictCard } from '../../ui/verdict-card.tsx';
import { nextStepOf } from './next-step.ts';
import { readableParams } from './readable-params.ts';
import { saveReport } from './save-report.ts';

/** The report of one document: the answer, what to do with it, and everything behind it for whoever wants to see. */
export function ReportCard(props: { report: ValidationReport; name: string; onRemove: () => void }): ReactNode {
  const { t, language } = useI18n();
  const { report } = props;
  const name = report.document.name ?? props.name;
  const readable = <T extends { readonly params?: Check['params'] }>(one: T): T => ({
    ...one,
    params: readableParams(one.params, language),
  });
  const answers = report.answers.map((answer) => ({ ...readable(answer), checks: answer.checks.map(readable) }));
  return (
    <VerdictCard
      verdict={report.verdict}
      summary={readable(report.summary)}
      answers={answers}
      subject={`${name} · ${formatBytes(report.document.size)} · ${t('validate.checked_at', { when: formatDateTime(report.validatedAt, language) })}`}
      level={3}
    >
      <div className="stack stretch">
        <Notice title={t('validate.what_next')}>{t(nextStepOf(report))}</Notice>
        {report.licence && <RegisterEntry licence={report.licence} />}
        <div>
          <Signatures signatures={report.signatures} />
          <EmbeddedFiles report={report} />
          <FileDetails report={report} name={name} />
        </div>
        <div className="row no-print">
          <Button icon="download" onClick={() => saveReport(report, name)}>
            {t('validate.save_report')}
          </Button>
          <Button onClick={() => window.print()}>{t('validate.print')}</Button>
          <Button tone="quiet" onClick={props.onRemove}>
            {t('ui.remove')} <span className="visually-hidden">{name}</span>
          </Button>
        </div>
      </div>
    </VerdictCard>
  );
}

function RegisterEntry(props: { licence: NonNullable<ValidationReport['licence']> }): ReactNode {
  const { t, pick, language } = useI18n();
  const { licence } = props;
  const date = (value: string): string => formatDate(value, language, 'long');
  const rows: SummaryRow[] = [
    { key: 'title', label: t('licence.one'), value: pick(licence.serviceTitle) },
    { key: 'number', label: t('licence.number'), value: licence.number },
    { key: 'status', label: t('licence.status'), value: t(`licence.state.${licence.status}`) },
    {
      key: 'valid',
      label: t('licence.valid'),
      value: t('licence.valid_between', { from: date(licence.validFrom), to: date(licence.validTo) }),
    },
  ];
  return (
    <section className="stack stack-tight stretch" aria-label={t('validate.licence')}>
      <h4>{t('validate.licence')}</h4>
      <SummaryList rows={rows} />
      <div>
        <ButtonLink to="/v/$publicId" params={{ publicId: licence.publicId }}>
          {t('validate.open_record')}
        </ButtonLink>
      </div>
    </section>
  );
}

function Signatures(props: { signatures: readonly SignatureReport[] }): ReactNode {
  const { t } = useI18n();
  if (props.signatures.length === 0) return null;
  return (
    <Disclosure label={t('validate.signatures', { count: props.signatures.length })}>
      <div className="stack stretch">
        {props.signatures.map((signature, index) => (
          <Signature key={signature.id} signature={signature} number={index + 1} />
        ))}
      </div>
    </Disclosure>
  );
}

function signatureRows(signature: SignatureReport, i18n: I18n): SummaryRow[] {
  const { t, language } = i18n;
  const { signer } = signature;
  const moment = (value: string | undefined): string | undefined => value && formatDateTime(value, language, 'long');
  const rows: [string, string, string | undefined][] = [
    ['signer', t('validate.signer'), signer?.commonName ?? signer?.text],
    ['organization', t('validate.organization'), signer?.organization],
    ['issuer', t('validate.certificate_issuer'), signer?.issuer],
    ['proven', t('validate.proven_time'), moment(signature.provenTime)],
    ['authority', t('validate.timestamp_authority'), signature.timestampAuthority],
    ['claimed', t('validate.claimed_time'), moment(signature.claimedTime)],
    ['level', t('validate.level'), signature.level],
    [
      'indication',
      t('validate.indication'),
      [signature.indication, signature.subIndication].filter(Boolean).join(' · '),
    ],
    ['fingerprint', t('validate.certificate_fingerprint'), signer?.certificateSha256],
  ];
  return rows.flatMap(([key, label, value]) => (value ? [{ key, label, value }] : []));
}

function Signature(props: { signature: SignatureReport; number: number }): ReactNode {
  const i18n = useI18n();
  const { t, language } = i18n;
  const { signature } = props;
  const checks = signature.checks.map((check) => ({ ...check, params: readableParams(check.params, language) }));
  return (
    <section
      className="stack stack-tight stretch"
      aria-label={t('validate.signature_number', { number: props.number })}
    >
      <div className="row">
        <h4>{t('validate.signature_number', { number: props.number })}</h4>
        <StatusTag tone={toneOfVerdict(signature.verdict)}>{t(`verdict.${signature.verdict}`)}</StatusTag>
      </div>
      <SummaryList rows={signatureRows(signature, i18n)} />
      <Disclosure
        label={t('validate.all_checks', { count: checks.length })}
        context={t('validate.signature_number', { number: props.number })}
      >
        <CheckList checks={checks} />
      </Disclosure>
    </section>
  );
}

function EmbeddedFiles(props: { report: ValidationReport }): ReactNode {
  const { t } = useI18n();
  const { attachments } = props.report;
  if (attachments.length === 0) return null;
  const rows = attachments.map((file, index) => ({
    key: `${index}-${file.name}`,
    label: file.name,
    value: (
      <>
        {[file.mediaType, formatBytes(file.size), file.relationship].filter(Boolean).join(' · ')}
        <br />
        <span className="soft small mono">SHA-256 {file.sha256}</span>
      </>
    ),
  }));
  return (
    <Disclosure label={t('validate.attachments', { count: attachments.length })}>
      <SummaryList rows={rows} />
    </Disclosure>
  );
}

function FileDetails(props: { report: ValidationReport; name: string }): ReactNode {
  const { t } = useI18n();
  const { document, indication, subIndication } = props.report;
  const rows = [
    { key: 'name', label: t('validate.file_name'), value: props.name },
    { key: 'size', label: t('validate.file_size'), value: formatBytes(document.size) },
    { key: 'sha256', label: t('record.fingerprint'), value: <span className="small mono">{document.sha256}</span> },
    {
      key: 'indication',
      label: t('validate.indication'),
      value: [indication, subIndication].filter(Boolean).join(' · '),
    },
  ];
  return (
    <Disclosure label={t('validate.file_details')} context={props.name}>
      <SummaryList rows={rows} />
    </Disclosure>
  );
}
