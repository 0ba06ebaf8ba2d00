import type { CertificateReferenceData, RelatedCertificate, SignedToken, TokenId } from '../diagnostic/token.ts';
import { Block, type Failure } from './block.ts';
import { certificatePart, type Process, signedAttributesPart, signerOf, type TokenContext } from './context.ts';
import type { BlockReport } from './report.ts';

const notFound: Failure = ['INDETERMINATE', 'NO_SIGNING_CERTIFICATE_FOUND'];

/** A token that can say which certificate signed it. */
export type IdentifiedToken = SignedToken & { readonly foundCertificates: readonly RelatedCertificate[] };

/** A reference of the signing-certificate attribute with the certificate it was resolved to. */
export interface SigningReference {
  readonly certificate: TokenId;
  readonly reference: CertificateReferenceData;
}

/** The references of the signing-certificate attribute (EN 319 102-1 clause 5.2.3.4). */
export function signingReferences(token: IdentifiedToken): SigningReference[] {
  return token.foundCertificates.flatMap(({ certificate, references = [] }) =>
    references
      .filter(({ origin }) => origin === 'signing-certificate')
      .map((reference) => ({ certificate, reference })),
  );
}

/** The reference to the certificate that signed, else the first. */
export function signerReference(token: IdentifiedToken): SigningReference | undefined {
  const all = signingReferences(token);
  return all.find(({ certificate }) => certificate === token.signingCertificate?.certificate) ?? all[0];
}

/** Identification of the signing certificate: clause 5.2.3. */
export function identifySigner(process: Process, token: IdentifiedToken, context: TokenContext): BlockReport {
  const block = new Block('signing-certificate-identification', '5.2.3', token.id);
  const signer = signerOf(process, token);
  const rule = certificatePart(process, context, 'signing').recognition;
  block.check('process.identification.found', rule, signer !== undefined, notFound);
  const references = context === 'revocation' ? [] : signingReferences(token);
  if (references.length > 0) {
    const rules = signedAttributesPart(process, context);
    const present = references.some(({ reference }) => reference.digest !== undefined);
    block.check('process.identification.digest_present', rules.certDigestPresent, present, notFound);
    // A digest that matches another certificate of the path does not name the signer (clause 5.2.3.4).
    const match = references.some(
      ({ certificate, reference }) =>
        certificate === token.signingCertificate?.certificate && reference.digestMatch === true,
    );
    block.check('process.identification.digest_match', rules.certDigestMatch, match, notFound);
    const found = signerReference(token)?.reference;
    if (found?.issuerSerialPresent) {
      const serial = found.issuerSerialMatch === true;
      block.check('process.identification.issuer_serial', rules.issuerSerialMatch, serial, notFound);
    }
  }
  return block.close({ chosen: signer?.id });
}
