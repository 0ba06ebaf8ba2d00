import type { Check } from '@tra/pki';
import { isWithin, XmlError, type XmlReferenceResult } from '@tra/xml';
import type { SignerFacts, StampedData } from '../facts.ts';
import { finding } from '../findings.ts';
import { signatureTimestampInput, type XadesDocument, type XadesSignature } from './read.ts';
import type { XadesCryptoFacts } from './verify.ts';

/** The cryptographic facts of an XML signature in the terms of the process. */
export function signerFactsOf(
  document: XadesDocument,
  signature: XadesSignature,
  facts: XadesCryptoFacts,
): SignerFacts {
  const certificate = facts.signer ?? facts.presumedSigner;
  const isBound = facts.signedPropertiesSigned && signature.targetFits;
  const { signingTime, xml } = signature;
  const all = [...facts.references, ...facts.manifestReferences];
  const misplaced = signature.counterSignatureOf !== undefined && facts.dataFound && !facts.dataIntact;
  const references = all.map(referenceFinding);
  return {
    digest: weakest([xml.scheme?.digest, ...all.map(({ reference }) => reference.digest)]),
    ...(certificate ? { certificate } : {}),
    binding: bindingOf(signature, facts, isBound),
    hash: hashOf(facts),
    value: valueState(signature, facts),
    signatureValue: xml.value ?? new Uint8Array(),
    timestamps: signature.signatureTimestamps.map(
      (stamp): StampedData => ({
        token: stamp.token ?? new Uint8Array(),
        data: stampedData(document, signature, stamp),
      }),
    ),
    ...(signingTime && isBound ? { claimedTime: signingTime } : {}),
    references: misplaced ? [...references, finding('signature.counter_signature_misplaced')] : references,
  };
}

function bindingOf(signature: XadesSignature, facts: XadesCryptoFacts, isBound: boolean): SignerFacts['binding'] {
  if (isBound && facts.signingCertificate !== 'absent') {
    return facts.signingCertificate === 'match' || !facts.valueIntact ? 'bound' : 'mismatch';
  }
  const { keyInfo } = signature.xml;
  const signed = facts.references.some(
    ({ covered, intact }) =>
      intact && keyInfo && covered && isWithin(keyInfo, covered.apex) && (covered.has?.(keyInfo) ?? true),
  );
  return signed ? 'bound' : 'absent';
}

/** A signature is as weak as the weakest digest in it. */
function weakest(digests: readonly (string | undefined)[]): string {
  const known = digests.filter((digest) => digest !== undefined);
  const order = ['sha1', 'sha224', 'sha3-224', 'sha256', 'sha3-256', 'sha384', 'sha3-384', 'sha512', 'sha3-512'];
  return order.find((digest) => known.includes(digest)) ?? '?';
}

function hashOf({ dataIntact, manifestReferences, references }: XadesCryptoFacts): SignerFacts['hash'] {
  const all = [...references, ...manifestReferences];
  if (all.length === 0) return 'unknown';
  if (!dataIntact && all.some(({ found, intact }) => found && !intact)) return 'differs';
  if (all.some(({ found }) => !found)) return 'content_missing';
  return dataIntact ? 'matches' : 'differs';
}

function valueState({ certificates, xml }: XadesSignature, facts: XadesCryptoFacts): SignerFacts['value'] {
  if (facts.valueIntact) return 'valid';
  if (!xml.scheme) return 'algorithm_unsupported';
  return certificates.length === 0 ? 'unverifiable' : 'invalid';
}

function stampedData(
  document: XadesDocument,
  signature: XadesSignature,
  stamp: XadesSignature['signatureTimestamps'][number],
): readonly Uint8Array[] {
  try {
    return [signatureTimestampInput(document, signature, stamp)];
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return [];
  }
}

function referenceFinding({ found, intact, reason, reference }: XmlReferenceResult): Check {
  const uri = (reference.uri ?? '').slice(0, 200) || '/';
  if (intact) return finding('signature.reference_intact', { uri });
  if (reason === 'xml.reference_ambiguous') return finding('signature.reference_ambiguous', { uri });
  if (!found) return finding('signature.reference_missing', { uri });
  return reason
    ? finding('signature.reference_unreadable', { uri, reason })
    : finding('signature.reference_differs', { uri });
}
