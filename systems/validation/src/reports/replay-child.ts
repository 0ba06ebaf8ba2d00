// Judges diagnostic data of a stranger in a process of its own, which is ended with the answer or before it.
import { CodedError } from '@tra/kernel';
import { type DiagnosticData, executeValidation, type ProcessPolicy } from '@tra/signature';
import type { ReplayOutcome } from './replay.ts';

interface ReplayTask {
  readonly diagnostic: DiagnosticData;
  readonly policy: ProcessPolicy;
}

function replay({ diagnostic, policy }: ReplayTask): ReplayOutcome {
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

process.on('disconnect', () => process.exit());
process.on('message', (task: ReplayTask) => process.send?.(replay(task)));
process.send?.('ready');
