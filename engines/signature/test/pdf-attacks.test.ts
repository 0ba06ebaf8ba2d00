import { legitimateUpdates, pdfAttacks, type SignParts } from '@tra/pdf/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultPolicy, type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { partsSigner } from './build.ts';

let signing: TestSigning;
let sign: SignParts;

beforeAll(async () => {
  signing = await testSigning();
  sign = partsSigner(signing);
});

// Revocation is beside the point here.
const policy = { ...defaultPolicy, revocationRequired: false };

const judge = (bytes: Uint8Array): Promise<ValidationReport> =>
  validateDocument({ bytes, anchors: signing.anchors, at: signing.clock.now(), policy });

describe('an attack on a PDF with a real signature', () => {
  it.each(pdfAttacks.map((attack) => [attack.class, attack.name, attack] as const))(
    '%s: %s does not pass',
    async (_, __, attack) => {
      const report = await judge(await attack.build(sign));
      expect(report.verdict).toBe('failed');
    },
  );
});

describe('an update that the signer permits', () => {
  it.each(legitimateUpdates.map((update) => [update.name, update] as const))('passes: %s', async (_, update) => {
    const report = await judge(await update.build(sign));
    const [first] = report.signatures;
    expect(first?.checks.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(first).toMatchObject({ verdict: 'passed', fieldName: 'Signature 1' });
    expect(['unchanged', 'allowed']).toContain(first?.revision?.changes);
  });
});
