import type { CertificateData, CertificateRevocationData } from '../diagnostic/certificate.ts';
import type { DiagnosticData } from '../diagnostic/model.ts';
import type { RevocationData } from '../diagnostic/revocation.ts';
import type { SignatureData } from '../diagnostic/signature.ts';
import type { EvidenceRecordData, TimestampData } from '../diagnostic/timestamp.ts';
import type { Instant, SignedToken, TokenId } from '../diagnostic/token.ts';
import type { AlgorithmCatalogue, AlgorithmLevels } from '../policy/algorithms.ts';
import type { SignedAttributesRules, UnsignedAttributesRules } from '../policy/constraint-tables.ts';
import type { BasicPart, CertificatePart, ProcessPolicy } from '../policy/policy.ts';
import type { LevelRule, ValuesRule } from '../policy/rules.ts';
import type { BlockReport, TokenReport } from './report.ts';

/** What kind of token is judged; the policy has a part for each. */
export type TokenContext = TokenReport['context'];

/** Whose certificate: of the token itself, or of an authority above it. */
export type CertificateRole = 'signing' | 'ca';

/** A state of a certificate together with the revocation that says so. */
export interface CertificateStatus extends CertificateRevocationData {
  readonly data: RevocationData;
}

/** Everything the building blocks read: the data by id, the policy, and now. */
export interface Process {
  readonly data: DiagnosticData;
  readonly policy: ProcessPolicy;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly certificates: ReadonlyMap<TokenId, CertificateData>;
  readonly revocations: ReadonlyMap<TokenId, RevocationData>;
  readonly signatures: ReadonlyMap<TokenId, SignatureData>;
  readonly timestamps: ReadonlyMap<TokenId, TimestampData>;
  readonly evidenceRecords: ReadonlyMap<TokenId, EvidenceRecordData>;
  /** Basic building blocks of the tokens judged so far. */
  readonly tokens: Map<TokenId, TokenReport>;
  /** Basic validation of the revocations (clause 5.3) judged so far. */
  readonly revocationBasics: Map<TokenId, BlockReport>;
}

const byId = <T extends { id: TokenId }>(tokens: readonly T[]): Map<TokenId, T> =>
  new Map(tokens.map((token) => [token.id, token]));

/** Lays the data out for a run at `now`. */
export function openProcess(data: DiagnosticData, policy: ProcessPolicy, now: number): Process {
  return {
    data,
    policy,
    now,
    certificates: byId(data.certificates),
    revocations: byId(data.revocations),
    signatures: byId(data.signatures),
    timestamps: byId(data.timestamps),
    evidenceRecords: byId(data.evidenceRecords),
    tokens: new Map(),
    revocationBasics: new Map(),
  };
}

/** Milliseconds of an instant; NaN where there is none, so that every comparison with it fails. */
export const ms = (instant: Instant | undefined): number => (instant === undefined ? Number.NaN : Date.parse(instant));

/** The certificate that signed a token. */
export function signerOf(process: Process, token: SignedToken | undefined): CertificateData | undefined {
  const id = token?.signingCertificate?.certificate;
  return id === undefined ? undefined : process.certificates.get(id);
}

/** The known certificates of a token's chain, its signing certificate first. */
export function chainOf(process: Process, token: SignedToken): CertificateData[] {
  return token.chain.flatMap((id) => process.certificates.get(id) ?? []);
}

/** Whether an authority above the certificate is a trust anchor, sunset or not. */
export function hasTrustedIssuer(process: Process, certificate: CertificateData): boolean {
  return chainOf(process, certificate).some(({ id, trusted }) => trusted && id !== certificate.id);
}

/**
 * Whether the certificate is a trust anchor at `time`: it is trusted, and its sunset has not come, where the policy enforces sunsets
 * (clause 5.2.6.4 step 1).
 */
export function isAnchorAt(certificate: CertificateData, time: number, sunset: LevelRule | undefined): boolean {
  if (!certificate.trusted) return false;
  return certificate.trustSunset === undefined || time < ms(certificate.trustSunset) || sunset?.level !== 'FAIL';
}

/** The states of a certificate, with the revocations that state them, in the order of the data. */
export function statusesOf(process: Process, certificate: CertificateData): CertificateStatus[] {
  return certificate.revocations.flatMap((entry) => {
    const data = process.revocations.get(entry.revocation);
    return data ? [{ ...entry, data }] : [];
  });
}

/** The part of the policy for a kind of token. */
export function basicPart({ policy }: Process, context: TokenContext): BasicPart {
  if (context === 'revocation') return policy.revocation?.basic ?? {};
  if (context === 'timestamp') return policy.timestamp?.basic ?? {};
  return (context === 'signature' ? policy.signature?.basic : policy.counterSignature?.basic) ?? {};
}

/** The part of the policy for a certificate of a kind of token. */
export function certificatePart(process: Process, context: TokenContext, role: CertificateRole): CertificatePart {
  const basic = basicPart(process, context);
  return (role === 'signing' ? basic.signingCertificate : basic.caCertificate) ?? {};
}

/** The part of the policy for signed attributes. */
export function signedAttributesPart({ policy }: Process, context: TokenContext): SignedAttributesRules {
  if (context === 'timestamp') return policy.timestamp?.signedAttributes ?? {};
  if (context === 'revocation') return {};
  return (context === 'signature' ? policy.signature : policy.counterSignature)?.signedAttributes ?? {};
}

/** The part of the policy for unsigned attributes. */
export function unsignedAttributesPart({ policy }: Process, context: TokenContext): UnsignedAttributesRules {
  return (context === 'counter-signature' ? policy.counterSignature : policy.signature)?.unsignedAttributes ?? {};
}

const withLevels = (catalogue: AlgorithmCatalogue, levels: AlgorithmLevels | undefined): AlgorithmCatalogue =>
  levels ? { ...catalogue, ...levels } : catalogue;

/** Algorithms that the signature of a token may use. */
export function tokenAlgorithms(process: Process, context: TokenContext): AlgorithmCatalogue {
  return withLevels(process.policy.algorithms, basicPart(process, context).algorithms);
}

/** Algorithms that the signature of a certificate may use. */
export function certificateAlgorithms(
  process: Process,
  context: TokenContext,
  role: CertificateRole,
): AlgorithmCatalogue {
  return withLevels(process.policy.algorithms, certificatePart(process, context, role).algorithms);
}

/** Algorithms in evidence records. */
export function recordAlgorithms({ policy }: Process): AlgorithmCatalogue {
  return withLevels(policy.algorithms, policy.evidenceRecord?.algorithms);
}

/** Whether `value` is one of `allowed`; `*` allows any value that is there. */
export function allows(allowed: readonly string[], value: string | undefined): boolean {
  return value !== undefined && value !== '' && (allowed.includes('*') || allowed.includes(value));
}

/** Whether one of `values` is allowed; a list that names none allows only none. */
export function allowsAny(rule: ValuesRule | undefined, values: readonly string[]): boolean {
  const allowed = rule?.values ?? [];
  return values.length === 0 ? allowed.length === 0 : values.some((value) => allows(allowed, value));
}

/** Whether an instant lies within the validity of a certificate, both ends included (RFC 5280 clause 4.1.2.5). */
export function withinValidity({ notBefore, notAfter }: CertificateData, time: number): boolean {
  return time >= ms(notBefore) && time <= ms(notAfter);
}
