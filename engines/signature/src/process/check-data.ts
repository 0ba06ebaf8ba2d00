import { DIAGNOSTIC_DATA_VERSION, type DiagnosticData } from '../diagnostic/model.ts';
import type { TokenId } from '../diagnostic/token.ts';
import { ProcessError } from './errors.ts';

/** Tokens, and entries in lists of tokens, that one run takes. */
const maximumTokens = 10_000;
const maximumEntries = 200_000;

/** Refuses data of another version, without a time, with two tokens of one id, or beyond what one run takes. */
export function checkData(data: DiagnosticData, now: number): void {
  if (data.version !== DIAGNOSTIC_DATA_VERSION)
    throw new ProcessError('process.data_invalid', { params: { where: 'version' } });
  if (Number.isNaN(now)) throw new ProcessError('process.data_invalid', { params: { where: 'validationTime' } });
  const tokens = [
    ...data.signatures,
    ...data.timestamps,
    ...data.revocations,
    ...data.certificates,
    ...data.evidenceRecords,
  ];
  if (tokens.length > maximumTokens) {
    throw new ProcessError('process.too_large', { params: { size: tokens.length, limit: maximumTokens } });
  }
  const seen = new Set<TokenId>();
  for (const { id } of tokens) {
    if (seen.has(id)) throw new ProcessError('process.data_invalid', { params: { where: id } });
    seen.add(id);
  }
  const entries = entryCount(data);
  if (entries > maximumEntries)
    throw new ProcessError('process.too_large', { params: { size: entries, limit: maximumEntries } });
}

function entryCount({ signatures, timestamps, revocations, certificates, evidenceRecords }: DiagnosticData): number {
  let count = 0;
  for (const { chain, revocations: states } of certificates) count += chain.length + states.length;
  for (const { chain } of revocations) count += chain.length;
  for (const { chain, covered, digestMatchers } of timestamps)
    count += chain.length + covered.length + digestMatchers.length;
  for (const { chain, digestMatchers, timestamps: own } of signatures)
    count += chain.length + digestMatchers.length + own.length;
  for (const { covered, digestMatchers } of evidenceRecords) count += covered.length + digestMatchers.length;
  return count;
}
