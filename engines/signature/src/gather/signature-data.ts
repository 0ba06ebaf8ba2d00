import { toHex } from '@tra/kernel';
import type { Check } from '@tra/pki';
import { levelOf } from '../describe.ts';
import type { ScopeData, SignatureData, SignaturePolicyData } from '../diagnostic/signature.ts';
import type { DigestMatcherData, SignatureFacts, TokenId } from '../diagnostic/token.ts';
import type { PolicyReference } from '../evidence/model.ts';
import type { SignerFacts } from '../facts.ts';
import type { SignatureSubject } from '../subject.ts';
import { digestName, keyAlgorithm, keyLength } from './algorithms.ts';
import { type Pools, relatedOf } from './found.ts';
import { nameOf, tokenId } from './ids.ts';
import { pdfRevision } from './pdf-revision.ts';
import { signingReference, withReference } from './timestamp-data.ts';

/** A signature that was found with what is known of its signer and what was put on it. */
export interface GatheredSignature {
  readonly subject: SignatureSubject;
  /** Undefined when nothing can be read of it. */
  readonly signer: SignerFacts | undefined;
  readonly id: TokenId;
  readonly parent: TokenId | undefined;
  readonly timestamps: readonly TokenId[];
  readonly evidenceRecords: readonly TokenId[];
}

const maximumText = 400;

/** A signature as the process reads it. */
export function signatureData(gathered: GatheredSignature, pools: Pools): SignatureData {
  const { id, parent, signer, subject } = gathered;
  const certificate = signer?.certificate && pools.certificates.add(signer.certificate.der);
  const { evidence } = signer ?? {};
  const found = relatedOf(evidence?.material ?? [], pools);
  const claimed = subject.claimedTime ?? signer?.claimedTime;
  const revision = pdfRevision(subject);
  const policy = policyData(evidence?.policy);
  const reference =
    signer && signer.binding !== 'absent' && signer.bindingDigest !== undefined
      ? signingReference(signer.bindingDigest, signer.binding === 'bound')
      : undefined;
  return {
    id,
    ...(subject.fieldName === undefined ? {} : { filename: subject.fieldName.slice(0, maximumText) }),
    format: formatOf(subject, signer),
    ...(parent === undefined ? {} : { parent }),
    ...(claimed ? { claimedSigningTime: claimed.toISOString() } : {}),
    structure: { valid: signer !== undefined && !has(subject.format, 'signature.structure_invalid') },
    digestMatchers: matchersOf(subject, signer),
    signature: factsOf(signer),
    ...(certificate ? { signingCertificate: { certificate: tokenId(certificate.der) } } : {}),
    chain: certificate ? pools.certificates.chainOf(certificate).map(({ der }) => tokenId(der)) : [],
    ...(subject.facts && subject.cms.length > 0
      ? { signerInfos: subject.facts.signers.map((_, index) => ({ current: index === (subject.signer ?? 0) })) }
      : {}),
    ...toBeSignedOf(signer),
    ...(revision ? { pdfRevision: revision } : {}),
    ...(policy ? { policy } : {}),
    ...(evidence?.mimeType === undefined ? {} : { mimeType: evidence.mimeType }),
    commitmentTypes: (evidence?.commitments ?? []).slice(0, 64),
    claimedRoles: [],
    certifiedRoles: [],
    foundCertificates: withReference(found.certificates, certificate, reference),
    foundRevocations: found.revocations,
    timestamps: gathered.timestamps,
    evidenceRecords: gathered.evidenceRecords,
    scopes: scopesOf(subject),
  };
}

/** Name of a signature: by its value, or by its place when it has none. `ordinal` tells copies of one signature apart. */
export function signatureId(subject: SignatureSubject, signer: SignerFacts | undefined, ordinal: number): TokenId {
  const value = signer && signer.signatureValue.length > 0 ? signer.signatureValue : subject.cms;
  const place = value.length === 0 ? `${subject.fieldName ?? ''} ${subject.id}` : '';
  return nameOf('signature', value, place, ordinal === 0 ? '' : String(ordinal));
}

const has = (checks: readonly Check[], code: string): boolean => checks.some((check) => check.code === code);

function formatOf(subject: SignatureSubject, signer: SignerFacts | undefined): string {
  if (!signer) return 'UNKNOWN';
  const level = levelOf(subject, signer);
  if (level === 'XMLDSig') return 'XML-NOT-ETSI';
  return level === 'JWS' ? 'JSON-NOT-ETSI' : level;
}

function toBeSignedOf(signer: SignerFacts | undefined): Pick<SignatureData, 'toBeSigned'> {
  const { digest = '', value } = signer?.toBeSigned ?? {};
  const algorithm = digestName(digest);
  return value && algorithm !== undefined ? { toBeSigned: { algorithm, value: toHex(value) } } : {};
}

function factsOf(signer: SignerFacts | undefined): SignatureFacts {
  if (!signer) return { intact: false, valid: false };
  const digestAlgorithm = digestName(signer.digest);
  const key = signer.certificate?.publicKey;
  const intact = signer.value === 'valid';
  return {
    ...(digestAlgorithm === undefined ? {} : { digestAlgorithm }),
    ...(key ? { encryptionAlgorithm: keyAlgorithm(key), keyLength: keyLength(key) } : {}),
    intact,
    valid: intact,
    ...(signer.value === 'algorithm_unsupported' ? { unsupported: true as const } : {}),
  };
}

const referenceStates: Readonly<
  Record<string, { readonly found: boolean; readonly intact: boolean; readonly unsupported?: true }>
> = {
  'signature.reference_intact': { found: true, intact: true },
  'signature.reference_differs': { found: true, intact: false },
  'signature.reference_unreadable': { found: true, intact: false },
  'signature.reference_method_unsupported': { found: true, intact: false, unsupported: true },
  'signature.reference_missing': { found: false, intact: false },
  'signature.reference_needs_octets': { found: false, intact: false },
};

/** Digests of the things that a manifest of a container, or sigD of a JWS, names. */
function matchersOf(subject: SignatureSubject, signer: SignerFacts | undefined): readonly DigestMatcherData[] {
  if (!signer) return [];
  const listed = (signer.references ?? []).flatMap(({ code, params }): readonly DigestMatcherData[] => {
    const state = referenceStates[code];
    const uri = String(params?.uri ?? '');
    const digest = digestOf(typeof params?.digest === 'string' ? params.digest : signer.digest);
    return state
      ? [{ type: subject.form === 'cades' ? 'manifest-entry' : 'sig-d-entry', uri, ...digest, ...state }]
      : [];
  });
  if (signer.digests) return subject.form === 'cades' ? [...signer.digests, ...listed] : signer.digests;
  const unsupported = signer.value === 'algorithm_unsupported' || listed.some((one) => one.unsupported);
  const state = {
    found: signer.hash !== 'content_missing',
    intact: signer.hash === 'matches',
    ...(signer.hash === 'unknown' && unsupported ? { unsupported: true as const } : {}),
  };
  return [{ type: 'jws-signing-input', ...digestOf(signer.digest), ...state }, ...listed];
}

function digestOf(digest: string): Pick<DigestMatcherData, 'digest'> {
  const algorithm = digestName(digest);
  return algorithm === undefined ? {} : { digest: { algorithm } };
}

/** The policy document itself is not at hand. */
function policyData(policy: PolicyReference | 'malformed' | undefined): SignaturePolicyData | undefined {
  if (policy === undefined) return undefined;
  if (policy === 'malformed') return { id: '?', identified: false, processingError: 'malformed' };
  const algorithm = digestName(policy.digest);
  return {
    id: policy.id === '' ? 'IMPLICIT_POLICY' : policy.id,
    identified: false,
    ...(policy.uri === undefined ? {} : { url: policy.uri }),
    ...(algorithm === undefined ? {} : { digest: { algorithm } }),
  };
}

/** How much of the document a signature covers. */
function scopesOf(subject: SignatureSubject): readonly ScopeData[] {
  if (subject.counterSigns !== undefined) return [{ name: subject.counterSigns, scope: 'counter-signature' }];
  const references = subject.facts?.signers[subject.signer ?? 0]?.references ?? [];
  const files = references
    .filter(({ code }) => code === 'signature.reference_intact')
    .flatMap(({ params }) => (params?.uri ? [decoded(String(params.uri))] : []));
  if (subject.form === 'cades' && files.length > 0) return files.slice(0, 256).map((name) => ({ name, scope: 'full' }));
  const partial = ['signature.covers_parts', 'signature.content_not_covered'];
  const isPartial = subject.format.some(({ code }) => partial.includes(code));
  const isChanged = subject.revision !== undefined && subject.revision.changes !== 'unchanged';
  const whole: ScopeData = { name: 'document', scope: isPartial || isChanged ? 'partial' : 'full' };
  const outside = files.filter((name) => name !== '' && name !== '/' && !name.startsWith('#')).slice(0, 256);
  return [whole, ...outside.map((name): ScopeData => ({ name, scope: 'full' }))];
}

/** A reference as the name of a file. */
export function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri).replace(/^\.?\//, '');
  } catch {
    return uri;
  }
}
