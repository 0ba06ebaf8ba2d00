import { der } from '@tra/asn1';
import { EXTENSION, encodeName, signatureAlgorithmIdentifier } from '../../src/index.ts';

/** Parts of a CRL for tests, encoded by hand so that every rule can be broken; the signature is not one. */
export interface ForgedCrl {
  readonly version?: Uint8Array | null;
  readonly issuer?: Uint8Array;
  readonly thisUpdate?: Uint8Array;
  readonly nextUpdate?: Uint8Array | null;
  /** Undefined: no list; empty: an empty list. */
  readonly entries?: readonly Uint8Array[];
  readonly extensions?: readonly Uint8Array[];
  readonly outerAlgorithm?: Uint8Array;
}

const algorithm = signatureAlgorithmIdentifier('ecdsa-p256-sha256');
const issuer = encodeName({ commonName: 'Forged CA' });
const date = new Date('2026-11-21T00:00:00Z');

export const extension = (oid: string, value: Uint8Array, critical: boolean = false): Uint8Array =>
  der.sequence(der.oid(oid), critical ? der.boolean(true) : undefined, der.octetString(value));

export const numberExtension: Uint8Array = extension(EXTENSION.crlNumber, der.integer(5));

export function forgeCrl(parts: ForgedCrl): Uint8Array {
  const {
    version = der.integer(1),
    nextUpdate = der.time(new Date(date.getTime() + 86_400_000)),
    entries,
    extensions,
  } = parts;
  const tbs = der.sequence(
    version ?? undefined,
    algorithm,
    parts.issuer ?? issuer,
    parts.thisUpdate ?? der.time(date),
    nextUpdate ?? undefined,
    entries ? der.sequence(...entries) : undefined,
    extensions ? der.explicit(0, der.sequence(...extensions)) : undefined,
  );
  return der.sequence(tbs, parts.outerAlgorithm ?? algorithm, der.bitString(new Uint8Array(64)));
}

/** An entry with ready-made extensions. */
export function entry(
  serial: Uint8Array,
  extensions: readonly Uint8Array[] = [],
  time: Uint8Array = der.time(date),
): Uint8Array {
  return der.sequence(serial, time, extensions.length > 0 ? der.sequence(...extensions) : undefined);
}

export const reason = (code: number, critical: boolean = false): Uint8Array =>
  extension(EXTENSION.reasonCode, der.element(0x0a, Uint8Array.of(code)), critical);

export const issuedBy = (name: string, critical: boolean = true): Uint8Array =>
  extension(EXTENSION.certificateIssuer, der.sequence(der.explicit(4, encodeName({ commonName: name }))), critical);

export const deltaIndicator = (base: number, critical: boolean = true): Uint8Array =>
  extension(EXTENSION.deltaCrlIndicator, der.integer(base), critical);

export const issuingPoint = (...parts: readonly Uint8Array[]): Uint8Array =>
  extension(EXTENSION.issuingDistributionPoint, der.sequence(...parts), true);

export const flag = (number: number, value: number = 0xff): Uint8Array =>
  der.element(0x80 | number, Uint8Array.of(value));
