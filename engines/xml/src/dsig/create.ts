import { createHash } from 'node:crypto';
import { type Signer, toBase64, utf8Encode } from '@tra/kernel';
import { EXCLUSIVE_C14N } from '../c14n/methods.ts';
import { subtree } from '../c14n/node-set.ts';
import { element, type XmlElement } from '../element.ts';
import { XmlError } from '../errors.ts';
import { serializeFragment } from '../serialize.ts';
import { appendMarkup, replaceContent } from '../tree/insert.ts';
import type { ParsedDocument, ParsedElement } from '../tree/node.ts';
import { elementsBelow, isElement } from '../tree/node.ts';
import { parseXml } from '../tree/parse.ts';
import { DSIG_NAMESPACE, ecdsaDerToRaw, type XmlDigest, xmlAlgorithmOfSigner, xmlDigestUri } from './algorithms.ts';
import { verifyBudget } from './budget.ts';
import { type DetachedResolver, dereference, digestInput } from './dereference.ts';
import { readXmlSignature, type XmlSignature } from './read.ts';
import { canonicalizeBy } from './transforms.ts';
import { verifyXmlSignature } from './verify.ts';

/** A reference to make. */
export interface XmlReferenceRequest {
  /** As in ds:Reference: `""` the document, `#id` an element, else detached octets. */
  readonly uri: string;
  readonly id?: string;
  readonly type?: string;
  /** Identifiers of transforms without parameters, in order. */
  readonly transforms?: readonly string[];
}

/** Input of {@link createXmlSignature}. */
export interface XmlSignatureRequest {
  /** The document to sign: the signature becomes the last content of its root. Absent: the signature is the document. */
  readonly document?: Uint8Array;
  readonly signer: Signer;
  /** Value of ds:Signature/@Id; must not occur in the document. The value element gets it with `-value` behind. */
  readonly id: string;
  readonly references: readonly XmlReferenceRequest[];
  /** Content of ds:KeyInfo. */
  readonly keyInfo?: readonly XmlElement[];
  /** ds:Object elements; their prefix `ds` is declared. */
  readonly objects?: readonly XmlElement[];
  /** Digest of the references; the signer's own unless told. */
  readonly digest?: XmlDigest;
  /** Identifier of the canonicalisation of ds:SignedInfo; exclusive unless told. */
  readonly canonicalization?: string;
  readonly resolve?: DetachedResolver;
}

/**
 * Signs (XMLDSig 1.1 clause 3.1): puts ds:Signature in, computes each reference where it stands, signs the canonical ds:SignedInfo, and verifies
 * the result before it is returned, in UTF-8. Throws {@link XmlError}: `xml.reference_unresolved`, `xml.reference_ambiguous`
 * (an id of the signature occurs in the document), `xml.key_mismatch` when the signer does not hold the key that it names.
 *
 * @example
 * const signed = await createXmlSignature({ document, signer, id: 'sig-1', references: [{ uri: '', transforms: [ENVELOPED_SIGNATURE, EXCLUSIVE_C14N] }] });
 */
export async function createXmlSignature(request: XmlSignatureRequest): Promise<Uint8Array> {
  const { digest, half } = xmlAlgorithmOfSigner(request.signer.algorithm);
  const used = request.digest ?? digest;
  let { document, signature } = place(request, used);
  for (let index = 0; index < signature.references.length; index += 1) {
    const digestValue = digestOf(document, signature, { index, digest: used, resolve: request.resolve });
    const reference = signature.references[index]?.element as ParsedElement;
    const target = lastNamed(reference, 'DigestValue');
    ({ document, signature } = reread(replaceContent(document, target, toBase64(digestValue)), request.id));
  }
  const info = canonicalizeBy(signature.canonicalization, subtree(document, signature.signedInfo));
  const made = await request.signer.sign(info);
  const value = toBase64(half === undefined ? made : ecdsaDerToRaw(made, half));
  const bytes = replaceContent(document, signature.valueElement, value);
  selfCheck(bytes, request);
  return bytes;
}

function place(request: XmlSignatureRequest, digest: XmlDigest): { document: ParsedDocument; signature: XmlSignature } {
  const markup = serializeFragment(signatureElement(request, digest));
  if (!request.document) return reread(utf8Encode(`<?xml version="1.0" encoding="UTF-8"?>\n${markup}`), request.id);
  const host = parseXml(request.document);
  return reread(appendMarkup(host, host.root, markup), request.id);
}

function reread(bytes: Uint8Array, id: string): { document: ParsedDocument; signature: XmlSignature } {
  const document = parseXml(bytes);
  const found = document.elementById(id);
  if (found === 'ambiguous' || !found) throw new XmlError('xml.reference_ambiguous', { params: { id } });
  return { document, signature: readXmlSignature(found) };
}

function digestOf(
  document: ParsedDocument,
  signature: XmlSignature,
  { index, digest, resolve }: { index: number; digest: XmlDigest; resolve: DetachedResolver | undefined },
): Uint8Array {
  const reference = signature.references[index];
  const found = reference && dereference(document, reference, resolve);
  if (!found) throw new XmlError('xml.reference_unresolved', { params: { uri: reference?.uri?.slice(0, 80) ?? '' } });
  return new Uint8Array(
    createHash(digest)
      .update(digestInput(found, reference, { signature: signature.element, budget: verifyBudget(document) }).octets)
      .digest(),
  );
}

function lastNamed(parent: ParsedElement, localName: string): ParsedElement {
  for (const child of elementsBelow(parent)) if (isElement(child, DSIG_NAMESPACE, localName)) return child;
  throw new XmlError('xml.signature_malformed', { params: { where: localName } });
}

function selfCheck(bytes: Uint8Array, { id, resolve, signer }: XmlSignatureRequest): void {
  const { document, signature } = reread(bytes, id);
  const options = { document, publicKey: signer.publicKey, ...(resolve ? { resolve } : {}) };
  const result = verifyXmlSignature(signature, options);
  if (!result.referencesIntact) throw new XmlError('xml.reference_ambiguous', { params: { id } });
  if (!result.valueIntact) throw new XmlError('xml.key_mismatch');
}

const algorithm = (name: string, uri: string): XmlElement => element(`ds:${name}`, { Algorithm: uri });

function signatureElement(request: XmlSignatureRequest, digest: XmlDigest): XmlElement {
  const { canonicalization = EXCLUSIVE_C14N, id, keyInfo, objects = [], references, signer } = request;
  const info = element('ds:SignedInfo', {}, [
    algorithm('CanonicalizationMethod', canonicalization),
    algorithm('SignatureMethod', xmlAlgorithmOfSigner(signer.algorithm).uri),
    ...references.map((reference) => referenceElement(reference, digest)),
  ]);
  return element('ds:Signature', { 'xmlns:ds': DSIG_NAMESPACE, Id: id }, [
    info,
    element('ds:SignatureValue', { Id: `${id}-value` }),
    ...(keyInfo ? [element('ds:KeyInfo', {}, keyInfo)] : []),
    ...objects,
  ]);
}

function referenceElement({ id, transforms = [], type, uri }: XmlReferenceRequest, digest: XmlDigest): XmlElement {
  const attributes = {
    ...(id === undefined ? {} : { Id: id }),
    ...(type === undefined ? {} : { Type: type }),
    URI: uri,
  };
  const list = transforms.map((transform) => algorithm('Transform', transform));
  return element('ds:Reference', attributes, [
    ...(list.length > 0 ? [element('ds:Transforms', {}, list)] : []),
    algorithm('DigestMethod', xmlDigestUri(digest)),
    element('ds:DigestValue'),
  ]);
}
