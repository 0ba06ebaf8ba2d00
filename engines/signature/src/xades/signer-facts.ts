import type { Check } from '@tra/pki';
import { isWithin, signedInfoOctets, type VerifyBudget, type XmlReferenceResult } from '@tra/xml';
import { evidenceChecks } from '../evidence/checks.ts';
import { withContainerStamps } from '../evidence/container-stamps.ts';
import { withPolicyDocument } from '../evidence/policy-document.ts';
import { digestOver, type SignerFacts } from '../facts.ts';
import { finding } from '../findings.ts';
import { methodName } from '../method-names.ts';
import type { DetachedPart, FindContext } from '../subject.ts';
import { isReferenced } from './certificate-reference.ts';
import type { DetachedSource } from './detached.ts';
import { digestMatchers } from './digest-matchers.ts';
import { xadesEvidence } from './evidence.ts';
import { xadesLevelFacts } from './level.ts';
import type { XadesDocument, XadesSignature } from './read.ts';
import { renewedDigestFindings } from './renewed-digests.ts';
import { isMethodUnknown } from './unknown-method.ts';
import type { XadesCryptoFacts } from './verify.ts';

/** The cryptographic facts of an XML signature in the terms of the process. */
export function signerFactsOf(
  { document }: XadesDocument,
  signature: XadesSignature,
  {
    archives,
    budget,
    documents,
    facts,
    source,
  }: {
    readonly facts: XadesCryptoFacts;
    readonly budget: VerifyBudget;
    readonly documents: readonly DetachedPart[];
    readonly source: DetachedSource;
    readonly archives: FindContext['archives'];
  },
): SignerFacts {
  const { manifestReferences, references: own } = facts;
  const found = xadesEvidence({ document, signature, references: own, budget });
  const inside = withPolicyDocument(found, documents);
  const evidence = withContainerStamps(inside, archives);
  const certificate = facts.signer ?? facts.presumedSigner;
  const isBound = facts.signedPropertiesSigned && signature.targetFits;
  const { signingTime, xml } = signature;
  const signedInfo = xml.scheme && xml.value ? signedInfoOctets(xml, document) : undefined;
  const all = [...own, ...manifestReferences];
  const keyInfoSigned = isKeyInfoSigned(signature, facts);
  const misplaced = signature.counterSignatureOf !== undefined && facts.dataFound && !facts.dataIntact;
  const { resolveDigests } = source;
  const references = [
    ...own.map(referenceFinding),
    ...manifestReferences.map(manifestFinding),
    ...renewedDigestFindings(signature.unsignedProperties, { document, manifestReferences, resolveDigests, budget }),
  ];
  return {
    digest: weakest([xml.scheme?.digest, ...all.map(({ reference }) => reference.digest)]),
    ...(certificate ? { certificate } : {}),
    binding: bindingOf(signature, facts, isBound),
    hash: hashOf(facts),
    value: valueState(signature, facts),
    method: methodName(xml.signatureMethod),
    ...(xml.scheme?.digest && signedInfo ? { toBeSigned: digestOver(xml.scheme.digest, signedInfo) } : {}),
    signatureValue: xml.value ?? new Uint8Array(),
    timestamps: evidence.timestamps.filter(({ kind }) => kind === 'signature'),
    digests: digestMatchers(facts, signature),
    ...(signature.signingCertificates[0]?.digest ? { bindingDigest: signature.signingCertificates[0].digest } : {}),
    evidence,
    // What a container puts around the file is not in the signature: its level asks for properties (EN 319 132-1 clause 6.3).
    levels: xadesLevelFacts({
      signature,
      certificate,
      evidence: inside,
      references: own,
      manifestReferences,
      keyInfoSigned,
    }),
    evidenceChecks: evidenceChecks(evidence),
    ...(signingTime && isBound ? { claimedTime: signingTime } : {}),
    references: misplaced ? [...references, finding('signature.counter_signature_misplaced')] : references,
  };
}

function bindingOf(signature: XadesSignature, facts: XadesCryptoFacts, isBound: boolean): SignerFacts['binding'] {
  if (isBound && facts.signingCertificate !== 'absent') {
    const [named] = signature.signingCertificates;
    const presumed = facts.valueIntact ? undefined : facts.presumedSigner;
    const isNamed = facts.signingCertificate === 'match' || (named && presumed && isReferenced(named, presumed));
    return isNamed ? 'bound' : 'mismatch';
  }
  return isKeyInfoSigned(signature, facts) ? 'bound' : 'absent';
}

/** ds:KeyInfo with a certificate in it is under a reference that matches. */
function isKeyInfoSigned({ xml: { keyInfo } }: XadesSignature, { references }: XadesCryptoFacts): boolean {
  return references.some(
    ({ covered, intact }) =>
      intact &&
      keyInfo !== undefined &&
      covered !== undefined &&
      isWithin(keyInfo, covered.apex) &&
      (covered.has?.(keyInfo) ?? true),
  );
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
  if (!dataIntact && all.some(({ found, intact, reason }) => found && !intact && !isMethodUnknown(reason)))
    return 'differs';
  if (all.some(({ found }) => !found)) return 'content_missing';
  if (dataIntact) return 'matches';
  return all.some(({ reason }) => isMethodUnknown(reason)) ? 'unknown' : 'differs';
}

/** HMAC (XMLDSig 1.1 clause 6.3.1): whoever can verify it can make it. */
const isKeyless = (signatureMethod: string): boolean => signatureMethod.includes('#hmac-');

function valueState({ certificates, xml }: XadesSignature, facts: XadesCryptoFacts): SignerFacts['value'] {
  if (facts.valueIntact) return 'valid';
  if (!xml.scheme) return isKeyless(xml.signatureMethod) ? 'algorithm_keyless' : 'algorithm_unsupported';
  return certificates.length === 0 ? 'unverifiable' : 'invalid';
}

function referenceFinding({ found, intact, reason, reference }: XmlReferenceResult): Check {
  const uri = (reference.uri ?? '').slice(0, 200) || '/';
  if (intact) return finding('signature.reference_intact', { uri });
  if (reason === 'xml.reference_ambiguous') return finding('signature.reference_ambiguous', { uri });
  if (reason === 'xml.octets_needed') return finding('signature.reference_needs_octets', { uri });
  if (!found) return finding('signature.reference_missing', { uri });
  if (isMethodUnknown(reason)) return finding('signature.reference_method_unsupported', { uri });
  return reason
    ? finding('signature.reference_unreadable', { uri, reason })
    : finding('signature.reference_differs', { uri });
}

/** Entries of a signed manifest are not what the signer's own references are: the signature over the list holds without them. */
function manifestFinding(result: XmlReferenceResult): Check {
  const uri = (result.reference.uri ?? '').slice(0, 200) || '/';
  if (result.intact) return finding('signature.manifest_entry_intact', { uri });
  if (result.reason === 'xml.octets_needed') return finding('signature.reference_needs_octets', { uri });
  if (isMethodUnknown(result.reason)) return finding('signature.reference_method_unsupported', { uri });
  return finding(result.found ? 'signature.manifest_entry_differs' : 'signature.manifest_entry_missing', { uri });
}
