import { createHash } from 'node:crypto';
import { equalBytes, type Signer, toBase64 } from '@tra/kernel';
import { parseCertificate } from '@tra/pki';
import {
  appendMarkup,
  canonicalize,
  createXmlSignature,
  DSIG_NAMESPACE,
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  element,
  parseXml,
  serializeFragment,
  subtree,
  type XmlElement,
  XmlError,
  xmlDigestUri,
} from '@tra/xml';
import { SignatureError } from '../errors.ts';
import type { Timestamper } from '../sign-pdf.ts';
import { SIGNED_PROPERTIES_TYPE, XADES_NAMESPACE } from './names.ts';
import { readXadesSignatures, type XadesDocument, type XadesSignature } from './read.ts';
import { verifyXadesCrypto } from './verify.ts';

/** Input of {@link signXml}. */
export interface SignXmlOptions {
  /** The document; the signature becomes the last content of its root. */
  readonly xml: Uint8Array;
  readonly signer: Signer;
  /** The signer's certificate, DER. */
  readonly certificate: Uint8Array;
  /** Certificates above it, DER, put beside it; none unless told. */
  readonly chain?: readonly Uint8Array[];
  /** Claimed time of signing, and the time at which the certificate must be valid. */
  readonly signingTime: Date;
  /** Gives level B-T; without it the level is B-B. */
  readonly timestamper?: Timestamper;
  /** Media type of the document; `text/xml` unless told. */
  readonly mimeType?: string;
  /** Prefix of every id of the signature; made from the time and the certificate unless told. Must not occur in the document. */
  readonly id?: string;
}

/**
 * Signs an XML document as XAdES-B-B, or B-T with a time-stamper (ETSI EN 319 132-1 clause 6.3): enveloped over the whole document, exclusive
 * canonicalisation, SigningTime, SigningCertificateV2 and DataObjectFormat. The result has been verified before it is returned. Throws
 * {@link SignatureError}; the cause of `signature.document_refused` says why.
 *
 * @example
 * const signed = await signXml({ xml, signer, certificate, signingTime: clock.now(), timestamper });
 */
export async function signXml(options: SignXmlOptions): Promise<Uint8Array> {
  checkSigner(options);
  const { certificate, chain = [], signer, signingTime, timestamper, xml } = options;
  const id = options.id ?? newId(certificate, signingTime);
  const digest = signer.algorithm === 'ecdsa-p384-sha384' ? 'sha384' : 'sha256';
  let signed: Uint8Array;
  try {
    signed = await createXmlSignature({
      document: xml,
      signer,
      id,
      digest,
      references: [
        { uri: '', id: `${id}-document`, transforms: [ENVELOPED_SIGNATURE, EXCLUSIVE_C14N] },
        { uri: `#${id}-properties`, type: SIGNED_PROPERTIES_TYPE, transforms: [EXCLUSIVE_C14N] },
      ],
      keyInfo: [keyInfo([certificate, ...chain])],
      objects: [qualifyingProperties(id, options)],
    });
  } catch (cause) {
    if (!(cause instanceof XmlError)) throw cause;
    throw new SignatureError('signature.document_refused', { params: { reason: cause.code }, cause });
  }
  const stamped = timestamper ? await addTimestamp(signed, id, timestamper) : signed;
  selfCheck(stamped, id);
  return stamped;
}

function checkSigner({ certificate, signer, signingTime }: SignXmlOptions): void {
  const parsed = parseCertificate(certificate);
  if (!equalBytes(parsed.publicKey, signer.publicKey)) throw new SignatureError('signature.key_mismatch');
  if (signingTime < parsed.notBefore || signingTime.getTime() >= parsed.notAfter.getTime() + 1000) {
    throw new SignatureError('signature.certificate_out_of_validity', {
      params: { from: parsed.notBefore.toISOString(), until: parsed.notAfter.toISOString() },
    });
  }
}

function newId(certificate: Uint8Array, signingTime: Date): string {
  const digest = createHash('sha256').update(certificate).update(signingTime.toISOString()).digest('hex');
  return `xades-${digest.slice(0, 32)}`;
}

function keyInfo(certificates: readonly Uint8Array[]): XmlElement {
  return element(
    'ds:X509Data',
    {},
    certificates.map((certificate) => element('ds:X509Certificate', {}, toBase64(certificate))),
  );
}

function qualifyingProperties(
  id: string,
  { certificate, mimeType = 'text/xml', signingTime }: SignXmlOptions,
): XmlElement {
  const value = toBase64(new Uint8Array(createHash('sha256').update(certificate).digest()));
  const certDigest = element('xades:CertDigest', {}, [
    element('ds:DigestMethod', { Algorithm: xmlDigestUri('sha256') }),
    element('ds:DigestValue', {}, value),
  ]);
  const signatureProperties = element('xades:SignedSignatureProperties', {}, [
    element('xades:SigningTime', {}, `${signingTime.toISOString().slice(0, 19)}Z`),
    element('xades:SigningCertificateV2', {}, [element('xades:Cert', {}, [certDigest])]),
  ]);
  const format = element('xades:DataObjectFormat', { ObjectReference: `#${id}-document` }, [
    element('xades:MimeType', {}, mimeType),
  ]);
  const properties = element('xades:SignedProperties', { Id: `${id}-properties` }, [
    signatureProperties,
    element('xades:SignedDataObjectProperties', {}, [format]),
  ]);
  return element('ds:Object', {}, [
    element('xades:QualifyingProperties', { 'xmlns:xades': XADES_NAMESPACE, Target: `#${id}` }, [properties]),
  ]);
}

function find(bytes: Uint8Array, id: string): { read: XadesDocument; signature: XadesSignature } {
  const read = readXadesSignatures(parseXml(bytes));
  const signature = read.signatures.find(({ xml }) => xml.id === id);
  if (!signature) throw new SignatureError('signature.self_check_failed', { params: { reason: 'signature' } });
  return { read, signature };
}

async function addTimestamp(bytes: Uint8Array, id: string, timestamper: Timestamper): Promise<Uint8Array> {
  const { read, signature } = find(bytes, id);
  const properties = signature.qualifyingProperties;
  if (!properties) throw new SignatureError('signature.self_check_failed', { params: { reason: 'properties' } });
  const input = canonicalize(subtree(read.document, signature.xml.valueElement), {
    form: 'exclusive',
    comments: false,
  });
  const value = new Uint8Array(createHash('sha256').update(input).digest());
  let token: Uint8Array;
  try {
    token = await timestamper.stamp({ algorithm: 'sha256', value });
  } catch (cause) {
    throw new SignatureError('signature.timestamp_failed', { cause });
  }
  const stamp = element('xades:SignatureTimeStamp', { Id: `${id}-time` }, [
    element('ds:CanonicalizationMethod', { 'xmlns:ds': DSIG_NAMESPACE, Algorithm: EXCLUSIVE_C14N }),
    element('xades:EncapsulatedTimeStamp', {}, toBase64(token)),
  ]);
  const unsigned = element('xades:UnsignedProperties', {}, [element('xades:UnsignedSignatureProperties', {}, [stamp])]);
  return appendMarkup(read.document, properties, serializeFragment(unsigned));
}

function selfCheck(bytes: Uint8Array, id: string): void {
  const { read, signature } = find(bytes, id);
  const facts = verifyXadesCrypto(signature, { document: read.document });
  const holds = facts.signatureIntact && facts.signedPropertiesSigned && facts.coversDocument;
  if (!holds || facts.signingCertificate !== 'match') {
    throw new SignatureError('signature.self_check_failed', { params: { reason: 'crypto' } });
  }
}
