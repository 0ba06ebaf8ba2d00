import { readFile } from 'node:fs/promises';
import { parsePem } from '@tra/pki';
import {
  type ListSnapshot,
  listSnapshot,
  readTrustedList,
  SERVICE_TYPE,
  type ServiceAnchor,
  type TrustedList,
  trustAnchorsOf,
} from '@tra/trust-list';
import { type TrustListCore, tablesOf } from '../core.ts';
import type { ForeignListRow } from '../store.ts';
import { type DownloadedList, downloadList, downloadListOfLists, pointersToFollow } from './download.ts';

/** A list of others that is in force. */
export interface ForeignList {
  readonly territory: string;
  readonly location: string;
  readonly sequence: number;
  readonly sha256: string;
  readonly nextUpdate: Date;
}

/** Trusted lists of others. */
export interface ForeignLists {
  /** Fetches the list of lists and those that it points at. A list that fails leaves the one known in force until its own end. */
  update(): Promise<void>;
  /** Those in force now. */
  current(): Promise<readonly ForeignList[]>;
  /** Their services for signatures and time-stamps as trust anchors, with the times of their trust and every status. */
  anchors(): Promise<readonly ServiceAnchor[]>;
  /** Those in force as a validation names them, the list of lists among them. */
  snapshots(): Promise<readonly ListSnapshot[]>;
}

const types: readonly string[] = [
  SERVICE_TYPE.nationalRoot,
  SERVICE_TYPE.qualifiedCa,
  SERVICE_TYPE.publicKeyCa,
  SERVICE_TYPE.timestamp,
  SERVICE_TYPE.qualifiedTimestamp,
];

/** The lists behind the list of lists of the settings; none when there is no setting. */
export function createForeignLists(core: TrustListCore): ForeignLists {
  const { clock, config } = core.context;
  const read = new Map<string, ReadList>();
  const rows = async (): Promise<readonly ForeignListRow[]> => {
    if (config.listOfLists === '') return [];
    const all = await tablesOf(core).selectFrom('trust_list_foreign').selectAll().orderBy('location').execute();
    const now = clock.now();
    return all.filter(({ next_update: until, xml }) => xml !== null && until !== null && now < until);
  };
  const lists = async (): Promise<readonly (ReadList & { readonly row: ForeignListRow })[]> => {
    const found = await rows();
    for (const key of read.keys()) if (!found.some(({ sha256 }) => sha256 === key)) read.delete(key);
    return found.flatMap((row) => {
      const list = read.get(row.sha256 ?? '') ?? readRow(row);
      if (list) read.set(row.sha256 ?? '', list);
      return list ? [{ ...list, row }] : [];
    });
  };
  return {
    update: async () => {
      if (config.listOfLists !== '') await updateAll(core);
    },
    current: async () =>
      (await rows()).map(({ territory, location, sequence, sha256, next_update: until }) => ({
        ...{ territory, location, sequence: sequence ?? 0, sha256: sha256 ?? '', nextUpdate: until ?? new Date(0) },
      })),
    anchors: async () => (await lists()).flatMap(({ anchors }) => anchors),
    snapshots: async () => {
      const all = await lists();
      const parentSha256 = all.find(({ row }) => row.is_list_of_lists)?.row.sha256;
      return all.map(({ row, snapshot }) => ({
        ...snapshot,
        url: row.location,
        ...(row.verified_at ? { loaded: row.verified_at.toISOString() } : {}),
        ...(parentSha256 && !row.is_list_of_lists ? { parent: `TL-${parentSha256}` } : {}),
      }));
    },
  };
}

/** What is needed of a list again and again. */
interface ReadList {
  readonly anchors: readonly ServiceAnchor[];
  readonly snapshot: ListSnapshot;
}

/** Only lists that verified are stored. */
function readRow({ is_list_of_lists: lotl, sha256, xml }: ForeignListRow): ReadList | undefined {
  if (!xml || sha256 === null) return undefined;
  const list = readTrustedList(xml);
  const snapshot = listSnapshot(list, { sha256, wellSigned: true, lotl });
  return { snapshot, anchors: lotl ? [] : trustAnchorsOf(list, { serviceType: types, list: snapshot.id }) };
}

async function updateAll(core: TrustListCore): Promise<void> {
  const { clock, config, logger, outbound } = core.context;
  const options = { outbound, at: clock.now() };
  const location = config.listOfLists;
  const pinned = parsePem(await readFile(config.listOfListsSigners, 'utf8'), 'CERTIFICATE');
  const lists = await downloadListOfLists(location, pinned, { ...options, known: await knownOf(core, location) });
  await keep(core, { location, territory: lists.report?.list?.territory ?? 'EU', isListOfLists: true }, lists);
  const list = lists.report?.list ?? (await storedList(core, location));
  if (!list) {
    logger.warn({ location, problem: lists.problem }, 'the list of trusted lists cannot be used');
    return;
  }
  const followed = pointersToFollow(list, { location, territories: config.listTerritories });
  for (const { location: target, signers, territory = '' } of followed) {
    const known = await knownOf(core, target);
    const found = await downloadList(target, signers, { ...options, known, territory });
    await keep(core, { location: target, territory, isListOfLists: false }, found);
    if (found.problem) logger.warn({ location: target, problem: found.problem }, 'a trusted list cannot be used');
  }
  await forget(core, [location, ...followed.map((pointer) => pointer.location)]);
}

async function rowOf(core: TrustListCore, location: string): Promise<ForeignListRow | undefined> {
  return await tablesOf(core)
    .selectFrom('trust_list_foreign')
    .selectAll()
    .where('location', '=', location)
    .executeTakeFirst();
}

async function knownOf(core: TrustListCore, location: string): Promise<{ sequence?: number; sha256?: string }> {
  const row = await rowOf(core, location);
  return {
    ...(row?.sequence === null || row === undefined ? {} : { sequence: row.sequence }),
    ...(row?.sha256 === null || row === undefined ? {} : { sha256: row.sha256 }),
  };
}

/** The list of lists as it was verified before, while it is in force. */
async function storedList(core: TrustListCore, location: string): Promise<TrustedList | undefined> {
  const row = await rowOf(core, location);
  const inForce = row?.next_update && core.context.clock.now() < row.next_update;
  return row?.xml && inForce ? readTrustedList(row.xml) : undefined;
}

interface ListIdentity {
  readonly location: string;
  readonly territory: string;
  readonly isListOfLists: boolean;
}

async function keep(
  core: TrustListCore,
  identity: ListIdentity,
  { problem, report, xml }: DownloadedList,
): Promise<void> {
  const { location, territory, isListOfLists } = identity;
  const now = core.context.clock.now();
  const attempt = { territory, is_list_of_lists: isListOfLists, tried_at: now, problem: problem ?? null };
  const list = report?.list;
  const found =
    list && xml
      ? {
          sequence: list.sequenceNumber,
          sha256: report.digest,
          xml,
          next_update: list.nextUpdate ?? null,
          verified_at: now,
        }
      : {};
  const none = { sequence: null, sha256: null, xml: null, next_update: null, verified_at: null };
  await tablesOf(core)
    .insertInto('trust_list_foreign')
    .values({ location, ...none, ...attempt, ...found })
    .onConflict((conflict) => conflict.column('location').doUpdateSet({ ...attempt, ...found }))
    .execute();
}

/** A list that nothing points at any more is trusted no longer. */
async function forget(core: TrustListCore, locations: readonly string[]): Promise<void> {
  await tablesOf(core)
    .deleteFrom('trust_list_foreign')
    .where('location', 'not in', [...locations])
    .execute();
}
