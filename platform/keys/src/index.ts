export { KeysError, type KeysErrorCode } from './errors.ts';
export { type FileKeyStoreOptions, openFileKeyStore } from './file-key-store.ts';
export type { CreateKeyOptions, KeyInfo, KeyPurpose, KeyStore } from './key-store.ts';
export type { StoreSecret } from './master-key.ts';
