import { equalBytes } from '@tra/kernel';
import { readPublicKey } from '../algorithms.ts';
import type { Certificate } from '../certificate.ts';
import { PkiError } from '../errors.ts';
import { type PublicKeyFacts, soundPublicKey } from './keys/public-key.ts';
import { PROFILES } from './profiles/profiles.ts';
import type { CaConstraints, CertificateRequest } from './request.ts';

function refuse(reason: string): PkiError {
  return new PkiError('pki.request_invalid', { params: { reason } });
}

/**
 * Refuses what cannot become a certificate at all: a wrong signer, an issuer that may not issue this, times out of order, a worthless
 * key. Returns what the key is. Throws {@link PkiError} `pki.request_invalid` or `pki.key_invalid`.
 */
export function checkRequest(request: CertificateRequest, issuer: Certificate | undefined): PublicKeyFacts {
  const rules = PROFILES[request.profile];
  if ((request.profile === 'root') !== (issuer === undefined)) throw refuse('issuer');
  if (!(request.notAfter > request.notBefore)) throw refuse('validity');
  if (request.serial) checkSerial(request.serial);
  const key = soundPublicKey(request.publicKey);
  checkSigner(request, issuer);
  if (!rules.ca && hasCaConstraints(request)) throw refuse('ca_constraints');
  const { pathLength } = request;
  if (pathLength !== undefined && !(Number.isSafeInteger(pathLength) && pathLength >= 0)) throw refuse('path_length');
  if (issuer) checkIssuer(request, issuer);
  return key;
}

function checkSerial(serial: Uint8Array): void {
  const first = serial[0] ?? 0;
  if (serial.length < 8 || serial.length > 20 || first === 0 || (first >= 0x80 && serial.length === 20)) {
    throw refuse('serial');
  }
}

/** The signer's algorithm goes with its key, and the key is the issuer's; a root's is its own. */
function checkSigner({ signer, publicKey }: CertificateRequest, issuer: Certificate | undefined): void {
  if (!issuer && !equalBytes(publicKey, signer.publicKey)) throw refuse('root_key');
  if (issuer && !equalBytes(issuer.publicKey, signer.publicKey)) throw refuse('signer');
  const { asymmetricKeyType: type, asymmetricKeyDetails } = readPublicKey(signer.publicKey);
  const curve = asymmetricKeyDetails?.namedCurve;
  const fits = {
    'ecdsa-p256-sha256': curve === 'prime256v1',
    'ecdsa-p384-sha384': curve === 'secp384r1',
    'rsa-pkcs1-sha256': type === 'rsa',
    'rsa-pkcs1-sha384': type === 'rsa',
    'rsa-pkcs1-sha512': type === 'rsa',
    ed25519: type === 'ed25519',
  }[signer.algorithm];
  if (!fits) throw refuse('signer');
}

function hasCaConstraints(request: CaConstraints): boolean {
  const { pathLength, nameConstraints, policyConstraints, policyMappings, inhibitAnyPolicy } = request;
  return [pathLength, nameConstraints, policyConstraints, policyMappings, inhibitAnyPolicy].some(
    (value) => value !== undefined,
  );
}

function checkIssuer(request: CertificateRequest, issuer: Certificate): void {
  if (!issuer.isCa || !issuer.keyUsage?.has('keyCertSign')) throw refuse('issuer_not_ca');
  if (request.notAfter > issuer.notAfter || request.notBefore < issuer.notBefore) throw refuse('outlives_issuer');
  if (equalBytes(request.publicKey, issuer.publicKey)) throw refuse('issuer_key');
  const { ca } = PROFILES[request.profile];
  // A root signs CAs only.
  if (!ca && issuer.isSelfIssued) throw refuse('root_signs_ca_only');
  const left = issuer.basicConstraints?.pathLength;
  if (!ca || left === undefined) return;
  const asked = request.pathLength ?? ca.pathLength;
  if (left === 0 || (asked !== undefined && asked >= left)) throw refuse('path_length');
}
