import type { Check } from '@tra/pki';
import { findCheck, finding } from './findings.ts';
import type { TrustContext } from './path-step.ts';
import type { SignatureReport } from './report.ts';
import type { SignatureSubject } from './subject.ts';
import { validateSignature } from './validate-signature.ts';

/**
 * What each signature in a file leaves uncovered at its end. Bytes that no later signature covers are a change after signing and
 * fail. Bytes that a later one covers stay undecided, if its signer answers for them: telling a second signature or a filled form
 * from a forgery needs the differences between the revisions, which this engine does not judge yet.
 */
export function withCoverage(subjects: readonly SignatureSubject[], trust: TrustContext): readonly SignatureSubject[] {
  if (subjects.every(({ trailing = 0 }) => trailing === 0)) {
    return subjects.map((subject) => withFindings(subject, []));
  }
  const reports = subjects.map((subject) => validateSignature(subject, trust).report);
  const covering = reports.filter((report, index) => subjects[index]?.trailing === 0 && isIntact(report));
  return subjects.map((subject, index) => {
    const own = reports[index];
    return withFindings(subject, own ? covering.filter((report) => answersFor(report, own)) : []);
  });
}

function withFindings(subject: SignatureSubject, covering: readonly SignatureReport[]): SignatureSubject {
  return { ...subject, format: [...subject.format, ...coverageOf(subject, covering.length > 0)] };
}

function coverageOf({ trailing }: SignatureSubject, covered: boolean): readonly Check[] {
  if (trailing === undefined) return [];
  if (trailing === 0) return [finding('signature.covers_whole_document')];
  const code = covered ? 'signature.extended_and_signed_again' : 'signature.extended_after_signing';
  return [finding(code, { bytes: trailing })];
}

function isIntact({ checks }: SignatureReport): boolean {
  const intact =
    findCheck(checks, ['signature.hash_matches']) &&
    findCheck(checks, ['signature.value_valid', 'signature.timestamp_valid']);
  return intact !== undefined;
}

/**
 * Whether a later signature answers for what was added after an earlier one. Somebody unknown must not take away the verdict about a
 * change of what somebody known signed, and neither must a time-stamping authority, which stamps whatever it is given.
 */
function answersFor(later: SignatureReport, earlier: SignatureReport): boolean {
  return isTrusted(later) || !isTrusted(earlier);
}

function isTrusted({ checks }: SignatureReport): boolean {
  return findCheck(checks, ['signature.path_trusted']) !== undefined;
}
