import { createHash } from 'node:crypto';
import { CONTENT_TYPE, type Material, recentSignedData, type SignedData, signedDataMaterial } from '@tra/cms';
import { equalBytes } from '@tra/kernel';
import { type Certificate, type DigestName, recentCertificate } from '@tra/pki';
import { readTstInfo, type TstInfo } from '@tra/timestamp';
import { joinMaterial, noMaterial } from './model.ts';

/** A time-stamp token as read; not verified. */
export interface ReadToken {
  readonly signedData: SignedData;
  readonly info: TstInfo;
}

/** Octets that a token may cover, one after the other. */
export type ImprintData = readonly Uint8Array[];

const read = new WeakMap<Uint8Array, ReadToken | 'unreadable'>();

/** Reads a token (RFC 3161 section 2.4.2); undefined when the bytes are none. */
export function readToken(token: Uint8Array): ReadToken | undefined {
  const known = read.get(token) ?? decode(token);
  read.set(token, known);
  return known === 'unreadable' ? undefined : known;
}

function decode(token: Uint8Array): ReadToken | 'unreadable' {
  try {
    const signedData = recentSignedData(token);
    if (signedData.contentType !== CONTENT_TYPE.tstInfo || !signedData.content) return 'unreadable';
    return { signedData, info: readTstInfo(signedData.content) };
  } catch {
    return 'unreadable';
  }
}

const digests = new WeakMap<ImprintData, Map<DigestName, Uint8Array>>();

/** Digest of `data`, which every look at a token over it asks for: worked out once for the same list of parts. */
export function imprintDigest(data: ImprintData, algorithm: DigestName): Uint8Array {
  const known = digests.get(data) ?? new Map<DigestName, Uint8Array>();
  digests.set(data, known);
  const before = known.get(algorithm);
  if (before) return before;
  const hash = createHash(algorithm);
  for (const part of data) hash.update(part);
  const digest = new Uint8Array(hash.digest());
  known.set(algorithm, digest);
  return digest;
}

/** Whether the message imprint of a token is the digest of `data`. */
export function imprintMatches({ info }: ReadToken, data: ImprintData): boolean {
  const { algorithm, value } = info.imprint;
  return algorithm !== undefined && equalBytes(imprintDigest(data, algorithm), value);
}

/**
 * The one of several forms of the same data that a token covers, else the first. Forms are tried where a standard left room or changed its mind;
 * each binds the same objects, so that any of them will do.
 */
export function formThatMatches(token: Uint8Array, forms: readonly (() => ImprintData)[]): ImprintData {
  const parsed = forms.length > 1 ? readToken(token) : undefined;
  let first: ImprintData | undefined;
  for (const form of forms) {
    const data = form();
    if (!parsed || imprintMatches(parsed, data)) return data;
    first ??= data;
  }
  return first ?? [];
}

/** Certificates, CRLs and OCSP responses inside tokens. */
export function materialOfTokens(tokens: readonly Uint8Array[]): Material {
  const found = tokens.flatMap((token) => {
    const parsed = readToken(token);
    return parsed ? [signedDataMaterial(parsed.signedData)] : [];
  });
  return found.length === 0 ? noMaterial : joinMaterial(found);
}

/** The certificate that a token names as its signer's, among those inside and `others`; whether its key verifies is judged elsewhere. */
export function tokenSigner({ signedData }: ReadToken, others: readonly Certificate[]): Certificate | undefined {
  const [signer] = signedData.signers;
  if (!signer) return undefined;
  const inside = signedData.certificates.flatMap(certificateOf);
  return [...inside, ...others].find((one) =>
    signer.identifier.kind === 'subjectKeyId'
      ? one.subjectKeyIdHex === signer.identifier.keyIdHex
      : one.serialHex === signer.identifier.serialHex && one.issuer.key === signer.identifier.issuer.key,
  );
}

/** A certificate that can be read, or none. */
export function certificateOf(der: Uint8Array): readonly Certificate[] {
  try {
    return [recentCertificate(der)];
  } catch {
    return [];
  }
}
