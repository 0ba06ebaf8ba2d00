import { type ValidationInput, type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testPdf, testSigning } from '../src/testing.ts';
import { stampOver } from './build.ts';

/** A document that `signing` signed, another signer whom nobody trusts, and how a reader judges a minute later. */
export interface Judging {
  readonly signing: TestSigning;
  readonly foreign: TestSigning;
  readonly signed: Uint8Array;
  validate(bytes: Uint8Array, more?: Partial<ValidationInput>): Promise<ValidationReport>;
}

export async function startJudging(): Promise<Judging> {
  const signing = await testSigning();
  const foreign = await testSigning('Foreign');
  const signed = await signing.sign(testPdf());
  signing.clock.advance(60_000);
  const validate: Judging['validate'] = (bytes, more = {}) =>
    validateDocument({ bytes, anchors: signing.anchors, at: signing.clock.now(), ...more });
  return { signing, foreign, signed, validate };
}

/** Codes of the four answers. */
export const codes = (report: ValidationReport): string[] =>
  report.answers.map(({ code }) => code.replace('validation.', ''));

/** A time-stamp over the value, for `build`. */
export function withToken(signing: TestSigning): { tokens: (value: Uint8Array) => Promise<readonly Uint8Array[]> } {
  return { tokens: async (value) => [await stampOver(signing, value)] };
}
