import { seededRandom } from '@tra/kernel/testing';
import { parseCertificate } from '@tra/pki';
import { testSigner } from '@tra/pki/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testPdf, testSigning } from '../src/testing.ts';
import { build, flipped, fromLatin, holeOf, latin, replaceInHole, stampOver } from './build.ts';

let signing: TestSigning;
let signed: Uint8Array;

beforeAll(async () => {
  signing = await testSigning();
  signed = await signing.sign(testPdf());
});

function validate(bytes: Uint8Array): Promise<ValidationReport> {
  return validateDocument({ bytes, anchors: signing.anchors, at: signing.clock.now() });
}

function withHole(content: string): Uint8Array {
  const { start, end } = holeOf(signed);
  const text = latin(signed);
  return fromLatin(`${text.slice(0, start)}<${content.padEnd(end - start - 2, '0')}>${text.slice(end)}`);
}

const checkCodes = (report: ValidationReport): string[] =>
  report.signatures.flatMap(({ checks }) => checks.map(({ code }) => code));

describe('the hole', () => {
  it.each([
    ['only zeros', ''],
    ['an empty SEQUENCE', '3000'],
    ['a number', '020101'],
    ['a SEQUENCE of endless length', '308000'],
    ['a length beyond the hole', '3084ffffffff'],
    ['other DER', '300d06092a864886f70d010701a000'],
    ['SignedData without signers', '302306092a864886f70d010702a016301402010131003009060706052b24030201a0003100'],
    ['nested SEQUENCEs', '3082'.repeat(400)],
  ])('fails with %s', async (_, content) => {
    const report = await validate(withHole(content));
    expect(report.verdict).toBe('failed');
    expect(report.subIndication).toBe('FORMAT_FAILURE');
    expect(report.answers[0].status).toBe('failed');
  });

  it('fails with anything but hexadecimal digits in it', async () => {
    const { end } = holeOf(signed);
    for (const byte of ['/', ' ', '<', '>', '\u0000', 'g']) {
      const text = latin(signed);
      const report = await validate(fromLatin(text.slice(0, end - 40) + byte + text.slice(end - 39)));
      expect(report.verdict).toBe('failed');
    }
  });

  it('fails with something behind the signature', async () => {
    const { end } = holeOf(signed);
    const text = latin(signed);
    const report = await validate(fromLatin(`${text.slice(0, end - 9)}deadbeef${text.slice(end - 1)}`));
    expect(checkCodes(report)).toContain('signature.hole_stuffed');
    expect(report).toMatchObject({ verdict: 'failed', subIndication: 'FORMAT_FAILURE' });
    expect(report.answers[0].code).toBe('validation.unchanged.extended_after_signing');
  });
});

describe('the byte range', () => {
  /** A file signed over other parts than those around the hole, with a ByteRange that names them. */
  async function crafted(
    range: (hole: { start: number; end: number }, length: number) => number[],
  ): Promise<Uint8Array> {
    let bytes = new Uint8Array();
    let numbers: number[] = [];
    const made = await build(signing, {
      signedParts: (prepared) => {
        bytes = prepared.bytes as Uint8Array<ArrayBuffer>;
        const [, start, end] = prepared.byteRange;
        numbers = range({ start, end }, bytes.length);
        const text = latin(bytes);
        const at = text.lastIndexOf('/ByteRange ') + 11;
        bytes.set(Buffer.from(`[${numbers.join(' ')}]`.padEnd(48, ' '), 'latin1'), at);
        const parts: Uint8Array[] = [];
        for (let index = 0; index + 1 < numbers.length; index += 2) {
          parts.push(bytes.subarray(numbers[index], (numbers[index] ?? 0) + (numbers[index + 1] ?? 0)));
        }
        return parts;
      },
    });
    return made;
  }

  it('passes when it is the right one, so that the helper is known to work', async () => {
    const bytes = await crafted(({ start, end }, length) => [0, start, end, length - end]);
    expect((await validate(bytes)).verdict).toBe('passed');
  });

  it.each<[string, (hole: { start: number; end: number }, length: number) => number[]]>([
    ['a hole that begins early', ({ start, end }, length) => [0, start - 30, end, length - end]],
    ['a hole that ends late', ({ start, end }, length) => [0, start, end + 30, length - end - 30]],
    ['a hole up to the end', ({ start }, length) => [0, start, length, 0]],
    ['a hole one byte larger', ({ start, end }, length) => [0, start, end + 1, length - end - 1]],
    ['a hole without its brackets', ({ start, end }, length) => [0, start + 1, end - 1, length - end + 1]],
    ['a start after the header', ({ start, end }, length) => [9, start - 9, end, length - end]],
    ['overlapping parts', ({ start }, length) => [0, start, start - 100, length - start + 100]],
    ['parts in the wrong order', ({ start, end }, length) => [end, length - end, 0, start]],
    ['parts that end early', ({ start, end }, length) => [0, start, end, length - end - 40]],
    ['parts that end late', ({ start, end }, length) => [0, start, end, length - end + 40]],
    ['a negative length', ({ start, end }, length) => [0, start, end, -(length - end)]],
    ['a negative start', ({ start, end }, length) => [-1, start, end, length - end]],
    ['two numbers only', (_, length) => [0, length]],
    ['six numbers', ({ start, end }, length) => [0, 10, 10, start - 10, end, length - end]],
    ['nothing', () => []],
    ['numbers beyond reason', ({ start, end }) => [0, start, end, 9_007_199_254_740_992]],
    ['a first part of nothing', ({ end }, length) => [0, 0, end, length - end]],
  ])('fails with %s', async (_, range) => {
    const report = await validate(await crafted(range));
    expect(report.verdict).toBe('failed');
    expect(report.answers[0].status).toBe('failed');
  });
});

describe('algorithms', () => {
  const sha256Oid = '0609608648016503040201';
  const sha512Oid = '0609608648016503040203';

  it('fails when the digest algorithm is exchanged', async () => {
    const report = await validate(
      replaceInHole(await build(signing, { crls: [] }), `300b${sha256Oid}a0`, `300b${sha512Oid}a0`),
    );
    expect(report.verdict).toBe('failed');
  });

  it('fails when the signature algorithm is exchanged for one with another digest', async () => {
    const bytes = await build(signing, { crls: [] });
    const report = await validate(
      replaceInHole(bytes, '300a06082a8648ce3d04030204', '300a06082a8648ce3d04030304', 'last'),
    );
    expect(report).toMatchObject({ verdict: 'failed', subIndication: 'SIG_CRYPTO_FAILURE' });
    expect(checkCodes(report)).toContain('signature.algorithm_inconsistent');
  });

  it('says nothing of a signature algorithm exchanged for one that nobody knows, unless the document was changed too', async () => {
    const bytes = await build(signing, { crls: [] });
    // ecdsa-with-SHA256 to an unknown arc, of the same length.
    const unknown = replaceInHole(bytes, '300a06082a8648ce3d04030204', '300a06082a8648ce3d04090204', 'last');
    const report = await validate(unknown);
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'CRYPTO_CONSTRAINTS_FAILURE' });
    expect(report.answers.slice(0, 2).map(({ code }) => code)).toEqual([
      'validation.unchanged.method_unknown',
      'validation.signer.method_unknown',
    ]);
    expect(checkCodes(report)).toContain('signature.algorithm_unsupported');
    const changed = await validate(flipped(unknown, latin(unknown).indexOf('/MediaBox [0') + 12));
    expect(changed).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
  });

  it('fails when a bit of the signature value is flipped', async () => {
    const bytes = await build(signing, { crls: [] });
    const text = latin(bytes);
    const { start, end } = holeOf(bytes);
    const used = text.slice(start, end).replace(/0+>$/, '').length;
    const at = start + used - 3;
    const digit = text[at] === '1' ? '2' : '1';
    const report = await validate(fromLatin(text.slice(0, at) + digit + text.slice(at + 1)));
    expect(report).toMatchObject({ verdict: 'failed', summary: { code: 'validation.summary.signature_invalid' } });
    expect(report.answers.map(({ code }) => code).slice(0, 2)).toEqual([
      'validation.unchanged.unproven',
      'validation.signer.signature_invalid',
    ]);
  });
});

describe('the certificate of the signer', () => {
  it('exchanged for another with the same key, issuer and serial number is noticed', async () => {
    const signer = testSigner();
    const issue = async (commonName: string) =>
      (
        await signing.hierarchy.issue('document-signer', {
          subject: { commonName },
          publicKey: signer.publicKey,
          random: seededRandom(99),
        })
      ).certificate;
    const certificate = await issue('Clerk Low');
    let other = await issue('Chief Top');
    while (other.length !== certificate.length) other = await issue('Chief Top');
    expect(parseCertificate(other).serialHex).toBe(parseCertificate(certificate).serialHex);
    const bytes = await build(signing, {
      signer,
      certificate,
      tokens: async (value) => [await stampOver(signing, value)],
    });
    const hex = (der: Uint8Array): string => Buffer.from(der).toString('hex');
    const report = await validate(replaceInHole(bytes, hex(certificate), hex(other)));
    expect(report.verdict).not.toBe('passed');
    expect(report.answers[1]).toMatchObject({ code: 'validation.signer.unknown', status: 'indeterminate' });
    expect(report.subIndication).toBe('NO_SIGNING_CERTIFICATE_FOUND');
  });

  it('left out is asked for', async () => {
    const bytes = await build(signing);
    const hex = Buffer.from(signing.document.certificate).toString('hex');
    const inner = (hex.length / 2 - 8).toString(16).padStart(4, '0');
    const gone = `${hex.slice(0, 8)}0482${inner}`.padEnd(hex.length, '0');
    const report = await validate(replaceInHole(bytes, hex, gone));
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'NO_SIGNING_CERTIFICATE_FOUND' });
  });
});

describe('the signature dictionary', () => {
  it.each([
    ['a kind of signature that is not supported', '/ETSI.CAdES.detached', '/adbe.x509.rsa_sha1 '],
    ['an unknown kind', '/ETSI.CAdES.detached', '/ETSI.CAdES.detachex'],
    ['another type', '/Type /Sig ', '/Type /Six '],
    ['no byte range', '/ByteRange ', '/ByteRangx '],
    ['a second byte range', '/Filter /Adobe.PPKLite', '/ByteRange [0 1 2 3]  '],
  ])('fails with %s', async (_, from, to) => {
    const text = latin(signed);
    expect(text).toContain(from);
    expect(to).toHaveLength(from.length);
    expect((await validate(fromLatin(text.replace(from, to)))).verdict).toBe('failed');
  });

  it('fails when it is claimed to be a time-stamp', async () => {
    const text = latin(signed).replace('/ETSI.CAdES.detached', '/ETSI.RFC3161       ');
    expect((await validate(fromLatin(text))).verdict).toBe('failed');
  });

  it('of an older revision does not vouch for a newer one that hides it', async () => {
    const text = latin(signed);
    const root = /\/Root (\d+) 0 R/.exec(text)?.[1];
    const pages = /\/Pages (\d+) 0 R/.exec(text)?.[1];
    const prev = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1];
    const at = text.length;
    const object = `${root} 0 obj\n<< /Type /Catalog /Pages ${pages} 0 R >>\nendobj\n`;
    const xref = `xref\n${root} 1\n${String(at).padStart(10, '0')} 00000 n \ntrailer\n<< /Size 20 /Root ${root} 0 R /Prev ${prev} >>\n`;
    const hidden = `${text}${object}${xref}startxref\n${at + object.length}\n%%EOF\n`;
    expect((await validate(fromLatin(hidden))).verdict).toBe('failed');
  });
});
