import { equalBytes, type Random } from '@tra/kernel';
import type { MachineTime } from './machine-time.ts';
import { addressOf, exchangeNtp } from './ntp-exchange.ts';
import { buildNtpRequest, type NtpAnswer, readNtpAnswer } from './ntp-packet.ts';
import type { TimeSource } from './sample.ts';

/** Input of {@link ntpSource}. */
export interface NtpSourceOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly time: MachineTime;
  readonly random: Random;
}

/**
 * An NTP server (RFC 5905, client mode). Answers count only from the address that was asked and with the random number of the request;
 * others are not even an error, so that nobody can silence a source by forging. Every request has a socket, and so a port, of its own.
 */
export function ntpSource(options: NtpSourceOptions): TimeSource {
  const { name, host, port, timeoutMs, time, random } = options;
  return {
    name,
    ask: async () => {
      const address = await addressOf(name, host);
      const nonce = random.bytes(8);
      return await exchangeNtp({
        ...{ name, address, port, timeoutMs, time },
        packet: buildNtpRequest(nonce),
        accept: (packet, wall) => answerTo(nonce, readNtpAnswer(packet, wall)),
      });
    },
  };
}

/** The answer, when it is a server's and carries the random number of the question. */
export function answerTo(nonce: Uint8Array, answer: NtpAnswer | undefined): NtpAnswer | undefined {
  return answer?.mode === 4 && equalBytes(answer.origin, nonce) ? answer : undefined;
}
