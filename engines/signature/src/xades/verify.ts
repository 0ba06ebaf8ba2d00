import { X509Certificate } from 'node:crypto';
import { equalBytes } from '@tra/kernel';
import { type Certificate, recentCertificate } from '@tra/pki';
import {
  childElements,
  type DetachedResolver,
  type DigestResolver,
  DSIG_NAMESPACE,
  elementsBelow,
  isElement,
  isWithin,
  type NodeSet,
  type ParsedDocument,
  type ParsedElement,
  type ParsedNode,
  readManifest,
  type VerifyBudget,
  verifyBudget,
  verifyReferences,
  verifyXmlSignature,
  XmlError,
  type XmlReferenceResult,
} from '@tra/xml';
import { isReferenced } from './certificate-reference.ts';
import { coveredBy, uncoveredPart } from './covered.ts';
import { keyValueOf } from './key-value.ts';
import type { XadesSignature } from './read.ts';

/** Input of {@link verifyXadesCrypto}. */
export interface VerifyXadesOptions {
  readonly document: ParsedDocument;
  /** Certificates beside those in the signature, DER. */
  readonly certificates?: readonly Uint8Array[];
  /** Hands over detached octets; nothing is ever fetched. */
  readonly resolve?: DetachedResolver;
  /** Digests of detached octets that are not at hand. */
  readonly resolveDigests?: DigestResolver;
  /** Also algorithms of earlier times (SHA-1, DSA); whether they still count is the caller's policy. */
  readonly legacy?: boolean;
  /** What is left to spend on this document; share one among its signatures. A fresh one for each call unless given. */
  readonly budget?: VerifyBudget;
}

/** Cryptographic facts of one signature (ETSI EN 319 102-1 clause 5.2.7); trust in the signer is another question. */
export interface XadesCryptoFacts {
  /** The value verifies over ds:SignedInfo, and every reference there was found and matches (XMLDSig core validation). */
  readonly signatureIntact: boolean;
  /**
   * Every reference was found and matches, none of a signed manifest is known to differ, and a counter-signature signs the value of the
   * signature inside which it stands.
   */
  readonly dataIntact: boolean;
  /** Every reference of ds:SignedInfo was found. */
  readonly dataFound: boolean;
  readonly references: readonly XmlReferenceResult[];
  /** References of ds:Manifest elements that ds:SignedInfo signs. */
  readonly manifestReferences: readonly XmlReferenceResult[];
  /** The value verifies over ds:SignedInfo with the key of a certificate at hand, or a bare key. */
  readonly valueIntact: boolean;
  /** The signer's certificate: the one whose key verified the value. */
  readonly signer?: Certificate;
  /** When none verified it: the certificate that the signed properties name, else the first at hand. */
  readonly presumedSigner?: Certificate;
  /** Whether the signed properties name that certificate. */
  readonly signingCertificate: 'match' | 'mismatch' | 'absent';
  /** The very SignedProperties of this signature are under a reference that matches. */
  readonly signedPropertiesSigned: boolean;
  /** What the references cover together is the whole document but signatures. */
  readonly coversDocument: boolean;
}

/** Certificates tried for one signature. */
const maxCandidates = 64;

/**
 * Verifies the cryptography of one signature: references, value, and that the signed properties name the certificate whose key verifies it.
 * A broken signature gives facts, never an exception.
 *
 * @example
 * const { document, signatures } = readXadesSignatures(bytes);
 * for (const signature of signatures) verifyXadesCrypto(signature, { document }).signatureIntact;
 */
export function verifyXadesCrypto(signature: XadesSignature, options: VerifyXadesOptions): XadesCryptoFacts {
  const { document } = options;
  const bounded = { ...options, budget: options.budget ?? verifyBudget(document) };
  const candidates = candidatesOf(signature, options.certificates ?? []);
  const { references, signer, valueIntact } = firstThatVerifies(signature, candidates, bounded);
  const manifestReferences = manifestsOf(signature, references, bounded);
  const { signedProperties, signingCertificates } = signature;
  const [named] = signingCertificates;
  const under = references.filter(({ intact }) => intact).map(({ target }) => target);
  const referencesIntact = references.every(({ intact }) => intact);
  const presumed = candidates
    .map(({ certificate }) => certificate)
    .find(
      (one) =>
        one !== undefined &&
        ((named !== undefined && isReferenced(named, one)) ||
          signature.certificates.some((own) => equalBytes(own, one.der))),
    );
  return {
    valueIntact,
    ...(!valueIntact && presumed ? { presumedSigner: presumed } : {}),
    signatureIntact: valueIntact && referencesIntact,
    dataIntact:
      referencesIntact &&
      manifestReferences.every(({ found, intact }) => intact || !found) &&
      signsWhatItCounters(signature, under),
    dataFound: references.every(({ found }) => found),
    references,
    manifestReferences,
    ...(signer ? { signer } : {}),
    signingCertificate: !named ? 'absent' : signer && isReferenced(named, signer) ? 'match' : 'mismatch',
    signedPropertiesSigned:
      signedProperties !== undefined &&
      (under.includes(signedProperties) || coveredBy(references).some((set) => holdsAll(set, signedProperties))),
    coversDocument: uncoveredPart(signature.xml, document, { covered: coveredBy(references), budget: bounded.budget })
      .whole,
  };
}

/** Whether a node-set has an element with everything in it: a transform may select it out of the whole document. */
function holdsAll(set: NodeSet, element: ParsedElement): boolean {
  if (!isWithin(element, set.apex)) return false;
  const holds = (node: ParsedNode): boolean => {
    if (node.kind === 'comment') return true;
    if (!(set.has?.(node) ?? true)) return false;
    if (node.kind !== 'element') return true;
    const { attributes, children } = node;
    return attributes.every((one) => set.hasAttribute?.(node, one) ?? true) && children.every(holds);
  };
  return holds(element);
}

function signsWhatItCounters(
  { counterSignatureOf }: XadesSignature,
  under: readonly XmlReferenceResult['target'][],
): boolean {
  if (!counterSignatureOf) return true;
  const value = childElements(counterSignatureOf).find((child) => isElement(child, DSIG_NAMESPACE, 'SignatureValue'));
  return value !== undefined && under.includes(value);
}

/** A key that may have made the value, with its certificate when that could be read. */
interface Candidate {
  readonly publicKey: Uint8Array;
  readonly certificate?: Certificate;
}

/** The certificate that the signed properties name comes first. */
function candidatesOf(signature: XadesSignature, more: readonly Uint8Array[]): Candidate[] {
  const all = [...signature.certificates, ...more].slice(0, maxCandidates).flatMap((der) => candidate(der) ?? []);
  const [named] = signature.signingCertificates;
  const isNamed = ({ certificate }: Candidate): boolean =>
    named !== undefined && certificate !== undefined && isReferenced(named, certificate);
  const first = new Set(all.filter(isNamed));
  return [...first, ...all.filter((entry) => !first.has(entry))];
}

/** Certificates that break a rule of RFC 5280 still hold a key: whether the value verifies is told, whose it is not. */
function candidate(der: Uint8Array): Candidate | undefined {
  try {
    const certificate = recentCertificate(der);
    return { publicKey: certificate.publicKey, certificate };
  } catch {
    try {
      const { publicKey } = new X509Certificate(der);
      return { publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) };
    } catch {
      return undefined;
    }
  }
}

interface Verified {
  readonly references: readonly XmlReferenceResult[];
  readonly valueIntact: boolean;
  readonly signer?: Certificate;
}

/** A bare key is tried last. */
function firstThatVerifies(
  signature: XadesSignature,
  candidates: readonly Candidate[],
  options: VerifyXadesOptions,
): Verified {
  const references = verifyReferences(signature.xml.references, signature.xml.element, options);
  const bare = { ...signature.xml, references: [] };
  for (const { certificate, publicKey } of candidates) {
    const { valueIntact } = verifyXmlSignature(bare, { ...options, publicKey });
    if (valueIntact) return { references, valueIntact, ...(certificate ? { signer: certificate } : {}) };
  }
  const publicKey = keyValueOf(signature.xml.keyInfo);
  return {
    references,
    valueIntact: publicKey ? verifyXmlSignature(bare, { ...options, publicKey }).valueIntact : false,
  };
}

/** References of the manifests that are signed, not of any other that stands about. */
function manifestsOf(
  signature: XadesSignature,
  references: readonly XmlReferenceResult[],
  options: VerifyXadesOptions,
): XmlReferenceResult[] {
  const found: XmlReferenceResult[] = [];
  for (const { intact, target } of references) {
    if (!intact || target?.kind !== 'element' || !isWithin(target, signature.xml.element)) continue;
    for (const manifest of elementsBelow(target)) {
      if (!isElement(manifest, DSIG_NAMESPACE, 'Manifest')) continue;
      try {
        found.push(...verifyReferences(readManifest(manifest), signature.xml.element, options));
      } catch (error) {
        if (!(error instanceof XmlError)) throw error;
      }
    }
  }
  return found;
}
