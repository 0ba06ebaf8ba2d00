import { createHmac } from 'node:crypto';
import { toBase64, utf8Encode } from '@tra/kernel';
import type { TestEntity } from '@tra/pki/testing';
import type { TestSigning } from '@tra/signature/testing';
import { sha256 } from './bytes.ts';
import { both } from './cms/values.ts';

export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const ENVELOPED = `${DSIG}enveloped-signature`;
export const ECDSA = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

/** A reference with the octets that its transforms give, known beforehand. */
export interface HandReference {
  readonly uri: string | undefined;
  readonly octets: string;
  /** Content of ds:Transforms in canonical form; exclusive canonicalisation unless told. */
  readonly transforms?: string;
  readonly type?: string;
  readonly digestMethod?: string;
  readonly digest?: Uint8Array;
}

/** A signature made by hand. */
export interface HandSignature {
  /** Value of its Id; its properties have it with `p` behind. */
  readonly id?: string;
  /** Without signed properties. */
  readonly isPlain?: boolean;
  readonly references: readonly HandReference[];
  readonly entity?: TestEntity;
  readonly keyInfo?: string;
  /** Markup after ds:KeyInfo. */
  readonly objects?: string;
  readonly canonicalization?: string;
  readonly method?: string;
  /** Content of ds:SignatureMethod. */
  readonly parameters?: string;
  readonly value?: (info: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  /** Markup before the signed ds:SignedInfo. */
  readonly before?: string;
}

/** ds:Transform elements in canonical form. */
export const transform = (algorithm: string, content = ''): string =>
  `<ds:Transform Algorithm="${algorithm}">${content}</ds:Transform>`;

export const certificates = (...list: readonly Uint8Array[]): string =>
  `<ds:X509Data>${list.map((one) => `<ds:X509Certificate>${toBase64(one)}</ds:X509Certificate>`).join('')}</ds:X509Data>`;

function referenceText({
  digest,
  digestMethod = SHA256,
  octets,
  transforms = transform(EXCLUSIVE),
  type,
  uri,
}: HandReference): string {
  const attributes = [type === undefined ? '' : ` Type="${type}"`, uri === undefined ? '' : ` URI="${uri}"`].join('');
  const value = toBase64(digest ?? sha256(utf8Encode(octets)));
  const list = transforms === '' ? '' : `<ds:Transforms>${transforms}</ds:Transforms>`;
  return `<ds:Reference${attributes}>${list}<ds:DigestMethod Algorithm="${digestMethod}"></ds:DigestMethod><ds:DigestValue>${value}</ds:DigestValue></ds:Reference>`;
}

const XADES = 'http://uri.etsi.org/01903/v1.3.2#';

/** xades:SignedProperties that name the certificate of the signer, in exclusive canonical form. */
const propertiesOf = (certificate: Uint8Array, id: string): string =>
  `<xades:SignedProperties xmlns:xades="${XADES}" Id="${id}p"><xades:SignedSignatureProperties><xades:SigningTime>2026-11-20T07:05:00Z</xades:SigningTime><xades:SigningCertificateV2><xades:Cert><xades:CertDigest><ds:DigestMethod xmlns:ds="${DSIG}" Algorithm="${SHA256}"></ds:DigestMethod><ds:DigestValue xmlns:ds="${DSIG}">${toBase64(sha256(certificate))}</ds:DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties></xades:SignedProperties>`;

/** ds:Signature, its ds:SignedInfo written in exclusive canonical form so that it can be signed as it stands. */
export async function handSignature(signing: TestSigning, options: HandSignature): Promise<string> {
  const {
    before = '',
    canonicalization = EXCLUSIVE,
    entity = signing.document,
    method = ECDSA,
    objects = '',
    parameters = '',
  } = options;
  const { keyInfo = certificates(entity.certificate, signing.hierarchy.issuing.certificate) } = options;
  const isPlain = options.isPlain || options.references.length === 0;
  const { id = 's' } = options;
  const own = propertiesOf(entity.certificate, id);
  const signedProperties = { uri: `#${id}p`, octets: own, type: 'http://uri.etsi.org/01903#SignedProperties' };
  const references = isPlain ? options.references : [...options.references, signedProperties];
  const qualifying = isPlain
    ? ''
    : `<ds:Object><xades:QualifyingProperties xmlns:xades="${XADES}" Target="#${id}">${own}</xades:QualifyingProperties></ds:Object>`;
  const info = `<ds:SignedInfo xmlns:ds="${DSIG}"><ds:CanonicalizationMethod Algorithm="${canonicalization}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="${method}">${parameters}</ds:SignatureMethod>${references.map(referenceText).join('')}</ds:SignedInfo>`;
  const signed = utf8Encode(info);
  const value = options.value ? await options.value(signed) : rawEcdsa(await entity.signer.sign(signed));
  return `<ds:Signature xmlns:ds="${DSIG}" Id="${id}">${before}${info}<ds:SignatureValue>${toBase64(value)}</ds:SignatureValue><ds:KeyInfo>${keyInfo}</ds:KeyInfo>${qualifying}${objects}</ds:Signature>`;
}

/** The two numbers of an ECDSA signature, as XML and JWS carry them. */
export function rawEcdsa(value: Uint8Array): Uint8Array {
  const [r, s] = both(value).map((number) => number.toString(16).padStart(64, '0'));
  return new Uint8Array(Buffer.from(`${r}${s}`, 'hex'));
}

export const hmac = (key: Uint8Array, data: Uint8Array): Uint8Array =>
  new Uint8Array(createHmac('sha256', key).update(data).digest());
