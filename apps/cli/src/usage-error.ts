import { CodedError } from '@tra/kernel';

/** What a person may have typed wrong. */
export type UsageErrorCode =
  | 'cli.command_unknown'
  | 'cli.log.key_invalid'
  | 'cli.log.quorum_invalid'
  | 'cli.log.source_missing'
  | 'cli.log.source_unreadable'
  | 'cli.log.verb_unknown'
  | 'cli.option_invalid'
  | 'cli.option_missing'
  | 'cli.file_unreadable'
  | 'cli.file_missing'
  | 'cli.pem_invalid'
  | 'cli.time_invalid'
  | 'cli.format_unknown'
  | 'cli.port_invalid'
  | 'cli.out_not_folder'
  | 'cli.pki.answer_unreadable'
  | 'cli.pki.file_unknown'
  | 'cli.pki.interrupted'
  | 'cli.pki.list_invalid'
  | 'cli.pki.locked'
  | 'cli.pki.passphrase_missing'
  | 'cli.pki.responder_missing'
  | 'cli.pki.responder_unreachable'
  | 'cli.pki.root_by_ceremony'
  | 'cli.pki.value_invalid'
  | 'cli.pki.verb_unknown'
  | 'cli.timestamp.file_unknown'
  | 'cli.timestamp.folder_needs_recursive'
  | 'cli.timestamp.key_exposed'
  | 'cli.timestamp.key_invalid'
  | 'cli.timestamp.one_file_only'
  | 'cli.timestamp.proof_unreadable'
  | 'cli.timestamp.url_invalid'
  | 'cli.timestamp.verb_unknown'
  | 'cli.password_missing';

/** A command that cannot run as typed: exit status 64. */
export class UsageError extends CodedError<UsageErrorCode> {}
