import { CodedError } from '@tra/kernel';

/** Why the server does not start. */
export type ServerErrorCode =
  | 'server.keys_secret_missing'
  | 'server.keys_token_missing'
  | 'server.keys_purpose_twice'
  | 'server.system_unknown'
  | 'server.address_in_use'
  | 'server.portal_not_built'
  | 'server.storage_needed'
  | 'server.certificates_unreadable';

/** The server cannot start as configured. */
export class ServerError extends CodedError<ServerErrorCode> {}
