import { answerCodes } from './answers.ts';
import { licenceAnswerCodes } from './licence.ts';
import { type FindingCode, rules } from './rules.ts';
import { summaryTails } from './summary.ts';

/**
 * Every code of this engine that a report can carry: findings, answers, summaries and advice. Checks of the path carry codes
 * of `@tra/pki` and problems of a file codes of `@tra/pdf` beside them.
 */
export const reportCodes: readonly string[] = [
  ...new Set([
    ...(Object.keys(rules) as FindingCode[]),
    ...answerCodes,
    ...licenceAnswerCodes,
    ...summaryTails.flatMap((tail) => [`validation.summary.${tail}`, `validation.advice.${tail}`]),
  ]),
];
