import { beforeAll, describe, expect, it } from 'vitest';
import { type TestSigning, testPdf, testSigning } from '../src/testing.ts';
import { flipped, fromLatin, holeOf, latin, sha256 } from './build.ts';
import { codes, type Judging, startJudging } from './judging.ts';

let signing: TestSigning;
let signed: Uint8Array;
let validate: Judging['validate'];

beforeAll(async () => {
  ({ signing, signed, validate } = await startJudging());
});

describe('a document signed by us', () => {
  it('passes offline with what it carries', async () => {
    const report = await validate(signed, { name: 'licence.pdf' });
    expect(report).toMatchObject({
      verdict: 'passed',
      indication: 'TOTAL_PASSED',
      summary: { code: 'validation.summary.passed' },
      advice: { code: 'validation.advice.passed' },
      document: { name: 'licence.pdf', type: 'pdf', size: signed.length },
    });
    expect(codes(report)).toEqual(['unchanged.intact', 'signer.trusted', 'time.proven', 'status.certificate_good']);
    expect(report.answers.every(({ status }) => status === 'passed')).toBe(true);
    expect(report.signatures).toMatchObject([
      {
        id: 'S1',
        level: 'PAdES-B-T',
        provenTime: '2026-11-20T07:05:00.000Z',
        claimedTime: '2026-11-20T07:05:00.000Z',
        timestampAuthority: 'Test time-stamping',
        reason: 'ออกใบอนุญาต',
        signer: { commonName: 'Test document-signer', organization: 'Test', issuer: 'CN=Test Issuing CA,O=Test,C=TH' },
      },
    ]);
    expect(report.attachments).toMatchObject([
      { name: 'licence.xml', mediaType: 'application/xml', relationship: 'Data' },
    ]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('still passes years later, when its revocation lists are old', async () => {
    expect((await validate(signed, { at: new Date('2029-06-01T00:00:00Z') })).verdict).toBe('passed');
  });

  it('passes after the signer’s certificate has expired, while the time-stamp holds', async () => {
    const short = { notAfter: new Date('2026-12-01T00:00:00Z') };
    const { certificate, signer } = await signing.hierarchy.issue('document-signer', short);
    const bytes = await signing.sign(testPdf(), { certificate, signer });
    const report = await validate(bytes, { at: new Date('2027-06-01T00:00:00Z') });
    expect(report.verdict).toBe('passed');
    expect(report.signatures[0]?.checks.map(({ code }) => code)).toContain('signature.certificate_expired_later');
  });

  it('is no longer proven once the time-stamping authority has expired', async () => {
    const report = await validate(signed, { at: new Date('2030-06-01T00:00:00Z') });
    expect(report.verdict).toBe('indeterminate');
    expect(report.subIndication).toBe('OUT_OF_BOUNDS_NOT_REVOKED');
    expect(codes(report).slice(1, 3)).toEqual(['signer.certificate_expired', 'time.untrusted']);
  });

  it('passes with RSA keys', async () => {
    const rsa = await testSigning('Rsa', 'rsa-pkcs1-sha256');
    const bytes = await rsa.sign(testPdf());
    expect((await validate(bytes, { anchors: rsa.anchors })).verdict).toBe('passed');
  });
});

describe('a document that was changed', () => {
  it('says so for a flipped byte of the content', async () => {
    const report = await validate(flipped(signed, latin(signed).indexOf('MediaBox') + 12));
    expect(report).toMatchObject({ verdict: 'failed', indication: 'TOTAL_FAILED', subIndication: 'HASH_FAILURE' });
    expect(report.summary.code).toBe('validation.summary.modified');
    expect(codes(report).slice(0, 2)).toEqual(['unchanged.modified', 'signer.signed_before_change']);
  });

  it.each([
    ['a comment', '%harmless\n'],
    ['a whole revision', '\n5 0 obj\n<< >>\nendobj\nxref\n0 0\ntrailer\n<< >>\nstartxref\n0\n%%EOF\n'],
  ])('refuses %s behind the end', async (_, tail) => {
    const report = await validate(fromLatin(latin(signed) + tail));
    expect(report).toMatchObject({ verdict: 'failed', summary: { code: 'validation.summary.extended_after_signing' } });
    expect(codes(report)[0]).toBe('unchanged.extended_after_signing');
    expect(report.signatures[0]?.checks).toContainEqual(
      expect.objectContaining({
        code: 'signature.extended_after_signing',
        params: expect.objectContaining({ bytes: tail.length }),
      }),
    );
  });

  it.each([' ', '\n', '\r\n'])('takes white space behind the end (%j) for what it is', async (tail) => {
    const report = await validate(fromLatin(latin(signed) + tail));
    expect(report.verdict).toBe('passed');
    expect(codes(report)[0]).toBe('unchanged.extended_as_permitted');
    expect(report.signatures[0]?.checks).toContainEqual(
      expect.objectContaining({ code: 'pdf.change_white_space', status: 'passed' }),
    );
  });

  it('refuses a byte in front', async () => {
    expect((await validate(fromLatin(`\n${latin(signed)}`))).verdict).toBe('failed');
  });

  it('refuses a file cut short, wherever the cut is', async () => {
    for (let length = 0; length < signed.length; length += 211) {
      const report = await validate(signed.subarray(0, length));
      expect(report.verdict).toBe(report.signatures.length > 0 ? 'failed' : 'indeterminate');
    }
    expect((await validate(signed.subarray(0, signed.length - 1))).verdict).toBe('failed');
  });

  it('refuses a signature taken from another document', async () => {
    const other = await signing.sign(testPdf('<other/>'));
    const from = holeOf(signed);
    const to = holeOf(other);
    const moved =
      latin(other).slice(0, to.start) + latin(signed).slice(from.start, from.end) + latin(other).slice(to.end);
    expect(await validate(fromLatin(moved))).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
  });
});

describe('what is no signed document', () => {
  it('is not signed', async () => {
    const report = await validate(testPdf());
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      indication: 'INDETERMINATE',
      summary: { code: 'validation.summary.not_signed' },
      signatures: [],
    });
    expect(report.answers.map(({ status }) => status)).toEqual(Array(4).fill('indeterminate'));
    expect(codes(report)).toEqual(['unchanged.not_signed', 'signer.not_signed', 'time.none', 'status.not_signed']);
  });

  it('may be signed behind a password, which is said apart', async () => {
    const report = await validate(fromLatin(latin(testPdf()).replace('/Root', '/Encrypt << >> /Root')));
    expect(report).toMatchObject({ verdict: 'indeterminate', summary: { code: 'validation.summary.locked' } });
    expect(codes(report)).toEqual(['unchanged.locked', 'signer.locked', 'time.none', 'status.unknown']);
    expect(report.answers[0].checks.map(({ code }) => code)).toContain('pdf.encrypted');
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['text', fromLatin('hello')],
    ['an image', fromLatin('\x89PNG\r\n\x1a\n')],
    ['a ZIP file', fromLatin('PK\x03\x04')],
    ['zeros', new Uint8Array(5000)],
    ['a broken SEQUENCE', Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)],
    ['broken markup', fromLatin('<a><b></a>')],
  ])('is not a document: %s', async (_, bytes) => {
    const report = await validate(bytes);
    expect(report).toMatchObject({ verdict: 'indeterminate', indication: 'INDETERMINATE' });
    expect(report.summary.code).toBe('validation.summary.not_a_document');
    expect(report.answers.map(({ status }) => status)).toEqual(Array(4).fill('indeterminate'));
    expect(codes(report)).toEqual(['unchanged.unreadable', 'signer.file_unreadable', 'time.none', 'status.unknown']);
    expect(report.document).toMatchObject({
      type: bytes[0] === 0x3c ? 'xml' : bytes[0] === 0x50 ? 'asic' : 'unknown',
      size: bytes.length,
      sha256: Buffer.from(sha256(bytes)).toString('hex'),
    });
  });
});
