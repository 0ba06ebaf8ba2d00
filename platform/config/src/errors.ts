import { CodedError } from '@tra/kernel';

/** What can be wrong with a configuration. */
export type ConfigErrorCode =
  | 'config.invalid_value'
  | 'config.unknown_key'
  | 'config.file_unreadable'
  | 'config.file_invalid'
  | 'server.demo_in_production';

/** Every {@link ConfigErrorCode}. */
export const CONFIG_ERROR_CODES: readonly ConfigErrorCode[] = [
  'config.invalid_value',
  'config.unknown_key',
  'config.file_unreadable',
  'config.file_invalid',
  'server.demo_in_production',
];

/** A configuration that the product must not start with. Names the key; never shows the value of a secret. */
export class ConfigError extends CodedError<ConfigErrorCode> {}
