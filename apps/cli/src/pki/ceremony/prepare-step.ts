import { equalBytes, type Random, type Signer } from '@tra/kernel';
import {
  type Certificate,
  CertificateRefused,
  type CertificateRequest,
  type Check,
  type Crl,
  type CrlEntry,
  checkCertificationRequest,
  PkiError,
  type PreparedCertificate,
  parseCertificate,
  parseCertificationRequest,
  parseCrl,
  prepareCertificate,
  verifySignature,
} from '@tra/pki';
import { derIn } from '../files.ts';
import { continued, type PreparedCrl, prepareCrl } from '../sign-crl.ts';
import { CeremonyError } from './errors.ts';
import type {
  CertifyingStep,
  CreateRootStep,
  CrlStep,
  CrossCertifyStep,
  InputFile,
  SignSubordinateStep,
} from './script-types.ts';

/** The public side of the root's key: enough to prepare everything that it will sign. */
export type PublicSigner = Pick<Signer, 'algorithm' | 'publicKey'>;

/** What the steps share. */
export interface Material {
  /** The instant from which everything of this ceremony is valid. */
  readonly began: Date;
  readonly random: Random;
  /** Pinned files by name. */
  readonly inputs: ReadonlyMap<string, Uint8Array>;
  readonly signer: PublicSigner;
  /** The root's certificate, when there is one already. */
  readonly root?: Uint8Array;
  /** Serial number to use instead of a new one: when a certificate that exists is compared with what was declared. */
  readonly serial?: Uint8Array;
}

function endAfter(began: Date, years: number): Date {
  const end = new Date(began);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  return end;
}

/** A refusal of one step, with everything that was found. */
export function refuseStep(step: number, reason: string, findings: readonly Check[] = []): CeremonyError {
  return new CeremonyError('cli.ceremony.step_refused', { params: { step, reason }, findings });
}

function prepare(request: CertificateRequest, step: number): PreparedCertificate {
  try {
    return prepareCertificate(request);
  } catch (error) {
    if (error instanceof CertificateRefused) throw refuseStep(step, String(error.params.reason), error.findings);
    if (error instanceof PkiError) throw refuseStep(step, String(error.params.reason ?? error.code));
    throw error;
  }
}

/** The bytes of a pinned file. */
export function inputOf({ inputs }: Pick<Material, 'inputs'>, { file }: InputFile): Uint8Array {
  const bytes = inputs.get(file);
  if (!bytes) throw new CeremonyError('cli.ceremony.input_missing', { params: { file } });
  return bytes;
}

function oneOf(material: Pick<Material, 'inputs'>, input: InputFile, label: 'CERTIFICATE' | 'X509 CRL'): Uint8Array {
  const [first] = derIn(inputOf(material, input), label, input.file);
  return first ?? new Uint8Array(0);
}

/** The certificate in a pinned file. */
export function certificateIn(material: Pick<Material, 'inputs'>, input: InputFile, step: number): Certificate {
  return readable(step, () => parseCertificate(oneOf(material, input, 'CERTIFICATE')));
}

function crlIn(material: Material, input: InputFile, step: number): Crl {
  return readable(step, () => parseCrl(oneOf(material, input, 'X509 CRL')));
}

function readable<T>(step: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PkiError) throw refuseStep(step, error.code);
    throw error;
  }
}

/** The root's certificate, to be signed by itself. */
export function prepareRoot(step: CreateRootStep, material: Material, place: number): PreparedCertificate {
  const { subject, years, policies } = step;
  const { began: notBefore, random, signer } = material;
  const request: CertificateRequest = {
    profile: 'root',
    subject,
    publicKey: signer.publicKey,
    signer,
    notBefore,
    notAfter: endAfter(notBefore, years),
    random,
    ...(policies ? { policies } : {}),
    ...(material.serial ? { serial: material.serial } : {}),
  };
  return prepare(request, place);
}

/** A certificate for a CA below the root: by its request, or for a CA that exists by its certificate. */
export function prepareBelow(step: CertifyingStep, material: Material, place: number): PreparedCertificate {
  const { began: notBefore, random, signer, root: issuer = new Uint8Array(0) } = material;
  const asked = step.do === 'sign-subordinate' ? requested(step, material, place) : existing(step, material, place);
  const declared = endAfter(notBefore, step.years);
  const { publicKey, subject, latest = declared } = asked;
  const notAfter = new Date(Math.min(latest.getTime(), declared.getTime()));
  const serial = material.serial ? { serial: material.serial } : {};
  const base = { publicKey, subject, issuer, signer, notBefore, notAfter, random, ...serial };
  return prepare({ ...limitsOf(step), ...base, profile: profileOf(step) }, place);
}

/** The profile by which a step certifies; a cross-certificate is one for a subordinate CA. */
export function profileOf(step: CertifyingStep): 'issuing-ca' | 'subordinate-ca' {
  return step.do === 'sign-subordinate' ? step.profile : 'subordinate-ca';
}

function limitsOf(
  step: CertifyingStep,
): Omit<CertificateRequest, 'profile' | 'subject' | 'publicKey' | 'signer' | 'notBefore' | 'notAfter' | 'random'> {
  const { pathLength, nameConstraints, policyConstraints, inhibitAnyPolicy, policies } = step;
  const { crlUrls, issuerUrls, ocspUrls } = step;
  const mappings = step.do === 'cross-certify' ? step.policyMappings : undefined;
  return {
    crlUrls,
    ...(pathLength === undefined ? {} : { pathLength }),
    ...(nameConstraints ? { nameConstraints } : {}),
    ...(policyConstraints ? { policyConstraints } : {}),
    ...(inhibitAnyPolicy === undefined ? {} : { inhibitAnyPolicy }),
    ...(policies ? { policies } : {}),
    ...(mappings ? { policyMappings: mappings } : {}),
    ...(issuerUrls ? { issuerUrls } : {}),
    ...(ocspUrls ? { ocspUrls } : {}),
  };
}

interface Asked extends Pick<CertificateRequest, 'publicKey' | 'subject'> {
  /** The certificate must not outlive this. */
  readonly latest?: Date;
}

function requested(step: SignSubordinateStep, material: Material, place: number): Asked {
  const { publicKey, subject } = soundRequest(material, step.request, { profile: step.profile, place });
  return { publicKey, subject: step.subject ?? subject };
}

function soundRequest(
  material: Material,
  input: InputFile,
  { profile, place }: { readonly profile: 'issuing-ca' | 'subordinate-ca'; readonly place: number },
): { readonly publicKey: Uint8Array; readonly subject: Uint8Array } {
  const [der = new Uint8Array(0)] = derIn(inputOf(material, input), 'CERTIFICATE REQUEST', input.file);
  const request = readable(place, () => parseCertificationRequest(der));
  const checks = checkCertificationRequest(request, { profile, authorityKeys: [material.signer.publicKey] });
  const faults = checks.filter(({ status }) => status === 'failed');
  if (faults[0]) throw refuseStep(place, faults[0].code, faults);
  return { publicKey: request.publicKey, subject: request.subject.der };
}

function existing(step: CrossCertifyStep, material: Material, place: number): Asked {
  const other = certificateIn(material, step.certificate, place);
  if (!other.isCa || !other.keyUsage?.has('keyCertSign')) throw refuseStep(place, 'not_a_ca');
  // Whoever is certified must have shown that it holds the key: by its own signature on its certificate, or by a request.
  if (step.request) {
    const { publicKey } = soundRequest(material, step.request, { profile: 'subordinate-ca', place });
    if (!equalBytes(publicKey, other.publicKey)) throw refuseStep(place, 'request_key');
  } else {
    const { signatureAlgorithm, publicKey, signedBytes, signature } = other;
    if (!verifySignature(signatureAlgorithm, publicKey, signedBytes, signature)) throw refuseStep(place, 'possession');
  }
  return { publicKey: other.publicKey, subject: other.subject.der, latest: other.notAfter };
}

/** The root's next revocation list: everything that was listed, and what the script adds. */
export async function prepareRootCrl(step: CrlStep, material: Material, place: number): Promise<PreparedCrl> {
  const { began, signer, root: issuer = new Uint8Array(0) } = material;
  const previous = step.previous && crlIn(material, step.previous, place);
  if (previous) checkPrevious(previous, { step, issuer: parseCertificate(issuer), began, place });
  const added = (step.revoke ?? []).map((entry): CrlEntry => {
    const serialHex = 'serial' in entry ? entry.serial : serialOf(material, entry.certificate, place);
    const { reason, date, invalidityDate } = entry;
    const revoked = { serialHex, reason, date: date ? new Date(date) : began };
    if (revoked.date > began) throw refuseStep(place, 'revoked_later');
    return invalidityDate ? { ...revoked, invalidityDate: new Date(invalidityDate) } : revoked;
  });
  const nextUpdate = new Date(began.getTime() + step.days * 86_400_000);
  const header = { issuer, signer, number: step.number, thisUpdate: began, nextUpdate };
  try {
    return await prepareCrl({ ...header, entries: continued(previous?.der, added) });
  } catch (error) {
    if (error instanceof PkiError) throw refuseStep(place, String(error.params.reason ?? error.code));
    throw error;
  }
}

/** Only a certificate that this root issued can be on its list. */
function serialOf(material: Material, input: InputFile, place: number): string {
  const certificate = certificateIn(material, input, place);
  const root = parseCertificate(material.root ?? new Uint8Array(0));
  const { signatureAlgorithm, signedBytes, signature, issuer, serialHex } = certificate;
  const ours = issuer.key === root.subject.key;
  if (!ours || !verifySignature(signatureAlgorithm, root.publicKey, signedBytes, signature)) {
    throw refuseStep(place, 'other_issuer');
  }
  return serialHex;
}

interface PreviousContext {
  readonly step: CrlStep;
  readonly issuer: Certificate;
  readonly began: Date;
  readonly place: number;
}

function checkPrevious(previous: Crl, { step, issuer, began, place }: PreviousContext): void {
  const { signatureAlgorithm, signedBytes, signature, numberHex = '0' } = previous;
  const signed = verifySignature(signatureAlgorithm, issuer.publicKey, signedBytes, signature);
  if (!signed || previous.issuer.key !== issuer.subject.key) throw refuseStep(place, 'previous_crl_issuer');
  const partial = previous.issuingDistributionPoint !== undefined || previous.deltaBaseHex !== undefined;
  if (partial || previous.unknownCritical.length > 0) throw refuseStep(place, 'previous_crl_partial');
  if (previous.thisUpdate > began) throw refuseStep(place, 'previous_crl_later');
  if (BigInt(step.number) <= BigInt(`0x${numberHex}`)) throw refuseStep(place, 'crl_number');
}
