import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { DetailedReport, DiagnosticData, ProcessPolicy } from '@tra/signature';
import { ValidationError } from '../errors.ts';

/** What the thread answers. */
export type ReplayOutcome =
  | { readonly detailed: DetailedReport }
  | { readonly refused: 'invalid' | 'too_large'; readonly where: string };

/** What a replay may cost. */
export interface ReplayLimits {
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** A verdict that somebody states: of a detailed report, or written by hand. */
export interface StatedVerdict {
  readonly token: string;
  readonly indication: string;
  readonly subIndication?: string;
}

/** A signature whose verdict is another than the stated one; `found` is absent for one that is not in the data. */
export interface VerdictDifference {
  readonly token: string;
  readonly stated?: string;
  readonly found?: string;
}

// From the build the worker is a plain file. From TypeScript source it first registers the loader itself.
function startWorker(workerData: unknown, { megabytes }: ReplayLimits): Worker {
  const settings = { name: 'tra-replay', workerData, resourceLimits: { maxOldGenerationSizeMb: megabytes } };
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./replay-worker.js', import.meta.url), settings);
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href.replace(/\.cjs$/, '.mjs');
  const entry = new URL('./replay-worker.ts', import.meta.url).href;
  const source = `import('${loader}').then(({ register }) => { register(); return import('${entry}'); })`;
  return new Worker(source, { ...settings, eval: true, execArgv: ['--conditions=tra-source'] });
}

/**
 * Judges diagnostic data again (EN 319 102-1) in a thread of its own. Rejects with `validation.replay_invalid` for data that no process can judge,
 * `validation.replay_too_large`, and `validation.replay_time` for those that cost too much.
 */
export async function replay(
  { diagnostic, policy }: { readonly diagnostic: DiagnosticData; readonly policy: ProcessPolicy },
  limits: ReplayLimits,
): Promise<DetailedReport> {
  const worker = startWorker({ diagnostic, policy }, limits);
  let timer: NodeJS.Timeout | undefined;
  try {
    const outcome = await new Promise<ReplayOutcome>((resolve, reject) => {
      timer = setTimeout(() => reject(tooLong(limits)), limits.milliseconds);
      worker.once('message', resolve);
      worker.once('error', (error: Error & { readonly code?: string }) => {
        reject(
          error.code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? new ValidationError('validation.replay_too_large', 'diagnostic')
            : error,
        );
      });
    });
    if ('detailed' in outcome) return outcome.detailed;
    const { refused, where } = outcome;
    if (refused === 'too_large') throw new ValidationError('validation.replay_too_large', 'diagnostic');
    throw new ValidationError('validation.replay_invalid', 'diagnostic', { params: { where } });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

function tooLong({ milliseconds }: ReplayLimits): ValidationError {
  return new ValidationError('validation.replay_time', 'diagnostic', {
    params: { seconds: Math.ceil(milliseconds / 1000) },
  });
}

/** Where the verdicts of a replay are others than the stated ones; a signature that only one of them knows differs too. */
export function compareVerdicts(
  detailed: DetailedReport,
  stated: readonly StatedVerdict[],
): readonly VerdictDifference[] {
  const textOf = ({ indication, subIndication }: { indication: string; subIndication?: string }): string =>
    subIndication === undefined ? indication : `${indication} ${subIndication}`;
  const found = new Map(detailed.signatures.map((signature) => [signature.token, textOf(signature)]));
  const known = new Map(stated.map((verdict) => [verdict.token, textOf(verdict)]));
  return [...new Set([...found.keys(), ...known.keys()])]
    .filter((token) => found.get(token) !== known.get(token))
    .map((token) => {
      const [then, now] = [known.get(token), found.get(token)];
      return { token, ...(then === undefined ? {} : { stated: then }), ...(now === undefined ? {} : { found: now }) };
    });
}
