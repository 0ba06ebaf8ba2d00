import { createHash } from 'node:crypto';
import { readDer, SequenceReader, TAG } from '@tra/asn1';
import { concatBytes, equalBytes } from '@tra/kernel';
import type { DigestName } from '@tra/pki';
import type { DetachedPart } from '../subject.ts';
import type { Evidence, PolicyReference } from './model.ts';

const maxFiles = 256;

/**
 * Evidence with its signature policy held against the document of it (ETSI EN 319 102-1 clause 5.2.4.2): the one in the signature policy store, else
 * whichever of `files` has the signed digest. A file is called another document only when it has the name that the signature gives the policy.
 */
export function withPolicyDocument(evidence: Evidence, files: readonly DetachedPart[] = []): Evidence {
  const { policy } = evidence;
  if (policy === undefined || policy === 'malformed') return evidence;
  const document = documentState(policy, files);
  return document ? { ...evidence, policy: { ...policy, document } } : evidence;
}

function documentState(policy: PolicyReference, files: readonly DetachedPart[]): PolicyReference['document'] {
  const { digest, hash, otherOctets, store } = policy;
  if (!digest || !hash || otherOctets || isZeroHash(policy)) return undefined;
  const fits = (document: Uint8Array): boolean => isDigestOf(document, digest, hash);
  if (store) return fits(store) ? 'matches' : 'differs';
  const candidates = files.slice(0, maxFiles);
  if (candidates.some(({ bytes }) => fits(bytes))) return 'matches';
  return candidates.some(({ name }) => name !== undefined && isNamed(policy, name)) ? 'differs' : undefined;
}

/** A digest of zeros says that the policy is known by other means (EN 319 122-1 clause 5.2.9.1). */
export function isZeroHash({ hash }: PolicyReference): boolean {
  return hash !== undefined && hash.length > 0 && hash.every((byte) => byte === 0);
}

function isDigestOf(document: Uint8Array, digest: string, hash: Uint8Array): boolean {
  const forms = [document, ...signedPartOf(document)];
  return forms.some((form) =>
    equalBytes(
      createHash(digest as DigestName)
        .update(form)
        .digest(),
      hash,
    ),
  );
}

/** Of a policy in ASN.1 its algorithm and its rules are what is digested, without the tag around them (ETSI TR 102 272 clause 5). */
function signedPartOf(document: Uint8Array): readonly Uint8Array[] {
  if (document[0] !== TAG.sequence) return [];
  try {
    const reader = new SequenceReader(readDer(document, { maxBytes: 1024 * 1024 }), 'SignaturePolicy');
    const algorithm = reader.take(TAG.sequence, 'signPolicyHashAlg').raw;
    return [concatBytes(algorithm, reader.take(TAG.sequence, 'signPolicyInfo').raw)];
  } catch {
    return [];
  }
}

function isNamed({ uri }: PolicyReference, name: string): boolean {
  const last = uri?.split(/[?#]/)[0]?.split('/').at(-1) ?? '';
  return last !== '' && name.split('/').at(-1) === last;
}
