export { KeysError, type KeysErrorCode } from './errors.ts';
export { type FileKeyStoreOptions, openFileKeyStore } from './file-key-store.ts';
export { type CreateKeyOptions, KEY_PURPOSES, type KeyInfo, type KeyPurpose, type KeyStore } from './key-store.ts';
export type { StoreSecret } from './master-key.ts';
export type { TokenLimits } from './pkcs11/connection.ts';
export type { PinSource } from './pkcs11/pin.ts';
export { openPkcs11KeyStore, type Pkcs11KeyStoreOptions } from './pkcs11/pkcs11-key-store.ts';
export { type KeyRoute, routeKeyStores } from './routed-key-store.ts';
