import { toHex } from '@tra/kernel';
import { createBatch, type Imprint, MAX_BATCH } from '@tra/timestamp';
import { UsageError } from '../usage-error.ts';
import { type CreateOrder, withoutExisting } from './create.ts';
import { besideOrIn, digestFile, exists, type NamedFile, PROOF_SUFFIX, RESPONSE_SUFFIX, writeWhole } from './files.ts';
import { formatOf, type Outcome, printOutcomes, statusOf } from './outcome.ts';
import { formatBundle, formatProof, type ProvenImprint } from './proof.ts';
import { TimestampRefusal } from './refusal.ts';
import { type Stamp, stamp } from './stamp.ts';

interface Hashed {
  readonly file: NamedFile;
  readonly imprint: Imprint;
}

/**
 * `tra timestamp create --bulk`: one token over many files. The tree is made here, and its root is stamped as any digest is: every authority
 * can do it, and the answer is bound to the query by its nonce.
 */
export async function createBulk(all: readonly NamedFile[], order: CreateOrder): Promise<number> {
  const { given, context } = order;
  const bundle = given.text('bundle');
  if (bundle !== undefined && !given.flag('force') && (await exists(bundle)))
    throw new TimestampRefusal('cli.timestamp.file_exists', { params: { file: bundle } });
  const { files, skipped } = bundle === undefined ? await withoutExisting(all, given) : { files: all, skipped: [] };
  if (bundle !== undefined && files.length > MAX_BATCH)
    throw new UsageError('cli.pki.value_invalid', { params: { option: '--bundle', value: `> ${MAX_BATCH}` } });
  const outcomes: Outcome[] = [...skipped];
  const hashed: Hashed[] = [];
  for (const file of files) {
    const { algorithm } = order;
    try {
      hashed.push({ file, imprint: { algorithm, value: await digestFile(file.path, algorithm) } });
    } catch (error) {
      outcomes.push(refusedOr(error, file));
    }
  }
  for (let at = 0; at < hashed.length; at += MAX_BATCH)
    outcomes.push(...(await stampTogether(hashed.slice(at, at + MAX_BATCH), order)));
  printOutcomes(outcomes, formatOf(given), context);
  return statusOf(outcomes);
}

function refusedOr(error: unknown, file: NamedFile): Outcome {
  if (error instanceof TimestampRefusal) return { file: file.path, result: 'refused', error };
  throw error;
}

async function stampTogether(hashed: readonly Hashed[], order: CreateOrder): Promise<readonly Outcome[]> {
  const { root, proofs } = createBatch(hashed.map(({ imprint }) => imprint));
  try {
    const made = await stamp({ algorithm: 'sha256', value: root }, order.stamping);
    const proven = hashed.map(({ file, imprint }, index) => ({
      ...{ file, imprint, made },
      proof: proofs[index] as ProvenImprint['proof'],
    }));
    const bundle = order.given.text('bundle');
    if (bundle === undefined) return await writePairs(proven, order);
    const entries = proven.map(({ file, imprint, proof }) => ({ imprint, proof, file: file.name }));
    await writeWhole(bundle, formatBundle(made.response, entries), order.given.flag('force'));
    return proven.map((one) => outcomeOf(one, bundle));
  } catch (error) {
    return hashed.map(({ file }) => refusedOr(error, file));
  }
}

interface Proven extends Pick<ProvenImprint, 'imprint' | 'proof'> {
  readonly file: NamedFile;
  readonly made: Stamp;
}

/** Files that are written side by side: a machine has only so many open at once. */
const writtenAtOnce = 8;

async function writePairs(proven: readonly Proven[], order: CreateOrder): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = proven.entries();
  const work = async (): Promise<void> => {
    for (const [index, one] of waiting) outcomes[index] = await writePair(one, order);
  };
  await Promise.all(Array.from({ length: writtenAtOnce }, work));
  return outcomes;
}

async function writePair(one: Proven, { given }: CreateOrder): Promise<Outcome> {
  const { file, made } = one;
  try {
    const replace = given.flag('force');
    // The proof first: a response without it would look like the stamp of this file alone.
    await writeWhole(
      besideOrIn(file, given, PROOF_SUFFIX),
      formatProof({ imprint: one.imprint, proof: one.proof }),
      replace,
    );
    const out = besideOrIn(file, given, RESPONSE_SUFFIX);
    await writeWhole(out, made.response, replace);
    return outcomeOf(one, out);
  } catch (error) {
    return refusedOr(error, file);
  }
}

function outcomeOf({ file, imprint, made }: Proven, out: string): Outcome {
  const digest = { algorithm: imprint.algorithm, value: toHex(imprint.value) };
  return { file: file.path, result: 'stamped', out, digest, info: made.info, verified: made.verified };
}
