import { type Certificate, type Check, readPublicKey } from '@tra/pki';
import { finding } from './findings.ts';
import type { ValidationPolicy } from './policy.ts';
import type { ProcessVerdict } from './process-verdicts.ts';

/**
 * Signature acceptance validation (ETSI EN 319 102-1 clause 5.2.8) as far as it concerns cryptography: digest, key type and key
 * size must be among those that the policy accepts (ETSI TS 119 312).
 */
export function judgeAlgorithm(
  certificate: Certificate,
  digest: string,
  { policy, process }: { readonly policy: ValidationPolicy; readonly process?: ProcessVerdict | undefined },
): Check {
  const key = describeKey(certificate.publicKey);
  const params = { algorithm: `${key.name}, ${digest.toUpperCase()}` };
  const minimum = key.type === 'ec' ? policy.minimumEcBits : policy.minimumRsaBits;
  const strong = key.type === 'eddsa' || (key.type !== 'other' && key.bits >= minimum);
  // What is unreliable now may have been reliable when the signature is proven to have existed; only the process can tell.
  const proven = process?.verdict === 'passed' && (process.weakNow || policy.process !== undefined);
  const accepted = proven || (strong && policy.digests.includes(digest === 'shake256' ? 'sha3-512' : digest));
  return finding(accepted ? 'signature.algorithm_accepted' : 'signature.algorithm_too_weak', params);
}

interface KeyDescription {
  readonly type: 'rsa' | 'ec' | 'eddsa' | 'other';
  readonly bits: number;
  readonly name: string;
}

const curveBits: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp256k1: 256,
  secp384r1: 384,
  secp521r1: 521,
  brainpoolP256r1: 256,
  brainpoolP384r1: 384,
  brainpoolP512r1: 512,
};

function describeKey(spki: Uint8Array): KeyDescription {
  try {
    const key = readPublicKey(spki);
    const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
    switch (key.asymmetricKeyType) {
      case 'rsa':
      case 'rsa-pss':
        return { type: 'rsa', bits: modulusLength, name: `RSA ${modulusLength}` };
      case 'ec':
        return { type: 'ec', bits: curveBits[namedCurve] ?? 0, name: `ECDSA ${namedCurve}` };
      case 'ed25519':
      case 'ed448':
        return { type: 'eddsa', bits: 256, name: key.asymmetricKeyType };
      default:
        return { type: 'other', bits: 0, name: key.asymmetricKeyType ?? '?' };
    }
  } catch {
    return { type: 'other', bits: 0, name: '?' };
  }
}
