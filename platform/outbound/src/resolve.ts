import { promises as dns, lookup } from 'node:dns';
import { isIP } from 'node:net';
import { OutboundError } from './errors.ts';

/** A property/value pair of a CAA record (RFC 8659 section 4.1). */
export interface CaaRecord {
  readonly critical: boolean;
  readonly tag: string;
  readonly value: string;
}

/** Questions to the domain name system. All reject with {@link OutboundError} when no answer came. */
export interface Resolver {
  /** Addresses of a host; never empty. Rejects with `outbound.name_unknown` when it has none. */
  addresses(host: string): Promise<readonly string[]>;
  /** TXT records, each joined; empty when there are none. */
  txt(name: string): Promise<readonly string[]>;
  /** CAA records of exactly this name; empty when there are none. */
  caa(name: string): Promise<readonly CaaRecord[]>;
}

const missing: ReadonlySet<string> = new Set(['ENODATA', 'ENOTFOUND']);
const attempts = 2;

function toError(host: string, cause: unknown): OutboundError {
  const { code = '' } = cause as { code?: string };
  const unknown = missing.has(code) || code === 'EAI_NONAME' || code === 'EBADNAME';
  return new OutboundError(unknown ? 'outbound.name_unknown' : 'outbound.unreachable', { params: { host }, cause });
}

async function orEmpty<T>(name: string, asked: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await asked;
  } catch (cause) {
    const error = toError(name, cause);
    if (error.code === 'outbound.name_unknown') return [];
    throw error;
  }
}

/** A resolver that asks `servers`, or the ones of the machine (with its hosts file) when none are given. */
export function createResolver({
  servers = [],
  timeoutMs = 5_000,
}: {
  readonly servers?: readonly string[];
  readonly timeoutMs?: number;
}): Resolver {
  const resolver = new dns.Resolver({ timeout: timeoutMs, tries: attempts });
  if (servers.length > 0) resolver.setServers(servers);
  const lookUp = (host: string): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      lookup(host, { all: true, order: 'verbatim' }, (error, found) =>
        error ? reject(error) : resolve(found.map(({ address }) => address)),
      );
    });
  const ask = async (host: string): Promise<readonly string[]> => {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (found.length === 0 && failed) throw failed.reason;
    return found;
  };
  return {
    addresses: async (host) => {
      if (isIP(host)) return [host];
      const found = await (servers.length > 0 ? ask(host) : lookUp(host)).catch((cause: unknown) => {
        throw toError(host, cause);
      });
      if (found.length === 0) throw new OutboundError('outbound.name_unknown', { params: { host } });
      return found;
    },
    txt: (name) =>
      orEmpty(
        name,
        resolver.resolveTxt(name).then((found) => found.map((parts) => parts.join(''))),
      ),
    caa: (name) =>
      orEmpty(
        name,
        resolver.resolveCaa(name).then((found) => found.flatMap(toCaa)),
      ),
  };
}

function toCaa(record: object): CaaRecord[] {
  const { critical, ...tags } = record as { critical: number } & Record<string, unknown>;
  return Object.entries(tags).flatMap(([tag, value]) =>
    typeof value === 'string' && tag !== 'type' ? [{ critical: critical >= 128, tag, value }] : [],
  );
}
