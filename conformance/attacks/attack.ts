import type { DetachedFile, ValidationInput, ValidationReport } from '@tra/signature';
import { validateDocument } from '@tra/signature';
import type { TestSigning } from '@tra/signature/testing';

/** What is shown to the validator. */
export interface Shown {
  readonly bytes: Uint8Array;
  readonly detached?: readonly DetachedFile[];
  /** Instead of the CRLs of the victim's authorities. */
  readonly crls?: readonly Uint8Array[];
  readonly intermediates?: readonly Uint8Array[];
  readonly anchors?: readonly Uint8Array[];
  readonly at?: Date;
}

/** One attempt to pass something for signed that is not, or by one who may not sign. */
export interface Attack {
  readonly name: string;
  /** The clause that what is shown breaks. */
  readonly clause: string;
  /** Finding by which it must be refused; the honest document must not have it. */
  readonly reason: string;
  /** The document of an honest signer, under the same conditions: it must pass. */
  readonly honest: Shown;
  readonly forged: Shown;
}

/** What attacks are made with: the victim's signer, the authorities that the validator trusts, and an attacker with a CA of his own. */
export interface Stage {
  readonly victim: TestSigning;
  /** The same with RSA keys. */
  readonly rsa: TestSigning;
  /** Everything like the victim's, names included, but with other keys: nobody trusts it. */
  readonly impostor: TestSigning;
}

/** Cases of one format. */
export interface AttackFamily {
  readonly format: string;
  build(stage: Stage): Promise<readonly Attack[]>;
}

/** Judges with the best conditions for an attacker: the victim's root is trusted and current CRLs are at hand. */
export async function judge(signing: TestSigning, shown: Shown): Promise<ValidationReport> {
  const input: ValidationInput = {
    bytes: shown.bytes,
    anchors: shown.anchors ?? signing.anchors,
    crls: shown.crls ?? (await signing.crls()),
    at: shown.at ?? signing.clock.now(),
    ...(shown.detached ? { detached: shown.detached } : {}),
    ...(shown.intermediates ? { intermediates: shown.intermediates } : {}),
  };
  return validateDocument(input);
}

/** Codes of everything in a report that did not pass. */
export function reasonsOf(report: ValidationReport): ReadonlySet<string> {
  const checks = [...report.answers, ...report.signatures].flatMap((part) => part.checks);
  return new Set([
    ...checks.filter(({ status }) => status !== 'passed').map(({ code }) => code),
    ...report.answers.filter(({ status }) => status !== 'passed').map(({ code }) => code),
    report.summary.code,
  ]);
}
