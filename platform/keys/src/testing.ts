import type { Signer } from '@tra/kernel';
import { KeysError } from './errors.ts';
import { checkKeyOptions, checkLabel, checkPurpose, type KeyInfo, type KeyStore } from './key-store.ts';
import { generatePrivateKey, softwareSigner } from './software-signer.ts';

/** A key store in memory with the same promises as the file store, durability aside; for tests only. */
export function createMemoryKeyStore(): KeyStore {
  const keys = new Map<string, { info: KeyInfo; signer: Promise<Signer> }>();
  return {
    create: async (label, options) => {
      checkLabel(label);
      checkKeyOptions(options);
      if (keys.has(label)) throw new KeysError('keys.already_exists', { params: { label } });
      const signer = generatePrivateKey(options).then((key) => softwareSigner(options.algorithm, key));
      keys.set(label, { info: { label, algorithm: options.algorithm, purpose: options.purpose }, signer });
      return signer;
    },
    get: async (label, purpose) => {
      checkLabel(label);
      const found = keys.get(label);
      if (!found) throw new KeysError('keys.not_found', { params: { label } });
      checkPurpose(found.info, purpose);
      return found.signer;
    },
    find: async (label) => {
      checkLabel(label);
      return keys.get(label)?.info;
    },
    list: async () => [...keys.values()].map(({ info }) => info).sort((a, b) => (a.label < b.label ? -1 : 1)),
    destroy: async (label, purpose) => {
      const found = keys.get(label);
      if (found) checkPurpose(found.info, purpose);
      return keys.delete(label) || true;
    },
    check: async () => undefined,
    close: async () => undefined,
  };
}
