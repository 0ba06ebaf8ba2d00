import { readDer, readIntegerBytes, SequenceReader, TAG } from '@tra/asn1';
import { equalBytes, toHex } from '@tra/kernel';
import { type Certificate, certificateDigest, readGeneralName } from '@tra/pki';
import {
  attributeOf,
  childElements,
  decodeBase64,
  type ParsedElement,
  textOf,
  type XmlDigest,
  XmlError,
  xmlDigestOf,
} from '@tra/xml';

/** A certificate as SigningCertificateV2 or SigningCertificate names it (ETSI EN 319 132-1 clause 5.2.2). */
export interface CertificateReference {
  /** Undefined when the algorithm is not supported. */
  readonly digest?: XmlDigest;
  readonly value?: Uint8Array;
  /** IssuerSerialV2: DER of IssuerSerial (RFC 5035). */
  readonly issuerSerial?: Uint8Array;
  /** Decimal X509SerialNumber of the older form; the issuer's name beside it is text that has no one form and is not compared. */
  readonly serialNumber?: bigint;
}

/** References in SigningCertificateV2, else in SigningCertificate. Throws `XmlError` when a signature holds both or one twice. */
export function readCertificateReferences(signedSignatureProperties: ParsedElement): CertificateReference[] {
  const found = childElements(signedSignatureProperties).filter(({ localName }) =>
    /^SigningCertificate(?:V2)?$/.test(localName),
  );
  if (found.length > 1) throw new XmlError('xml.signature_malformed', { params: { where: 'SigningCertificate' } });
  return found.flatMap(childElements).map(readReference);
}

function readReference(cert: ParsedElement): CertificateReference {
  const child = (parent: ParsedElement | undefined, name: string): ParsedElement | undefined =>
    parent && childElements(parent).find(({ localName }) => localName === name);
  const digestPart = child(cert, 'CertDigest');
  const method = child(digestPart, 'DigestMethod');
  const digest = method && xmlDigestOf(attributeOf(method, 'Algorithm') ?? '');
  const value = octetsOf(child(digestPart, 'DigestValue'));
  const issuerSerial = octetsOf(child(cert, 'IssuerSerialV2'));
  const serial = child(child(cert, 'IssuerSerial'), 'X509SerialNumber');
  const decimal = serial && textOf(serial).trim();
  return {
    ...(digest ? { digest } : {}),
    ...(value ? { value } : {}),
    ...(issuerSerial ? { issuerSerial } : {}),
    ...(decimal && /^-?\d{1,160}$/.test(decimal) ? { serialNumber: BigInt(decimal) } : {}),
  };
}

function octetsOf(element: ParsedElement | undefined): Uint8Array | undefined {
  try {
    return element && decodeBase64(textOf(element));
  } catch {
    return undefined;
  }
}

/** Whether `certificate` is the one that `reference` names: by digest, and by serial number where one is told. */
export function isReferenced(reference: CertificateReference, certificate: Certificate): boolean {
  const { digest, issuerSerial, serialNumber, value } = reference;
  if (!digest || !value || !equalBytes(certificateDigest(certificate, digest), value)) return false;
  if (issuerSerial && !issuerSerialFits(issuerSerial, certificate)) return false;
  return (
    serialNumber === undefined ||
    serialNumber === BigInt.asIntN(certificate.serialHex.length * 4, BigInt(`0x${certificate.serialHex}`))
  );
}

function issuerSerialFits(encoded: Uint8Array, { issuer, serialHex }: Certificate): boolean {
  try {
    const reader = new SequenceReader(readDer(encoded, { maxBytes: 65_536 }), 'IssuerSerial');
    const names = new SequenceReader(reader.take(TAG.sequence, 'issuer'), 'issuer').rest().map(readGeneralName);
    const serial = toHex(readIntegerBytes(reader.take(TAG.integer, 'serialNumber')));
    return serial === serialHex && names.some((name) => name.kind === 'directory' && name.name.key === issuer.key);
  } catch {
    return false;
  }
}
