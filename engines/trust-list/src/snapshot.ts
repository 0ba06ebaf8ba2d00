import type { ListedState, TrustedListData } from '@tra/signature';
import type { Multilingual, ServiceState, TrustedList, TrustService } from './model.ts';

/** A list as diagnostic data name it. */
export type ListSnapshot = TrustedListData;

/** What is known of a list beside what it says. */
export interface ListSnapshotOptions {
  /** Lower-case hexadecimal SHA-256 of its octets. */
  readonly sha256: string;
  readonly location?: string;
  /** When it was fetched or read. */
  readonly loaded?: Date;
  /** Its signature was verified against signers who may sign it. */
  readonly wellSigned: boolean;
  /** It is a list of lists. */
  readonly lotl?: boolean;
  /** Hash of the list of lists that names it. */
  readonly parentSha256?: string;
}

const idOf = (sha256: string): string => `TL-${sha256}`;

/**
 * A list as diagnostic data name it: identity, hash, number and dates of the snapshot that a validation relied on. Its `id` goes to `trustAnchorsOf` as
 * `list`, so that the anchors know their services.
 *
 * @example
 * const snapshot = listSnapshot(list, { sha256, wellSigned: true, loaded: clock.now() });
 * validateDocument({ bytes, at, anchors: trustAnchorsOf(list, { list: snapshot.id }), trustedLists: [snapshot] });
 */
export function listSnapshot(list: TrustedList, options: ListSnapshotOptions): ListSnapshot {
  const { loaded, location, lotl, parentSha256, sha256, wellSigned } = options;
  const { issuedAt, nextUpdate, sequenceNumber, territory, version } = list;
  return {
    id: idOf(sha256),
    sha256,
    ...(location === undefined ? {} : { url: location }),
    ...(territory === undefined ? {} : { countryCode: territory }),
    sequenceNumber,
    version,
    issued: issuedAt.toISOString(),
    ...(nextUpdate ? { nextUpdate: nextUpdate.toISOString() } : {}),
    ...(loaded ? { loaded: loaded.toISOString() } : {}),
    wellSigned,
    structureValid: true,
    ...(lotl ? { lotl } : {}),
    ...(parentSha256 === undefined ? {} : { parent: idOf(parentSha256) }),
  };
}

const maximumName = 400;

/** Every status of a service with its time, oldest first, as diagnostic data name it. Each ends where the next begins. */
export function statesOf(service: TrustService, list: string): readonly ListedState[] {
  const states = [service, ...service.history].sort((a, b) => a.startingTime.getTime() - b.startingTime.getTime());
  return states.map((state, index) => stateOf(state, { list, end: states[index + 1]?.startingTime }));
}

function stateOf(state: ServiceState, { end, list }: { list: string; end: Date | undefined }): ListedState {
  const { extensions, name, startingTime, status, type } = state;
  const { additionalServices, expiredCertsRevocationInfo: expired, qualifications } = extensions;
  const additional = additionalServices.map(({ uri }) => uri);
  return {
    type,
    status,
    start: startingTime.toISOString(),
    ...(end ? { end: end.toISOString() } : {}),
    name: nameOf(name),
    trustedList: list,
    ...(additional.length === 0 ? {} : { additionalInformation: additional }),
    ...(expired ? { expiredCertsRevocationInfo: expired.toISOString() } : {}),
    ...(qualifications.length === 0 ? {} : { qualifications }),
  };
}

/** Thai where there is a Thai name: the names are those of organisations, which both languages of a report show alike. */
function nameOf(name: Multilingual): string {
  const find = (language: string): string | undefined => name.find((one) => one.language === language)?.text;
  return (find('th') ?? find('en') ?? name[0]?.text ?? '').slice(0, maximumName);
}
