import {
  type DerElement,
  readBitStringOctets,
  readDer,
  readIntegerBytes,
  readOid,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { toHex } from '@tra/kernel';
import { PkiError } from '../../errors.ts';
import type { Check } from '../../report.ts';
import type { KeyKind } from '../profiles/profile.ts';
import { ed25519Fault, isOnCurve, P256, P384, toBigInt } from './curves.ts';
import { hasClosePrimes, hasRocaFingerprint, isPrimeModulus, smallFactor } from './rsa-weakness.ts';

/** What a SubjectPublicKeyInfo holds. */
export interface PublicKeyFacts {
  /** Undefined for a key that no profile allows. */
  readonly kind?: KeyKind;
  /** Bits of the modulus or the field. */
  readonly bits: number;
  /** The key bits, from which the key identifier is made. */
  readonly keyBits: Uint8Array;
  /** What is wrong with the key; empty when it may be certified. */
  readonly faults: readonly Check[];
}

/** Encodings that never vary: everything before the point or key (RFC 5480, RFC 8410). */
const prefixes: readonly {
  readonly kind: KeyKind;
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly bits: number;
}[] = [
  { kind: 'p256', bytes: hexBytes('3059301306072a8648ce3d020106082a8648ce3d030107034200'), length: 91, bits: 256 },
  { kind: 'p384', bytes: hexBytes('3076301006072a8648ce3d020106052b81040022036200'), length: 120, bits: 384 },
  { kind: 'ed25519', bytes: hexBytes('302a300506032b6570032100'), length: 44, bits: 256 },
];

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  for (let index = 0; index < prefix.length; index += 1) if (bytes[index] !== prefix[index]) return false;
  return true;
}

function fault(code: string, clause: string, params: Check['params'] = {}): Check {
  return { code, status: 'failed', clause, params };
}

/**
 * Reads a SubjectPublicKeyInfo and looks for everything that makes a key worthless: a point off its curve or of small order, a
 * modulus of the wrong size, with small or close factors, prime, or of the ROCA generator, a bad exponent, parameters in another form
 * than the standards demand. It never throws: what cannot be read has the fault `pki.key_unreadable`.
 */
export function inspectPublicKey(spki: Uint8Array): PublicKeyFacts {
  const fixed = prefixes.find(({ bytes, length }) => spki.length === length && startsWith(spki, bytes));
  if (fixed) {
    const { kind, bits } = fixed;
    const keyBits = spki.subarray(fixed.bytes.length);
    return { kind, bits, keyBits, faults: kind === 'ed25519' ? ed25519Faults(keyBits) : pointFaults(kind, keyBits) };
  }
  try {
    return readOther(readDer(spki, { maxBytes: 4096 }));
  } catch {
    return { bits: 0, keyBits: new Uint8Array(0), faults: [fault('pki.key_unreadable', 'RFC 5280 4.1.2.7')] };
  }
}

/** Throws {@link PkiError} `pki.key_invalid` with the first fault as reason, unless the key may be certified. */
export function soundPublicKey(spki: Uint8Array): PublicKeyFacts & { readonly kind: KeyKind } {
  const facts = inspectPublicKey(spki);
  const [first] = facts.faults;
  if (first) throw new PkiError('pki.key_invalid', { params: { ...first.params, reason: first.code } });
  if (!facts.kind) throw new PkiError('pki.key_invalid', { params: { reason: 'pki.key_unsupported' } });
  return { ...facts, kind: facts.kind };
}

function pointFaults(kind: KeyKind, keyBits: Uint8Array): readonly Check[] {
  const right = keyBits[0] === 4 && isOnCurve(kind === 'p256' ? P256 : P384, keyBits.subarray(1));
  return right ? [] : [fault('pki.key_not_on_curve', 'NIST SP 800-56A 5.6.2.3.3')];
}

function ed25519Faults(key: Uint8Array): readonly Check[] {
  switch (ed25519Fault(key)) {
    case 'curve':
      return [fault('pki.key_not_on_curve', 'RFC 8032 5.1.3')];
    case 'small_order':
      return [fault('pki.key_small_order', 'RFC 8032 5.1.7')];
    default:
      return [];
  }
}

function readOther(element: DerElement): PublicKeyFacts {
  const reader = new SequenceReader(element, 'SubjectPublicKeyInfo');
  const algorithm = new SequenceReader(reader.take(TAG.sequence, 'algorithm'), 'AlgorithmIdentifier');
  const keyBits = readBitStringOctets(reader.take(TAG.bitString, 'subjectPublicKey'));
  reader.end();
  const oid = readOid(algorithm.take(TAG.oid, 'algorithm'));
  const parameters = algorithm.rest();
  if (oid !== '1.2.840.113549.1.1.1') {
    return { bits: 0, keyBits, faults: [fault('pki.key_unsupported', 'RFC 5280 4.1.2.7', { algorithm: oid })] };
  }
  const isNull = parameters.length === 1 && toHex(parameters[0]?.raw ?? keyBits) === '0500';
  const parameterFaults = isNull ? [] : [fault('pki.key_parameters', 'RFC 3279 2.3.1')];
  const key = new SequenceReader(readDer(keyBits), 'RSAPublicKey');
  const modulus = toBigInt(readIntegerBytes(key.take(TAG.integer, 'modulus')));
  const exponent = readIntegerBytes(key.take(TAG.integer, 'publicExponent'));
  key.end();
  const bits = modulus.toString(2).length;
  return { kind: 'rsa', bits, keyBits, faults: [...parameterFaults, ...rsaFaults(modulus, bits, exponent)] };
}

function rsaFaults(modulus: bigint, bits: number, exponentBytes: Uint8Array): readonly Check[] {
  const exponent = toBigInt(exponentBytes);
  const negative = (exponentBytes[0] ?? 0) >= 0x80;
  const faults: Check[] = [];
  if (bits < 2048 || bits > 4096 || bits % 8 !== 0) {
    // A modulus of another size is not looked at further: it could be made to cost seconds.
    return [fault('pki.key_size', 'CABF BR 6.1.5', { bits })];
  }
  if (negative || exponent < 65_537n || exponent % 2n === 0n || exponent >= 1n << 256n) {
    faults.push(fault('pki.key_exponent', 'NIST SP 800-56B 6.2.1'));
  }
  const factor = modulus % 2n === 0n ? 2 : smallFactor(modulus);
  if (factor !== undefined) return [...faults, fault('pki.key_small_factor', 'CABF BR 6.1.6', { factor })];
  if (hasRocaFingerprint(modulus)) faults.push(fault('pki.key_roca', 'CABF BR 6.1.1.3'));
  if (hasClosePrimes(modulus)) faults.push(fault('pki.key_close_primes', 'CABF BR 6.1.1.3'));
  if (isPrimeModulus(modulus)) faults.push(fault('pki.key_modulus_prime', 'NIST SP 800-89 5.3.3'));
  return faults;
}
