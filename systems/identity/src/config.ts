import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { Type } from 'typebox';

/** Settings of this system. */
export interface IdentityConfig {
  readonly sessionHours: number;
  readonly idleMinutes: number;
  readonly maxFailures: number;
  readonly maxFailuresPerAddress: number;
  readonly failureWindowMinutes: number;
  readonly passwordMinLength: number;
  readonly scryptCost: number;
  readonly scryptParallelism: number;
  readonly hashingConcurrency: number;
}

/** The section `identity`. */
export const config: ConfigSection<IdentityConfig> = defineConfig<IdentityConfig>(
  'identity',
  Type.Object({
    sessionHours: Type.Integer({
      default: 12,
      minimum: 1,
      maximum: 720,
      description: 'Longest life of a session, hours.',
    }),
    idleMinutes: Type.Integer({
      default: 60,
      minimum: 1,
      maximum: 43_200,
      description: 'After how long without a request a session ends, minutes.',
    }),
    maxFailures: Type.Integer({
      default: 10,
      minimum: 1,
      maximum: 1000,
      description: 'Wrong passwords for one account from one network address before it has to wait.',
    }),
    maxFailuresPerAddress: Type.Integer({
      default: 200,
      minimum: 1,
      maximum: 100_000,
      description: 'Wrong passwords for any accounts from one network address before it has to wait.',
    }),
    failureWindowMinutes: Type.Integer({
      default: 15,
      minimum: 1,
      maximum: 1440,
      description: 'For how long wrong passwords are counted, minutes.',
    }),
    passwordMinLength: Type.Integer({
      default: 12,
      minimum: 8,
      maximum: 128,
      description: 'Fewest characters of a password of a real account.',
    }),
    scryptCost: Type.Union(
      [16_384, 32_768, 65_536, 131_072].map((cost) => Type.Literal(cost)),
      { default: 32_768, description: 'Cost N of scrypt (RFC 7914) for new password hashes; memory is N × 1 KiB.' },
    ),
    scryptParallelism: Type.Integer({
      default: 3,
      minimum: 1,
      maximum: 16,
      description: 'Parallelism p of scrypt for new password hashes.',
    }),
    hashingConcurrency: Type.Integer({
      default: 2,
      minimum: 1,
      maximum: 32,
      description: 'Passwords checked at the same time; others wait their turn.',
    }),
  }),
);
