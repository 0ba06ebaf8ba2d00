import { createHash, getHashes } from 'node:crypto';
import { equalBytes } from '@tra/kernel';
import { type NodeSet, subtree } from '../c14n/node-set.ts';
import { XmlError, type XmlErrorCode } from '../errors.ts';
import type { ParsedDocument, ParsedElement } from '../tree/node.ts';
import { verifyXmlSignatureValue, type XmlDigest } from './algorithms.ts';
import { spend, type VerifyBudget, verifyBudget } from './budget.ts';
import { type DetachedResolver, type DigestResolver, dereference, digestInput } from './dereference.ts';
import type { XmlReference, XmlSignature } from './read.ts';
import { canonicalizeBy, type TransformContext } from './transforms.ts';

/** How one reference turned out. */
export interface XmlReferenceResult {
  readonly reference: XmlReference;
  /** What it points at was at hand. */
  readonly found: boolean;
  /** The digest matches. */
  readonly intact: boolean;
  /** The very document or element whose content the digest covers: act upon this node and no other. Absent for detached octets. */
  readonly target?: ParsedDocument | ParsedElement;
  /** The octets that were hashed: what was signed, as the signer's transforms left it. Present when it is intact, unless only their digest was at hand. */
  readonly octets?: Uint8Array;
  /** The nodes of this document that those octets hold; absent when they come from elsewhere or only their text was signed. */
  readonly covered?: NodeSet;
  /** Where the transforms left a node-set: that set, which a time-stamp may cover in another canonical form. Present when it is intact. */
  readonly nodes?: NodeSet;
  /** Why it could not be judged. */
  readonly reason?: XmlErrorCode;
}

/** How a signature turned out. Whose key it is, is another question. */
export interface XmlSignatureResult {
  /** The value verifies over ds:SignedInfo with the key given. */
  readonly valueIntact: boolean;
  /** Every reference was found and its digest matches. */
  readonly referencesIntact: boolean;
  readonly references: readonly XmlReferenceResult[];
  /** Why the value could not be judged. */
  readonly reason?: XmlErrorCode;
}

/** Input of {@link verifyXmlSignature}. */
export interface VerifyXmlOptions {
  readonly document: ParsedDocument;
  /** SubjectPublicKeyInfo of the signer's key, DER. */
  readonly publicKey: Uint8Array;
  readonly resolve?: DetachedResolver;
  /** Digests of octets that are not at hand. */
  readonly resolveDigests?: DigestResolver;
  /** Also SHA-1, SHA-224 and DSA, for documents of their time; whether they still count is the caller's policy. */
  readonly legacy?: boolean;
  /** What is left to spend on this document; share one among its signatures. A fresh one for each call unless given. */
  readonly budget?: VerifyBudget;
}

const legacyDigests: ReadonlySet<string> = new Set(['sha1', 'sha224', 'sha3-224']);

/**
 * Verifies a signature that {@link readXmlSignature} read (XMLDSig 1.1 clause 3.2): every reference, then the value over the canonical form of
 * ds:SignedInfo. A broken signature is a result, never an exception.
 *
 * @example
 * const { valueIntact, references } = verifyXmlSignature(signature, { document, publicKey: certificate.publicKey });
 */
export function verifyXmlSignature(signature: XmlSignature, options: VerifyXmlOptions): XmlSignatureResult {
  const references = verifyReferences(signature.references, signature.element, options);
  const { intact, reason } = verifyValue(signature, options);
  return {
    valueIntact: intact,
    referencesIntact: references.every((result) => result.intact),
    references,
    ...(reason ? { reason } : {}),
  };
}

/** Checks references on their own, as of a ds:Manifest. */
export function verifyReferences(
  references: readonly XmlReference[],
  signature: ParsedElement,
  options: Omit<VerifyXmlOptions, 'publicKey'>,
): XmlReferenceResult[] {
  const budget = options.budget ?? verifyBudget(options.document);
  return references.map((reference) => {
    try {
      return verifyReference(reference, { signature, budget }, options);
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      const found = error.code !== 'xml.reference_ambiguous';
      return { reference, found, intact: false, reason: error.code };
    }
  });
}

function verifyReference(
  reference: XmlReference,
  context: TransformContext,
  options: Omit<VerifyXmlOptions, 'publicKey'>,
): XmlReferenceResult {
  const { document, legacy, resolve } = options;
  spend(context.budget, 'octets', 1024);
  const found = dereference(document, reference, resolve);
  if (!found) return verifyByDigest(reference, options);
  const { target } = found;
  const common = { reference, found: true, ...(target ? { target } : {}) };
  const { digest, digestValue } = reference;
  if (!isUsable(digest, legacy))
    return { ...common, ...unusable(reference, () => digestInput(found, reference, context)) };
  const { octets, covered, nodes } = digestInput(found, reference, context);
  const computed = new Uint8Array(createHash(digest).update(octets).digest());
  const intact = digestValue !== undefined && equalBytes(computed, digestValue);
  if (!intact) return { ...common, intact };
  return { ...common, intact, octets, ...(covered ? { covered } : {}), ...(nodes ? { nodes } : {}) };
}

const isUsable = (digest: XmlReference['digest'], legacy: boolean = false): digest is XmlDigest =>
  digest !== undefined && (legacy || !legacyDigests.has(digest));

/** A digest that nothing may rest on can still tell that the octets are others; that they are the same is never said. */
function unusable(
  { digestMethod, digestValue }: XmlReference,
  input: () => { readonly octets: Uint8Array },
): Pick<XmlReferenceResult, 'intact' | 'reason'> {
  const name = tellingDigests.get(digestMethod);
  const isOther =
    name !== undefined &&
    getHashes().includes(name) &&
    digestValue !== undefined &&
    !equalBytes(createHash(name).update(input().octets).digest(), digestValue);
  return isOther ? { intact: false } : { intact: false, reason: 'xml.algorithm_unsupported' };
}

const tellingDigests: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2001/04/xmldsig-more#md5', 'md5'],
  ['http://www.w3.org/2001/04/xmlenc#ripemd160', 'ripemd160'],
]);

/** A reference to octets of which at most digests are known. Where the octets themselves are needed nothing is said about them. */
function verifyByDigest(
  reference: XmlReference,
  { legacy, resolveDigests }: Omit<VerifyXmlOptions, 'publicKey'>,
): XmlReferenceResult {
  const { digest, digestValue, transforms, type, uri } = reference;
  const known = resolveDigests?.({ ...reference, uri, type });
  if (!known) return { reference, found: false, intact: false, reason: 'xml.reference_unresolved' };
  if (!isUsable(digest, legacy)) return { reference, found: true, intact: false, reason: 'xml.algorithm_unsupported' };
  const computed = transforms.length === 0 ? known[digest] : undefined;
  if (!computed) return { reference, found: false, intact: false, reason: 'xml.octets_needed' };
  return { reference, found: true, intact: digestValue !== undefined && equalBytes(computed, digestValue) };
}

/**
 * The octets that the key of a signature signed (XMLDSig 1.1 clause 3.2.2): the canonical form of ds:SignedInfo. Undefined where the canonicalisation is not
 * known. Costs nothing after {@link verifyXmlSignature}.
 */
export function signedInfoOctets(
  { canonicalization, signedInfo }: XmlSignature,
  document: ParsedDocument,
): Uint8Array | undefined {
  try {
    return canonicalOf(canonicalization, signedInfo, document);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return undefined;
  }
}

function canonicalOf(method: ParsedElement, signedInfo: ParsedElement, document: ParsedDocument): Uint8Array {
  const data = canonical.get(signedInfo) ?? canonicalizeBy(method, subtree(document, signedInfo));
  canonical.set(signedInfo, data);
  return data;
}

/** Canonical ds:SignedInfo by the element: several keys may be tried for one signature. */
const canonical = new WeakMap<ParsedElement, Uint8Array>();

function verifyValue(
  signature: XmlSignature,
  { document, legacy, publicKey }: VerifyXmlOptions,
): { intact: boolean; reason?: XmlErrorCode } {
  const { canonicalization, scheme, signedInfo, value } = signature;
  if (!scheme) return { intact: false, reason: 'xml.algorithm_unsupported' };
  if (!value) return { intact: false, reason: 'xml.base64_invalid' };
  const old = scheme.family === 'dsa' || legacyDigests.has(scheme.digest ?? '');
  if (old && !legacy) return { intact: false, reason: 'xml.algorithm_unsupported' };
  try {
    const data = canonicalOf(canonicalization, signedInfo, document);
    return { intact: verifyXmlSignatureValue(scheme, publicKey, data, value) };
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return { intact: false, reason: error.code };
  }
}
