import {
  contextConstructedTag,
  type DerElement,
  isString,
  readBitStringOctets,
  readDer,
  readOid,
  readSmallInteger,
  readString,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { CodedError } from '@tra/kernel';
import { PkiError } from '../../errors.ts';
import { type Extension, readExtensions, readGeneralNames } from '../../extensions.ts';
import type { GeneralName } from '../../general-name.ts';
import { type Name, readName } from '../../name.ts';
import { EXTENSION } from '../../oids.ts';
import { parsePem } from '../../pem.ts';

/** A PKCS#10 request as read (RFC 2986). Nothing about it has been verified yet: see `checkCertificationRequest`. */
export interface CertificationRequest {
  readonly der: Uint8Array;
  readonly subject: Name;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** Extensions asked for (RFC 2985 section 5.4.2), by OID. */
  readonly extensions: ReadonlyMap<string, Extension>;
  /** The subjectAltName asked for. */
  readonly subjectAltNames: readonly GeneralName[];
  /** Challenge password (RFC 2985 section 5.4.1): EST binds the request to its TLS session by it. A secret: do not log it. */
  readonly challengePassword?: string;
  /** certificationRequestInfo, the bytes that are signed. */
  readonly signedBytes: Uint8Array;
  /** Encoded AlgorithmIdentifier of the signature. */
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
}

export const CSR_ATTRIBUTE = {
  challengePassword: '1.2.840.113549.1.9.7',
  extensionRequest: '1.2.840.113549.1.9.14',
} as const;

/** The same attribute under the identifier that Windows uses. */
const microsoftExtensionRequest = '1.3.6.1.4.1.311.2.1.14';

const maxRequestBytes = 64 * 1024;
const maxAttributes = 32;

/**
 * Reads a PKCS#10 certification request, DER or PEM (64 KiB at most). Strict: definite minimal lengths, no trailing bytes, no attribute
 * of interest twice. Throws {@link PkiError} `pki.csr_invalid`.
 *
 * @example
 * const request = parseCertificationRequest(pemText);
 * const checks = checkCertificationRequest(request, { profile: 'tls-server', blockedKeys });
 * if (worstStatus(checks) !== 'failed') prepareCertificate({ profile: 'tls-server', publicKey: request.publicKey, … });
 */
export function parseCertificationRequest(input: Uint8Array | string): CertificationRequest {
  try {
    return readRequest(readDer(typeof input === 'string' ? fromPem(input) : input, { maxBytes: maxRequestBytes }));
  } catch (cause) {
    const reason = cause instanceof CodedError ? cause.code : 'unreadable';
    throw new PkiError('pki.csr_invalid', { params: { reason }, cause });
  }
}

function fromPem(text: string): Uint8Array {
  if (text.length > maxRequestBytes * 2) throw new PkiError('pki.pem_invalid', { params: { reason: 'size' } });
  const blocks = [...parsePem(text, 'CERTIFICATE REQUEST'), ...parsePem(text, 'NEW CERTIFICATE REQUEST')];
  const [block, ...more] = blocks;
  if (!block || more.length > 0) throw new PkiError('pki.pem_invalid', { params: { reason: 'blocks' } });
  return block;
}

function readRequest(element: DerElement): CertificationRequest {
  const outer = new SequenceReader(element, 'CertificationRequest');
  const info = outer.take(TAG.sequence, 'certificationRequestInfo');
  const signatureAlgorithm = outer.take(TAG.sequence, 'signatureAlgorithm').raw;
  const signature = readBitStringOctets(outer.take(TAG.bitString, 'signature'));
  outer.end();
  const reader = new SequenceReader(info, 'CertificationRequestInfo');
  const version = readSmallInteger(reader.take(TAG.integer, 'version'));
  if (version !== 0) throw new PkiError('pki.csr_invalid', { params: { reason: 'version' } });
  const subject = readName(reader.take(TAG.sequence, 'subject'));
  const publicKey = reader.take(TAG.sequence, 'subjectPKInfo').raw;
  // Some programs leave out the attributes when there are none.
  const attributes = reader.takeOptional(contextConstructedTag(0));
  reader.end();
  const { der, ...found } = { der: element.raw, ...readAttributes(attributes) };
  return { der, subject, publicKey, ...found, signedBytes: info.raw, signatureAlgorithm, signature };
}

function readAttributes(
  element: DerElement | undefined,
): Pick<CertificationRequest, 'extensions' | 'subjectAltNames' | 'challengePassword'> {
  const attributes = new Map<string, DerElement>();
  const items = element ? new SequenceReader(element, 'attributes', contextConstructedTag(0)).rest() : [];
  if (items.length > maxAttributes) throw new PkiError('pki.csr_invalid', { params: { reason: 'attributes' } });
  for (const item of items) {
    const reader = new SequenceReader(item, 'Attribute');
    const type = readOid(reader.take(TAG.oid, 'type'));
    const values = reader.take(TAG.set, 'values');
    reader.end();
    const name: string = type === microsoftExtensionRequest ? CSR_ATTRIBUTE.extensionRequest : type;
    if (attributes.has(name)) throw new PkiError('pki.csr_invalid', { params: { reason: 'attribute_twice' } });
    attributes.set(name, values);
  }
  const extensions = readRequestedExtensions(attributes.get(CSR_ATTRIBUTE.extensionRequest));
  const names = extensions.get(EXTENSION.subjectAltName);
  const password = attributes.get(CSR_ATTRIBUTE.challengePassword);
  return {
    extensions,
    subjectAltNames: names ? readGeneralNames(names.value) : [],
    ...(password ? { challengePassword: readPassword(single(password)) } : {}),
  };
}

/** The one value of a single-valued attribute. */
function single(values: DerElement): DerElement {
  const reader = new SequenceReader(values, 'values', TAG.set);
  const value = reader.take(undefined, 'value');
  reader.end();
  return value;
}

function readRequestedExtensions(values: DerElement | undefined): ReadonlyMap<string, Extension> {
  if (!values) return new Map();
  const value = single(values);
  // An empty list asks for nothing; some programs send one.
  return value.tag === TAG.sequence && value.content.length === 0 ? new Map() : readExtensions(value);
}

function readPassword(value: DerElement): string {
  const text = isString(value) ? readString(value) : '';
  if (text === '' || text.length > 255) throw new PkiError('pki.csr_invalid', { params: { reason: 'password' } });
  return text;
}
