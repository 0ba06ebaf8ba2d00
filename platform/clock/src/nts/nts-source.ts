import type { Random } from '@tra/kernel';
import { ClockError } from '../errors.ts';
import type { MachineTime } from '../machine-time.ts';
import { addressOf, exchangeNtp } from '../ntp-exchange.ts';
import { buildNtpRequest, type NtpAnswer, readNtpAnswer } from '../ntp-packet.ts';
import { answerTo } from '../ntp-source.ts';
import type { Sample, TimeSource } from '../sample.ts';
import { establishKeys, type NtsKeys } from './key-exchange.ts';
import { AEAD_NONCE_OCTETS, openAnswer, protect, UNIQUE_OCTETS } from './packet.ts';
import { COOKIES_KEPT } from './records.ts';

/** Input of {@link ntsSource}. */
export interface NtsSourceOptions {
  readonly name: string;
  /** Server for key establishment, and its port. */
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly time: MachineTime;
  readonly random: Random;
  /** Certificates in PEM that alone are trusted; those that Node trusts unless told. */
  readonly trust?: string | undefined;
}

/** Waits between attempts to agree on keys after a failure (RFC 8915 section 4.2 with a shorter longest wait: one hour). */
const firstWaitMs = 10_000;
const waitGrowth = 1.5;
const longestWaitMs = 3_600_000;

/**
 * A server of Network Time Security (RFC 8915): keys and cookies over TLS 1.3, then NTP whose answers are authenticated with
 * AES-SIV-CMAC-256. An answer without the right proof is passed over, whoever sent it; a cookie is used once; when a server does not know
 * its cookies any more, keys are agreed on anew at the next turn.
 */
export function ntsSource(options: NtsSourceOptions): TimeSource {
  const { name, time } = options;
  let keys: NtsKeys | undefined;
  let failed: { readonly error: unknown; readonly until: number; readonly waitMs: number } | undefined;

  const agree = async (): Promise<NtsKeys> => {
    if (failed && time.steady() < failed.until) throw failed.error;
    try {
      const agreed = await establishKeys(options);
      failed = undefined;
      return agreed;
    } catch (error) {
      const waitMs = failed ? Math.min(failed.waitMs * waitGrowth, longestWaitMs) : firstWaitMs;
      failed = { error, waitMs, until: time.steady() + waitMs };
      throw error;
    }
  };
  return {
    name,
    ask: async () => {
      if (!keys || keys.cookies.length === 0) keys = await agree();
      const used = keys;
      try {
        return await askWith(used, options);
      } catch (error) {
        if (error instanceof ClockError && error.code === 'clock.source_cookie_refused') keys = undefined;
        throw error;
      }
    },
  };
}

async function askWith(keys: NtsKeys, { name, timeoutMs, time, random }: NtsSourceOptions): Promise<Sample> {
  const address = await addressOf(name, keys.host);
  const cookie = keys.cookies.shift() ?? new Uint8Array(0);
  const origin = random.bytes(8);
  const numbers = { unique: random.bytes(UNIQUE_OCTETS), aead: random.bytes(AEAD_NONCE_OCTETS) };
  let refused: ClockError['code'] | undefined;
  const accept = (packet: Uint8Array, wall: number): NtpAnswer | undefined => {
    const answer = readNtpAnswer(packet, wall);
    const opened = openAnswer(packet, { unique: numbers.unique, key: keys.toClient });
    // A refusal has no proof: a right answer may still come, and until then it is waited for.
    if (opened.kind === 'cookie-refused') refused = 'clock.source_cookie_refused';
    else if (opened.kind === 'unproven') refused ??= 'clock.source_unproven';
    if (opened.kind !== 'authentic') return undefined;
    const ours = answerTo(origin, answer);
    if (ours) keys.cookies.push(...opened.cookies.slice(0, COOKIES_KEPT - keys.cookies.length));
    return ours;
  };
  return await exchangeNtp({
    ...{ name, address, port: keys.port, timeoutMs, time, accept },
    packet: protect(buildNtpRequest(origin), { cookie, kept: keys.cookies.length, key: keys.toServer, numbers }),
    silence: () => refused && new ClockError(refused, { params: { source: name } }),
  });
}
