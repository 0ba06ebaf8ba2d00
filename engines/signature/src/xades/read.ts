import {
  attributeOf,
  canonicalize,
  canonicalizeBy,
  childElements,
  DSIG_NAMESPACE,
  elementsBelow,
  isElement,
  type ParsedDocument,
  type ParsedElement,
  parseXml,
  readXmlSignature,
  subtree,
  textOf,
  XmlError,
  type XmlErrorCode,
  type XmlSignature,
} from '@tra/xml';
import { type CertificateReference, readCertificateReferences } from './certificate-reference.ts';
import { octetsOf } from './material.ts';
import { xadesNamespaces } from './names.ts';

/** A time-stamp token inside a signature. */
export interface XadesTimestamp {
  readonly element: ParsedElement;
  /** RFC 3161 token, DER or BER as it stands. Undefined when it is not base64. */
  readonly token?: Uint8Array;
}

/** One XAdES signature, or a plain XML signature, as read. Nothing about it has been verified. */
export interface XadesSignature {
  readonly xml: XmlSignature;
  /** Absent in a plain XML signature. */
  readonly qualifyingProperties?: ParsedElement;
  readonly signedProperties?: ParsedElement;
  /** QualifyingProperties/@Target names this very signature (ETSI EN 319 132-1 clause 4.4.1). */
  readonly targetFits: boolean;
  /** Claimed time of signing. */
  readonly signingTime?: Date;
  /** SigningCertificateV2 or SigningCertificate; the first is the signer's. */
  readonly signingCertificates: readonly CertificateReference[];
  /** DataObjectFormat by reference id, `#` left out. */
  readonly mimeTypes: ReadonlyMap<string, string>;
  readonly signatureTimestamps: readonly XadesTimestamp[];
  /** Children of SignedSignatureProperties, in order. */
  readonly signedSignatureProperties: readonly ParsedElement[];
  /** Children of SignedDataObjectProperties, in order. */
  readonly signedDataProperties: readonly ParsedElement[];
  /** Children of UnsignedSignatureProperties, in order. */
  readonly unsignedProperties: readonly ParsedElement[];
  /** Certificates that stand in it, DER: those of ds:KeyInfo first, then CertificateValues. */
  readonly certificates: readonly Uint8Array[];
  /** CRLs and OCSP responses of its unsigned properties, DER. */
  readonly crls: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
  /** The signature inside which it stands as a counter-signature. */
  readonly counterSignatureOf?: ParsedElement;
}

/** A document with its signatures in document order. */
export interface XadesDocument {
  readonly document: ParsedDocument;
  readonly signatures: readonly XadesSignature[];
  /** ds:Signature elements that cannot be read. */
  readonly malformed: readonly { readonly element: ParsedElement; readonly reason: XmlErrorCode }[];
}

/** Signatures that are read in one document. */
const maxSignatures = 256;

/**
 * Reads every XML signature of a document with its XAdES properties (ETSI EN 319 132-1 clause 5). Throws `XmlError` when the document itself
 * cannot be read; a signature that cannot is listed in `malformed`.
 *
 * @example
 * const { document, signatures } = readXadesSignatures(bytes);
 * const facts = signatures.map((signature) => verifyXadesCrypto(signature, { document }));
 */
export function readXadesSignatures(xml: Uint8Array | ParsedDocument): XadesDocument {
  const document = xml instanceof Uint8Array ? parseXml(xml) : xml;
  const signatures: XadesSignature[] = [];
  const malformed: { element: ParsedElement; reason: XmlErrorCode }[] = [];
  for (const element of elementsBelow(document.root)) {
    if (!isElement(element, DSIG_NAMESPACE, 'Signature')) continue;
    if (signatures.length + malformed.length >= maxSignatures) {
      throw new XmlError('xml.too_much_work', { params: { signatures: maxSignatures } });
    }
    try {
      signatures.push(readOne(element));
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      malformed.push({ element, reason: error.code });
    }
  }
  return { document, signatures, malformed };
}

function readOne(element: ParsedElement): XadesSignature {
  const xml = readXmlSignature(element);
  const certificates = keyInfoCertificates(xml);
  const outer = counterSigned(element);
  const common = { xml, ...(outer ? { counterSignatureOf: outer } : {}) };
  const empty = {
    targetFits: false,
    signingCertificates: [],
    mimeTypes: new Map<string, string>(),
    signatureTimestamps: [],
    signedSignatureProperties: [],
    signedDataProperties: [],
    unsignedProperties: [],
    crls: [],
    ocspResponses: [],
  };
  const properties = qualifyingPropertiesOf(xml);
  if (!properties) return { ...common, ...empty, certificates };
  const signedProperties = named(properties, 'SignedProperties');
  const signed = signedProperties && named(signedProperties, 'SignedSignatureProperties');
  const unsigned = named(properties, 'UnsignedProperties');
  const unsignedSignature = unsigned && named(unsigned, 'UnsignedSignatureProperties');
  const signedData = signedProperties && named(signedProperties, 'SignedDataObjectProperties');
  const signingTime = signed && readTime(named(signed, 'SigningTime'));
  return {
    ...common,
    qualifyingProperties: properties,
    targetFits: xml.id !== undefined && attributeOf(properties, 'Target') === `#${xml.id}`,
    ...(signedProperties ? { signedProperties } : {}),
    ...(signingTime ? { signingTime } : {}),
    signingCertificates: signed ? readCertificateReferences(signed) : [],
    mimeTypes: signedProperties ? readMimeTypes(signedProperties) : empty.mimeTypes,
    signatureTimestamps: unsignedSignature ? readTimestamps(unsignedSignature, 'SignatureTimeStamp') : [],
    signedSignatureProperties: signed ? childElements(signed) : [],
    signedDataProperties: signedData ? childElements(signedData) : [],
    unsignedProperties: unsignedSignature ? childElements(unsignedSignature) : [],
    certificates: [...certificates, ...(unsignedSignature ? certificateValues(unsignedSignature) : [])],
    crls: unsignedSignature ? encapsulated(unsignedSignature, 'EncapsulatedCRLValue') : [],
    ocspResponses: unsignedSignature ? encapsulated(unsignedSignature, 'EncapsulatedOCSPValue') : [],
  };
}

/** The one QualifyingProperties inside a ds:Object of the signature (clause 4.4.1). */
function qualifyingPropertiesOf({ objects }: XmlSignature): ParsedElement | undefined {
  const found = objects
    .flatMap(childElements)
    .filter((child) => child.localName === 'QualifyingProperties' && xadesNamespaces.includes(child.namespace));
  if (found.length > 1) throw new XmlError('xml.signature_malformed', { params: { where: 'QualifyingProperties' } });
  return found[0];
}

/** The child of a name in the parent's own namespace. Two of them are refused: two readers might see two values. */
function named(parent: ParsedElement, localName: string): ParsedElement | undefined {
  const [found, second] = childElements(parent).filter((child) => isElement(child, parent.namespace, localName));
  if (second) throw new XmlError('xml.signature_malformed', { params: { where: localName } });
  return found;
}

function readTime(element: ParsedElement | undefined): Date | undefined {
  const text = element && textOf(element).trim();
  if (!text || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/.test(text)) return undefined;
  const time = new Date(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function readMimeTypes(signedProperties: ParsedElement): Map<string, string> {
  const data = named(signedProperties, 'SignedDataObjectProperties');
  const formats = data ? childElements(data).filter(({ localName }) => localName === 'DataObjectFormat') : [];
  return new Map(
    formats.flatMap((format) => {
      const type = named(format, 'MimeType');
      const reference = attributeOf(format, 'ObjectReference')?.replace(/^#/, '');
      return type && reference ? [[reference, textOf(type).trim()] as const] : [];
    }),
  );
}

/** The time-stamps of one kind among unsigned signature properties. */
export function readTimestamps(properties: ParsedElement, localName: string): XadesTimestamp[] {
  return childElements(properties)
    .filter((child) => child.localName === localName && xadesNamespaces.includes(child.namespace))
    .map((element) => {
      const encapsulated = childElements(element).find((child) => child.localName === 'EncapsulatedTimeStamp');
      const [token] = encapsulated ? octetsOf(encapsulated) : [];
      return { element, ...(token ? { token } : {}) };
    });
}

/** What a SignatureTimeStamp stamps: the canonical ds:SignatureValue (clause 5.3). Throws `XmlError`. */
export function signatureTimestampInput(
  { document }: XadesDocument,
  signature: XadesSignature,
  { element }: XadesTimestamp,
): Uint8Array {
  const set = subtree(document, signature.xml.valueElement);
  const method = childElements(element).find((child) => isElement(child, DSIG_NAMESPACE, 'CanonicalizationMethod'));
  return method ? canonicalizeBy(method, set) : canonicalize(set, { form: 'inclusive-1.0', comments: false });
}

function keyInfoCertificates({ keyInfo }: XmlSignature): Uint8Array[] {
  const data = keyInfo ? childElements(keyInfo).filter((child) => isElement(child, DSIG_NAMESPACE, 'X509Data')) : [];
  return data
    .flatMap(childElements)
    .filter((child) => isElement(child, DSIG_NAMESPACE, 'X509Certificate'))
    .flatMap(octetsOf);
}

function certificateValues(properties: ParsedElement): Uint8Array[] {
  const values = childElements(properties).filter(({ localName }) => localName === 'CertificateValues');
  return values
    .flatMap(childElements)
    .filter(({ localName }) => localName === 'EncapsulatedX509Certificate')
    .flatMap(octetsOf);
}

/** Most values of one kind that are taken from a signature. */
const maxValues = 64;

/** RevocationValues, and the values beside time-stamps (clauses 5.4.3 and 5.5.1). */
function encapsulated(properties: ParsedElement, localName: string): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const element of elementsBelow(properties)) {
    if (element.localName !== localName || !xadesNamespaces.includes(element.namespace)) continue;
    if (found.length >= maxValues) break;
    found.push(...octetsOf(element));
  }
  return found;
}

/** The signature whose CounterSignature property holds this one (clause 5.2.7.2); one that merely lies in its data is none. */
function counterSigned({ parent }: ParsedElement): ParsedElement | undefined {
  const isProperty =
    parent.kind === 'element' && parent.localName === 'CounterSignature' && xadesNamespaces.includes(parent.namespace);
  return isProperty ? enclosingSignature(parent) : undefined;
}

function enclosingSignature({ parent }: ParsedElement): ParsedElement | undefined {
  if (parent.kind === 'document') return undefined;
  return isElement(parent, DSIG_NAMESPACE, 'Signature') ? parent : enclosingSignature(parent);
}
