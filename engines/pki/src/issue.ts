export { authorityKeyIdentifier, keyIdentifier } from './issue/key-identifier.ts';
