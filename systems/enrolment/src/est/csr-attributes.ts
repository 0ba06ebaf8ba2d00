import { der } from '@tra/asn1';

const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const P256 = '1.2.840.10045.3.1.7';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';
const SUBJECT_ALT_NAME = '2.5.29.17';

/** CsrAttrs (RFC 7030 section 4.5.2): a P-256 key, signed with SHA-256, and alternative names where the profile has some. */
export function attributesWanted(): Uint8Array {
  return der.sequence(
    der.sequence(der.oid(EC_PUBLIC_KEY), der.setOf(der.oid(P256))),
    der.oid(ECDSA_WITH_SHA256),
    der.sequence(der.oid(EXTENSION_REQUEST), der.setOf(der.oid(SUBJECT_ALT_NAME))),
  );
}
