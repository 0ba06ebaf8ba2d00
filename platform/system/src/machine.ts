import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '@tra/kernel';

/** The clock of the machine. */
export const systemClock: Clock = { now: () => new Date() };

/** The random source of the machine's operating system. */
export const systemRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };
