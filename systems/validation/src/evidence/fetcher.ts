import { createHash } from 'node:crypto';
import type { Clock } from '@tra/kernel';
import { type Outbound, OutboundError } from '@tra/platform-outbound';
import { type AllowedAddresses, isAllowed } from './allowed.ts';
import type { RequestBudget } from './budget.ts';
import type { EvidenceCache } from './cache.ts';
import { type EvidenceKind, type ReadEvidence, readEvidence } from './readers.ts';

/** A piece of evidence that somebody points at. */
export interface EvidenceAddress {
  readonly kind: EvidenceKind;
  readonly url: string;
  /** The question, for OCSP. */
  readonly request?: Uint8Array;
  /** Whether a certificate names it whose path ends at an anchor of this service. */
  readonly vouched: boolean;
  /** On whose behalf it is asked. */
  readonly asker: string;
}

/** How an attempt ended. */
export type FetchOutcome =
  | 'taken'
  /** Settings or safety forbid to ask this address. */
  | 'refused'
  | 'unreachable'
  | 'unreadable'
  | 'too_large'
  /** Not asked: it failed a short while ago, or its host did several times. */
  | 'resting'
  /** Not asked: too much was asked in this minute. */
  | 'budget';

/** What an attempt brought. */
export interface Fetched {
  readonly outcome: FetchOutcome;
  readonly evidence?: ReadEvidence;
}

/** Limits of asking others. */
export interface FetchLimits extends AllowedAddresses {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** How long an answer is used at most, milliseconds. */
  readonly cacheMs: number;
}

/** Fetches evidence, each address once at a time. */
export interface EvidenceFetcher {
  fetch(address: EvidenceAddress): Promise<Fetched>;
}

const failureMs = 60_000;
const breakAfter = 3;
const breakMs = 120_000;
const maximumRedirects = 2;
const maximumHosts = 2000;

interface HostState {
  readonly failures: number;
  readonly until: number;
}

/**
 * A fetcher over {@link Outbound}, which keeps it away from private networks. Follows redirects to the same host only; an address that fails rests for a
 * minute, a host that fails three times running for two.
 */
export function createEvidenceFetcher(parts: {
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly cache: EvidenceCache;
  readonly limits: FetchLimits;
  /** No bound when absent. */
  readonly budget?: RequestBudget;
}): EvidenceFetcher {
  const { budget, cache, clock, limits } = parts;
  const flights = new Map<string, Promise<Fetched>>();
  const hosts = new Map<string, HostState>();
  const note = (host: string, failed: boolean): void => {
    const failures = failed ? (hosts.get(host)?.failures ?? 0) + 1 : 0;
    hosts.delete(host);
    if (failed) hosts.set(host, { failures, until: clock.now().getTime() + breakMs });
    const oldest = hosts.size > maximumHosts ? hosts.keys().next().value : undefined;
    if (oldest !== undefined) hosts.delete(oldest);
  };
  const isResting = (host: string): boolean => {
    const state = hosts.get(host);
    return state !== undefined && state.failures >= breakAfter && clock.now().getTime() < state.until;
  };
  const load = async (address: EvidenceAddress, key: string): Promise<Fetched> => {
    const { hostname: host } = new URL(address.url);
    const known = await cache.find(key);
    if (known === 'failed') return { outcome: 'resting' };
    if (known) return { outcome: 'taken', evidence: readEvidence(address.kind, known) };
    if (isResting(host)) return { outcome: 'resting' };
    if (budget?.spend(address.asker) === false) return { outcome: 'budget' };
    const fetched = await askAndRead(address, parts);
    note(host, fetched.outcome === 'unreachable');
    if (fetched.outcome === 'taken' && fetched.evidence && fetched.bytes) {
      const { bytes, evidence } = fetched;
      await cache.keep(key, { url: address.url, answer: bytes, freshUntil: freshUntil(evidence, clock.now(), limits) });
      return { outcome: 'taken', evidence: fetched.evidence };
    }
    cache.fail(key, new Date(clock.now().getTime() + failureMs));
    return { outcome: fetched.outcome };
  };
  return {
    fetch: async (address) => {
      if (!isAllowed(address.url, address.vouched, limits)) return { outcome: 'refused' };
      const key = keyOf(address);
      const running = flights.get(key);
      if (running) return await running;
      const flight = load(address, key).finally(() => flights.delete(key));
      flights.set(key, flight);
      return await flight;
    },
  };
}

/** Also an answer that is out of date already is not asked for again at once. */
function freshUntil({ nextUpdate }: ReadEvidence, now: Date, { cacheMs }: FetchLimits): Date {
  const latest = now.getTime() + cacheMs;
  return new Date(Math.max(now.getTime() + failureMs, Math.min(latest, nextUpdate?.getTime() ?? latest)));
}

function keyOf({ kind, url, request }: EvidenceAddress): string {
  return createHash('sha256')
    .update(`${kind} ${url}\n`)
    .update(request ?? '')
    .digest('hex');
}

interface Asked extends Fetched {
  readonly bytes?: Uint8Array;
}

async function askAndRead(
  address: EvidenceAddress,
  { outbound, limits }: { readonly outbound: Outbound; readonly limits: FetchLimits },
): Promise<Asked> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await ask(address, { outbound, limits });
  } catch (error) {
    const code = error instanceof OutboundError ? error.code : '';
    if (code === 'outbound.too_large') return { outcome: 'too_large' };
    return {
      outcome: code === 'outbound.address_refused' || code === 'outbound.url_invalid' ? 'refused' : 'unreachable',
    };
  }
  if (!bytes) return { outcome: 'unreachable' };
  try {
    return { outcome: 'taken', evidence: readEvidence(address.kind, bytes), bytes };
  } catch {
    return { outcome: 'unreadable' };
  }
}

async function ask(
  { url, request }: EvidenceAddress,
  { outbound, limits }: { readonly outbound: Outbound; readonly limits: FetchLimits },
): Promise<Uint8Array | undefined> {
  let target = url;
  for (let left = maximumRedirects; left >= 0; left -= 1) {
    const answer = await outbound.request({
      url: target,
      maxBytes: limits.maxBytes,
      timeoutMs: limits.timeoutMs,
      ...(request
        ? { method: 'POST' as const, body: request, headers: { 'content-type': 'application/ocsp-request' } }
        : {}),
    });
    if (answer.status === 200) return answer.body;
    const { location } = answer.headers;
    if (answer.status < 300 || answer.status > 399 || typeof location !== 'string' || request) return undefined;
    const next = URL.canParse(location, target) ? new URL(location, target) : undefined;
    if (!next || next.host !== new URL(target).host) return undefined;
    target = next.href;
  }
  return undefined;
}
