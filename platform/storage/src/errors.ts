import { CodedError } from '@tra/kernel';

/** What can go wrong between the product and its database. Each code is a key of `messages/`. */
export type StorageErrorCode =
  | 'storage.channel_invalid'
  | 'storage.closed'
  | 'storage.connection_failed'
  | 'storage.directory_locked'
  | 'storage.directory_unusable'
  | 'storage.engine_stopped'
  | 'storage.migration_changed'
  | 'storage.migration_failed'
  | 'storage.migration_invalid'
  | 'storage.nested_use'
  | 'storage.not_durable'
  | 'storage.number_out_of_range'
  | 'storage.payload_too_long'
  | 'storage.query_timeout';

/** The one error that this package throws on purpose; errors of SQL itself stay the driver's `DatabaseError`. */
export class StorageError extends CodedError<StorageErrorCode> {}
