// Judges diagnostic data of a stranger in a thread of its own, which ends with the answer or is ended from outside.
import { parentPort, workerData } from 'node:worker_threads';
import { CodedError } from '@tra/kernel';
import { type DiagnosticData, executeValidation, type ProcessPolicy } from '@tra/signature';
import type { ReplayOutcome } from './replay.ts';

const { diagnostic, policy } = workerData as { readonly diagnostic: DiagnosticData; readonly policy: ProcessPolicy };

function replay(): ReplayOutcome {
  try {
    return { detailed: executeValidation(diagnostic, policy) };
  } catch (error) {
    if (!(error instanceof CodedError)) return { refused: 'invalid', where: 'diagnostic' };
    const { where = 'diagnostic' } = error.params;
    return {
      refused: error.code === 'process.too_large' ? 'too_large' : 'invalid',
      where: String(where).slice(0, 100),
    };
  }
}

parentPort?.postMessage(replay());
