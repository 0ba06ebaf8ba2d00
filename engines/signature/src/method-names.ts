/** Methods and digests that are met and not implemented, by OID, as people call them. */
const names: ReadonlyMap<string, string> = new Map([
  ['1.3.6.1.5.5.7.6.30', 'RSASSA-PSS with SHAKE128 (RFC 8692)'],
  ['1.3.6.1.5.5.7.6.31', 'RSASSA-PSS with SHAKE256 (RFC 8692)'],
  ['1.3.6.1.5.5.7.6.32', 'ECDSA with SHAKE128 (RFC 8692)'],
  ['1.3.6.1.5.5.7.6.33', 'ECDSA with SHAKE256 (RFC 8692)'],
  ['1.2.840.113549.1.1.4', 'RSA with MD5'],
  ['1.3.36.3.3.1.2', 'RSA with RIPEMD-160'],
  ['1.2.840.113549.1.1.15', 'RSA with SHA-512/224'],
  ['1.2.840.113549.1.1.16', 'RSA with SHA-512/256'],
  ['1.2.840.113549.1.1.10', 'RSASSA-PSS with unusual parameters'],
  ['1.2.156.10197.1.501', 'SM2 with SM3'],
  ['1.2.643.7.1.1.3.2', 'GOST R 34.10-2012 (256)'],
  ['1.2.643.7.1.1.3.3', 'GOST R 34.10-2012 (512)'],
  ['2.16.840.1.101.3.4.3.17', 'ML-DSA-44'],
  ['2.16.840.1.101.3.4.3.18', 'ML-DSA-65'],
  ['2.16.840.1.101.3.4.3.19', 'ML-DSA-87'],
  ['1.2.840.113549.2.5', 'MD5'],
  ['1.3.36.3.2.1', 'RIPEMD-160'],
  ['1.2.156.10197.1.401', 'SM3'],
  ['2.16.840.1.101.3.4.2.5', 'SHA-512/224'],
  ['2.16.840.1.101.3.4.2.6', 'SHA-512/256'],
  ['2.16.840.1.101.3.4.2.11', 'SHAKE128'],
  ['2.16.840.1.101.3.4.2.12', 'SHAKE256'],
]);

/** What to call a method or digest: by its OID, else as it is written. */
export const methodName = (written: string): string => names.get(written) ?? written.slice(0, 120);
