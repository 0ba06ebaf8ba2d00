import { toHex } from '@tra/kernel';
import { IMPRINT_ALGORITHMS, type ImprintAlgorithm } from '@tra/timestamp';
import type { OptionTable, ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { exitStatus } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { createBulk } from './bulk.ts';
import { besideOrIn, digestFile, exists, filesOf, type NamedFile, RESPONSE_SUFFIX, writeWhole } from './files.ts';
import { formatOf, type Outcome, printOutcomes, refusalLines, statusOf } from './outcome.ts';
import { TimestampRefusal } from './refusal.ts';
import { endpointOf, endpointOptions } from './send.ts';
import { type StampOptions, stamp } from './stamp.ts';
import { readTrusted } from './trusted.ts';

/** Options of `tra timestamp create`. */
export const createOptions: OptionTable = {
  ...endpointOptions,
  digest: { type: 'string' },
  policy: { type: 'string' },
  nonce: { type: 'boolean' },
  'no-nonce': { type: 'boolean' },
  cert: { type: 'boolean' },
  'no-cert': { type: 'boolean' },
  trust: { type: 'string', multiple: true },
  intermediate: { type: 'string', multiple: true },
  out: { type: 'string' },
  stdout: { type: 'boolean' },
  recursive: { type: 'boolean' },
  force: { type: 'boolean' },
  'skip-existing': { type: 'boolean' },
  bulk: { type: 'boolean' },
  bundle: { type: 'string' },
};

/** What the command line asks for. */
export interface CreateOrder {
  readonly algorithm: ImprintAlgorithm;
  readonly stamping: StampOptions;
  readonly given: ParsedArguments;
  readonly context: CommandContext;
}

/** Stamps that are asked for side by side. */
const atOnce = 4;

/** `tra timestamp create FILE…`: has files time-stamped; only their digests leave this machine. */
export async function create(given: ParsedArguments, context: CommandContext): Promise<number> {
  const [, ...places] = given.positionals;
  const format = formatOf(given);
  const order: CreateOrder = {
    algorithm: algorithmOf(given),
    stamping: await stampOptions(given, context),
    given,
    context,
  };
  const all = await filesOf(places, given.flag('recursive'));
  if (given.flag('stdout')) return await stampToStdout(all, order);
  if (given.flag('bulk') || given.text('bundle') !== undefined) return await createBulk(all, order);
  const { files, skipped } = await withoutExisting(all, given);
  const outcomes = [...skipped, ...(await stampEach(files, order))];
  printOutcomes(outcomes, format, context);
  return statusOf(outcomes);
}

function algorithmOf(given: ParsedArguments): ImprintAlgorithm {
  const text = given.text('digest') ?? 'sha256';
  const found = IMPRINT_ALGORITHMS.find((name) => name === text.toLowerCase());
  if (!found) throw new UsageError('cli.pki.value_invalid', { params: { option: '--digest', value: text } });
  return found;
}

async function stampOptions(given: ParsedArguments, context: CommandContext): Promise<StampOptions> {
  const policy = given.text('policy');
  if (policy !== undefined && !(policy.length <= 128 && /^[0-2](?:\.(?:0|[1-9]\d*))+$/.test(policy)))
    throw new UsageError('cli.pki.value_invalid', { params: { option: '--policy', value: policy } });
  return {
    endpoint: await endpointOf(given, context),
    policy,
    nonce: !given.flag('no-nonce'),
    certificates: !given.flag('no-cert'),
    ...(await readTrusted(given)),
  };
}

/** Sorts out files whose stamp is there already, before the authority is asked for anything. */
export async function withoutExisting(
  files: readonly NamedFile[],
  given: ParsedArguments,
): Promise<{ readonly files: readonly NamedFile[]; readonly skipped: readonly Outcome[] }> {
  if (given.flag('force')) return { files, skipped: [] };
  const fresh: NamedFile[] = [];
  const skipped: Outcome[] = [];
  for (const file of files) {
    const out = besideOrIn(file, given, RESPONSE_SUFFIX);
    if (!(await exists(out))) fresh.push(file);
    else if (given.flag('skip-existing')) skipped.push({ file: file.path, result: 'skipped', out });
    else skipped.push({ file: file.path, result: 'refused', error: existing(out) });
  }
  return { files: fresh, skipped };
}

function existing(file: string): TimestampRefusal {
  return new TimestampRefusal('cli.timestamp.file_exists', { params: { file } });
}

async function stampEach(files: readonly NamedFile[], order: CreateOrder): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...files.entries()];
  let down: TimestampRefusal | undefined;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, file] = next;
      // Whom nobody reaches after all attempts, the next file does not reach either.
      const outcome = down ? refused(file, down) : await stampFile(file, order);
      if (outcome.error?.code === 'cli.timestamp.unreachable') down = outcome.error;
      outcomes[index] = outcome;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcomes;
}

function refused(file: NamedFile, error: TimestampRefusal): Outcome {
  return { file: file.path, result: 'refused', error };
}

async function stampFile(file: NamedFile, { algorithm, stamping, given }: CreateOrder): Promise<Outcome> {
  try {
    const value = await digestFile(file.path, algorithm);
    const { response, info, verified } = await stamp({ algorithm, value }, stamping);
    const out = besideOrIn(file, given, RESPONSE_SUFFIX);
    await writeWhole(out, response, given.flag('force'));
    return { file: file.path, result: 'stamped', out, digest: { algorithm, value: toHex(value) }, info, verified };
  } catch (error) {
    if (error instanceof TimestampRefusal) return refused(file, error);
    throw error;
  }
}

async function stampToStdout(files: readonly NamedFile[], order: CreateOrder): Promise<number> {
  const { algorithm, stamping, context } = order;
  const [file, ...others] = files;
  if (!file || others.length > 0)
    throw new UsageError('cli.timestamp.one_file_only', { params: { option: '--stdout' } });
  try {
    const { response } = await stamp({ algorithm, value: await digestFile(file.path, algorithm) }, stamping);
    context.terminal.stdout.write(Buffer.from(response).toString('latin1'), 'latin1');
    return exitStatus.passed;
  } catch (error) {
    if (!(error instanceof TimestampRefusal)) throw error;
    context.terminal.stderr.write(`${refusalLines(error, context).join('\n')}\n`);
    return statusOf([refused(file, error)]);
  }
}
