import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { der } from '@tra/asn1';
import type { Clock, Random, SignatureAlgorithm } from '@tra/kernel';
import {
  type Certificate,
  type Check,
  type Crl,
  lintCertificate,
  type PreparedCertificate,
  parseCertificate,
  parseCrl,
  readPublicKey,
  readSignatureScheme,
  signatureAlgorithmIdentifier,
} from '@tra/pki';
import {
  certificateIn,
  type Material,
  type PublicSigner,
  prepareBelow,
  prepareRoot,
  prepareRootCrl,
  profileOf,
} from './prepare-step.ts';
import { checkRoot } from './run.ts';
import type { ReadScript } from './script.ts';
import type { CreateRootStep, Step } from './script-types.ts';

/** What one step would sign. */
export type Preview =
  | {
      readonly step: Step;
      readonly place: number;
      readonly certificate: Certificate;
      readonly findings: readonly Check[];
    }
  | { readonly step: Step; readonly place: number; readonly crl: Crl }
  | { readonly step: Step; readonly place: number };

/** Input of {@link previewCeremony}. */
export interface PreviewInput {
  readonly read: ReadScript;
  readonly inputs: ReadonlyMap<string, Uint8Array>;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Everything that a script would sign, made and linted without opening a key store. A root that is yet to be made is stood in for by a
 * key that is thrown away, so its key and the serial numbers will be others. Rejects like the ceremony itself.
 */
export async function previewCeremony({ read, inputs, clock, random }: PreviewInput): Promise<readonly Preview[]> {
  const began = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
  let material: Material | undefined;
  const previews: Preview[] = [];
  for (const [index, step] of read.script.steps.entries()) {
    const place = index + 1;
    if (step.do === 'create-root') {
      const signer = standIn(step);
      material = { began, random, inputs, signer };
      const { tbs } = prepareRoot(step, material, place);
      const root = around(tbs, signer);
      material = { ...material, root: root.der };
      previews.push({ step, place, certificate: root, findings: lintCertificate(root.der, 'root') });
    } else if (step.do === 'use-root') {
      const root = certificateIn({ inputs }, step.certificate, place);
      checkRoot(root.der, place);
      material = { began, random, inputs, signer: publicSignerOf(root), root: root.der };
      previews.push({ step, place, certificate: root, findings: [] });
    } else if (material) {
      previews.push(await previewStep(step, material, place));
    }
  }
  return previews;
}

async function previewStep(step: Step, material: Material, place: number): Promise<Preview> {
  if (step.do === 'sign-subordinate' || step.do === 'cross-certify') {
    const prepared: PreparedCertificate = prepareBelow(step, material, place);
    const certificate = around(prepared.tbs, material.signer);
    const issuer = material.root ? { issuer: material.root } : {};
    return { step, place, certificate, findings: lintCertificate(certificate.der, profileOf(step), issuer) };
  }
  if (step.do !== 'issue-crl') return { step, place };
  const { tbs } = await prepareRootCrl(step, material, place);
  return { step, place, crl: parseCrl(unsigned(tbs, material.signer)) };
}

/** What will be signed, in the shape of a signed object: the signature is empty. */
function unsigned(tbs: Uint8Array, { algorithm }: PublicSigner): Uint8Array {
  return der.sequence(tbs, signatureAlgorithmIdentifier(algorithm), der.bitString(new Uint8Array(0)));
}

function around(tbs: Uint8Array, signer: PublicSigner): Certificate {
  return parseCertificate(unsigned(tbs, signer));
}

function standIn({ algorithm, rsaBits = 3072 }: CreateRootStep): PublicSigner {
  const { privateKey } = keyPair(algorithm, rsaBits);
  return { algorithm, publicKey: new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })) };
}

function keyPair(algorithm: SignatureAlgorithm, modulusLength: number): { readonly privateKey: KeyObject } {
  if (algorithm === 'ed25519') return generateKeyPairSync('ed25519');
  if (algorithm.startsWith('rsa')) return generateKeyPairSync('rsa', { modulusLength });
  return generateKeyPairSync('ec', { namedCurve: algorithm === 'ecdsa-p256-sha256' ? 'P-256' : 'P-384' });
}

/** The root's key as far as its certificate tells; the digest is the one with which it signed itself. */
export function publicSignerOf({ publicKey, signatureAlgorithm }: Certificate): PublicSigner {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = readPublicKey(publicKey);
  const { digest = 'sha256' } = readSignatureScheme(signatureAlgorithm);
  if (type === 'ed25519') return { algorithm: 'ed25519', publicKey };
  if (type === 'ec') {
    const algorithm = details?.namedCurve === 'secp384r1' ? 'ecdsa-p384-sha384' : 'ecdsa-p256-sha256';
    return { algorithm, publicKey };
  }
  const known = { sha384: 'rsa-pkcs1-sha384', sha512: 'rsa-pkcs1-sha512' } as const;
  return { algorithm: known[digest as keyof typeof known] ?? 'rsa-pkcs1-sha256', publicKey };
}
