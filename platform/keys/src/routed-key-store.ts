import { KeysError } from './errors.ts';
import type { KeyPurpose, KeyStore } from './key-store.ts';

/** A store and the purposes whose keys live in it. */
export interface KeyRoute {
  readonly purposes: readonly KeyPurpose[];
  /** Undefined when keys of these purposes are kept elsewhere, such as a root key that is offline: they are refused here. */
  readonly store: KeyStore | undefined;
}

/**
 * One store over several: every purpose has its store, and `otherwise` holds those that no route names, if it is given. A key is never looked for in
 * another store than its purpose's, so a token that is gone is not replaced by a file. Rejects with `keys.purpose_absent` for purposes that
 * are kept elsewhere. A label is unique over all stores, races between stores aside.
 *
 * @example
 * const keys = routeKeyStores([{ purposes: ['root-ca'], store: undefined }, { purposes: ['issuing-ca'], store: token }], files);
 */
export function routeKeyStores(routes: readonly KeyRoute[], otherwise: KeyStore | undefined): KeyStore {
  const stores = [...new Set([...routes.map(({ store }) => store), otherwise])].filter((store) => store !== undefined);
  const storeOf = (purpose: KeyPurpose): KeyStore => {
    const route = routes.find(({ purposes }) => purposes.includes(purpose));
    const store = route ? route.store : otherwise;
    if (!store) throw new KeysError('keys.purpose_absent', { params: { purpose } });
    return store;
  };
  const find: KeyStore['find'] = async (label) => {
    for (const store of stores) {
      const info = await store.find(label);
      if (info && isHome(storeOf, info.purpose, store)) return info;
    }
    return undefined;
  };
  return {
    find,
    create: async (label, options) => {
      const store = storeOf(options.purpose);
      for (const other of stores) {
        if (await other.find(label)) throw new KeysError('keys.already_exists', { params: { label } });
      }
      return store.create(label, options);
    },
    get: async (label, purpose) => {
      const store = storeOf(purpose);
      try {
        return await store.get(label, purpose);
      } catch (error) {
        if (!(error instanceof KeysError) || error.code !== 'keys.not_found') throw error;
        const info = await find(label);
        if (!info) throw error;
        throw new KeysError('keys.purpose_mismatch', { params: { label, purpose: info.purpose, wanted: purpose } });
      }
    },
    list: async () => {
      const lists = await Promise.all(
        stores.map(async (store) => (await store.list()).filter(({ purpose }) => isHome(storeOf, purpose, store))),
      );
      return lists.flat().sort((a, b) => (a.label < b.label ? -1 : 1));
    },
    destroy: async (label, purpose) => storeOf(purpose).destroy(label, purpose),
    check: async () => {
      await Promise.all(stores.map((store) => store.check()));
    },
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
    },
  };
}

function isHome(storeOf: (purpose: KeyPurpose) => KeyStore, purpose: KeyPurpose, store: KeyStore): boolean {
  try {
    return storeOf(purpose) === store;
  } catch {
    return false;
  }
}
