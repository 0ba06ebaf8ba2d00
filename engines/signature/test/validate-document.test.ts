import { prepareSignature } from '@tra/pdf';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ValidationInput, type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testPdf, testSigning } from '../src/testing.ts';
import { build, flipped, fromLatin, holeOf, latin, sha256, stampOver } from './build.ts';

let signing: TestSigning;
let foreign: TestSigning;
let signed: Uint8Array;

beforeAll(async () => {
  signing = await testSigning();
  foreign = await testSigning('Foreign');
  signed = await signing.sign(testPdf());
  signing.clock.advance(60_000);
});

function validate(bytes: Uint8Array, more: Partial<ValidationInput> = {}): Promise<ValidationReport> {
  return validateDocument({ bytes, anchors: signing.anchors, at: signing.clock.now(), ...more });
}

const codes = (report: ValidationReport): string[] => report.answers.map(({ code }) => code.replace('validation.', ''));

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
      expect((await validate(signed.subarray(0, length))).verdict).toBe('failed');
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

describe('a signer', () => {
  it('of another root is not known, and the missing authority is named', async () => {
    const report = await validate(await foreign.sign(testPdf()));
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      subIndication: 'NO_CERTIFICATE_CHAIN_FOUND',
      summary: { code: 'validation.summary.untrusted_signer' },
    });
    expect(codes(report)).toEqual(['unchanged.intact', 'signer.untrusted', 'time.untrusted', 'status.unknown']);
    expect(report.answers[1].params).toMatchObject({
      name: 'Foreign document-signer',
      issuer: 'CN=Foreign Root,O=Foreign,C=TH',
    });
  });

  it('is not known without anchors, and trusted with the right ones given', async () => {
    expect((await validate(signed, { anchors: [] })).subIndication).toBe('NO_CERTIFICATE_CHAIN_FOUND');
    const bytes = await foreign.sign(testPdf());
    expect((await validate(bytes, { anchors: [...signing.anchors, ...foreign.anchors] })).verdict).toBe('passed');
  });

  it('whose name is that of a trusted one but whose key is not stays unknown', async () => {
    const impostor = await testSigning('Test');
    const report = await validate(await impostor.sign(testPdf()));
    expect(report.verdict).toBe('indeterminate');
    expect(report.answers[1].status).toBe('indeterminate');
  });

  it('revoked before the proven time fails', async () => {
    const { serialHex } = await serialOf(signing.document.certificate);
    const crls = await signing.crls([{ serialHex, date: new Date('2026-11-01T00:00:00Z'), reason: 'keyCompromise' }]);
    const report = await validate(await build(signing, withToken()), { crls });
    expect(report).toMatchObject({ verdict: 'failed', subIndication: 'REVOKED' });
    expect(report.summary.code).toBe('validation.summary.certificate_revoked');
    expect(codes(report)[1]).toBe('signer.certificate_revoked');
  });

  it('revoked after the proven time keeps the value of the signature', async () => {
    const { serialHex } = await serialOf(signing.document.certificate);
    const date = new Date(signing.clock.now().getTime() - 1000);
    const crls = await signing.crls([{ serialHex, date, reason: 'superseded' }]);
    const report = await validate(signed, { crls });
    expect(report.verdict).toBe('passed');
    expect(codes(report)[3]).toBe('status.certificate_revoked_later');
  });

  it('revoked, with nothing to prove the time, is undecided', async () => {
    const { serialHex } = await serialOf(signing.document.certificate);
    const crls = await signing.crls([{ serialHex, date: new Date('2026-11-01T00:00:00Z') }]);
    const report = await validate(await build(signing), { crls });
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'REVOKED_NO_POE' });
  });

  it('expired, with nothing to prove the time, is undecided', async () => {
    const report = await validate(await build(signing), { at: new Date('2031-01-01T00:00:00Z') });
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'OUT_OF_BOUNDS_NOT_REVOKED' });
    expect(codes(report)[1]).toBe('signer.certificate_expired');
  });

  it('expired before the proven time does not pass', async () => {
    const old = { notAfter: new Date('2026-10-01T00:00:00Z') };
    const { certificate, signer } = await signing.hierarchy.issue('document-signer', old);
    const report = await validate(await build(signing, { ...withToken(), certificate, signer }));
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'OUT_OF_BOUNDS_NO_POE' });
  });

  it('whose certificate came later than the proven time fails', async () => {
    const young = { notBefore: new Date('2026-12-01T00:00:00Z') };
    const { certificate, signer } = await signing.hierarchy.issue('document-signer', young);
    const bytes = await build(signing, { ...withToken(), certificate, signer });
    const report = await validate(bytes, { at: new Date('2026-12-02T00:00:00Z') });
    expect(report).toMatchObject({ verdict: 'failed', subIndication: 'NOT_YET_VALID' });
  });

  it('without any revocation list stays undecided', async () => {
    const report = await validate(await build(signing, { ...withToken(), crls: [] }));
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'TRY_LATER' });
    expect(report.summary.code).toBe('validation.summary.revocation_unknown');
  });

  it('with a certificate for time-stamping only does not pass', async () => {
    const { certificate, signer } = signing.unit;
    const report = await validate(await build(signing, { ...withToken(), certificate, signer }));
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'CHAIN_CONSTRAINTS_FAILURE' });
  });
});

describe('a time-stamp', () => {
  it('that is missing leaves the time claimed only', async () => {
    const report = await validate(await build(signing));
    expect(report).toMatchObject({ verdict: 'passed', summary: { code: 'validation.summary.passed_without_time' } });
    expect(codes(report)[2]).toBe('time.claimed_only');
    expect(report.signatures[0]).toMatchObject({ level: 'PAdES-B-B', claimedTime: '2026-11-20T07:06:00.000Z' });
    expect(report.signatures[0]?.provenTime).toBeUndefined();
  });

  it('over other data fails', async () => {
    const bytes = await build(signing, { tokens: async () => [await stampOver(signing, Uint8Array.of(1))] });
    const report = await validate(bytes);
    expect(report).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
    expect(report.summary.code).toBe('validation.summary.time_invalid');
    expect(codes(report)[2]).toBe('time.invalid');
  });

  it('whose signature is broken fails', async () => {
    const bytes = await build(signing, {
      tokens: async (value) => {
        const token = await stampOver(signing, value);
        return [flipped(token, token.length - 4)];
      },
    });
    expect(await validate(bytes)).toMatchObject({
      verdict: 'failed',
      summary: { code: 'validation.summary.time_invalid' },
    });
  });

  it('that is no token at all fails', async () => {
    const bytes = await build(signing, { tokens: async () => [Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x05)] });
    expect((await validate(bytes)).summary.code).toBe('validation.summary.time_invalid');
  });

  it('by an unknown authority proves nothing', async () => {
    const bytes = await build(signing, { tokens: async (value) => [await stampOver(foreign, value)] });
    const report = await validate(bytes);
    expect(codes(report)[2]).toBe('time.untrusted');
    expect(report.signatures[0]?.provenTime).toBeUndefined();
    const late = await validate(bytes, { at: new Date('2031-01-01T00:00:00Z') });
    expect(late.subIndication).toBe('OUT_OF_BOUNDS_NOT_REVOKED');
  });

  it('by an authority whose key was compromised fails, even for earlier times', async () => {
    const { serialHex } = await serialOf(signing.unit.certificate);
    const date = new Date(signing.clock.now().getTime() - 1000);
    const crls = await signing.crls([{ serialHex, date, reason: 'keyCompromise' }]);
    expect(await validate(signed, { crls })).toMatchObject({ verdict: 'failed', subIndication: 'REVOKED' });
    const retired = await signing.crls([{ serialHex, date, reason: 'cessationOfOperation' }]);
    expect((await validate(signed, { crls: retired })).verdict).toBe('passed');
  });

  it('that lies after the time of judgement proves nothing', async () => {
    const report = await validate(signed, { at: new Date('2026-11-19T00:00:00Z') });
    expect(codes(report)[2]).toBe('time.untrusted');
    expect(report.verdict).not.toBe('passed');
  });

  it('before the time that the signer claims contradicts it', async () => {
    const bytes = await build(signing, { ...withToken(), signingTime: new Date('2026-11-20T09:00:00Z') });
    const report = await validate(bytes);
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'SIG_CONSTRAINTS_FAILURE' });
    expect(codes(report)[2]).toBe('time.contradicts');
  });

  it('counts by the earliest of several', async () => {
    const first = await testSigning();
    const bytes = await build(first, {
      tokens: async (value) => {
        const early = await stampOver(first, value);
        first.clock.advance(3_600_000);
        return [await stampOver(first, value), early];
      },
    });
    const report = await validate(bytes, { anchors: first.anchors, at: first.clock.now(), crls: await first.crls() });
    expect(report.signatures[0]?.provenTime).toBe('2026-11-20T07:05:00.000Z');
  });
});

describe('several signatures', () => {
  it('are each judged; a further one is permitted', async () => {
    const second = await signing.hierarchy.issue('document-signer', { subject: { commonName: 'Second' } });
    const bytes = await signing.sign(signed, second);
    const report = await validate(bytes);
    expect(report.signatures.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['S1', 'passed'],
      ['S2', 'passed'],
    ]);
    expect(report.verdict).toBe('passed');
    expect(codes(report)[0]).toBe('unchanged.extended_as_permitted');
  });

  it('by somebody unknown leave what somebody known signed as it is, and the document open', async () => {
    const { signer, certificate } = foreign.document;
    const chain = [foreign.hierarchy.issuing.certificate, foreign.hierarchy.root.certificate];
    const report = await validate(await signing.sign(signed, { signer, certificate, chain }));
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      summary: { code: 'validation.summary.untrusted_signer' },
    });
    expect(report.signatures.map(({ verdict }) => verdict)).toEqual(['passed', 'indeterminate']);
    const unknown = await validate(await signing.sign(signed, { signer, certificate, chain }), { anchors: [] });
    expect(unknown.verdict).toBe('indeterminate');
  });

  it('of which the later is a document time-stamp over a change fail', async () => {
    const prepared = prepareSignature(fromLatin(`${latin(signed)}2 0 obj\n<< >>\nendobj\n`), {
      signingTime: signing.clock.now(),
      contentsBytes: 8192,
    });
    const named = latin(prepared.bytes).replace(
      /ETSI\.CAdES\.detached(?![\s\S]*ETSI\.CAdES\.detached)/,
      'ETSI.RFC3161       ',
    );
    const typeAt = named.slice(0, prepared.byteRange[1]).lastIndexOf('/Type /Sig');
    const text = `${named.slice(0, typeAt)}          ${named.slice(typeAt + 10)}`;
    const bytes = fromLatin(text);
    const [, start, end] = prepared.byteRange;
    const token = await stampOver(signing, Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]));
    const hole = Buffer.from(token)
      .toString('hex')
      .padEnd(end - start - 2, '0');
    const report = await validate(fromLatin(`${text.slice(0, start)}<${hole}>${text.slice(end)}`), {
      crls: await signing.crls(),
    });
    expect(report.signatures.map(({ level, verdict }) => [level, verdict])).toEqual([
      ['PAdES-B-T', 'failed'],
      ['document-timestamp', 'passed'],
    ]);
    expect(report).toMatchObject({ verdict: 'failed', summary: { code: 'validation.summary.extended_after_signing' } });
  });

  it('fail when the last one is broken; what the first one covers stands', async () => {
    const bytes = await signing.sign(signed);
    const report = await validate(flipped(bytes, latin(bytes).lastIndexOf('/ByteRange') - 20));
    expect(report.verdict).toBe('failed');
    expect(report.signatures.map(({ verdict }) => verdict)).toEqual(['passed', 'failed']);
  });

  it('beyond the limit of the policy never pass', async () => {
    const { defaultPolicy } = await import('../src/index.ts');
    const policy = { ...defaultPolicy, maximumSignatures: 1 };
    const report = await validate(await signing.sign(signed), { policy });
    expect(report.verdict).not.toBe('passed');
    expect(report.signatures).toHaveLength(1);
  });
});

describe('what is no signed document', () => {
  it('is not signed', async () => {
    const report = await validate(testPdf());
    expect(report).toMatchObject({
      verdict: 'failed',
      summary: { code: 'validation.summary.not_signed' },
      signatures: [],
    });
    expect(codes(report)).toEqual(['unchanged.not_signed', 'signer.not_signed', 'time.none', 'status.not_signed']);
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
    expect(report).toMatchObject({ verdict: 'failed', indication: 'TOTAL_FAILED', subIndication: 'FORMAT_FAILURE' });
    expect(report.summary.code).toBe('validation.summary.not_a_document');
    expect(report.document).toMatchObject({
      type: bytes[0] === 0x3c ? 'xml' : bytes[0] === 0x50 ? 'asic' : 'unknown',
      size: bytes.length,
      sha256: Buffer.from(sha256(bytes)).toString('hex'),
    });
  });
});

function withToken(): { tokens: (value: Uint8Array) => Promise<readonly Uint8Array[]> } {
  return { tokens: async (value) => [await stampOver(signing, value)] };
}

async function serialOf(certificate: Uint8Array): Promise<{ serialHex: string }> {
  const { parseCertificate } = await import('@tra/pki');
  return parseCertificate(certificate);
}
