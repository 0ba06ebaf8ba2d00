import { CodedError } from '@tra/kernel';
import type { Check } from '@tra/pki';

/** Why a ceremony does not begin or does not go on. */
export type CeremonyErrorCode =
  | 'cli.ceremony.approvals_missing'
  | 'cli.ceremony.attestation_early'
  | 'cli.ceremony.destroy_impossible'
  | 'cli.ceremony.end_entity'
  | 'cli.ceremony.file_exists'
  | 'cli.ceremony.holder_key_invalid'
  | 'cli.ceremony.holder_unknown'
  | 'cli.ceremony.input_changed'
  | 'cli.ceremony.input_missing'
  | 'cli.ceremony.key_other'
  | 'cli.ceremony.out_exists'
  | 'cli.ceremony.passphrase_short'
  | 'cli.ceremony.passphrase_wrong'
  | 'cli.ceremony.resume_nothing'
  | 'cli.ceremony.resume_other'
  | 'cli.ceremony.rule'
  | 'cli.ceremony.script_invalid'
  | 'cli.ceremony.step_refused'
  | 'cli.ceremony.transcript_broken'
  | 'cli.ceremony.used'
  | 'cli.ceremony.window_closed';

/** Rules of a script beyond its form; each has the message `cli.ceremony.rule.<name>`. */
export type ScriptRule =
  | 'close_last'
  | 'crl_once'
  | 'crl_previous'
  | 'crl_previous_none'
  | 'file_hash'
  | 'holders_same'
  | 'names_same'
  | 'root_first'
  | 'threshold'
  | 'window';

/** Thrown by ceremonies; what is wrong, and in which step. Never holds a secret. */
export class CeremonyError extends CodedError<CeremonyErrorCode> {
  /** What the linter or the check of a request found, when that was the reason. */
  readonly findings: readonly Check[];

  constructor(
    code: CeremonyErrorCode,
    options: ConstructorParameters<typeof CodedError>[1] & { readonly findings?: readonly Check[] } = {},
  ) {
    super(code, options);
    this.findings = options.findings ?? [];
  }
}
