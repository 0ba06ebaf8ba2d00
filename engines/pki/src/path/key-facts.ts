import { readDer, readOid, SequenceReader, TAG } from '@tra/asn1';
import { BoundedMap, bytesKey } from '../bounded-map.ts';

/** What a SubjectPublicKeyInfo says about its key, read without importing it. */
export interface KeyFacts {
  readonly type: 'rsa' | 'rsa-pss' | 'ec' | 'dsa' | 'ed25519' | 'ed448' | 'other';
  /** Bits of an RSA modulus or DSA prime. */
  readonly bits?: number;
  /** OID of the named curve; absent for an EC key that spells its curve out. */
  readonly curve?: string;
  /** What one verification costs, where P-256 costs 1. */
  readonly cost: number;
}

const types: ReadonlyMap<string, KeyFacts['type']> = new Map([
  ['1.2.840.113549.1.1.1', 'rsa'],
  ['1.2.840.113549.1.1.10', 'rsa-pss'],
  ['1.2.840.10045.2.1', 'ec'],
  ['1.2.840.10040.4.1', 'dsa'],
  ['1.3.101.112', 'ed25519'],
  ['1.3.101.113', 'ed448'],
]);

/** Named curves of the NIST: P-256, P-384, P-521. */
export const CURVE = { p256: '1.2.840.10045.3.1.7', p384: '1.3.132.0.34', p521: '1.3.132.0.35' } as const;

/** Measured beside P-256, import included, and rounded up; any other curve costs 16. */
const curveCosts: ReadonlyMap<string, number> = new Map([
  [CURVE.p256, 1],
  [CURVE.p384, 4],
  [CURVE.p521, 8],
]);
const otherCurveCost = 16;

/** {@link KeyFacts} of `spki`; type `other` when it cannot be read. */
export function keyFacts(spki: Uint8Array): KeyFacts {
  if (spki.length > longestKept) return safeFacts(spki);
  const key = bytesKey(spki);
  return recentFacts.get(key) ?? recentFacts.set(key, safeFacts(spki));
}

const recentFacts: BoundedMap<KeyFacts> = new BoundedMap(1024);
const longestKept = 2048;

function safeFacts(spki: Uint8Array): KeyFacts {
  try {
    return readFacts(spki);
  } catch {
    return { type: 'other', cost: 1 };
  }
}

function readFacts(spki: Uint8Array): KeyFacts {
  const reader = new SequenceReader(readDer(spki), 'SubjectPublicKeyInfo');
  const algorithm = new SequenceReader(reader.take(TAG.sequence, 'algorithm'), 'AlgorithmIdentifier');
  const type = types.get(readOid(algorithm.take(TAG.oid, 'algorithm'))) ?? 'other';
  const [parameters] = algorithm.rest();
  const key = reader.take(TAG.bitString, 'subjectPublicKey').content.subarray(1);
  if (type === 'rsa' || type === 'rsa-pss') return { type, ...rsaFacts(key) };
  if (type === 'ec') {
    const curve = parameters?.tag === TAG.oid ? readOid(parameters) : undefined;
    return { type, cost: curveCosts.get(curve ?? '') ?? otherCurveCost, ...(curve ? { curve } : {}) };
  }
  if (type === 'dsa' && parameters?.tag === TAG.sequence) {
    const bits = integerBits(new SequenceReader(parameters, 'Dss-Parms').take(TAG.integer, 'p').content);
    return { type, bits, cost: Math.max(2, Math.ceil((bits / 2048) ** 2 * 4)) };
  }
  return { type, cost: type === 'ed25519' ? 1 : 2 };
}

function rsaFacts(key: Uint8Array): { bits: number; cost: number } {
  const reader = new SequenceReader(readDer(key), 'RSAPublicKey');
  const bits = integerBits(reader.take(TAG.integer, 'modulus').content);
  const exponentBits = integerBits(reader.take(TAG.integer, 'publicExponent').content);
  return { bits, cost: Math.max(1, Math.ceil((bits / 4096) ** 2 * (exponentBits / 17))) };
}

function integerBits(content: Uint8Array): number {
  const first = content.findIndex((byte) => byte !== 0);
  if (first < 0) return 0;
  return (content.length - first - 1) * 8 + (32 - Math.clz32(content[first] ?? 0));
}
