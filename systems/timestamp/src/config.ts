import type { SignatureAlgorithm } from '@tra/kernel';
import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { Type } from 'typebox';

/** Settings of this system. */
export interface TimestampConfig {
  readonly policy: string;
  readonly algorithm: SignatureAlgorithm;
  readonly accuracySeconds: number;
  readonly unitName: string;
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

/** The section `timestamp`. Names and algorithm apply when the unit is made for the first time. */
export const config: ConfigSection<TimestampConfig> = defineConfig<TimestampConfig>(
  'timestamp',
  Type.Object({
    policy: Type.String({
      default: '1.3.6.1.4.1.32473.3161.1',
      pattern: '^[0-2](\\.(0|[1-9][0-9]*))+$',
      description:
        'Policy OID in every token. The default lies under the number reserved for examples (RFC 5612): set your own.',
    }),
    algorithm: Type.Union(
      algorithms.map((name) => Type.Literal(name)),
      { default: 'ecdsa-p256-sha256', description: 'Key and signature algorithm of the time-stamping unit.' },
    ),
    accuracySeconds: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 3600,
      description: 'Accuracy stated in every token, seconds.',
    }),
    unitName: Type.String({
      default: '',
      maxLength: 64,
      description: 'Common name of the unit; "<organisation> Time-Stamping Unit 1" when empty.',
    }),
    organization: Type.String({
      default: '',
      maxLength: 64,
      description: 'Organisation in the unit’s name; "Tra Demo" or "Tra" when empty.',
    }),
    country: Type.String({
      default: 'TH',
      pattern: '^[A-Z]{2}$',
      description: 'Country in the unit’s name, ISO 3166-1 alpha-2.',
    }),
  }),
);
