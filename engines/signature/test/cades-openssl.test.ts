import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toPem } from '@tra/pki';
import type { TestEntity } from '@tra/pki/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('openssl is absent: interop tests are skipped');

const folder = mkdtempSync(join(tmpdir(), 'tra-cades-'));
const at = (name: string): string => join(folder, name);
const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const content = Buffer.from('สัญญาเช่า\n');
let signing: TestSigning;

function write(name: string, { certificate, signer }: TestEntity): void {
  writeFileSync(at(`${name}.pem`), toPem('CERTIFICATE', certificate));
  writeFileSync(at(`${name}.key`), signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

beforeAll(async () => {
  signing = await testSigning('Openssl');
  write('one', signing.document);
  write('two', await signing.hierarchy.issue('document-signer'));
  writeFileSync(at('issuing.pem'), toPem('CERTIFICATE', signing.hierarchy.issuing.certificate));
  writeFileSync(at('content'), content);
});

async function judge(name: string, changed: boolean = false): Promise<ValidationReport> {
  const bytes = new Uint8Array(readFileSync(at(name)));
  const body = changed ? Buffer.concat([content, Buffer.from(' ')]) : content;
  const detached = [{ name: 'content', bytes: new Uint8Array(body) }];
  const now = new Date(Date.now() + 60_000);
  return validateDocument({ bytes, detached, anchors: signing.anchors, crls: await signing.crls(), at: now });
}

const sign = (out: string, ...more: string[]): string =>
  openssl(
    'cms',
    '-sign',
    '-binary',
    '-outform',
    'DER',
    '-md',
    'sha256',
    ...['-in', 'content', '-signer', 'one.pem', '-inkey', 'one.key', '-certfile', 'issuing.pem', '-out', out],
    ...more,
  );
const verdicts = ({ signatures }: ValidationReport): unknown =>
  signatures.map(({ checks }) =>
    ['hash_matches', 'value_valid', 'hash_mismatch'].filter((one) =>
      checks.some(({ code }) => code === `signature.${one}`),
    ),
  );
const good = ['hash_matches', 'value_valid'];

describe.skipIf(!hasOpenssl)('what openssl cms signs', () => {
  it('with -cades names its certificate, without it does not', async () => {
    sign('cades.p7s', '-cades');
    sign('plain.p7s');
    const [cades, plain] = [await judge('cades.p7s'), await judge('plain.p7s')];
    expect([verdicts(cades), verdicts(plain)]).toEqual([[good], [good]]);
    expect(cades.signatures[0]?.level).toBe('CAdES-B-B');
    expect(plain.signatures[0]?.level).toBe('CMS');
    expect(verdicts(await judge('cades.p7s', true))).toEqual([['value_valid', 'hash_mismatch']]);
  });

  it.each([
    ['BER, streamed', ['-stream', '-nodetach']],
    ['a key identifier for the signer', ['-keyid']],
    ['no attributes', ['-noattr']],
  ])('holds with %s, and not over other content', async (_, options) => {
    sign('form.p7s', ...options);
    expect(verdicts(await judge('form.p7s'))).toEqual([good]);
    expect((await judge('form.p7s', true)).verdict).toBe('failed');
  });

  it('says when only the line ends are others than those that were signed', async () => {
    openssl(
      ...['cms', '-sign', '-outform', 'DER', '-md', 'sha256', '-in', 'content', '-out', 'text.p7s'],
      ...['-signer', 'one.pem', '-inkey', 'one.key', '-certfile', 'issuing.pem'],
    );
    const text = await judge('text.p7s');
    expect(text).toMatchObject({
      verdict: 'failed',
      subIndication: 'HASH_FAILURE',
      summary: { code: 'validation.summary.line_ends' },
    });
    const other = await judge('text.p7s', true);
    expect(other).toMatchObject({ verdict: 'failed', summary: { code: 'validation.summary.modified' } });
  });

  it('holds for a second signer who signs the same, and each is judged', async () => {
    sign('first.p7s', '-cades', '-nodetach');
    openssl(
      ...['cms', '-resign', '-cades', '-inform', 'DER', '-in', 'first.p7s', '-outform', 'DER', '-out', 'both.p7s'],
      ...['-signer', 'two.pem', '-inkey', 'two.key', '-md', 'sha256'],
    );
    const report = await judge('both.p7s');
    expect(verdicts(report)).toEqual([good, good]);
    expect(report.signatures.map(({ id }) => id)).toEqual(['S1', 'S2']);
    expect(verdicts(await judge('both.p7s', true))).toEqual([
      ['value_valid', 'hash_mismatch'],
      ['value_valid', 'hash_mismatch'],
    ]);
  });
});
