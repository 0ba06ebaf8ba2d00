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

/** A method of signing, and the hash where the identifier names one. */
export interface MethodName {
  readonly name: string;
  readonly digest?: string;
}

/** Identifiers of keys and of methods that take any hash: RFC 3279, RFC 8017, BSI TR-03111. */
const methodOids: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.1': 'RSA',
  '1.2.840.113549.1.1.10': 'RSASSA-PSS',
  '1.2.840.10040.4.1': 'DSA',
  '1.2.840.10045.2.1': 'ECDSA',
  '0.4.0.127.0.7.1.1.4.1': 'PLAIN-ECDSA',
};

/** Methods with their hash: RFC 3279, 4055, 5758, 8410. */
const pairOids: Readonly<Record<string, MethodName>> = {
  '1.2.840.113549.1.1.2': { name: 'RSA', digest: 'MD2' },
  '1.2.840.113549.1.1.4': { name: 'RSA', digest: 'MD5' },
  '1.2.840.113549.1.1.5': { name: 'RSA', digest: 'SHA1' },
  '1.2.840.113549.1.1.11': { name: 'RSA', digest: 'SHA256' },
  '1.2.840.113549.1.1.12': { name: 'RSA', digest: 'SHA384' },
  '1.2.840.113549.1.1.13': { name: 'RSA', digest: 'SHA512' },
  '1.2.840.113549.1.1.14': { name: 'RSA', digest: 'SHA224' },
  '1.3.36.3.3.1.2': { name: 'RSA', digest: 'RIPEMD160' },
  '1.2.840.10040.4.3': { name: 'DSA', digest: 'SHA1' },
  '1.2.840.10045.4.1': { name: 'ECDSA', digest: 'SHA1' },
  '1.3.101.112': { name: 'EdDSA', digest: 'SHA512' },
  '1.3.101.113': { name: 'EdDSA', digest: 'SHAKE-256' },
};

const SHA2 = ['SHA224', 'SHA256', 'SHA384', 'SHA512'] as const;
const SHA3 = ['SHA3-224', 'SHA3-256', 'SHA3-384', 'SHA3-512'] as const;

/** Arcs in which the methods are numbered: RFC 5758, NIST CSOR, BSI TR-03111; the first has the number given. */
const numberedArcs: readonly (readonly [string, number, string, readonly string[]])[] = [
  ['1.2.840.10045.4.3.', 1, 'ECDSA', SHA2],
  ['2.16.840.1.101.3.4.3.', 1, 'DSA', [...SHA2, ...SHA3]],
  ['2.16.840.1.101.3.4.3.', 9, 'ECDSA', SHA3],
  ['2.16.840.1.101.3.4.3.', 13, 'RSA', SHA3],
  ['0.4.0.127.0.7.1.1.4.1.', 1, 'PLAIN-ECDSA', ['SHA1', ...SHA2, 'RIPEMD160']],
  ['0.4.0.127.0.7.1.1.4.1.', 8, 'PLAIN-ECDSA', SHA3],
];

function methodOfOid(oid: string): MethodName | undefined {
  const method = methodOids[oid];
  if (method !== undefined) return { name: method };
  const pair = pairOids[oid];
  if (pair !== undefined) return pair;
  for (const [arc, first, name, digests] of numberedArcs) {
    const digest = oid.startsWith(arc) ? digests[Number(oid.slice(arc.length)) - first] : undefined;
    if (digest !== undefined) return { name, digest };
  }
  return undefined;
}

/** RFC 9231: `#rsa-sha256`, `#ecdsa-sha3-256`, `#sha256-rsa-MGF1`, `#rsa-pss`. */
function methodOfUri(uri: string): MethodName | undefined {
  const fragment = /#([a-z0-9-]+)$/i.exec(uri)?.[1]?.toLowerCase() ?? '';
  if (fragment === 'rsa-pss') return { name: 'RSASSA-PSS' };
  const [, pssHash] = /^(.+)-rsa-mgf1$/.exec(fragment) ?? [];
  if (pssHash !== undefined) return { name: 'RSASSA-PSS', digest: digestName(pssHash) };
  const [, method, hash] = /^(rsa|dsa|ecdsa)-(.+)$/.exec(fragment) ?? [];
  return method === undefined || hash === undefined
    ? undefined
    : { name: encryptionName(method), digest: digestName(hash) };
}

/**
 * The method of signing behind an algorithm identifier of TS 119 322: by OID, else by URI. Its name is for people and says nothing, unless
 * there is nothing else.
 */
export function methodOf(identifier: {
  name?: string;
  oids: readonly string[];
  uris: readonly string[];
}): MethodName | undefined {
  for (const oid of identifier.oids) {
    const found = methodOfOid(oid);
    if (found !== undefined) return found;
  }
  for (const uri of identifier.uris) {
    const found = methodOfUri(uri);
    if (found !== undefined) return found;
  }
  if (identifier.oids.length + identifier.uris.length > 0 || identifier.name === undefined) return undefined;
  const name = encryptionNames[identifier.name.trim().toUpperCase()];
  return name === undefined ? undefined : { name };
}
