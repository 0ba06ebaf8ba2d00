import type { Outbound } from '@tra/platform-outbound';
import {
  maxListBytes,
  type OtherListPointer,
  readTrustedList,
  type TrustedList,
  type TrustedListReport,
  verifyTrustedList,
} from '@tra/trust-list';

/** What was known of a list before. */
export interface KnownList {
  readonly sequence?: number;
  readonly sha256?: string;
}

/** A list that was fetched: verified, or refused with a code. */
export interface DownloadedList {
  readonly xml?: Uint8Array;
  readonly report?: TrustedListReport;
  /** Why it is not to be used. */
  readonly problem?: string;
}

/** How lists are fetched. */
export interface DownloadOptions {
  readonly outbound: Outbound;
  readonly at: Date;
}

const timeoutMs = 60_000;
const maximumPivots = 16;
const tslMediaType = 'application/vnd.etsi.tsl+xml';

async function fetchXml(location: string, { outbound }: DownloadOptions): Promise<Uint8Array> {
  const { status, body } = await outbound.request({ url: location, maxBytes: maxListBytes, timeoutMs, redirects: 3 });
  if (status !== 200) throw new Error(`HTTP ${status}`);
  return body;
}

/** Fetches one list and verifies it against the signers that somebody trusted named for it. */
export async function downloadList(
  location: string,
  signers: readonly Uint8Array[],
  options: DownloadOptions & { readonly known: KnownList; readonly territory?: string },
): Promise<DownloadedList> {
  let xml: Uint8Array;
  try {
    xml = await fetchXml(location, options);
  } catch {
    return { problem: 'trust-list.unreachable' };
  }
  return judge(xml, signers, options);
}

function judge(
  xml: Uint8Array,
  signers: readonly Uint8Array[],
  { at, known, territory }: DownloadOptions & { readonly known: KnownList; readonly territory?: string },
): DownloadedList {
  const report = verifyTrustedList(xml, {
    ...{ signers, at },
    ...(territory === undefined ? {} : { territory }),
    ...(known.sequence === undefined ? {} : { previousSequence: known.sequence }),
    ...(known.sha256 === undefined ? {} : { previousDigest: known.sha256 }),
  });
  return report.list ? { xml, report } : { xml, report, problem: report.code };
}

/**
 * Fetches a list of lists. When its signer is not among those that are pinned, its pivots lead from the old signers to the new ones (ETSI TS 119 615
 * clause 4.1): each pivot is signed by signers known so far, and its pointer to the list of lists names the next.
 */
export async function downloadListOfLists(
  location: string,
  pinned: readonly Uint8Array[],
  options: DownloadOptions & { readonly known: KnownList },
): Promise<DownloadedList> {
  const first = await downloadList(location, pinned, options);
  if (first.problem !== 'trust_list.signer_unknown' || !first.xml) return first;
  let signers = pinned;
  for (const pivot of pivotsOf(first.xml, location)) {
    const next = await signersByPivot(pivot, location, { ...options, signers });
    if (next) signers = next;
  }
  return signers === pinned ? first : judge(first.xml, signers, options);
}

/** Addresses of the pivots, oldest first; the list that names them is not verified yet, and they are believed only for their own signatures. */
function pivotsOf(xml: Uint8Array, location: string): readonly string[] {
  try {
    const addresses = readTrustedList(xml).schemeInformationUris.map(({ text }) => text);
    const pivots = [...new Set(addresses)].filter((uri) => /^https?:.*\.xml$/i.test(uri) && uri !== location);
    return pivots.slice(0, maximumPivots).reverse();
  } catch {
    return [];
  }
}

async function signersByPivot(
  pivot: string,
  location: string,
  options: DownloadOptions & { readonly signers: readonly Uint8Array[] },
): Promise<readonly Uint8Array[] | undefined> {
  const xml = await fetchXml(pivot, options).catch(() => undefined);
  const list = xml && readSigned(xml, options.signers);
  return list?.pointers.find((pointer) => pointer.location === location)?.signers;
}

/** A pivot is an old list: it was right when it was issued, and is judged for then. */
function readSigned(xml: Uint8Array, signers: readonly Uint8Array[]): TrustedList | undefined {
  try {
    const { issuedAt } = readTrustedList(xml);
    return verifyTrustedList(xml, { signers, at: issuedAt }).list;
  } catch {
    return undefined;
  }
}

/** Pointers to lists for machines, without the list of lists itself, of the territories that are wanted. */
export function pointersToFollow(
  list: TrustedList,
  { location, territories }: { readonly location: string; readonly territories: readonly string[] },
): readonly OtherListPointer[] {
  return list.pointers.filter(
    ({ location: target, mimeType, signers, territory }) =>
      target !== location &&
      (mimeType === undefined || mimeType === tslMediaType) &&
      /^https?:/i.test(target) &&
      signers.length > 0 &&
      territory !== undefined &&
      (territories.length === 0 || territories.includes(territory)),
  );
}
