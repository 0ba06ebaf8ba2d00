import type { Evidence, WantedEvidence } from '../judging/judge-document.ts';
import type { EvidenceAddress, EvidenceFetcher, FetchOutcome } from './fetcher.ts';
import type { EvidenceKind } from './readers.ts';

/** One address that was asked for a document. */
export interface FetchRecord {
  readonly kind: EvidenceKind;
  readonly url: string;
  readonly outcome: FetchOutcome;
}

/** What was fetched for one document so far. */
export interface Gathering {
  readonly evidence: Evidence;
  readonly records: readonly FetchRecord[];
}

/** Limits for one document. */
export interface GatherOptions {
  readonly fetcher: EvidenceFetcher;
  readonly maximumRequests: number;
}

/** Of one document: what was tried for it, and on whose behalf. */
export interface GatherState {
  readonly tried: Set<string>;
  readonly asker: string;
}

/** Nothing fetched yet. */
export const nothingGathered: Gathering = {
  evidence: { certificates: [], crls: [], ocspResponses: [] },
  records: [],
};

const places = { issuer: 'certificates', crl: 'crls', ocsp: 'ocspResponses' } as const;

/** The addresses of a need in the order in which they are tried: OCSP is smaller and fresher than a CRL. */
function addressesOf(need: WantedEvidence, asker: string): readonly EvidenceAddress[] {
  const { vouched } = need;
  if (need.kind === 'issuer') return need.urls.map((url) => ({ kind: 'issuer', url, vouched, asker }));
  const ocsp = need.ocspUrls.map((url) => ({ kind: 'ocsp', url, request: need.request, vouched, asker }) as const);
  return [...ocsp, ...need.crlUrls.map((url) => ({ kind: 'crl', url, vouched, asker }) as const)];
}

const nameOf = (need: WantedEvidence, { kind, url }: EvidenceAddress): string => `${kind} ${need.subject} ${url}`;

/**
 * Fetches for each need the first piece that can be had from an address that was not tried for it before. `found` says how many came: when none did,
 * judging again would change nothing.
 */
export async function gatherMore(
  needs: readonly WantedEvidence[],
  before: Gathering,
  { asker, tried, fetcher, maximumRequests }: GatherOptions & GatherState,
): Promise<{ readonly gathering: Gathering; readonly found: number }> {
  const records: FetchRecord[] = [...before.records];
  const evidence = {
    certificates: [...before.evidence.certificates],
    crls: [...before.evidence.crls],
    ocspResponses: [...before.evidence.ocspResponses],
  };
  let found = 0;
  await Promise.all(
    needs.map(async (need) => {
      for (const address of addressesOf(need, asker)) {
        const name = nameOf(need, address);
        if (tried.has(name) || tried.size >= maximumRequests) continue;
        tried.add(name);
        const { outcome, evidence: read } = await fetcher.fetch(address);
        records.push({ kind: address.kind, url: address.url, outcome });
        if (!read) continue;
        found += 1;
        evidence[places[address.kind]].push(...read.items);
        return;
      }
    }),
  );
  return { gathering: { evidence, records }, found };
}
