import type { SignatureAlgorithm } from '@tra/kernel';
import { type ConfigSection, defineConfig } from '@tra/platform-config';
import type { SelfCheck } from '@tra/timestamp';
import { Type } from 'typebox';
import { type SubscriberSettings, subscriberSettings } from './subscribers/settings.ts';

/** Where the record of every token is kept before the token leaves. */
export type RecordPlace = 'database' | 'file' | 'none';

/** Settings of this system. */
export interface TimestampConfig extends SubscriberSettings {
  readonly policy: string;
  readonly algorithm: SignatureAlgorithm;
  readonly rsaBits: 2048 | 3072 | 4096;
  readonly accuracySeconds: number;
  readonly policies: readonly string[];
  readonly unitName: string;
  readonly unitCertificates: string;
  readonly organization: string;
  readonly country: string;
  readonly keyDays: number;
  readonly alarmDays: number;
  readonly records: RecordPlace;
  readonly sealSeconds: number;
  readonly segmentMegabytes: number;
  readonly selfCheck: SelfCheck;
  readonly unsupervisedClock: 'refuse' | 'accept';
}

/** Algorithms of units. */
export const unitAlgorithms: readonly SignatureAlgorithm[] = [
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha384',
  'rsa-pkcs1-sha512',
  'ed25519',
];

const unit = {
  policy: Type.String({
    default: '1.3.6.1.4.1.32473.3161.1',
    pattern: '^[0-2](\\.(0|[1-9][0-9]*))+$',
    description:
      'Policy OID of tokens when a request names none. The default lies under the number reserved for examples (RFC 5612): set your own.',
  }),
  algorithm: Type.Union(
    unitAlgorithms.map((name) => Type.Literal(name)),
    { default: 'ecdsa-p256-sha256', description: 'Key and signature algorithm of the time-stamping unit.' },
  ),
  rsaBits: Type.Union([Type.Literal(2048), Type.Literal(3072), Type.Literal(4096)], {
    default: 3072,
    description: 'Bits of the key of an RSA unit.',
  }),
  accuracySeconds: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 3600,
    description: 'Accuracy stated in every token of the default policy, seconds.',
  }),
  policies: Type.Array(Type.String({ pattern: '^[0-2](\\.(0|[1-9][0-9]*))+( [a-z0-9+=-]+)*$', maxLength: 300 }), {
    default: [],
    description:
      'Further policies, each an OID and, separated by blanks, accuracy=MILLISECONDS, digests=sha256+sha3-512, key=ALGORITHM for a unit of its own, and qualified (ETSI EN 319 422).',
  }),
  unitName: Type.String({
    default: '',
    maxLength: 60,
    description: 'Common name of the units without their number; "<organisation> Time-Stamping Unit" when empty.',
  }),
  unitCertificates: Type.String({
    default: '',
    maxLength: 1000,
    description:
      'Path of a PEM file with units that were certified elsewhere and all authorities above them; needed, and read again every `sealSeconds`, where `TRA_STORAGE` is `none`. Their keys are in the key store.',
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
  keyDays: Type.Integer({
    default: 365,
    minimum: 1,
    maximum: 3650,
    description: 'Days for which a unit signs; then a new one follows, and its certificate stays published.',
  }),
  alarmDays: Type.Integer({
    default: 30,
    minimum: 1,
    maximum: 365,
    description: 'Days before the end of the signing unit’s certificate at which an alarm is raised.',
  }),
};

const record = {
  records: Type.Union([Type.Literal('database'), Type.Literal('file'), Type.Literal('none')], {
    default: 'database',
    description:
      'Where the record of every token is on disk before it leaves: the database, files of this node (faster), or nowhere (for measurements; refused in production).',
  }),
  sealSeconds: Type.Integer({
    default: 60,
    minimum: 1,
    maximum: 3600,
    description: 'Seconds after which new records are sealed in the public log.',
  }),
  segmentMegabytes: Type.Integer({
    default: 64,
    minimum: 1,
    maximum: 1024,
    description: 'Size at which a file of records is followed by the next.',
  }),
  selfCheck: Type.Union([Type.Literal('every'), Type.Literal('sampled'), Type.Literal('off')], {
    default: 'sampled',
    description:
      'Which tokens are verified before they leave: every one (costs more than signing with ECDSA), the first and one a second, or none.',
  }),
  unsupervisedClock: Type.Union([Type.Literal('refuse'), Type.Literal('accept')], {
    default: 'refuse',
    description:
      'Whether a production server without sources of time (clock.sources) starts, and stamps with the time of the machine as it is. The practice statement then says so.',
  }),
};

/** The section `timestamp`. Names and algorithm apply when a unit is made. */
export const config: ConfigSection<TimestampConfig> = defineConfig<TimestampConfig>(
  'timestamp',
  Type.Object({ ...unit, ...record, ...subscriberSettings }),
);
