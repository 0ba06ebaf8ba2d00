import { compareRevisions, type PdfChange, type RevisionDifference } from '@tra/pdf';
import type { Check } from '@tra/pki';
import { finding } from './findings.ts';
import type { RevisionReport } from './report.ts';
import type { FindingCode } from './rules.ts';
import type { SignatureSubject } from './subject.ts';

/** Most changes that a report lists for one signature, the gravest first; the finding counts all of them. */
const maximumListed = 50;

/**
 * What later revisions did to what each signature of a PDF covers (ETSI EN 319 102-1 clause 5.2.2, ISO 32000-2 clause 12.8.2): nothing,
 * what its signer permits, what somebody must look at, or what nobody may do. Whether the signatures hold is judged elsewhere: a changed
 * document may carry an intact signature. Subjects of other documents stay as they are.
 */
export function withCoverage(subjects: readonly SignatureSubject[], file: Uint8Array): readonly SignatureSubject[] {
  const covering = subjects.filter(({ trailing }) => trailing !== undefined);
  const differences = compareRevisions(
    file,
    covering.map((subject) => ({ byteRange: rangeOf(subject, file) })),
  );
  return subjects.map((subject) => {
    const difference = differences[covering.indexOf(subject)];
    if (!difference) return subject;
    const format = [...subject.format, ...coverageOf(subject, difference)];
    return { ...subject, format, revision: revisionOf(difference) };
  });
}

function revisionOf(difference: RevisionDifference): RevisionReport {
  const { signedRevision, currentRevision, signedEnd, verdict, visiblyChanged, permissions } = difference;
  return {
    signed: signedRevision,
    current: currentRevision,
    signedEnd,
    changes: verdict,
    visiblyChanged,
    overlappingAnnotationPages: difference.overlappingAnnotationPages,
    ...(permissions.level === undefined ? {} : { permission: permissions.level }),
  };
}

/** Where the signed parts lie in the file: they are views of it. */
function rangeOf({ content = [] }: SignatureSubject, file: Uint8Array): number[] {
  return content.flatMap((part) => [part.byteOffset - file.byteOffset, part.length]);
}

const codes: Readonly<Record<RevisionDifference['verdict'], FindingCode>> = {
  unchanged: 'signature.covers_whole_document',
  allowed: 'signature.extended_as_permitted',
  suspicious: 'signature.extended_in_doubt',
  forbidden: 'signature.extended_after_signing',
};

function coverageOf({ trailing = 0 }: SignatureSubject, difference: RevisionDifference): readonly Check[] {
  const { verdict, changes } = difference;
  if (verdict === 'unchanged') return [finding(codes.unchanged)];
  const grave = (change: PdfChange): number => ['forbidden', 'suspicious', 'allowed'].indexOf(change.verdict);
  const listed = [...changes].sort((left, right) => grave(left) - grave(right)).slice(0, maximumListed);
  const counted = {
    bytes: trailing,
    changes: changes.length,
    signed: difference.signedRevision,
    current: difference.currentRevision,
  };
  return [finding(codes[verdict], counted), ...listed.map(changeCheck)];
}

const statuses = { allowed: 'passed', suspicious: 'indeterminate', forbidden: 'failed' } as const;

/** A change as a check: object, page and rectangle go along, so that a page can show the place. */
function changeCheck({ code, verdict, clause, params, object, page, rect }: PdfChange): Check {
  return {
    code,
    status: statuses[verdict],
    clause,
    params: {
      ...params,
      ...(object === undefined ? {} : { object }),
      ...(page === undefined ? {} : { page }),
      ...(rect === undefined ? {} : { rect: rect.join(' ') }),
    },
  };
}
