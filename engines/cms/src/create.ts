import { createHash } from 'node:crypto';
import { der, readDer } from '@tra/asn1';
import { fromHex, type Signer, toHex } from '@tra/kernel';
import { digestOfSigner, oidOfDigest, parseCertificate, signatureAlgorithmIdentifier } from '@tra/pki';
import { CmsError } from './errors.ts';
import { CMS_ATTRIBUTE, CONTENT_TYPE } from './oids.ts';
import { encodeSigningCertificateV2 } from './signing-certificate.ts';

/** Input of {@link createSignedData}. */
export interface CreateOptions {
  /** The signed content; several parts are signed as if joined (the two parts around a PDF signature). */
  readonly content: Uint8Array | readonly Uint8Array[];
  /** Whether the content stays outside. */
  readonly detached: boolean;
  /** eContentType; `id-data` unless told. */
  readonly contentType?: string;
  readonly signer: Signer;
  /** The signer's certificate. */
  readonly certificate: Uint8Array;
  /** Certificates to embed, the signer's own included when it should be; it is added when missing unless the list is empty. */
  readonly certificates: readonly Uint8Array[];
  /** CRLs to embed (RFC 5652 section 10.2.1). */
  readonly crls?: readonly Uint8Array[];
  /** signing-time attribute; leave it out for PAdES (ETSI EN 319 142-1 clause 6.3), where the PDF carries it. */
  readonly signingTime?: Date;
  /** Further signed attributes, each as encoded: a content time-stamp, a signature policy, a commitment (ETSI EN 319 122-1 clause 5.2). */
  readonly signedAttributes?: readonly Uint8Array[];
}

/** A signed SignedData to which unsigned attributes may still be added. */
export interface SignedDataBuilder {
  /** The signature octets: what a signature time-stamp covers (RFC 5126 section 6.1.1). */
  readonly signatureValue: Uint8Array;
  /** Adds a time-stamp token as signature-time-stamp attribute. */
  addTimestamp(token: Uint8Array): void;
  /** ContentInfo in DER. */
  toDer(): Uint8Array;
}

interface SignedParts {
  readonly options: CreateOptions;
  readonly contentType: string;
  readonly signedAttributes: Uint8Array;
  readonly signature: Uint8Array;
  readonly tokens: readonly Uint8Array[];
}

function attribute(oid: string, ...values: readonly Uint8Array[]): Uint8Array {
  return der.sequence(der.oid(oid), der.setOf(...values));
}

/**
 * Signs content as CMS SignedData with the signed attributes of CAdES-B (ETSI EN 319 122-1): content-type, message-digest,
 * signing-certificate-v2. Throws {@link CmsError} `cms.request_invalid` when the certificate is not the signer's; passes on
 * what the signer rejects with.
 *
 * @example
 * const builder = await createSignedData({ content, detached: true, signer, certificate, certificates: [certificate, issuing] });
 * builder.addTimestamp(await timestamper.stamp(sha256(builder.signatureValue)));
 * const cms = builder.toDer();
 */
export async function createSignedData(options: CreateOptions): Promise<SignedDataBuilder> {
  if (toHex(parseCertificate(options.certificate).publicKey) !== toHex(options.signer.publicKey)) {
    throw new CmsError('cms.request_invalid', { params: { reason: 'certificate' } });
  }
  const { contentType = CONTENT_TYPE.data, signer, signingTime } = options;
  const hash = createHash(digestOfSigner(signer.algorithm));
  for (const part of contentParts(options)) hash.update(part);
  const signedAttributes = der.setOf(
    attribute(CMS_ATTRIBUTE.contentType, der.oid(contentType)),
    attribute(CMS_ATTRIBUTE.messageDigest, der.octetString(hash.digest())),
    attribute(CMS_ATTRIBUTE.signingCertificateV2, encodeSigningCertificateV2(options.certificate)),
    ...(signingTime ? [attribute(CMS_ATTRIBUTE.signingTime, der.time(signingTime))] : []),
    ...(options.signedAttributes ?? []),
  );
  const signature = await signer.sign(signedAttributes);
  const tokens: Uint8Array[] = [];
  return {
    signatureValue: signature,
    addTimestamp: (token) => {
      readDer(token);
      tokens.push(token);
    },
    toDer: () => encode({ options, contentType, signedAttributes, signature, tokens }),
  };
}

function contentParts({ content }: CreateOptions): readonly Uint8Array[] {
  return content instanceof Uint8Array ? [content] : content;
}

function encode({ options, contentType, signedAttributes, signature, tokens }: SignedParts): Uint8Array {
  const { certificates, crls = [], detached } = options;
  const digestAlgorithm = der.sequence(der.oid(oidOfDigest(digestOfSigner(options.signer.algorithm))));
  const content = detached ? undefined : der.explicit(0, der.element(0x04, ...contentParts(options)));
  const unsigned = tokens.length > 0 ? attribute(CMS_ATTRIBUTE.signatureTimeStampToken, ...tokens) : undefined;
  const certificate = parseCertificate(options.certificate);
  const signerInfo = der.sequence(
    der.integer(1),
    der.sequence(certificate.issuer.der, der.element(0x02, fromHex(certificate.serialHex))),
    digestAlgorithm,
    der.implicit(0, signedAttributes),
    signatureAlgorithmIdentifier(options.signer.algorithm),
    der.octetString(signature),
    unsigned && der.element(0xa1, unsigned),
  );
  const signedData = der.sequence(
    der.integer(contentType === CONTENT_TYPE.data ? 1 : 3),
    der.setOf(digestAlgorithm),
    der.sequence(der.oid(contentType), content),
    certificates.length > 0 ? der.element(0xa0, ...der.sortSet(withOwn(certificates, options.certificate))) : undefined,
    crls.length > 0 ? der.element(0xa1, ...der.sortSet(crls)) : undefined,
    der.setOf(signerInfo),
  );
  return der.sequence(der.oid(CONTENT_TYPE.signedData), der.explicit(0, signedData));
}

function withOwn(certificates: readonly Uint8Array[], own: Uint8Array): readonly Uint8Array[] {
  const known = new Map(certificates.map((certificate) => [toHex(certificate), certificate]));
  known.set(toHex(own), own);
  return [...known.values()];
}
