import type { SignatureAlgorithm } from '@tra/kernel';
import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { Type } from 'typebox';
import { type PolicySettings, policySettings } from './policies/settings.ts';

/** Settings of this system. */
export interface PkiConfig extends PolicySettings {
  readonly root: 'automatic' | 'offline';
  readonly publicationUrl: string;
  readonly organization: string;
  readonly country: string;
  readonly rootName: string;
  readonly issuingName: string;
  readonly rootAlgorithm: SignatureAlgorithm;
  readonly issuingAlgorithm: SignatureAlgorithm;
  readonly rootYears: number;
  readonly issuingYears: number;
  readonly timeStampingYears: number;
  readonly documentSignerYears: number;
  readonly officerYears: number;
  readonly tlsServerDays: number;
  readonly ocspResponderDays: number;
  readonly keyYears: number;
  readonly crlPartitions: number;
  readonly crlHours: number;
  readonly crlRefreshMinutes: number;
  readonly ocspAlgorithm: SignatureAlgorithm;
  readonly ocspHours: number;
  readonly ocspMaxAgeMinutes: number;
  readonly ocspPrepared: number;
  readonly ocspUnknown: 'unknown' | 'revoked';
}

const algorithms: readonly SignatureAlgorithm[] = [
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha384',
  'rsa-pkcs1-sha512',
];

function algorithm(chosen: SignatureAlgorithm, description: string) {
  return Type.Union(
    algorithms.map((name) => Type.Literal(name)),
    { default: chosen, description },
  );
}

function years(count: number, description: string) {
  return Type.Integer({ default: count, minimum: 1, maximum: 40, description });
}

/** The section `pki`. Names apply when a CA is made for the first time; later changes do not touch it. */
export const config: ConfigSection<PkiConfig> = defineConfig<PkiConfig>(
  'pki',
  Type.Object({
    root: Type.Union([Type.Literal('automatic'), Type.Literal('offline')], {
      default: 'automatic',
      description:
        'Where the key of the root CA is: made here at the first start, or offline, where a ceremony signs what is exported from here.',
    }),
    publicationUrl: Type.String({
      default: '',
      pattern: '^(http://[^\\s/]+(/[^\\s]*[^\\s/])?)?$',
      description:
        'Address (http, no slash at the end) that certificates name for CRLs and OCSP; the public address when empty.',
    }),
    organization: Type.String({
      default: '',
      maxLength: 64,
      description: 'Organisation in CA names; "Tra Demo" or "Tra" when empty.',
    }),
    country: Type.String({
      default: 'TH',
      pattern: '^[A-Z]{2}$',
      description: 'Country in names, ISO 3166-1 alpha-2.',
    }),
    rootName: Type.String({
      default: '',
      maxLength: 64,
      description: 'Common name of the root CA; "<organisation> National Root CA" when empty.',
    }),
    issuingName: Type.String({
      default: '',
      maxLength: 64,
      description: 'Common name of the issuing CA; "<organisation> Issuing CA 1" when empty.',
    }),
    rootAlgorithm: algorithm('ecdsa-p384-sha384', 'Key and signature algorithm of the root CA.'),
    issuingAlgorithm: algorithm('ecdsa-p256-sha256', 'Key and signature algorithm of the issuing CA.'),
    rootYears: years(20, 'Validity of the root CA, years.'),
    issuingYears: years(10, 'Validity of the issuing CA, years; never beyond the root.'),
    timeStampingYears: years(5, 'Validity of a time-stamping unit, years; never beyond the issuing CA.'),
    documentSignerYears: years(3, 'Validity of a document signer or e-seal, years; never beyond the issuing CA.'),
    officerYears: years(2, 'Validity of the certificate of an officer, years.'),
    tlsServerDays: Type.Integer({
      default: 90,
      minimum: 1,
      maximum: 398,
      description: 'Validity of the certificate of a TLS server, days.',
    }),
    ocspResponderDays: Type.Integer({
      default: 30,
      minimum: 1,
      maximum: 398,
      description: 'Validity of the certificate of an OCSP responder, days.',
    }),
    keyYears: years(6, 'How long one key may be certified again at renewals, years since its first certificate.'),
    crlPartitions: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 256,
      description: 'Parts into which the CRL of end certificates is split; 0 for one complete CRL only.',
    }),
    crlHours: Type.Integer({
      default: 168,
      minimum: 1,
      maximum: 8760,
      description: 'For how long a CRL says that it is current, hours.',
    }),
    crlRefreshMinutes: Type.Integer({
      default: 360,
      minimum: 1,
      maximum: 525_600,
      description: 'After how long a new CRL is made although nothing was revoked, minutes.',
    }),
    ocspAlgorithm: algorithm('ecdsa-p256-sha256', 'Key and signature algorithm of the OCSP responders.'),
    ocspHours: Type.Integer({
      default: 24,
      minimum: 1,
      maximum: 168,
      description: 'For how long an OCSP answer says that it is current, hours.',
    }),
    ocspMaxAgeMinutes: Type.Integer({
      default: 10,
      minimum: 0,
      maximum: 1440,
      description: 'How long caches may keep an OCSP answer, minutes: so long they may miss a revocation.',
    }),
    ocspPrepared: Type.Integer({
      default: 100_000,
      minimum: 0,
      maximum: 5_000_000,
      description: 'Greatest number of OCSP answers that are signed ahead and kept in memory, about 1 kB each.',
    }),
    ocspUnknown: Type.Union([Type.Literal('unknown'), Type.Literal('revoked')], {
      default: 'unknown',
      description: 'What OCSP answers say of a serial number that was never issued (RFC 6960 section 2.2).',
    }),
    ...policySettings,
  }),
);
