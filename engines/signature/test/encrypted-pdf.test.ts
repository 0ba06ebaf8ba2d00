import { sampleObjects, signSample, writePdf } from '@tra/pdf/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { flipped, latin, partsSigner } from './build.ts';

/** An empty signature field of the sample. */
const field = 14;
let signing: TestSigning;

beforeAll(async () => {
  signing = await testSigning('Encrypted');
});

/** The code of ISO/TS 32004 that stands by itself; `more` is put into its dictionary. */
const code = (more = ''): string =>
  `/AuthCode << /MACLocation /Standalone /ByteRange [0 10 20 30] /MAC <${'3a'.repeat(40)}> ${more} >>`;

const signed = (trailer: string): Promise<Uint8Array> =>
  signSample(writePdf(sampleObjects), {
    field,
    fieldText: (sampleObjects[field] ?? '').replace(/>>$/, '/V %V >>'),
    object: 40,
    entries: '/M (unreadable) /Reason (\\217\\220\\221)',
    trailer: `/Root 1 0 R /Info 29 0 R /Encrypt << /Filter /Standard /V 5 >> ${trailer}`,
    sign: partsSigner(signing),
  });

async function judge(bytes: Uint8Array): Promise<ValidationReport> {
  const { anchors, clock } = signing;
  return validateDocument({ bytes, anchors, crls: await signing.crls(), at: clock.now() });
}

describe('an encrypted PDF', () => {
  it('is undecided because of that, and none of its encrypted texts is shown', async () => {
    const report = await judge(await signed(''));
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      subIndication: 'SIG_CONSTRAINTS_FAILURE',
      summary: { code: 'validation.summary.encrypted' },
      advice: { code: 'validation.advice.encrypted' },
    });
    expect(report.answers[0].code).toBe('validation.unchanged.encrypted');
    expect(report.signatures).toMatchObject([{ fieldName: '#1' }]);
    expect(report.signatures[0]).not.toHaveProperty('reason');
  });

  it('fails when it was changed', async () => {
    const bytes = await signed('');
    const report = await judge(flipped(bytes, latin(bytes).indexOf('/MediaBox [') + 13));
    expect(report).toMatchObject({ verdict: 'failed', summary: { code: 'validation.summary.modified' } });
  });

  it('has no second signature in its integrity code, unless one could stand there', async () => {
    expect((await judge(await signed(code()))).signatures).toHaveLength(1);
    const hiding = await judge(await signed(code(`/Contents <${'30'.repeat(40)}>`)));
    expect(hiding).toMatchObject({ verdict: 'failed', signatures: [{}, {}] });
  });
});
