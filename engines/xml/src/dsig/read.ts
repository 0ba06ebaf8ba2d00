import { XmlError } from '../errors.ts';
import { attributeOf, childElements, isElement, type ParsedElement, textOf } from '../tree/node.ts';
import {
  DSIG_NAMESPACE,
  RSA_PSS_WITH_PARAMETERS,
  type XmlDigest,
  type XmlSignatureScheme,
  xmlDigestOf,
  xmlSignatureSchemeOf,
} from './algorithms.ts';
import { decodeBase64 } from './base64.ts';

/** One ds:Reference (XMLDSig 1.1 clause 4.4.3). */
export interface XmlReference {
  readonly element: ParsedElement;
  readonly id?: string;
  /** Undefined when the attribute is absent, which is not the same as empty. */
  readonly uri?: string;
  readonly type?: string;
  /** ds:Transform elements in order. */
  readonly transforms: readonly ParsedElement[];
  /** Identifier as written. */
  readonly digestMethod: string;
  /** Undefined when the algorithm is not supported. */
  readonly digest?: XmlDigest;
  /** Undefined when it is not base64. */
  readonly digestValue?: Uint8Array;
}

/** A ds:Signature as read (XMLDSig 1.1 clause 4). Nothing about it has been verified. */
export interface XmlSignature {
  readonly element: ParsedElement;
  readonly id?: string;
  readonly signedInfo: ParsedElement;
  /** ds:CanonicalizationMethod. */
  readonly canonicalization: ParsedElement;
  /** Identifier as written. */
  readonly signatureMethod: string;
  /** Undefined when the algorithm is not supported. */
  readonly scheme?: XmlSignatureScheme;
  readonly references: readonly XmlReference[];
  /** ds:SignatureValue. */
  readonly valueElement: ParsedElement;
  /** Undefined when it is not base64. */
  readonly value?: Uint8Array;
  readonly keyInfo?: ParsedElement;
  readonly objects: readonly ParsedElement[];
}

/** References of one signature, and of one manifest. */
export const maxReferences = 512;
/** Transforms of one reference. */
export const maxTransforms = 10;

/** Reads children in the order of the schema; anything else is refused. */
class ChildReader {
  readonly #children: readonly ParsedElement[];
  readonly #parent: ParsedElement;
  #at = 0;

  constructor(parent: ParsedElement) {
    this.#parent = parent;
    for (const child of parent.children) {
      if (child.kind === 'text' && child.value.trim() !== '') throw malformed(parent.localName);
    }
    this.#children = childElements(parent);
  }

  optional(localName: string): ParsedElement | undefined {
    const child = this.#children[this.#at];
    if (!isElement(child, DSIG_NAMESPACE, localName)) return undefined;
    this.#at += 1;
    return child;
  }

  take(localName: string): ParsedElement {
    const child = this.optional(localName);
    if (!child) throw malformed(`${this.#parent.localName}/${localName}`);
    return child;
  }

  all(localName: string): ParsedElement[] {
    const found: ParsedElement[] = [];
    for (let child = this.optional(localName); child; child = this.optional(localName)) found.push(child);
    return found;
  }

  end(): void {
    if (this.#at < this.#children.length) throw malformed(this.#parent.localName);
  }
}

function malformed(where: string): XmlError {
  return new XmlError('xml.signature_malformed', { params: { where } });
}

function algorithmOf(element: ParsedElement): string {
  const algorithm = attributeOf(element, 'Algorithm');
  if (algorithm === undefined) throw malformed(`${element.localName}/@Algorithm`);
  return algorithm;
}

/** These two stand outside what is signed: nothing may hide there. */
function onlyId({ attributes, localName }: ParsedElement): void {
  if (attributes.some((attribute) => attribute.namespace === '' && attribute.localName !== 'Id')) {
    throw malformed(`${localName}/@*`);
  }
}

/** Text of an element that holds nothing else: a comment inside would let two readers see two values. */
function onlyText(element: ParsedElement): string {
  if (element.children.some(({ kind }) => kind !== 'text')) throw malformed(element.localName);
  return textOf(element);
}

function base64Of(element: ParsedElement): Uint8Array | undefined {
  const text = onlyText(element);
  try {
    return decodeBase64(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads a ds:Signature strictly: the elements of the schema in their order, no text between them, no comment inside a value. Algorithms that are
 * not supported and values that are not base64 are left undefined. Throws {@link XmlError} `xml.signature_malformed`.
 */
export function readXmlSignature(element: ParsedElement): XmlSignature {
  if (!isElement(element, DSIG_NAMESPACE, 'Signature')) throw malformed('Signature');
  onlyId(element);
  const reader = new ChildReader(element);
  const signedInfo = reader.take('SignedInfo');
  const valueElement = reader.take('SignatureValue');
  onlyId(valueElement);
  const keyInfo = reader.optional('KeyInfo');
  const objects = reader.all('Object');
  reader.end();
  const info = new ChildReader(signedInfo);
  const canonicalization = info.take('CanonicalizationMethod');
  const method = info.take('SignatureMethod');
  const references = readReferences(info.all('Reference'));
  info.end();
  algorithmOf(canonicalization);
  const id = attributeOf(element, 'Id');
  const scheme = schemeOf(method);
  const value = base64Of(valueElement);
  return {
    element,
    ...(id === undefined ? {} : { id }),
    signedInfo,
    canonicalization,
    signatureMethod: algorithmOf(method),
    ...(scheme ? { scheme } : {}),
    references,
    valueElement,
    ...(value ? { value } : {}),
    ...(keyInfo ? { keyInfo } : {}),
    objects,
  };
}

/** The references of a ds:Manifest (XMLDSig 1.1 clause 5.1). Throws {@link XmlError} `xml.signature_malformed`. */
export function readManifest(element: ParsedElement): readonly XmlReference[] {
  if (!isElement(element, DSIG_NAMESPACE, 'Manifest')) throw malformed('Manifest');
  const reader = new ChildReader(element);
  const references = readReferences(reader.all('Reference'));
  reader.end();
  return references;
}

function readReferences(elements: readonly ParsedElement[]): readonly XmlReference[] {
  if (elements.length === 0 || elements.length > maxReferences) throw malformed('Reference');
  return elements.map(readReference);
}

/** One ds:Reference, or an element of its type. Throws {@link XmlError} `xml.signature_malformed`. */
export function readReference(element: ParsedElement): XmlReference {
  const reader = new ChildReader(element);
  const list = reader.optional('Transforms');
  const method = reader.take('DigestMethod');
  const valueElement = reader.take('DigestValue');
  reader.end();
  const transforms = list ? readTransforms(list) : [];
  const digestMethod = algorithmOf(method);
  const digest = xmlDigestOf(digestMethod);
  const digestValue = base64Of(valueElement);
  const [id, uri, type] = ['Id', 'URI', 'Type'].map((name) => attributeOf(element, name));
  return {
    element,
    ...(id === undefined ? {} : { id }),
    ...(uri === undefined ? {} : { uri }),
    ...(type === undefined ? {} : { type }),
    transforms,
    digestMethod,
    ...(digest ? { digest } : {}),
    ...(digestValue ? { digestValue } : {}),
  };
}

function readTransforms(list: ParsedElement): readonly ParsedElement[] {
  const reader = new ChildReader(list);
  const transforms = reader.all('Transform');
  reader.end();
  if (transforms.length > maxTransforms) throw malformed('Transforms');
  for (const transform of transforms) algorithmOf(transform);
  return transforms;
}

function schemeOf(method: ParsedElement): XmlSignatureScheme | undefined {
  const algorithm = algorithmOf(method);
  if (algorithm !== RSA_PSS_WITH_PARAMETERS) return xmlSignatureSchemeOf(algorithm);
  const parameters = childElements(method)[0];
  if (!parameters) return { family: 'rsa-pss', digest: 'sha256', saltLength: 32 };
  const named = (name: string): ParsedElement | undefined =>
    childElements(parameters).find(({ localName }) => localName === name);
  const digestElement = named('DigestMethod');
  const digest = digestElement ? xmlDigestOf(algorithmOf(digestElement)) : 'sha256';
  const salt = named('SaltLength');
  const saltLength = salt ? Number(onlyText(salt)) : 32;
  const mask = named('MaskGenerationFunction');
  const maskDigest = mask && childElements(mask)[0];
  const maskFits = !maskDigest || xmlDigestOf(algorithmOf(maskDigest)) === digest;
  if (!digest || !maskFits || !Number.isInteger(saltLength) || saltLength < 0 || saltLength > 512) return undefined;
  return { family: 'rsa-pss', digest, saltLength };
}
