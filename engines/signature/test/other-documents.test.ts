import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSignedData } from '@tra/cms';
import { toBase64, utf8Encode } from '@tra/kernel';
import { toPem } from '@tra/pki';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ValidationInput, type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { flipped, stampOver } from './build.ts';

let signing: TestSigning;
const content = utf8Encode('คำขอจดทะเบียน');

beforeAll(async () => {
  signing = await testSigning();
});

async function signedData(detached: boolean, stamped: boolean = true): Promise<Uint8Array> {
  const { signer, certificate } = signing.document;
  const certificates = [certificate, signing.hierarchy.issuing.certificate];
  const crls = await signing.crls();
  const signingTime = signing.clock.now();
  const builder = await createSignedData({ content, detached, signer, certificate, certificates, crls, signingTime });
  if (stamped) builder.addTimestamp(await stampOver(signing, builder.signatureValue));
  return builder.toDer();
}

function validate(bytes: Uint8Array, more: Partial<ValidationInput> = {}): Promise<ValidationReport> {
  return validateDocument({ bytes, anchors: signing.anchors, at: signing.clock.now(), ...more });
}

describe('a CMS', () => {
  it('passes with its content inside', async () => {
    const report = await validate(await signedData(false));
    expect(report).toMatchObject({ verdict: 'passed', document: { type: 'cms' } });
    expect(report.signatures).toMatchObject([{ level: 'CAdES-B-LT', provenTime: '2026-11-20T07:05:00.000Z' }]);
    expect((await validate(await signedData(false, false))).signatures[0]?.level).toBe('CAdES-B-B');
  });

  it('passes in base64 without anything around it', async () => {
    const cms = await signedData(false);
    for (const text of [toBase64(cms), `\r\n${(toBase64(cms).match(/.{1,76}/g) ?? []).join('\r\n')}\r\n`]) {
      expect(await validate(utf8Encode(text))).toMatchObject({ verdict: 'passed', document: { type: 'cms' } });
    }
    for (const text of [`${toBase64(cms)}!`, `${toBase64(cms)}AAAA`, toBase64(cms).slice(0, -9)]) {
      expect((await validate(utf8Encode(text))).verdict).not.toBe('passed');
    }
    expect((await validate(utf8Encode(toBase64(signing.document.certificate)))).document.type).toBe('unknown');
  });

  it('passes in PEM', async () => {
    const pem = utf8Encode(toPem('CMS', await signedData(false)));
    expect(await validate(pem)).toMatchObject({ verdict: 'passed', document: { type: 'cms', size: pem.length } });
  });

  it('passes with its content beside it, found among others', async () => {
    const detached = [utf8Encode('something else'), content];
    expect((await validate(await signedData(true), { detached })).verdict).toBe('passed');
  });

  it('is undecided without its content', async () => {
    const report = await validate(await signedData(true));
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      subIndication: 'SIGNED_DATA_NOT_FOUND',
      summary: { code: 'validation.summary.content_missing' },
    });
  });

  it('fails beside other content, even when it carries its own', async () => {
    const detached = [utf8Encode('other')];
    for (const inside of [true, false]) {
      const report = await validate(await signedData(!inside), { detached });
      expect(report).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
    }
  });

  it('fails or is no document when a byte of it is flipped, but for parts that nothing signs', async () => {
    const bytes = await signedData(false, false);
    const good: number[] = [];
    for (let at = 0; at < bytes.length; at += 3) {
      const report = await validate(flipped(bytes, at, 0x05), { crls: await signing.crls() });
      if (report.verdict === 'passed') {
        good.push(at);
        expect(report.signatures[0]?.signer?.commonName).toBe('Test document-signer');
      }
    }
    // The embedded CRLs and issuing certificate are only helpers: without them the path is not found or CRLs given here are used.
    expect(good.length).toBeLessThan(bytes.length / 3);
    const text = Buffer.from(bytes).toString('latin1');
    const start = text.indexOf(Buffer.from(content).toString('latin1'));
    expect(good.filter((at) => at >= start && at < start + content.length)).toEqual([]);
  });

  it('that ends early or goes on behind its end is no document', async () => {
    const bytes = await signedData(false);
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    for (const broken of [bytes.subarray(0, -1), longer, bytes.subarray(0, 30)]) {
      expect(await validate(broken)).toMatchObject({
        verdict: 'indeterminate',
        document: { type: 'unknown' },
        signatures: [],
      });
    }
  });
});

describe('a time-stamp token', () => {
  it('passes beside its data', async () => {
    const token = await stampOver(signing, content);
    const report = await validate(token, { detached: [content], crls: await signing.crls() });
    expect(report).toMatchObject({ verdict: 'passed', document: { type: 'timestamp-token' } });
    expect(report.answers.map(({ code }) => code).slice(0, 3)).toEqual([
      'validation.unchanged.intact',
      'validation.signer.timestamp_authority',
      'validation.time.proven',
    ]);
    expect(report.signatures).toMatchObject([{ level: 'timestamp-token', provenTime: '2026-11-20T07:05:00.000Z' }]);
  });

  it('fails beside other data', async () => {
    const token = await stampOver(signing, content);
    const report = await validate(token, { detached: [utf8Encode('other')], crls: await signing.crls() });
    expect(report).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
  });

  it('is undecided without data, and without a known authority', async () => {
    const token = await stampOver(signing, content);
    expect((await validate(token)).verdict).toBe('indeterminate');
    expect((await validate(token, { detached: [content], anchors: [] })).verdict).toBe('indeterminate');
  });
});

describe('signatures of openssl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tra-signature-'));
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: 'pipe' });
  };
  let available = true;
  try {
    openssl('version');
  } catch {
    available = false;
  }

  beforeAll(async () => {
    if (!available) return;
    for (const [name, entity] of [
      ['first', signing.document],
      [
        'second',
        await signing.hierarchy.issue('document-signer', {
          algorithm: 'rsa-pkcs1-sha256',
          subject: { commonName: 'Second' },
        }),
      ],
    ] as const) {
      writeFileSync(path(`${name}.pem`), toPem('CERTIFICATE', entity.certificate));
      writeFileSync(path(`${name}.key`), entity.signer.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    }
    writeFileSync(path('issuing.pem'), toPem('CERTIFICATE', signing.hierarchy.issuing.certificate));
    writeFileSync(path('content'), content);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function sign(...args: string[]): Promise<ValidationReport> {
    const common = ['-sign', '-in', path('content'), '-outform', 'DER', '-out', path('out'), '-binary', '-nosmimecap'];
    openssl('cms', ...common, '-certfile', path('issuing.pem'), ...args);
    return validate(readFileSync(path('out')), { crls: await signing.crls() });
  }
  const first = ['-signer', path('first.pem'), '-inkey', path('first.key')];
  const second = ['-signer', path('second.pem'), '-inkey', path('second.key')];

  it.skipIf(!available)(
    'pass: CAdES and plain CMS; what the policy demands is missing without signed attributes',
    async () => {
      expect((await sign('-nodetach', '-cades', ...first)).signatures[0]?.level).toBe('CAdES-B-B');
      for (const args of [['-cades'], []]) {
        const report = await sign('-nodetach', '-md', 'sha256', ...args, ...first);
        expect([args, report.verdict]).toEqual([args, 'passed']);
      }
      expect(await sign('-nodetach', '-md', 'sha256', '-noattr', ...first)).toMatchObject({
        verdict: 'indeterminate',
        subIndication: 'SIG_CONSTRAINTS_FAILURE',
        summary: { code: 'validation.summary.constraints_unmet' },
      });
    },
  );

  it.skipIf(!available)('pass with RSA in both paddings', async () => {
    expect((await sign('-nodetach', '-md', 'sha384', ...second)).verdict).toBe('passed');
    expect((await sign('-nodetach', '-md', 'sha256', ...second, '-keyopt', 'rsa_padding_mode:pss')).verdict).toBe(
      'passed',
    );
  });

  it.skipIf(!available)('by two signers are two signatures', async () => {
    const report = await sign('-nodetach', '-md', 'sha256', ...first, ...second);
    expect(report.signatures.map(({ id, signer, verdict }) => [id, signer?.commonName, verdict]).sort()).toEqual([
      ['S1', expect.any(String), 'passed'],
      ['S2', expect.any(String), 'passed'],
    ]);
    expect(report.verdict).toBe('passed');
  });

  it.skipIf(!available)('with a digest that is too weak are undecided', async () => {
    const report = await sign('-nodetach', '-md', 'sha1', ...second);
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      subIndication: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
      summary: { code: 'validation.summary.weak_algorithm' },
    });
  });

  it.skipIf(!available)('without the certificate of the signer do not say who signed', async () => {
    const report = await sign('-nodetach', '-md', 'sha256', '-nocerts', ...first);
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'NO_SIGNING_CERTIFICATE_FOUND' });
  });

  it.skipIf(!available)('are compared with the content itself', async () => {
    await sign('-md', 'sha256', '-noattr', ...first);
    const bytes = readFileSync(path('out'));
    const crls = await signing.crls();
    const right = await validate(bytes, { detached: [content], crls });
    expect(right.answers[0].status).toBe('passed');
    expect(right.subIndication).toBe('SIG_CONSTRAINTS_FAILURE');
    const report = await validate(bytes, { detached: [utf8Encode('other')], crls });
    expect(report.verdict).toBe('failed');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(report.document.sha256);
  });
});
