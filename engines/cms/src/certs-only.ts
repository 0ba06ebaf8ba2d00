import { der } from '@tra/asn1';
import { parseCertificate } from '@tra/pki';
import { CONTENT_TYPE } from './oids.ts';

/**
 * A SignedData without signers that only carries certificates ("certs-only", RFC 5652 section 5.1 and RFC 8551 section 3.8), as EST and
 * certificate bundles use it. Throws `PkiError` when one of them is no certificate.
 *
 * @example
 * const body = createCertsOnly([certificate, issuingCa, rootCa]);
 */
export function createCertsOnly(certificates: readonly Uint8Array[]): Uint8Array {
  for (const certificate of certificates) parseCertificate(certificate);
  const signedData = der.sequence(
    der.integer(1),
    der.setOf(),
    der.sequence(der.oid(CONTENT_TYPE.data)),
    der.implicit(0, der.setOf(...certificates)),
    der.setOf(),
  );
  return der.sequence(der.oid(CONTENT_TYPE.signedData), der.explicit(0, signedData));
}
