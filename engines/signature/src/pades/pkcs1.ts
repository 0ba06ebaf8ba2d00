import { createHash, publicDecrypt } from 'node:crypto';
import { der, readDer, readOctetString, readOid, SequenceReader, TAG } from '@tra/asn1';
import { concatBytes, equalBytes } from '@tra/kernel';
import type { PdfSignature } from '@tra/pdf';
import { type Certificate, type DigestName, digestOfOid, readPublicKey, verifySignature } from '@tra/pki';
import type { Evidence } from '../evidence/model.ts';
import { certificateOf } from '../evidence/token.ts';
import { digestOver, type SignedFacts, type SignerFacts } from '../facts.ts';
import { digestName } from '../gather/algorithms.ts';
import type { LevelFacts } from '../levels/level.ts';
import { methodName } from '../method-names.ts';
import type { PdfSurroundings } from './surroundings.ts';

const rsaEncryption = der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nullValue());

/** Digests that ISO 32000-1 table 257 lists for the sub-filter; RIPEMD-160, the fifth, is accepted nowhere. */
const digests: readonly (DigestName | undefined)[] = ['sha1', 'sha256', 'sha384', 'sha512'];

/**
 * A signature of the sub-filter `adbe.x509.rsa_sha1` (ISO 32000-1 clause 12.8.3.2): Contents is the RSASSA-PKCS1-v1_5 value over the octets of ByteRange as
 * an OCTET STRING, and the first certificate of Cert is the signer's. The digest is the one that the value names, SHA-1 or one of its successors; the value is
 * then verified with that digest as a whole, so that nothing beside it can stand in there. Undefined when Contents or Cert cannot be read.
 */
export function pkcs1Facts(
  { certificates = [], contents }: PdfSignature,
  content: readonly Uint8Array[],
  surroundings: PdfSurroundings,
): SignedFacts | undefined {
  const signature = octetsOf(contents);
  const [first] = certificates;
  if (!signature || !first) return undefined;
  const [certificate] = certificateOf(first);
  const judged = certificate ? judge(certificate, signature, content) : unverifiable;
  const evidence = evidenceOf(certificates, surroundings);
  const { digest } = judged;
  const algorithm = digestName(digest);
  const signer: SignerFacts = {
    ...judged,
    ...(certificate ? { certificate } : { certificateUnreadable: true as const }),
    binding: 'absent',
    signatureValue: signature,
    timestamps: [],
    digests: [
      {
        type: 'content-digest',
        ...(algorithm === undefined ? {} : { digest: { algorithm } }),
        found: content.length > 0,
        intact: judged.hash === 'matches',
        ...(judged.value === 'algorithm_unsupported' ? { unsupported: true as const } : {}),
      },
    ],
    evidence,
    levels: levelFacts,
    evidenceChecks: [],
  };
  const { crls = [], ocspResponses = [] } = surroundings.store ?? {};
  const beside = [...certificates, ...(surroundings.store?.certificates ?? [])];
  return { signers: [signer], certificates: [...new Set(beside)], crls, ocspResponses };
}

type Judged = Pick<SignerFacts, 'digest' | 'hash' | 'value' | 'method' | 'toBeSigned'>;

const unverifiable: Judged = { digest: 'sha1', hash: 'unknown', value: 'unverifiable' };

function judge({ publicKey }: Certificate, signature: Uint8Array, content: readonly Uint8Array[]): Judged {
  if (content.length === 0) return { digest: 'sha1', hash: 'content_missing', value: 'unverifiable' };
  const stated = digestInfo(publicKey, signature);
  if (stated === 'no_rsa_key') return { ...unverifiable, value: 'algorithm_inconsistent' };
  if (!stated) return { ...unverifiable, value: 'invalid' };
  const digest = digestOfOid(stated.oid);
  if (!digest || !digests.includes(digest)) {
    return {
      digest: digest ?? stated.oid,
      hash: 'unknown',
      value: 'algorithm_unsupported',
      method: methodName(digest ?? stated.oid),
    };
  }
  const octets = concatBytes(...content);
  const isSame = equalBytes(createHash(digest).update(octets).digest(), stated.value);
  const isValid = isSame && verifySignature(rsaEncryption, publicKey, octets, signature, digest);
  return {
    digest,
    hash: isSame ? 'matches' : 'differs',
    value: isValid ? 'valid' : 'invalid',
    toBeSigned: digestOver(digest, octets),
  };
}

/** The DigestInfo in the value (RFC 8017 section 9.2) for what it states only: the encoding around it is judged by verifying. */
function digestInfo(
  spki: Uint8Array,
  signature: Uint8Array,
): { readonly oid: string; readonly value: Uint8Array } | 'no_rsa_key' | undefined {
  try {
    const key = readPublicKey(spki);
    if (key.asymmetricKeyType !== 'rsa') return 'no_rsa_key';
    if ((key.asymmetricKeyDetails?.modulusLength ?? 0) > maximumRsaBits) return undefined;
    const reader = new SequenceReader(readDer(publicDecrypt(key, signature)), 'DigestInfo');
    const algorithm = new SequenceReader(reader.take(TAG.sequence, 'digestAlgorithm'), 'AlgorithmIdentifier');
    const oid = readOid(algorithm.take(TAG.oid, 'algorithm'));
    return { oid, value: readOctetString(reader.take(TAG.octetString, 'digest')) };
  } catch {
    return undefined;
  }
}

/** As for every RSA key: a hostile one must not cost seconds. */
const maximumRsaBits = 8192;

function octetsOf(contents: Uint8Array): Uint8Array | undefined {
  try {
    return readOctetString(readDer(contents));
  } catch {
    return undefined;
  }
}

function evidenceOf(certificates: readonly Uint8Array[], { documentTimestamps, store }: PdfSurroundings): Evidence {
  return {
    timestamps: documentTimestamps,
    material: [
      { origin: 'signed-data', certificates, crls: [], ocspResponses: [] },
      ...(store ? [{ origin: 'security-store' as const, ...store }] : []),
    ],
    commitments: [],
  };
}

/** No level is defined for it. */
const levelFacts: LevelFacts = {
  family: 'PDF-PKCS7',
  baseline: false,
  basic: false,
  policy: false,
  stamped: false,
  baselineStamped: false,
  complete: false,
  baselineComplete: false,
  references: false,
  stampedReferences: false,
  archived: false,
  baselineArchived: false,
  records: false,
};
