import { createHash, createPublicKey } from 'node:crypto';
import { type CertificationRequest, type GeneralName, PkiError, parseCertificationRequest } from '@tra/pki';
import { canonicalAddress, type Identifier } from './acme/identifiers.ts';
import { AcmeError } from './acme/problem.ts';

/** What a certification request asks to be named. */
export interface RequestNames {
  /** Domain names and addresses of the alternative names and the common name. */
  readonly names: readonly Identifier[];
  /** Those of the alternative names alone. */
  readonly alternativeNames: readonly Identifier[];
  /** Whether it asks for a name of any other kind. */
  readonly otherNames: boolean;
  /** Shared secret or channel binding inside the request. */
  readonly challengePassword: string | undefined;
  /** SHA-256 of the SubjectPublicKeyInfo. */
  readonly keyDigest: Uint8Array;
  /** RFC 7638 thumbprint of the key, or undefined for a key that has no JWK. */
  readonly jwkThumbprint: string | undefined;
}

/** SHA-256 in hexadecimal. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Reads the names of a PKCS#10 request. Throws {@link AcmeError} `badCSR`. */
export function readRequestNames(csr: Uint8Array): RequestNames {
  const request = parse(csr);
  const { names, otherNames } = identifiersOf(request.subjectAltNames);
  const commonName = request.subject.get('CN')?.toLowerCase();
  const alreadyNamed = names.some(({ value }) => value === commonName);
  return {
    names: commonName && !alreadyNamed ? [...names, { type: 'dns', value: commonName }] : names,
    alternativeNames: names,
    otherNames,
    challengePassword: request.challengePassword,
    keyDigest: new Uint8Array(createHash('sha256').update(request.publicKey).digest()),
    jwkThumbprint: publicKeyThumbprint(request.publicKey),
  };
}

/** Domain names and addresses among general names. */
export function identifiersOf(all: readonly GeneralName[]): Pick<RequestNames, 'names' | 'otherNames'> {
  const names: Identifier[] = [];
  let otherNames = false;
  for (const name of all) {
    if (name.kind === 'dns') names.push({ type: 'dns', value: name.value.toLowerCase() });
    else if (name.kind === 'ip' && (name.bytes.length === 4 || name.bytes.length === 16)) {
      names.push({ type: 'ip', value: addressText(name.bytes) });
    } else otherNames = true;
  }
  return { names, otherNames };
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return [...bytes].join('.');
  const hex = Buffer.from(bytes).toString('hex');
  return canonicalAddress((hex.match(/.{4}/g) ?? []).join(':'));
}

function parse(csr: Uint8Array): CertificationRequest {
  try {
    return parseCertificationRequest(csr);
  } catch (cause) {
    if (cause instanceof PkiError) {
      throw new AcmeError('badCSR', cause.code, { ...(cause.params ? { params: cause.params } : {}), cause });
    }
    throw cause;
  }
}

const thumbprintMembers: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

/** RFC 7638 thumbprint of a SubjectPublicKeyInfo, or undefined when it has no JWK. */
export function publicKeyThumbprint(publicKey: Uint8Array): string | undefined {
  try {
    const jwk = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' }).export({ format: 'jwk' });
    const members = thumbprintMembers[jwk.kty ?? ''];
    if (!members) return undefined;
    const text = JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]])));
    return createHash('sha256').update(text).digest('base64url');
  } catch {
    return undefined;
  }
}
