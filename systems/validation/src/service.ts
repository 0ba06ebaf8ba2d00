import { setImmediate as nextTurn } from 'node:timers/promises';
import { uuidv7 } from '@tra/kernel';
import type { SystemContext } from '@tra/platform-system';
import { type ValidationReport, validateDocument } from '@tra/signature';
import type { ValidationConfig } from './config.ts';
import type { ValidationPorts } from './ports.ts';
import type { Submission } from './submission.ts';

/** The answer to one request. */
export interface ValidationResult {
  readonly id: string;
  readonly validatedAt: string;
  readonly reports: readonly ValidationReport[];
}

/** What other systems may ask of validation. */
export interface ValidationServices {
  /** Judges documents against the platform's trust anchors and those given. Keeps nothing. */
  validate(submission: Submission): Promise<ValidationResult>;
}

/** Makes the service over a context and its ports. */
export function createValidationService(
  { clock, random, metrics }: SystemContext<ValidationConfig>,
  { trust, licences }: ValidationPorts,
): ValidationServices {
  const verdicts = metrics.counter({
    name: 'tra_validation_documents_total',
    help: 'Documents judged, by type and verdict.',
    labels: ['type', 'verdict'],
  });
  const duration = metrics.histogram({
    name: 'tra_validation_seconds',
    help: 'Time that judging one document took.',
  });
  return {
    validate: async ({ files, anchors, at }) => {
      const now = clock.now();
      const [own, crls] = await Promise.all([trust.trustAnchors(), trust.currentCrls()]);
      const reports: ValidationReport[] = [];
      for (const { bytes, name } of files) {
        const stop = duration.startTimer();
        const report = await validateDocument({
          bytes,
          ...(name === undefined ? {} : { name }),
          anchors: [...own, ...anchors],
          crls,
          at: at ?? now,
          licences,
        });
        stop();
        verdicts.inc({ type: report.document.type, verdict: report.verdict });
        reports.push(report);
        await nextTurn();
      }
      return { id: uuidv7(clock, random), validatedAt: now.toISOString(), reports };
    },
  };
}
