import type { ReactNode } from 'react';
import type { SignatureReport, TimestampReport } from '../../api/types.ts';
import { formatDateTime } from '../../i18n/format.ts';
import { type I18n, useI18n } from '../../i18n/language.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { SummaryList, type SummaryRow } from '../../ui/lists.tsx';
import { StatusTag, type StatusTone, toneOfVerdict } from '../../ui/status-tag.tsx';
import { CheckList } from '../../ui/verdict-card.tsx';
import { type CheckGroup, groupChecks } from './check-groups.ts';
import { readableParams } from './readable-params.ts';

/** Every signature with all that was found out about it; opens step by step. */
export function SignatureList(props: { signatures: readonly SignatureReport[] }): ReactNode {
  return (
    <div className="stack stretch">
      {props.signatures.map((signature, index) => (
        <Signature key={signature.id} signature={signature} number={index + 1} all={props.signatures} />
      ))}
    </div>
  );
}

interface SignatureProps {
  readonly signature: SignatureReport;
  readonly number: number;
  readonly all: readonly SignatureReport[];
}

function Signature({ signature, number, all }: SignatureProps): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const name = t('validate.signature_number', { number });
  const over = all.findIndex(({ id }) => id === signature.counterSigns);
  return (
    <section className="stack stack-tight stretch" aria-label={name}>
      <div className="row">
        <h4>{name}</h4>
        <StatusTag tone={toneOfVerdict(signature.verdict)}>{t(`verdict.${signature.verdict}`)}</StatusTag>
      </div>
      {over >= 0 && <p>{t('validate.counter_signs', { number: over + 1 })}</p>}
      <SummaryList rows={signatureRows(signature, i18n)} />
      <div>
        <Timestamps timestamps={signature.timestamps} context={name} />
        {groupChecks(signature.checks).map((group) => (
          <Group key={group.topic} group={group} chain={signature.chain} context={name} />
        ))}
      </div>
    </section>
  );
}

function signatureRows(signature: SignatureReport, { t, language }: I18n): SummaryRow[] {
  const { signer, revision } = signature;
  const moment = (value: string | undefined): string | undefined => value && formatDateTime(value, language, 'long');
  const rows: [string, string, string | undefined][] = [
    ['signer', t('validate.signer'), signer?.commonName ?? signer?.text],
    ['organization', t('validate.organization'), signer?.organization],
    ['issuer', t('validate.certificate_issuer'), signer?.issuer],
    ['proven', t('validate.proven_time'), moment(signature.provenTime)],
    ['authority', t('validate.timestamp_authority'), signature.timestampAuthority],
    ['claimed', t('validate.claimed_time'), moment(signature.claimedTime)],
    ['reason', t('validate.reason'), signature.reason],
    ['location', t('validate.location'), signature.location],
    [
      'version',
      t('validate.version'),
      revision && t('validate.version_of', { signed: revision.signed, current: revision.current }),
    ],
    ['changes', t('validate.version_changes'), revision && t(`validate.changes.${revision.changes}`)],
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

const timestampTones: Readonly<Record<string, StatusTone>> = {
  valid: 'holds',
  invalid: 'fails',
  other_data: 'fails',
  revoked: 'fails',
};

function Timestamps(props: { timestamps: readonly TimestampReport[]; context: string }): ReactNode {
  const { t, tc, language } = useI18n();
  const { timestamps } = props;
  if (timestamps.length === 0) return null;
  const rows = timestamps.map((one, index) => ({
    key: String(index),
    label: tc(`validate.timestamp_kind.${one.kind}`, {}, one.kind),
    value: (
      <span className="row">
        <StatusTag tone={timestampTones[one.status] ?? 'unknown'}>
          {tc(`validate.timestamp_status.${one.status}`, {}, one.status)}
        </StatusTag>
        <span>
          {[one.time && formatDateTime(one.time, language, 'long'), one.authority].filter(Boolean).join(' · ')}
        </span>
      </span>
    ),
  }));
  return (
    <Disclosure label={t('validate.timestamps', { count: timestamps.length })} context={props.context}>
      <SummaryList rows={rows} />
    </Disclosure>
  );
}

/** The checks about one matter, the worst of them told before it is opened. */
function Group(props: { group: CheckGroup; chain: SignatureReport['chain']; context: string }): ReactNode {
  const { t, language } = useI18n();
  const { topic, status, checks } = props.group;
  const chain = topic === 'certificates' ? props.chain : [];
  const word = t(`verdict.row.${status}`);
  return (
    <Disclosure label={`${t(`validate.topic.${topic}`, { count: checks.length })} – ${word}`} context={props.context}>
      <div className="stack stretch">
        {chain.length > 0 && (
          <div>
            <p>{t('validate.chain')}</p>
            <ol className="small">
              {chain.map(({ subject, certificateSha256, trusted }) => (
                <li key={certificateSha256}>{trusted ? t('validate.chain_anchor', { subject }) : subject}</li>
              ))}
            </ol>
          </div>
        )}
        <CheckList checks={checks.map((check) => ({ ...check, params: readableParams(check.params, language) }))} />
      </div>
    </Disclosure>
  );
}
