import type { DetailedReport, DiagnosticData, ProcessPolicy } from '@tra/signature';
import { ValidationError } from '../errors.ts';
import { endOf, hold, startChild } from '../judging/start-child.ts';

/** What the process answers. */
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

/**
 * Judges diagnostic data again (EN 319 102-1) in a process of its own. Rejects with `validation.replay_invalid` for data that no process can judge,
 * `validation.replay_too_large`, and `validation.replay_time` for those that cost too much.
 */
export async function replay(
  task: { readonly diagnostic: DiagnosticData; readonly policy: ProcessPolicy },
  limits: ReplayLimits,
): Promise<DetailedReport> {
  const outcome = await outcomeOf(task, limits);
  if ('detailed' in outcome) return outcome.detailed;
  const { refused, where } = outcome;
  if (refused === 'too_large') throw new ValidationError('validation.replay_too_large', 'diagnostic');
  throw new ValidationError('validation.replay_invalid', 'diagnostic', { params: { where } });
}

async function outcomeOf(task: object, limits: ReplayLimits): Promise<ReplayOutcome> {
  const child = startChild(new URL('./replay-child', import.meta.url), limits);
  hold(child, true);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<ReplayOutcome>((resolve, reject) => {
      // Data nested too deeply to be sent throws here, not in the process.
      const send = async (): Promise<void> => void child.send(task, () => undefined);
      child.on('message', (message: 'ready' | ReplayOutcome) => {
        if (message !== 'ready') return resolve(message);
        timer = setTimeout(() => reject(tooLong(limits)), limits.milliseconds);
        send().catch(() => resolve({ refused: 'too_large', where: 'diagnostic' }));
      });
      const tooLarge = new ValidationError('validation.replay_too_large', 'diagnostic');
      void endOf(child).then((reason) => {
        reject(reason === 'memory' ? tooLarge : new Error('the process that replays ended without an answer'));
      });
    });
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
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
