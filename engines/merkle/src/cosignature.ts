import { concatBytes, type Signer, utf8Encode } from '@tra/kernel';
import { MerkleError } from './errors.ts';
import type { NoteSignature } from './note.ts';
import { signatureLine } from './note.ts';
import { type NoteKey, noteKeyFromSpki, verifyEd25519 } from './note-key.ts';

/** A verified statement of a witness: at this time the checkpoint was the largest consistent one that it knew. */
export interface Cosignature {
  readonly witness: NoteKey;
  readonly at: Date;
  /** The signature line with its newline. */
  readonly line: string;
}

const TIME_BYTES = 8;

function message(seconds: bigint, text: string): Uint8Array {
  return utf8Encode(`cosignature/v1\ntime ${seconds}\n${text}`);
}

/**
 * Verifies one signature line over the text of a checkpoint as a cosignature/v1 (c2sp.org/tlog-cosignature). Undefined when it is of
 * none of the `witnesses`; throws `merkle.cosignature_invalid` when it is of one of them and wrong.
 */
export function verifyCosignature(
  text: string,
  signature: NoteSignature,
  witnesses: readonly NoteKey[],
): Cosignature | undefined {
  const witness = witnesses.find(
    ({ type, name, id }) => type === 'cosignature' && name === signature.name && id === signature.id,
  );
  if (!witness) return undefined;
  const bytes = signature.signature;
  const invalid = new MerkleError('merkle.cosignature_invalid', { params: { name: witness.name } });
  if (bytes.length !== TIME_BYTES + 64) throw invalid;
  const seconds = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
  // Beyond the year 275760 there is no Date; no honest clock is there.
  if (seconds > 8_640_000_000_000n) throw invalid;
  if (!verifyEd25519(witness, message(seconds, text), bytes.subarray(TIME_BYTES))) throw invalid;
  return { witness, at: new Date(Number(seconds) * 1_000), line: signature.line };
}

/** Cosigns the text of a checkpoint as the witness `name`; resolves to the signature line. The witness has checked consistency before. */
export async function cosign(
  text: string,
  witness: { readonly name: string; readonly signer: Signer; readonly at: Date },
): Promise<string> {
  const key = noteKeyFromSpki(witness.name, 'cosignature', witness.signer.publicKey);
  const seconds = BigInt(Math.floor(witness.at.getTime() / 1_000));
  const time = new Uint8Array(TIME_BYTES);
  new DataView(time.buffer).setBigUint64(0, seconds);
  return signatureLine(key, concatBytes(time, await witness.signer.sign(message(seconds, text))));
}
