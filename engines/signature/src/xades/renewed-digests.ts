import { createHash } from 'node:crypto';
import { equalBytes } from '@tra/kernel';
import type { Check } from '@tra/pki';
import {
  attributeOf,
  canonicalizeBy,
  childElements,
  type DigestResolver,
  DSIG_NAMESPACE,
  isElement,
  type ParsedDocument,
  type ParsedElement,
  spend,
  spendOnScope,
  subtree,
  type VerifyBudget,
  XmlError,
  type XmlReferenceResult,
  xmlDigestOf,
} from '@tra/xml';
import { finding } from '../findings.ts';
import { octetsOf } from './material.ts';
import { XADES_141_NAMESPACE } from './names.ts';

/** What renewed digests are held against. */
export interface RenewalInput {
  readonly document: ParsedDocument;
  /** References of the manifests that the signature signs, with what became of each. */
  readonly manifestReferences: readonly XmlReferenceResult[];
  readonly resolveDigests?: DigestResolver;
  readonly budget: VerifyBudget;
}

/** Properties that are looked at; each canonicalises every reference of the manifests. */
const maxProperties = 16;

/**
 * Renewed digests among unsigned properties (ETSI EN 319 132-1 clause 5.5.3): each detached file of a signed manifest under another digest than that of the
 * manifest, so that an exchange shows although the older digest is broken. Archive time-stamps behind a property cover it as they cover any. They never make a
 * verdict better.
 */
export function renewedDigestFindings(properties: readonly ParsedElement[], input: RenewalInput): readonly Check[] {
  const renewals = properties.filter(({ namespace }) => namespace === XADES_141_NAMESPACE).filter(isRenewal);
  return renewals.slice(0, maxProperties).flatMap((property) => {
    try {
      // The form of V1.1.1 numbers the references in a way that its readers count differently.
      return property.localName === 'RenewedDigests' ? [unusable(property.localName)] : findingsOf(property, input);
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      return [unusable(error.code)];
    }
  });
}

const isRenewal = ({ localName }: ParsedElement): boolean => /^RenewedDigests(?:V2)?$/.test(localName);

const unusable = (reason: string): Check => finding('signature.renewed_digests_unusable', { reason });

const isDetached = ({ reference: { uri }, target }: XmlReferenceResult): boolean =>
  target === undefined && uri !== '' && !uri?.startsWith('#');

function findingsOf(property: ParsedElement, input: RenewalInput): readonly Check[] {
  const [method, digestMethod, ...values] = childElements(property);
  const isMethod = isElement(method, DSIG_NAMESPACE, 'CanonicalizationMethod');
  if (!isMethod || !isElement(digestMethod, DSIG_NAMESPACE, 'DigestMethod') || values.length === 0) {
    return [unusable('structure')];
  }
  const algorithm = xmlDigestOf(attributeOf(digestMethod, 'Algorithm') ?? '');
  if (!algorithm) return [unusable('DigestMethod')];
  const detached = input.manifestReferences.filter(isDetached);
  if (detached.length === 0) return [unusable('Manifest')];
  const named = detached.map((result) => ({ result, digest: digestOfReference(result, method, algorithm, input) }));
  const renewed = new Set<XmlReferenceResult>();
  const findings = values.map((value): Check => {
    const parts = partsOf(value);
    if (!parts) return unusable('RecomputedDigestValue');
    const found = named.find(({ digest }) => equalBytes(digest, parts.original));
    if (!found) return unusable('OriginalRefDigest');
    renewed.add(found.result);
    return compare(found.result, { algorithm, expected: parts.renewed }, input);
  });
  const left = detached.filter((result) => !renewed.has(result));
  return [...findings, ...left.map((result) => finding('signature.renewed_digest_absent', { uri: uriOf(result) }))];
}

const uriOf = ({ reference }: XmlReferenceResult): string => (reference.uri ?? '').slice(0, 200) || '/';

function digestOfReference(
  { reference }: XmlReferenceResult,
  method: ParsedElement,
  algorithm: string,
  { budget, document }: RenewalInput,
): Uint8Array {
  const set = subtree(document, reference.element);
  spendOnScope(budget, set);
  const octets = canonicalizeBy(method, set);
  spend(budget, 'octets', octets.length);
  return createHash(algorithm).update(octets).digest();
}

/** RecomputedDigestValue: the digest of the file, then that of the ds:Reference which names it. */
function partsOf(value: ParsedElement): { readonly renewed: Uint8Array; readonly original: Uint8Array } | undefined {
  const [file, reference, third] = childElements(value);
  if (value.namespace !== XADES_141_NAMESPACE || value.localName !== 'RecomputedDigestValue' || third) return undefined;
  if (!isElement(file, XADES_141_NAMESPACE, 'NewSDODigestValue')) return undefined;
  if (!isElement(reference, XADES_141_NAMESPACE, 'OriginalRefDigest')) return undefined;
  const [renewed] = octetsOf(file);
  const [original] = octetsOf(reference);
  return renewed && original ? { renewed, original } : undefined;
}

/** A file that already differs under the older digest is told as such, and is not compared again. */
function compare(
  result: XmlReferenceResult,
  { algorithm, expected }: { readonly algorithm: string; readonly expected: Uint8Array },
  { budget, resolveDigests }: RenewalInput,
): Check {
  const { intact, octets, reference } = result;
  const uri = uriOf(result);
  if (octets) spend(budget, 'octets', octets.length);
  const { transforms, type } = reference;
  const known = transforms.length === 0 ? resolveDigests?.({ ...reference, uri: reference.uri, type }) : undefined;
  const own = octets ? createHash(algorithm).update(octets).digest() : known?.[algorithm];
  if (!intact || !own) return finding('signature.renewed_digest_unchecked', { uri });
  const code = equalBytes(own, expected) ? 'signature.renewed_digest_matches' : 'signature.renewed_digest_differs';
  return finding(code, { uri, algorithm: algorithm.toUpperCase() });
}
