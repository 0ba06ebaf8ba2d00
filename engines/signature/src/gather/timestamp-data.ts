import { verifySignedData } from '@tra/cms';
import { equalBytes, toHex } from '@tra/kernel';
import type { Certificate, GeneralName } from '@tra/pki';
import { bindingDigestOf } from '../cades/binding-digest.ts';
import type { CoveredObject, TimestampData, TimestampType } from '../diagnostic/timestamp.ts';
import type { CertificateReferenceData, DigestMatcherData, TokenId } from '../diagnostic/token.ts';
import type { FoundMaterial, FoundTimestamp, TimestampKind } from '../evidence/model.ts';
import { imprintDigest, materialOfTokens, type ReadToken, readToken } from '../evidence/token.ts';
import type { StampedData } from '../facts.ts';
import { isKnownMethod } from '../signature-method.ts';
import { digestName, schemeFacts } from './algorithms.ts';
import { type Pools, relatedOf } from './found.ts';
import { tokenId } from './ids.ts';

/** A time-stamp with what it is told to cover. */
export interface GatheredTimestamp extends StampedData {
  readonly kind: TimestampKind;
  readonly variant?: FoundTimestamp['variant'];
  readonly unmatched?: number;
  /** Material beside the token that stands in the document for it. */
  readonly material?: readonly FoundMaterial[];
  readonly covered: readonly CoveredObject[];
  readonly more?: Partial<TimestampData>;
}

const types: Readonly<Record<TimestampKind, TimestampType>> = {
  content: 'content',
  signature: 'signature',
  'signature-and-references': 'validation-data',
  references: 'validation-data-references',
  archive: 'archive',
  document: 'document',
  container: 'container',
  record: 'evidence-record',
};

/** A time-stamp token as the process reads it; undefined when the octets are none. */
export function timestampData(stamp: GatheredTimestamp, pools: Pools): TimestampData | undefined {
  const token = readToken(stamp.token);
  if (!token) return undefined;
  const { info, signedData } = token;
  const [signer] = verifySignedData(signedData, () => undefined, candidates(token, pools));
  const certificate = signer?.certificate && pools.certificates.add(signer.certificate.der);
  const inside: FoundMaterial = { origin: 'time-stamp-token', ...materialOfTokens([stamp.token]) };
  const found = relatedOf([inside, ...(stamp.material ?? [])], pools);
  const intact = signer?.signatureIntact === true && signedData.signers.length === 1;
  const wrong = signer?.checks.some(({ status }) => status === 'failed') ?? true;
  const digestAlgorithm = digestName(signer?.digest);
  return {
    id: tokenId(stamp.token),
    type: types[stamp.kind],
    ...archiveOf(stamp),
    productionTime: info.genTime.toISOString(),
    digestMatchers: [imprintMatcher(stamp, token)],
    signature: {
      ...(signer ? schemeFacts(signer.signer.signatureAlgorithm, certificate?.publicKey) : {}),
      ...(digestAlgorithm === undefined ? {} : { digestAlgorithm }),
      intact,
      valid: intact && !wrong,
      ...(signer && !isKnownMethod(signer.signer.signatureAlgorithm) ? { unsupported: true as const } : {}),
    },
    ...(certificate ? { signingCertificate: { certificate: tokenId(certificate.der) } } : {}),
    chain: certificate ? pools.certificates.chainOf(certificate).map(({ der }) => tokenId(der)) : [],
    signerInfos: signedData.signers.map((_, index) => ({ current: index === 0 })),
    ...(info.tsaName && certificate ? { tsaName: tsaName(info.tsaName, info.tsa, certificate) } : {}),
    foundCertificates: withReference(found.certificates, certificate, referenceOf(token, signer?.essCertificate)),
    foundRevocations: found.revocations,
    covered: stamp.covered,
    scopes: [],
    ...stamp.more,
  };
}

/** Certificates that the token does not carry but names. */
function candidates({ signedData }: ReadToken, { certificates }: Pools): readonly Uint8Array[] {
  return signedData.signers.slice(0, 1).flatMap(({ identifier }) => {
    return certificates
      .all()
      .filter((one) =>
        identifier.kind === 'subjectKeyId'
          ? one.subjectKeyIdHex === identifier.keyIdHex
          : one.serialHex === identifier.serialHex && one.issuer.key === identifier.issuer.key,
      )
      .slice(0, 4)
      .map(({ der }) => der);
  });
}

/** Whether the imprint is the digest of what the token must cover. */
function imprintMatcher({ data, digest, missing }: StampedData, { info }: ReadToken): DigestMatcherData {
  const { algorithm, algorithmOid, value } = info.imprint;
  const stated = { algorithm: digestName(algorithm) ?? algorithmOid, value: toHex(value) };
  const found = missing !== true;
  const unsupported = algorithm === undefined ? { unsupported: true as const } : {};
  return { type: 'message-imprint', digest: stated, found, intact: found && matches(), ...unsupported };

  function matches(): boolean {
    if (!algorithm) return false;
    if (digest) return digest.algorithm === algorithm && equalBytes(digest.value, value);
    return equalBytes(imprintDigest(data, algorithm), value);
  }
}

function archiveOf({ kind, unmatched = 0, variant }: GatheredTimestamp): Partial<TimestampData> {
  if (variant === undefined) return {};
  const archiveType = variant === 'ASiC' ? 'CAdES-detached' : variant;
  if (kind !== 'archive' || variant !== 'CAdES-v3') return { archiveType };
  return { archiveType, atsHashIndexValid: unmatched === 0 };
}

function referenceOf(
  { signedData }: ReadToken,
  match: 'match' | 'mismatch' | 'absent' | undefined,
): CertificateReferenceData | undefined {
  const [signer] = signedData.signers;
  if (!signer || match === undefined || match === 'absent') return undefined;
  return signingReference(bindingDigestOf(signer.signedAttributes).bindingDigest, match === 'match');
}

/** The signing-certificate attribute as a reference: serial numbers in it were compared together with the digest. */
export function signingReference(digest: string | undefined, matches: boolean): CertificateReferenceData {
  const algorithm = digestName(digest);
  return {
    origin: 'signing-certificate',
    ...(algorithm === undefined ? {} : { digest: { algorithm } }),
    digestMatch: matches,
    issuerSerialPresent: false,
  };
}

/** The certificates found, the signer's with the reference to it. */
export function withReference(
  found: TimestampData['foundCertificates'],
  signer: Certificate | undefined,
  reference: CertificateReferenceData | undefined,
): TimestampData['foundCertificates'] {
  if (!signer) return found;
  const id: TokenId = tokenId(signer.der);
  const own = found.find(({ certificate }) => certificate === id) ?? { certificate: id, origins: [] };
  const others = found.filter(({ certificate }) => certificate !== id);
  return [reference ? { ...own, references: [reference] } : own, ...others];
}

function tsaName(
  name: GeneralName,
  text: string | undefined,
  { subject, subjectAltNames }: Certificate,
): NonNullable<TimestampData['tsaName']> {
  const names: readonly GeneralName[] = [{ kind: 'directory', name: subject }, ...subjectAltNames];
  const isOwn = names.some((one) => one.kind === name.kind && textOf(one) === textOf(name));
  return { value: (text ?? name.kind).slice(0, 2000), contentMatch: isOwn, orderMatch: isOwn };
}

function textOf(name: GeneralName): string {
  if (name.kind === 'directory') return name.name.key;
  if ('bytes' in name) return toHex(name.bytes);
  return typeof name.value === 'string' ? name.value : toHex(name.value ?? new Uint8Array());
}
