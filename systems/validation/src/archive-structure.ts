import { type ArchiveReport, archiveNotChecked, checkArchive } from '@tra/pdf';
import type { StructureResult } from './judging/judge-document.ts';

/**
 * What an examination of PDF/A-3 says about a PDF that claims it: every requirement that does not hold with its clause, how many were looked at, and
 * what was not. Undefined for a file that claims no PDF/A-3.
 */
export function archiveStructure(bytes: Uint8Array): StructureResult | undefined {
  const report = checkArchive(bytes);
  return report && resultOf(report);
}

function resultOf({ checked, claim, complete, faults }: ArchiveReport): StructureResult {
  const failed = faults.length > 0;
  const params = { level: claim.level, checked, faults: faults.length };
  return {
    structure: `pdfa-${claim.part}${claim.level.toLowerCase()}`,
    release: 'ISO 19005-3:2012',
    status: failed ? 'failed' : 'passed',
    summary: { code: failed ? 'validation.structure.archive_failed' : 'validation.structure.archive_passed', params },
    faults: faults.map(({ clause, code, count, places }) => ({
      ...{ code, clause, text: code },
      place: places.join(', '),
      ...(count > places.length ? { more: count - places.length } : {}),
    })),
    notChecked: [...(complete ? [] : ['validation.structure.archive_incomplete']), ...archiveNotChecked],
  };
}
