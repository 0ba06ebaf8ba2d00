import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSignedData } from '@tra/cms';
import { fromHex } from '@tra/kernel';
import { signedSample } from '@tra/pdf/testing';
import { toPem } from '@tra/pki';
import { testSigner } from '@tra/pki/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maximumCrlBytes, SignatureError, validateDocument } from '../src/index.ts';
import { type TestSigning, testPdf, testSigning } from '../src/testing.ts';
import { fromLatin, holeOf, keptSample, latin, partsSigner, stampOver } from './build.ts';

let signing: TestSigning;

beforeAll(async () => {
  signing = await testSigning();
});

function cmsOf(pdf: Uint8Array): Uint8Array {
  const { start, end } = holeOf(pdf);
  const hole = fromHex(latin(pdf).slice(start + 1, end - 1));
  const length = 4 + (((hole[2] ?? 0) << 8) | (hole[3] ?? 0));
  return hole.subarray(0, length);
}

describe('signPdf', () => {
  it('keeps the original bytes and adds one revision', async () => {
    const pdf = testPdf();
    const copy = pdf.slice();
    const signed = await signing.sign(pdf);
    expect(pdf).toEqual(copy);
    expect(signed.subarray(0, pdf.length)).toEqual(pdf);
  });

  it('writes a PAdES-B-T signature: no signing-time attribute, certificates and CRLs inside, a token outside', async () => {
    const signed = await signing.sign(testPdf());
    const cms = parseSignedData(cmsOf(signed));
    const [signer] = cms.signers;
    expect(cms.content).toBeUndefined();
    expect([...(signer?.signedAttributes.keys() ?? [])].sort()).toEqual([
      '1.2.840.113549.1.9.16.2.47',
      '1.2.840.113549.1.9.3',
      '1.2.840.113549.1.9.4',
    ]);
    expect([...(signer?.unsignedAttributes.keys() ?? [])]).toEqual(['1.2.840.113549.1.9.16.2.14']);
    expect(cms.certificates).toHaveLength(3);
    expect(cms.crls).toHaveLength(2);
    expect(latin(signed)).toContain('/SubFilter /ETSI.CAdES.detached');
    expect(holeOf(signed).end - holeOf(signed).start - 2).toBe(32_768);
  });

  it('signs a document whose security store serves the new signature too', async () => {
    const first = await signedSample({ sign: partsSigner(signing) });
    const { pdf } = await keptSample(signing, first);
    const signed = await signing.sign(pdf, { fieldName: 'Signature 2' });
    const { signatures } = await validateDocument({ bytes: signed, anchors: signing.anchors, at: signing.clock.now() });
    expect(signatures.map(({ level, revision }) => [level, revision?.changes])).toEqual([
      ['PAdES-BES', 'allowed'],
      ['PAdES-B-LT', 'unchanged'],
    ]);
  });

  it('leaves out revocation lists that are too large, and still fits', async () => {
    const revoked = Array.from({ length: 3000 }, (_, index) => ({
      serialHex: `40${index.toString(16).padStart(38, '0')}`,
      date: new Date('2026-10-01T00:00:00Z'),
    }));
    const crls = await signing.crls(revoked);
    expect(crls.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(maximumCrlBytes);
    const signed = await signing.sign(testPdf(), { crls });
    expect(parseSignedData(cmsOf(signed)).crls).toEqual([]);
  });

  it('makes the hole larger when the revocation lists need it', async () => {
    const revoked = Array.from({ length: 700 }, (_, index) => ({
      serialHex: `40${index.toString(16).padStart(38, '0')}`,
      date: new Date('2026-10-01T00:00:00Z'),
    }));
    const signed = await signing.sign(testPdf(), { crls: await signing.crls(revoked) });
    expect(holeOf(signed).end - holeOf(signed).start).toBeGreaterThan(32_770);
    const report = await validateDocument({ bytes: signed, anchors: signing.anchors, at: signing.clock.now() });
    expect(report.verdict).toBe('passed');
  });

  async function refusal(overrides: Parameters<TestSigning['sign']>[1], pdf: Uint8Array = testPdf()): Promise<string> {
    const error = await signing.sign(pdf, overrides).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(SignatureError);
    return (error as SignatureError).code;
  }

  it('refuses a key that is not that of the certificate', async () => {
    expect(await refusal({ signer: testSigner() })).toBe('signature.key_mismatch');
  });

  it('refuses to sign before and after the validity of the certificate', async () => {
    expect(await refusal({ now: new Date('2025-12-31T23:59:59Z') })).toBe('signature.certificate_out_of_validity');
    expect(await refusal({ now: new Date('2030-01-01T00:00:01Z') })).toBe('signature.certificate_out_of_validity');
  });

  it('refuses what is no PDF', async () => {
    expect(await refusal({}, fromLatin('hello'))).toBe('signature.document_refused');
    expect(await refusal({}, new Uint8Array())).toBe('signature.document_refused');
    expect(await refusal({}, testPdf().subarray(0, 300))).toBe('signature.document_refused');
  });

  it('refuses when no time-stamp can be had', async () => {
    const stamp = async (): Promise<Uint8Array> => {
      throw new Error('away');
    };
    expect(await refusal({ timestamper: { stamp } })).toBe('signature.timestamp_failed');
  });

  it('refuses a token over something else, and what is no token', async () => {
    const other = { stamp: () => stampOver(signing, Uint8Array.of(7)) };
    expect(await refusal({ timestamper: other })).toBe('signature.self_check_failed');
    const junk = { stamp: async () => Uint8Array.of(0x30, 0x00) };
    expect(await refusal({ timestamper: junk })).toBe('signature.self_check_failed');
  });

  it('refuses a token that does not fit', async () => {
    const stamp = async (): Promise<Uint8Array> => {
      const token = new Uint8Array(40_004);
      token.set([0x30, 0x82, 0x9c, 0x40]);
      return token;
    };
    expect(await refusal({ timestamper: { stamp } })).toBe('signature.too_large');
  });

  it('refuses a key that signs wrongly', async () => {
    const { signer } = signing.document;
    const broken = { ...signer, sign: (data: Uint8Array) => signer.sign(data.subarray(1)) };
    expect(await refusal({ signer: broken })).toBe('signature.self_check_failed');
  });

  it('refuses to fill a field that is signed', async () => {
    const signed = await signing.sign(testPdf(), { fieldName: 'Seal' });
    expect(await refusal({ fieldName: 'Seal' }, signed)).toBe('signature.document_refused');
  });
});

function has(tool: string, argument: string): boolean {
  try {
    execFileSync(tool, [argument], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

describe('what others say about our signature', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tra-signature-'));
  const path = (name: string): string => join(folder, name);
  let signed: Uint8Array;
  beforeAll(async () => {
    signed = await signing.sign(testPdf());
    const parts = holeOf(signed);
    writeFileSync(path('signed.pdf'), signed);
    writeFileSync(path('cms.der'), cmsOf(signed));
    writeFileSync(path('content'), Buffer.concat([signed.subarray(0, parts.start), signed.subarray(parts.end)]));
    writeFileSync(path('root.pem'), toPem('CERTIFICATE', signing.anchors[0] ?? new Uint8Array()));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const openssl = (...args: string[]): string => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });

  it.skipIf(!has('pdfsig', '-v'))('pdfsig: valid, total document signed', () => {
    const said = execFileSync('pdfsig', ['-nocert', path('signed.pdf')], { encoding: 'utf8', stdio: 'pipe' });
    expect(said).toContain('Signature is Valid');
    expect(said).toContain('Total document signed');
  });

  it.skipIf(!has('openssl', 'version'))('openssl cms verifies the signature, its path and its purpose', () => {
    const common = ['-verify', '-inform', 'DER', '-in', path('cms.der'), '-content', path('content'), '-binary'];
    const at = String(Math.floor(signing.clock.now().getTime() / 1000));
    openssl(
      'cms',
      ...common,
      '-CAfile',
      path('root.pem'),
      '-purpose',
      'any',
      '-attime',
      at,
      '-cades',
      '-out',
      '/dev/null',
    );
    writeFileSync(path('other'), 'other content');
    common[common.indexOf(path('content'))] = path('other');
    expect(() => openssl('cms', ...common, '-noverify', '-out', '/dev/null')).toThrow();
  });

  it.skipIf(!has('qpdf', '--version'))('qpdf finds nothing wrong', () => {
    expect(execFileSync('qpdf', ['--check', path('signed.pdf')], { encoding: 'utf8', stdio: 'pipe' })).toContain(
      'No syntax',
    );
  });
});
