import type { SignatureAlgorithm } from '@tra/kernel';
import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { Type } from 'typebox';

/** Settings of this system. */
export interface SigningConfig {
  readonly algorithm: SignatureAlgorithm;
  readonly renewBeforeDays: number;
  readonly signerName: string;
  readonly organization: string;
  readonly country: string;
}

const algorithms: readonly SignatureAlgorithm[] = [
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha384',
  'rsa-pkcs1-sha512',
];

/** The section `signing`. Names and algorithm apply when a certificate is made: at the first start and at each renewal. */
export const config: ConfigSection<SigningConfig> = defineConfig<SigningConfig>(
  'signing',
  Type.Object({
    algorithm: Type.Union(
      algorithms.map((name) => Type.Literal(name)),
      { default: 'ecdsa-p256-sha256', description: 'Key and signature algorithm of the document signer.' },
    ),
    renewBeforeDays: Type.Integer({
      default: 30,
      minimum: 1,
      maximum: 365,
      description: 'How long before its certificate expires a new key and certificate are made, days.',
    }),
    signerName: Type.String({
      default: '',
      maxLength: 64,
      description: 'Common name of the document signer; "<organisation> Document Signer" when empty.',
    }),
    organization: Type.String({
      default: '',
      maxLength: 64,
      description: 'Organisation in the signer’s name; "Tra Demo" or "Tra" when empty.',
    }),
    country: Type.String({
      default: 'TH',
      pattern: '^[A-Z]{2}$',
      description: 'Country in the signer’s name, ISO 3166-1 alpha-2.',
    }),
  }),
);
