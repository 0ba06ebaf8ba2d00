import { ValidationError } from './errors.ts';
import type { PlainAnchor } from './judging/judge-document.ts';
import type { Terms } from './terms.ts';
import { isXml, readCertificates, readUploadedTrust, type UploadedList } from './uploaded-trust.ts';

/** Most certificates and lists of the asker's own. */
export const maximumAnchors = 50;
/** Most lists of the asker's own: they are large. */
const maximumLists = 4;

/** What a request trusts besides the service, as far as it has arrived. */
export interface SentTrust {
  readonly anchors: PlainAnchor[];
  readonly lists: Uint8Array[];
  readonly listSigners: Uint8Array[];
}

/** A list counts as one, however many services it names. It is read when all parts are there: its signer may come behind it. */
export function addTrust(draft: SentTrust, bytes: Uint8Array): void {
  const position = draft.anchors.length + draft.lists.length + 1;
  if (isXml(bytes)) draft.lists.push(bytes);
  else draft.anchors.push(...readUploadedTrust(bytes, { position, signers: [], now: new Date(0) }).anchors);
  countTrust(draft);
}

/** Certificates of those who may have signed such lists. */
export function addSigners(draft: SentTrust, bytes: Uint8Array): void {
  try {
    draft.listSigners.push(...readCertificates(bytes));
  } catch (cause) {
    const position = draft.listSigners.length + 1;
    throw new ValidationError('validation.trust_invalid', 'trustSigner', { params: { position }, cause });
  }
  countTrust(draft);
}

function countTrust({ anchors, lists, listSigners }: SentTrust): void {
  if (Math.max(anchors.length + lists.length, listSigners.length) <= maximumAnchors && lists.length <= maximumLists)
    return;
  throw new ValidationError('validation.trust_too_many', 'trust', { params: { limit: maximumAnchors } });
}

/** What was sent, read: throws {@link ValidationError} for a list that cannot be believed. */
export function trustOf(draft: SentTrust, now: Date): Pick<Terms, 'anchors' | 'lists' | 'listData'> {
  const read = draft.lists.map((bytes, index) =>
    readUploadedTrust(bytes, { position: index + 1, signers: draft.listSigners, now }),
  );
  const lists = read.flatMap(({ list }): readonly UploadedList[] => (list ? [list] : []));
  const listData = read.flatMap(({ data }) => data ?? []);
  return { anchors: [...draft.anchors, ...read.flatMap(({ anchors }) => anchors)], lists, listData };
}
