import {
  type ListSnapshot,
  listSnapshot,
  SERVICE_TYPE,
  type ServiceAnchor,
  type TrustedList,
  trustAnchorsOf,
  verifyTrustedList,
} from '@tra/trust-list';
import { type TrustListCore, tablesOf } from './core.ts';
import { TrustListSystemError } from './errors.ts';
import { createForeignLists, type ForeignList } from './foreign/foreign-lists.ts';
import { currentList } from './publish.ts';
import { findNewestList, type ListRow, listSigners } from './store.ts';

/** A published list with what it says. */
export interface PublishedList {
  readonly xml: Uint8Array;
  readonly sha256: string;
  readonly list: TrustedList;
  /** Certificate that signed it, DER. */
  readonly signer: Uint8Array;
}

/** What other systems may ask of the trusted list. */
export interface TrustListServices {
  /** The newest list, verified like anybody else's. Rejects with `trust-list.not_ready` or `trust-list.list_invalid`. */
  current(): Promise<PublishedList>;
  /**
   * The national roots as trust anchors with the time in which each is trusted, out of the verified list. A root that was withdrawn stays an
   * anchor for what was proven before.
   */
  trustAnchors(): Promise<readonly ServiceAnchor[]>;
  /** Services of the lists of others that are in force, as trust anchors. */
  foreignAnchors(): Promise<readonly ServiceAnchor[]>;
  /** The lists of others that are in force. */
  foreignLists(): Promise<readonly ForeignList[]>;
  /** The own list and those of others as they stand now, under the names by which the services of the anchors refer to them. */
  snapshots(): Promise<readonly ListSnapshot[]>;
}

/** Services with the work of start-up and schedule. */
export interface TrustListService extends TrustListServices {
  /** Publishes a new list when one is due. */
  refresh(): Promise<void>;
  /** Fetches the lists of others. */
  updateForeign(): Promise<void>;
  /** Certificates of those who may sign, newest first, DER. */
  signers(): Promise<readonly Uint8Array[]>;
}

/** Makes the service. */
export function createTrustListService(core: TrustListCore): TrustListService {
  const foreign = createForeignLists(core);
  let read: PublishedList | undefined;
  let anchors: { readonly of: PublishedList; readonly anchors: readonly ServiceAnchor[] } | undefined;
  const current = async (): Promise<PublishedList> => {
    const row = (await findNewestList(tablesOf(core))) ?? (await currentList(core));
    // A list is read once; that it is still in force is looked at each time.
    if (read?.sha256 !== row.sha256) read = await verify(core, row);
    if (core.context.clock.now() >= row.next_update) throw new TrustListSystemError('trust-list.list_invalid');
    return read;
  };
  return {
    current,
    trustAnchors: async () => {
      const published = await current();
      if (anchors?.of !== published) {
        const list = listSnapshot(published.list, { sha256: published.sha256, wellSigned: true }).id;
        anchors = {
          of: published,
          anchors: trustAnchorsOf(published.list, { serviceType: SERVICE_TYPE.nationalRoot, list }),
        };
      }
      return anchors.anchors;
    },
    snapshots: async () => {
      const { list, sha256 } = await current();
      const { clock, server } = core.context;
      const own = { location: `${server.publicUrl}/pki/trusted-list.xml`, loaded: clock.now(), wellSigned: true };
      return [listSnapshot(list, { sha256, ...own }), ...(await foreign.snapshots())];
    },
    foreignAnchors: () => foreign.anchors(),
    foreignLists: () => foreign.current(),
    updateForeign: () => foreign.update(),
    refresh: async () => {
      await currentList(core);
    },
    signers: async () => (await listSigners(tablesOf(core))).map(({ certificate }) => certificate),
  };
}

async function verify(core: TrustListCore, row: ListRow): Promise<PublishedList> {
  const signers = (await listSigners(tablesOf(core))).map(({ certificate }) => certificate);
  const { territory } = core.context.config;
  const report = verifyTrustedList(row.xml, { signers, at: core.context.clock.now(), territory });
  if (!report.list || !report.signer) {
    throw new TrustListSystemError('trust-list.list_invalid', { params: { reason: report.code } });
  }
  return { xml: row.xml, sha256: row.sha256, list: report.list, signer: report.signer };
}
