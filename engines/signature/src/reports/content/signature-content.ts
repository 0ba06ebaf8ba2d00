import type { CertificateData } from '../../diagnostic/certificate.ts';
import type { DiagnosticData } from '../../diagnostic/model.ts';
import { stateAt, trustedStretch } from '../../listed-services.ts';
import type { SignatureReport, TimestampReport } from '../../report.ts';
import type { ReportCertificate, ReportMark, ReportRow, ReportSignature, ReportTimestamp } from './model.ts';
import type { ReportWords } from './words.ts';

/** What is said of one signature. */
export function signatureContent(
  signature: SignatureReport,
  diagnostic: DiagnosticData | undefined,
  words: ReportWords,
): ReportSignature {
  const { fieldName, id, indication, subIndication, verdict } = signature;
  const title = words.say('validation.text.signature', { id });
  return {
    title: fieldName === undefined ? title : `${title} (${words.text(fieldName)})`,
    statement: {
      ...words.statement(verdict, subIndication ? `${indication} / ${subIndication}` : indication),
      word: words.verdict(verdict),
    },
    rows: [...signerRows(signature, words), ...revisionRows(signature, words)],
    chain: chainContent(signature, diagnostic, words),
    timestamps: signature.timestamps.map((timestamp) => timestampContent(timestamp, words)),
    checks: signature.checks.map((check) => words.check(check)),
  };
}

function signerRows(signature: SignatureReport, words: ReportWords): readonly ReportRow[] {
  const { claimedTime, counterSigns, level, location, provenTime, reason, signer, timestampAuthority } = signature;
  return [
    ...words.row('signer', signer?.text),
    ...words.row('issuer', signer?.issuer),
    ...words.exact('certificate_sha256', signer?.certificateSha256),
    ...words.row('level', level),
    ...words.row('claimed_time', claimedTime),
    ...words.row('proven_time', provenTime),
    ...words.row('authority', timestampAuthority),
    ...words.row('reason', reason),
    ...words.row('location', location),
    ...words.row('counter_signs', counterSigns),
  ];
}

function revisionRows({ revision }: SignatureReport, words: ReportWords): readonly ReportRow[] {
  if (!revision) return [];
  const { changes, current, permission, signed, visiblyChanged } = revision;
  const state = words.label(`changes.${changes}`);
  return [
    ...words.row('revision', words.label('revision_of', { signed, current })),
    ...words.row('changes', visiblyChanged ? `${state} ${words.label('visibly_changed')}` : state),
    ...(permission === undefined ? [] : words.row('permission', words.label(`permission.${permission}`))),
  ];
}

/** The chain as it was found: the process names its tokens by the hash of the certificate. */
function chainContent(
  { provenTime, signer }: SignatureReport,
  diagnostic: DiagnosticData | undefined,
  words: ReportWords,
): readonly ReportCertificate[] {
  const at = new Date(provenTime ?? diagnostic?.validationTime ?? Number.NaN);
  const services = (certificate: CertificateData): readonly ReportRow[] =>
    diagnostic ? serviceRows(certificate, { lists: diagnostic.trustedLists, at }, words) : [];
  return chainOf(signer?.certificateSha256, diagnostic).map((certificate, index) => {
    const { issuer, notAfter, notBefore, selfSigned, subject, trusted } = certificate;
    const role = trusted ? 'anchor' : selfSigned ? 'root' : 'intermediate';
    return {
      role: words.label(index === 0 ? 'role.signer' : `role.${role}`),
      rows: [
        ...words.row('subject', subject),
        ...words.row('issuer', issuer),
        ...words.row('valid', `${words.time(notBefore)} – ${words.time(notAfter)}`),
        ...statusRows(certificate, words),
        ...services(certificate),
        ...words.exact('sha256', /^[0-9a-f]{64}$/.test(certificate.id) ? certificate.id : undefined),
      ],
    };
  });
}

/** What the trusted list said of the service at the time of use, and how it qualifies the certificate (ETSI TS 119 615). */
function serviceRows(
  { trusted, trustServices }: CertificateData,
  { at, lists }: { readonly at: Date; readonly lists: DiagnosticData['trustedLists'] },
  words: ReportWords,
): readonly ReportRow[] {
  const state = stateAt(trustServices, at);
  const list = lists.find(({ id }) => id === state?.trustedList);
  if (!state || !list) return [];
  if (!trusted) return words.row('qualifiers', state.qualifiers?.map(endOf).join(', '));
  const stretch = trustedStretch(trustServices, state);
  const params = {
    territory: list.countryCode ?? '-',
    sequence: list.sequenceNumber ?? '-',
    service: state.name ?? endOf(state.type),
    status: endOf(state.status),
    since: stretch?.since ?? state.start,
  };
  const until = stretch?.until;
  const text = until === undefined ? words.label('listed', params) : words.label('listed_until', { ...params, until });
  return [...words.row('trusted_list', text), ...words.row('service_type', endOf(state.type))];
}

/** The end of a URI of TS 119 612, as readers of lists know it: `CA/QC`, `granted`. */
const endOf = (uri: string): string => uri.replace(/^.*\/(?:Svctype|Svcstatus|SvcInfoExt)\//, '');

function statusRows({ revocations, trusted }: CertificateData, words: ReportWords): readonly ReportRow[] {
  if (trusted) return words.row('trust', words.label('trusted'));
  const revoked = revocations.find(({ status }) => status === 'revoked');
  if (revoked) {
    const since = revoked.revocationTime ?? '';
    return words.row('revocation', words.label('revoked', { since, reason: revoked.reason ?? '-' }));
  }
  const good = revocations.some(({ status }) => status === 'good');
  return words.row('revocation', words.label(good ? 'not_revoked' : 'revocation_unknown'));
}

/** The certificates of a signer up to an anchor, as far as they are known. */
export function chainOf(
  certificateSha256: string | undefined,
  diagnostic: DiagnosticData | undefined,
): readonly CertificateData[] {
  if (certificateSha256 === undefined || !diagnostic) return [];
  const known = new Map(diagnostic.certificates.map((certificate) => [certificate.id, certificate]));
  const first = known.get(certificateSha256);
  return [...new Set(first ? [first.id, ...first.chain] : [])].flatMap((id) => known.get(id) ?? []);
}

const marks: Readonly<Record<TimestampReport['status'], ReportMark>> = {
  valid: 'passed',
  untrusted: 'indeterminate',
  expired: 'indeterminate',
  revoked: 'indeterminate',
  revocation_unknown: 'indeterminate',
  data_missing: 'indeterminate',
  in_future: 'indeterminate',
  other_data: 'failed',
  invalid: 'failed',
};

function timestampContent(
  { authority, kind, status, time, variant }: TimestampReport,
  words: ReportWords,
): ReportTimestamp {
  const name = words.label(`timestamp.${kind}`);
  const title = variant === undefined ? name : `${name} (${words.text(variant)})`;
  return {
    statement: words.statement(marks[status], `${title}: ${words.label(`timestamp_status.${status}`)}`),
    rows: [...words.row('time', time), ...words.row('authority', authority)],
  };
}
