// Names of algorithms in ETSI TS 119 312 and in the files that others write, brought to one.

const digestNames: Readonly<Record<string, string>> = {
  MD2: 'MD2',
  MD5: 'MD5',
  SHA1: 'SHA1',
  SHA224: 'SHA224',
  SHA256: 'SHA256',
  SHA384: 'SHA384',
  SHA512: 'SHA512',
  'SHA3-224': 'SHA3-224',
  'SHA3-256': 'SHA3-256',
  'SHA3-384': 'SHA3-384',
  'SHA3-512': 'SHA3-512',
  SHAKE128: 'SHAKE-128',
  SHAKE256: 'SHAKE-256',
  RIPEMD160: 'RIPEMD160',
  WHIRLPOOL: 'WHIRLPOOL',
};

/** The one name of a hash, whatever the hyphens and case: `SHA-256`, `sha256` and `SHA256` are `SHA256`. Unknown names stay as they are. */
export function digestName(text: string): string {
  const upper = text.trim().toUpperCase().replaceAll('_', '-');
  const bare = upper.replace(/^(SHA|MD|RIPEMD|SHAKE)-(?=\d)/, '$1').replace(/^SHA-?3-/, 'SHA3-');
  return digestNames[bare] ?? digestNames[upper] ?? text.trim();
}

const encryptionNames: Readonly<Record<string, string>> = {
  RSA: 'RSA',
  'RSASSA-PKCS1-V1_5': 'RSA',
  RSASSAPSS: 'RSASSA-PSS',
  'RSASSA-PSS': 'RSASSA-PSS',
  'RSA-PSS': 'RSASSA-PSS',
  DSA: 'DSA',
  ECDSA: 'ECDSA',
  ECC: 'ECDSA',
  EC: 'ECDSA',
  'PLAIN-ECDSA': 'PLAIN-ECDSA',
  EDDSA: 'EdDSA',
  ED25519: 'EdDSA',
  ED448: 'EdDSA',
  X25519: 'X25519',
  X448: 'X448',
  HMAC: 'HMAC',
};

/** The one name of a method of signing. Unknown names stay as they are. */
export function encryptionName(text: string): string {
  return encryptionNames[text.trim().toUpperCase()] ?? text.trim();
}

/** OIDs and URIs of methods of signing that need no hash beside them, and of those that name one. */
const signatureOids: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'RSA',
  '1.2.840.113549.1.1.5': 'RSA',
  '1.2.840.113549.1.1.11': 'RSA',
  '1.2.840.113549.1.1.12': 'RSA',
  '1.2.840.113549.1.1.13': 'RSA',
  '1.2.840.113549.1.1.14': 'RSA',
  '1.2.840.113549.1.1.10': 'RSASSA-PSS',
  '1.2.840.10040.4.3': 'DSA',
  '1.2.840.10045.4.1': 'ECDSA',
  '1.3.101.112': 'EdDSA',
  '1.3.101.113': 'EdDSA',
};

const signatureOidArcs: readonly (readonly [string, string])[] = [
  ['1.2.840.10045.4.3.', 'ECDSA'],
  ['0.4.0.127.0.7.1.1.4.1.', 'PLAIN-ECDSA'],
];

const nameParts: readonly (readonly [RegExp, string])[] = [
  [/plain/i, 'PLAIN-ECDSA'],
  [/pss|mgf1/i, 'RSASSA-PSS'],
  [/rsa/i, 'RSA'],
  [/ecdsa|ecgdsa/i, 'ECDSA'],
  [/eddsa|ed25519|ed448/i, 'EdDSA'],
  [/(^|[^a-z])dsa/i, 'DSA'],
];

/** The method of signing behind an algorithm identifier of TS 119 322: by OID, by the arc of the OID, else by its name or URI. */
export function encryptionOf(identifier: {
  name?: string;
  oids: readonly string[];
  uris: readonly string[];
}): string | undefined {
  for (const oid of identifier.oids) {
    const sha3Rsa = /^2\.16\.840\.1\.101\.3\.4\.3\.(\d+)$/.exec(oid);
    const arc = signatureOidArcs.find(([prefix]) => oid.startsWith(prefix))?.[1];
    const nist = sha3Rsa === null ? undefined : nistArc(Number(sha3Rsa[1]));
    const found = signatureOids[oid] ?? arc ?? nist;
    if (found !== undefined) return found;
  }
  const words = [identifier.name ?? '', ...identifier.uris].join(' ');
  return nameParts.find(([pattern]) => pattern.test(words))?.[1];
}

/** NIST signature algorithms: DSA 1 to 8, ECDSA with SHA-3 9 to 12, RSA with SHA-3 13 to 16. */
function nistArc(number: number): string | undefined {
  if (number >= 1 && number <= 8) return 'DSA';
  if (number >= 9 && number <= 12) return 'ECDSA';
  return number >= 13 && number <= 16 ? 'RSA' : undefined;
}
