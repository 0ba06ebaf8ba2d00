import {
  Asn1Error,
  childrenOf,
  contextConstructedTag,
  type DerElement,
  isString,
  readBitString,
  readDer,
  readIntegerBytes,
  readOctetString,
  readOid,
  readString,
  readTime,
  SequenceReader,
  TAG,
} from '@tra/asn1';

/** What a file can be here; anything larger is no certificate. */
export const MAX_PKI_BYTES = 64_000;

/** One attribute of a distinguished name: `attribute` is the name that the API uses, or the OID. */
export interface NamePart {
  readonly attribute: string;
  readonly value: string;
}

/** An alternative name as the API takes it. */
export type AlternativeName =
  | { readonly dns: string }
  | { readonly email: string }
  | { readonly ip: string }
  | { readonly uri: string };

/** What a certification request (PKCS#10) asks for. Its signature is checked by the server. */
export interface CertificateRequestFacts {
  readonly subject: readonly NamePart[];
  readonly alternativeNames: readonly AlternativeName[];
  /** `EC P-256`, `RSA 2048`, … */
  readonly key: string;
  /** The SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

/** What a certificate says of itself; whether that is true only the server can tell. */
export interface CertificateFacts {
  readonly subject: readonly NamePart[];
  readonly issuer: readonly NamePart[];
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** Why a file cannot be read: it is something else, or not complete. */
export class UnreadablePkiFile extends Error {}

const attributes: Readonly<Record<string, string>> = {
  '2.5.4.3': 'commonName',
  '2.5.4.4': 'surname',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'country',
  '2.5.4.7': 'locality',
  '2.5.4.8': 'stateOrProvince',
  '2.5.4.10': 'organization',
  '2.5.4.11': 'organizationalUnit',
  '2.5.4.12': 'title',
  '2.5.4.42': 'givenName',
  '2.5.4.97': 'organizationIdentifier',
};
const curves: Readonly<Record<string, string>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
};
const EC = '1.2.840.10045.2.1';
const RSA = '1.2.840.113549.1.1.1';
const ED25519 = '1.3.101.112';
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';
const SUBJECT_ALT_NAME = '2.5.29.17';

/** The first object in a DER file or in a PEM text with one of the labels. Throws {@link UnreadablePkiFile}. */
export function derOf(bytes: Uint8Array<ArrayBuffer>, labels: readonly string[]): Uint8Array<ArrayBuffer> {
  if (bytes[0] === TAG.sequence) return bytes;
  const text = new TextDecoder('latin1').decode(bytes);
  const match = /-----BEGIN ([A-Z0-9 ]{1,64})-----([^-]*)-----END \1-----/.exec(text);
  if (!match || !labels.includes(match[1] ?? '')) throw new UnreadablePkiFile('no PEM block of that kind');
  try {
    return Uint8Array.from(atob((match[2] ?? '').replace(/\s+/g, '')), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new UnreadablePkiFile('no base64', { cause });
  }
}

function read<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof Asn1Error) throw new UnreadablePkiFile(cause.code, { cause });
    throw cause;
  }
}

/** Reads a certification request, DER or PEM. Throws {@link UnreadablePkiFile}. */
export function readCertificateRequest(bytes: Uint8Array<ArrayBuffer>): CertificateRequestFacts {
  const der = derOf(bytes, ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST']);
  return read(() => {
    const outer = new SequenceReader(readDer(der, { maxBytes: MAX_PKI_BYTES }), 'CertificationRequest');
    const info = new SequenceReader(outer.take(TAG.sequence, 'info'), 'CertificationRequestInfo');
    info.take(TAG.integer, 'version');
    const subject = readNameParts(info.take(TAG.sequence, 'subject'));
    const key = info.take(TAG.sequence, 'subjectPKInfo');
    const requested = info.takeOptional(contextConstructedTag(0));
    return {
      subject,
      key: keyWords(key),
      publicKey: key.raw.slice(),
      alternativeNames: requested ? requestedNames(requested) : [],
    };
  });
}

/** Reads the facts of a certificate, DER or PEM. Throws {@link UnreadablePkiFile}. */
export function readCertificate(bytes: Uint8Array<ArrayBuffer>): CertificateFacts {
  const der = derOf(bytes, ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE']);
  return read(() => {
    const outer = new SequenceReader(readDer(der, { maxBytes: MAX_PKI_BYTES }), 'Certificate');
    const body = new SequenceReader(outer.take(TAG.sequence, 'tbsCertificate'), 'TBSCertificate');
    body.takeOptional(contextConstructedTag(0));
    const serial = readIntegerBytes(body.take(TAG.integer, 'serialNumber'));
    body.take(TAG.sequence, 'signature');
    const issuer = readNameParts(body.take(TAG.sequence, 'issuer'));
    const validity = new SequenceReader(body.take(TAG.sequence, 'validity'), 'Validity');
    const [notBefore, notAfter] = validity.rest().map((time) => readTime(time).toISOString());
    const subject = readNameParts(body.take(TAG.sequence, 'subject'));
    return { subject, issuer, serial: hexOf(serial), notBefore: notBefore ?? '', notAfter: notAfter ?? '' };
  });
}

function readNameParts(name: DerElement): NamePart[] {
  return childrenOf(name).flatMap((rdn) =>
    childrenOf(rdn).map((pair) => {
      const reader = new SequenceReader(pair, 'AttributeTypeAndValue');
      const type = readOid(reader.take(TAG.oid, 'type'));
      const value = reader.take(undefined, 'value');
      return {
        attribute: attributes[type] ?? type,
        value: isString(value) ? readString(value) : `#${hexOf(value.raw)}`,
      };
    }),
  );
}

function keyWords(spki: DerElement): string {
  const reader = new SequenceReader(spki, 'SubjectPublicKeyInfo');
  const algorithm = new SequenceReader(reader.take(TAG.sequence, 'algorithm'), 'AlgorithmIdentifier');
  const type = readOid(algorithm.take(TAG.oid, 'algorithm'));
  const parameters = algorithm.rest()[0];
  if (type === ED25519) return 'Ed25519';
  if (type === EC) {
    const curve = parameters?.tag === TAG.oid ? readOid(parameters) : '';
    return `EC ${curves[curve] ?? curve}`.trim();
  }
  if (type !== RSA) return type;
  const bits = readBitString(reader.take(TAG.bitString, 'subjectPublicKey'));
  const modulus = readIntegerBytes(
    new SequenceReader(readDer(bits.bytes, { maxBytes: MAX_PKI_BYTES }), 'RSAPublicKey').take(TAG.integer, 'modulus'),
  );
  return `RSA ${(modulus.length - (modulus[0] === 0 ? 1 : 0)) * 8}`;
}

function requestedNames(requested: DerElement): AlternativeName[] {
  return childrenOf(requested).flatMap((attribute) => {
    const reader = new SequenceReader(attribute, 'Attribute');
    if (readOid(reader.take(TAG.oid, 'type')) !== EXTENSION_REQUEST) return [];
    const [extensions] = childrenOf(reader.take(TAG.set, 'values'));
    return extensions ? childrenOf(extensions).flatMap(namesOfExtension) : [];
  });
}

function namesOfExtension(extension: DerElement): AlternativeName[] {
  const reader = new SequenceReader(extension, 'Extension');
  if (readOid(reader.take(TAG.oid, 'extnID')) !== SUBJECT_ALT_NAME) return [];
  reader.takeOptional(TAG.boolean);
  const value = readOctetString(reader.take(TAG.octetString, 'extnValue'));
  return childrenOf(readDer(value, { maxBytes: MAX_PKI_BYTES })).flatMap(alternativeNameOf);
}

/** GeneralName (RFC 5280 section 4.2.1.6): the kinds that are issued here. */
function alternativeNameOf(element: DerElement): AlternativeName[] {
  const text = (): string => new TextDecoder('latin1').decode(element.content);
  switch (element.tag) {
    case 0x81:
      return [{ email: text() }];
    case 0x82:
      return [{ dns: text() }];
    case 0x86:
      return [{ uri: text() }];
    case 0x87:
      return [{ ip: addressText(element.content) }];
    default:
      return [];
  }
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: bytes.length >> 1 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  return groups.join(':');
}

/** Lower-case hexadecimal. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** SHA-256 by the browser; nothing leaves it. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
