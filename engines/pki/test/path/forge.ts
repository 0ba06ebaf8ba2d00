import { createHash, randomBytes } from 'node:crypto';
import { der } from '@tra/asn1';
import type { Signer } from '@tra/kernel';
import {
  EXTENSION,
  keyIdentifier,
  type PathOptions,
  parseCertificate,
  signatureAlgorithmIdentifier,
} from '../../src/index.ts';
import { testSigner } from '../../src/testing.ts';

/** A certificate with its key, made without any rule. */
export interface Forged {
  readonly der: Uint8Array;
  readonly signer: Signer;
}

export const at: Date = new Date('2027-01-15T00:00:00Z');

/** What to put into a certificate; `extensions` overrules the defaults by OID, undefined leaves one out. */
export interface Recipe {
  readonly subject?: Uint8Array;
  readonly issuer?: Forged;
  /** Name in the issuer field when it is not the issuer's subject. */
  readonly issuerName?: Uint8Array;
  readonly signer?: Signer;
  readonly publicKey?: Uint8Array;
  readonly ca?: boolean;
  readonly serial?: Uint8Array;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly validity?: Uint8Array;
  readonly version?: 1 | 3;
  readonly uniqueId?: boolean;
  readonly extensions?: Readonly<Record<string, Uint8Array | undefined>>;
  /** AlgorithmIdentifier and signature by other means than the issuer's signer. */
  readonly sign?: { readonly algorithm: Uint8Array; readonly make: (tbs: Uint8Array) => Uint8Array };
}

export function commonName(text: string): Uint8Array {
  return der.sequence(der.setOf(der.sequence(der.oid('2.5.4.3'), der.utf8String(text))));
}

export const emptyName: Uint8Array = der.sequence();

export function extension(oid: string, value: Uint8Array, critical: boolean = false): Uint8Array {
  return der.sequence(der.oid(oid), critical ? der.boolean(true) : undefined, der.octetString(value));
}

export const dns = (name: string): Uint8Array => der.ia5String(name, 0x82);
export const email = (name: string): Uint8Array => der.ia5String(name, 0x81);
export const ip = (...bytes: number[]): Uint8Array => der.element(0x87, Uint8Array.from(bytes));

export function alternativeNames(names: readonly Uint8Array[], critical: boolean = false): Uint8Array {
  return extension(EXTENSION.subjectAltName, der.sequence(...names), critical);
}

export function keyUsage(...bits: number[]): Uint8Array {
  return extension(EXTENSION.keyUsage, der.namedBits(bits), true);
}

export function purposes(oids: readonly string[], critical: boolean = false): Uint8Array {
  return extension(EXTENSION.extendedKeyUsage, der.sequence(...oids.map((oid) => der.oid(oid))), critical);
}

export function basicConstraints(
  ca: boolean,
  { critical = true, pathLength }: { critical?: boolean; pathLength?: number } = {},
): Uint8Array {
  const length = pathLength === undefined ? undefined : der.integer(pathLength);
  return extension(EXTENSION.basicConstraints, der.sequence(ca ? der.boolean(true) : undefined, length), critical);
}

export function nameConstraints(
  { permitted = [], excluded = [] }: { permitted?: readonly Uint8Array[]; excluded?: readonly Uint8Array[] },
  critical: boolean = true,
): Uint8Array {
  const list = (tag: number, names: readonly Uint8Array[]): Uint8Array | undefined =>
    names.length === 0 ? undefined : der.element(tag, ...names.map((name) => der.sequence(name)));
  return extension(EXTENSION.nameConstraints, der.sequence(list(0xa0, permitted), list(0xa1, excluded)), critical);
}

function defaultExtensions(recipe: Recipe, publicKey: Uint8Array): Record<string, Uint8Array | undefined> {
  const issuerKey = recipe.issuer ? parseCertificate(recipe.issuer.der).publicKey : undefined;
  const issuerId = issuerKey && der.sequence(der.implicit(0, der.octetString(keyIdentifier(issuerKey))));
  return {
    [EXTENSION.subjectKeyIdentifier]: extension(EXTENSION.subjectKeyIdentifier, der.octetString(keyIdOf(publicKey))),
    ...(issuerId ? { [EXTENSION.authorityKeyIdentifier]: extension(EXTENSION.authorityKeyIdentifier, issuerId) } : {}),
    [EXTENSION.keyUsage]: recipe.ca ? keyUsage(5, 6) : keyUsage(0),
    ...(recipe.ca ? { [EXTENSION.basicConstraints]: basicConstraints(true) } : {}),
  };
}

function keyIdOf(publicKey: Uint8Array): Uint8Array {
  try {
    return keyIdentifier(publicKey);
  } catch {
    return createHash('sha1').update(publicKey).digest();
  }
}

/** Makes what no profile would issue. */
export async function forge(recipe: Recipe): Promise<Forged> {
  const signer = recipe.signer ?? testSigner();
  const publicKey = recipe.publicKey ?? signer.publicKey;
  const by = recipe.issuer?.signer ?? signer;
  const algorithm = recipe.sign?.algorithm ?? signatureAlgorithmIdentifier(by.algorithm);
  const subject = recipe.subject ?? commonName('example');
  const { notBefore = new Date('2026-01-01T00:00:00Z'), notAfter = new Date('2040-01-01T00:00:00Z') } = recipe;
  const extensions = Object.values({ ...defaultExtensions(recipe, publicKey), ...recipe.extensions });
  const tbs = der.sequence(
    recipe.version === 1 ? undefined : der.explicit(0, der.integer(2)),
    recipe.serial ? der.element(0x02, recipe.serial) : der.unsignedInteger(randomBytes(16)),
    algorithm,
    recipe.issuerName ?? (recipe.issuer ? parseCertificate(recipe.issuer.der).subject.der : subject),
    recipe.validity ?? der.sequence(der.time(notBefore), der.time(notAfter)),
    subject,
    publicKey,
    recipe.uniqueId ? der.element(0x81, Uint8Array.of(0, 1)) : undefined,
    recipe.version === 1
      ? undefined
      : der.explicit(3, der.sequence(...extensions.filter((entry) => entry !== undefined))),
  );
  const signature = recipe.sign ? recipe.sign.make(tbs) : await by.sign(tbs);
  return { der: der.sequence(tbs, algorithm, der.bitString(signature)), signer };
}

/** Root, intermediate and end certificate, each changed as told. */
export interface Chain {
  readonly root: Forged;
  readonly middle: Forged;
  readonly end: Forged;
}

export async function chain(changes: { root?: Recipe; middle?: Recipe; end?: Recipe } = {}): Promise<Chain> {
  const root = await forge({ subject: commonName('Root'), ca: true, ...changes.root });
  const middle = await forge({ subject: commonName('Middle'), ca: true, issuer: root, ...changes.middle });
  const end = await forge({ issuer: middle, ...changes.end });
  return { root, middle, end };
}

/** Options that judge a chain without revocation. */
export function optionsFor({ root, middle, end }: Chain, more: Partial<PathOptions> = {}): PathOptions {
  return {
    certificate: end.der,
    intermediates: [middle.der],
    anchors: [root.der],
    crls: [],
    at,
    purpose: 'any',
    revocation: 'off',
    ...more,
  };
}
