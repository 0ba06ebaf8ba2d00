import { readFileSync } from 'node:fs';
import type { Random } from '@tra/kernel';
import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { Type } from 'typebox';
import { chronySource } from './chrony-source.ts';
import { ClockError } from './errors.ts';
import { machineTime } from './machine-time.ts';
import { ntpSource } from './ntp-source.ts';
import { ntsSource } from './nts/nts-source.ts';
import type { TimeSource } from './sample.ts';
import type { ClockLimits } from './supervised-clock.ts';

/** Configuration of the clock's supervision. */
export interface ClockConfig {
  readonly sources: readonly string[];
  readonly agree: number;
  readonly accuracyMs: number;
  readonly pollSeconds: number;
  readonly staleSeconds: number;
  readonly jumpMs: number;
  readonly timeoutMs: number;
  readonly ntsTrust: string;
}

/** The section `clock`. */
export const clockConfig: ConfigSection<ClockConfig> = defineConfig<ClockConfig>(
  'clock',
  Type.Object({
    sources: Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
      default: [],
      description:
        'Sources of time: nts://host (authenticated, RFC 8915; port 4460 unless nts://host:port), ntp://host or ntp://host:port, and chrony: for the chrony of this machine. None: the clock is not supervised and says so.',
    }),
    agree: Type.Integer({ default: 3, minimum: 1, maximum: 16, description: 'How many sources have to agree.' }),
    accuracyMs: Type.Integer({
      default: 1000,
      minimum: 1,
      maximum: 60_000,
      description: 'Largest error of the clock in milliseconds; beyond it no time is vouched for.',
    }),
    pollSeconds: Type.Integer({
      default: 64,
      minimum: 16,
      maximum: 1024,
      description: 'Seconds between two questions to the sources.',
    }),
    staleSeconds: Type.Integer({
      default: 300,
      minimum: 32,
      maximum: 86_400,
      description: 'Seconds after which the last agreement of the sources is worth nothing.',
    }),
    jumpMs: Type.Integer({
      default: 200,
      minimum: 20,
      maximum: 60_000,
      description:
        'Milliseconds by which the clock may move against the steady clock of the machine before it counts as set.',
    }),
    timeoutMs: Type.Integer({
      default: 2000,
      minimum: 100,
      maximum: 10_000,
      description: 'Longest wait for one source in milliseconds.',
    }),
    ntsTrust: Type.String({
      default: '',
      maxLength: 4096,
      description:
        'PEM file with the certificates that alone are trusted for nts:// sources; the public ones that Node.js knows when empty.',
    }),
  }),
);

/** The limits of a configuration. */
export function clockLimits(config: ClockConfig): ClockLimits {
  const { agree, accuracyMs, jumpMs } = config;
  return { agree, accuracyMs, jumpMs, pollMs: config.pollSeconds * 1000, staleMs: config.staleSeconds * 1000 };
}

/** The sources of a configuration. Throws {@link ClockError}: `clock.source_address_invalid`, `clock.nts_trust_unreadable`. */
export function timeSources(
  { sources, timeoutMs, ntsTrust = '' }: Pick<ClockConfig, 'sources' | 'timeoutMs'> & Partial<ClockConfig>,
  random: Random,
): TimeSource[] {
  const trust = ntsTrust === '' ? undefined : trustIn(ntsTrust);
  return sources.map((name) => {
    if (name === 'chrony:') return chronySource({ name, timeoutMs });
    const { authenticated, host, port } = addressIn(name);
    const options = { name, host, port, timeoutMs, time: machineTime, random };
    return authenticated ? ntsSource({ ...options, trust }) : ntpSource(options);
  });
}

function addressIn(source: string): { authenticated: boolean; host: string; port: number } {
  const match = /^(ntp|nts):\/\/(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9.-]+))(?::(\d{1,5}))?$/.exec(source);
  const authenticated = match?.[1] === 'nts';
  const host = match?.[2] ?? match?.[3];
  const port = Number(match?.[4] ?? (authenticated ? 4460 : 123));
  if (!host || port < 1 || port > 65_535) throw new ClockError('clock.source_address_invalid', { params: { source } });
  return { authenticated, host, port };
}

function trustIn(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch (cause) {
    throw new ClockError('clock.nts_trust_unreadable', { params: { file }, cause });
  }
  throw new ClockError('clock.nts_trust_unreadable', { params: { file } });
}
