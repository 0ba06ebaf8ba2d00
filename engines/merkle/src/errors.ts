import { CodedError } from '@tra/kernel';

/** What can be wrong with the files of a log. */
export type MerkleErrorCode =
  | 'merkle.bundle_invalid'
  | 'merkle.checkpoint_invalid'
  | 'merkle.cosignature_invalid'
  | 'merkle.entry_invalid'
  | 'merkle.key_invalid'
  | 'merkle.note_invalid'
  | 'merkle.note_unsigned'
  | 'merkle.origin_mismatch'
  | 'merkle.proof_invalid'
  | 'merkle.range_invalid'
  | 'merkle.signature_invalid'
  | 'merkle.tile_invalid'
  | 'merkle.tile_path_invalid'
  | 'merkle.witnesses_missing';

/** The one error that this package throws on purpose. */
export class MerkleError extends CodedError<MerkleErrorCode> {}
