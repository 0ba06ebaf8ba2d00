import { scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '@tra/kernel';
import { IdentityError } from './errors.ts';

/** How hard a password is to guess from its hash (RFC 7914): N, r and p. */
export interface ScryptParameters {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelism: number;
}

/** Hashes passwords and checks them, a few at a time. */
export interface PasswordHasher {
  /** `scrypt$N$r$p$salt$hash`, salt and hash in base64url. */
  hash(password: string, parameters?: ScryptParameters): Promise<string>;
  /**
   * Whether `password` is the one behind `stored`. Without a stored hash it takes as long and says no. Runs `before` when its turn
   * has come, ahead of the work; what that throws is passed on.
   */
  verify(password: string, stored: string | undefined, before?: () => Promise<void>): Promise<boolean>;
}

const keyLength = 32;
const saltLength = 16;
const maxWaiting = 500;

function derive(password: string, salt: Uint8Array, parameters: ScryptParameters): Promise<Buffer> {
  const { cost, blockSize, parallelism } = parameters;
  const options = {
    N: cost,
    r: blockSize,
    p: parallelism,
    maxmem: 128 * cost * blockSize + 128 * blockSize * (parallelism + 2),
  };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyLength, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

function parseHash(stored: string): { parameters: ScryptParameters; salt: Uint8Array; key: Buffer } {
  const [scheme, cost, blockSize, parallelism, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) throw new TypeError('not a password hash');
  return {
    parameters: { cost: Number(cost), blockSize: Number(blockSize), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
}

/** Lets `limit` tasks run at a time; the others wait in order, at most 500 of them. */
function createTurnstile(limit: number): <R>(work: () => Promise<R>) => Promise<R> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= limit) {
      if (waiting.length >= maxWaiting) throw new IdentityError('identity.busy');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

/** A hasher whose new hashes have `parameters`. Throws `identity.busy` when too many passwords wait to be checked. */
export function createPasswordHasher(options: {
  readonly random: Random;
  readonly parameters: ScryptParameters;
  readonly concurrency: number;
}): PasswordHasher {
  const { random, parameters: standard } = options;
  const inTurn = createTurnstile(options.concurrency);
  const nobody = { parameters: standard, salt: random.bytes(saltLength), key: Buffer.from(random.bytes(keyLength)) };
  return {
    hash: (password, parameters = standard) =>
      inTurn(async () => {
        const salt = random.bytes(saltLength);
        const key = await derive(password, salt, parameters);
        const { cost, blockSize, parallelism } = parameters;
        const texts = [Buffer.from(salt).toString('base64url'), key.toString('base64url')];
        return ['scrypt', cost, blockSize, parallelism, ...texts].join('$');
      }),
    verify: (password, stored, before) =>
      inTurn(async () => {
        await before?.();
        const expected = stored === undefined ? nobody : parseHash(stored);
        const key = await derive(password, expected.salt, expected.parameters);
        return timingSafeEqual(key, expected.key) && stored !== undefined;
      }),
  };
}
