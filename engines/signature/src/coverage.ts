import type { Check } from '@tra/pki';
import { readCms } from './cms-facts.ts';
import { finding } from './findings.ts';
import type { TrustContext } from './path-step.ts';
import type { SignatureSubject } from './subject.ts';
import { judgeToken } from './tokens.ts';

/**
 * What each signature in a file leaves uncovered at its end. Bytes behind the newest intact signature are a change after signing
 * and fail. Bytes behind an earlier signature that a later intact one covers stay undecided: telling a second signature or a
 * filled form from a forgery needs the differences between the revisions, which this engine does not judge yet.
 */
export function withCoverage(subjects: readonly SignatureSubject[], trust: TrustContext): readonly SignatureSubject[] {
  const open = subjects.some(({ trailing = 0 }) => trailing > 0);
  const covered = open && subjects.some((subject) => subject.trailing === 0 && isIntact(subject, trust));
  return subjects.map((subject) => ({ ...subject, format: [...subject.format, ...coverageOf(subject, covered)] }));
}

function coverageOf({ trailing }: SignatureSubject, covered: boolean): readonly Check[] {
  if (trailing === undefined) return [];
  if (trailing === 0) return [finding('signature.covers_whole_document')];
  const code = covered ? 'signature.extended_and_signed_again' : 'signature.extended_after_signing';
  return [finding(code, { bytes: trailing })];
}

function isIntact(subject: SignatureSubject, trust: TrustContext): boolean {
  if (subject.kind === 'timestamp') {
    const { outcome } = judgeToken(subject.cms, subject.content ?? [], trust).facts;
    return outcome !== 'other_data' && outcome !== 'invalid';
  }
  const signer = readCms(subject.cms, subject)?.signers[0];
  return signer !== undefined && signer.hash === 'matches' && signer.value === 'valid';
}
