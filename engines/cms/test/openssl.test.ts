import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignatureAlgorithm } from '@tra/kernel';
import { toPem } from '@tra/pki';
import { type TestEntity, type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSignedData, parseSignedData, verifySignedData } from '../src/index.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('openssl is absent: interop tests are skipped');

const folder = mkdtempSync(join(tmpdir(), 'tra-cms-'));
const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const content = Buffer.from('เอกสาร\n');
const hash = (algorithm: string): Uint8Array => createHash(algorithm).update(content).digest();
let hierarchy: TestHierarchy;

function writeEntity({ certificate, signer }: TestEntity): void {
  write('root.pem', toPem('CERTIFICATE', hierarchy.root.certificate));
  write('issuing.pem', toPem('CERTIFICATE', hierarchy.issuing.certificate));
  write('signer.pem', toPem('CERTIFICATE', certificate));
  write('signer.key', signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  write('content', content);
}

beforeAll(async () => {
  hierarchy = await testHierarchy();
});

const algorithms: SignatureAlgorithm[] = [
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha384',
  'rsa-pkcs1-sha512',
];
const matrix = algorithms.flatMap((algorithm) => [true, false].map((detached) => ({ algorithm, detached })));

describe.skipIf(!hasOpenssl)('openssl cms -verify accepts what we sign', () => {
  it.each(matrix)('$algorithm detached=$detached', async ({ algorithm, detached }) => {
    const entity = await hierarchy.issue('document-signer', { algorithm });
    writeEntity(entity);
    const builder = await createSignedData({
      content: [content.subarray(0, 5), content.subarray(5)],
      detached,
      signer: entity.signer,
      certificate: entity.certificate,
      certificates: [hierarchy.issuing.certificate],
      crls: await hierarchy.crls(new Date()),
      ...(detached ? {} : { signingTime: new Date() }),
    });
    write('signed.p7', builder.toDer());
    const args = [
      'cms',
      '-verify',
      '-cades',
      '-inform',
      'DER',
      '-in',
      'signed.p7',
      '-binary',
      '-purpose',
      'any',
      '-CAfile',
      'root.pem',
      '-out',
      'out',
    ];
    openssl(...args, ...(detached ? ['-content', 'content'] : []));
    expect(readFileSync(join(folder, 'out'))).toEqual(content);
    write('content', 'another');
    if (detached) expect(spawnSync('openssl', [...args, '-content', 'content'], { cwd: folder }).status).not.toBe(0);
    const shown = openssl('cms', '-cmsout', '-print', '-inform', 'DER', '-in', 'signed.p7');
    expect(shown.includes('signingTime')).toBe(!detached);
    expect(shown).toContain('id-smime-aa-signingCertificateV2');
  });
});

describe.skipIf(!hasOpenssl)('we verify what openssl cms signs', () => {
  const forms = [
    { name: 'CAdES', args: ['-cades'] },
    { name: 'CAdES SHA-512', args: ['-cades', '-md', 'sha512'] },
    { name: 'by key identifier', args: ['-keyid'] },
    { name: 'without certificates', args: ['-nocerts'] },
    { name: 'without signed attributes', args: ['-noattr'] },
  ];
  const kinds: SignatureAlgorithm[] = ['ecdsa-p256-sha256', 'rsa-pkcs1-sha256'];
  const cases = forms.flatMap((form) =>
    kinds.flatMap((algorithm) => [true, false].map((detached) => ({ ...form, algorithm, detached }))),
  );

  it.each(cases)('$name $algorithm detached=$detached', async ({ args, algorithm, detached }) => {
    const entity = await hierarchy.issue('document-signer', { algorithm });
    writeEntity(entity);
    const common = [
      'cms',
      '-sign',
      '-binary',
      '-in',
      'content',
      '-signer',
      'signer.pem',
      '-inkey',
      'signer.key',
      '-outform',
      'DER',
      '-out',
      'signed.p7',
    ];
    openssl(...common, ...(detached ? [] : ['-nodetach']), ...args);
    const signedData = parseSignedData(readFileSync(join(folder, 'signed.p7')));
    const [result, ...others] = verifySignedData(signedData, hash, [entity.certificate]);
    expect(others).toHaveLength(0);
    const needsContent = detached && args.includes('-noattr');
    expect([result?.verdict, result?.signatureIntact]).toEqual(
      needsContent ? ['indeterminate', false] : ['passed', true],
    );
    expect(result?.essCertificate).toBe(args.includes('-cades') ? 'match' : 'absent');
  });

  it.each([1, 100_000])('reads BER with indefinite lengths and content in pieces, repeated %i times', async (times) => {
    const entity = await hierarchy.issue('document-signer');
    writeEntity(entity);
    write('content', Buffer.concat(Array.from({ length: times }, () => content)));
    openssl(
      'cms',
      '-sign',
      '-binary',
      '-nodetach',
      '-stream',
      '-in',
      'content',
      '-signer',
      'signer.pem',
      '-inkey',
      'signer.key',
      '-outform',
      'DER',
      '-out',
      'ber.p7',
    );
    const bytes = readFileSync(join(folder, 'ber.p7'));
    expect(bytes[1]).toBe(0x80);
    for (const padded of [bytes, Buffer.concat([bytes, Buffer.alloc(50)])]) {
      const signedData = parseSignedData(padded);
      expect(Buffer.compare(signedData.content ?? new Uint8Array(), readFileSync(join(folder, 'content')))).toBe(0);
      expect(verifySignedData(signedData, () => undefined)[0]?.verdict).toBe('passed');
    }
    expect(() => parseSignedData(Buffer.concat([bytes, Buffer.from([1])]))).toThrow(
      expect.objectContaining({ code: 'cms.invalid' }),
    );
  });

  it('accepts PSS and finds another digest than declared', async () => {
    const entity = await hierarchy.issue('document-signer', { algorithm: 'rsa-pkcs1-sha256' });
    writeEntity(entity);
    openssl(
      ...[
        'cms',
        '-sign',
        '-binary',
        '-nodetach',
        '-in',
        'content',
        '-signer',
        'signer.pem',
        '-inkey',
        'signer.key',
        '-outform',
        'DER',
      ],
      ...['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_mgf1_md:sha256', '-md', 'sha256', '-out', 'signed.p7'],
    );
    const [result] = verifySignedData(parseSignedData(readFileSync(join(folder, 'signed.p7'))), () => undefined);
    expect(result?.code).toBe('cms.signature_valid');
  });

  it('judges several signers each for itself', async () => {
    const first = await hierarchy.issue('document-signer');
    writeEntity(first);
    openssl(
      'cms',
      '-sign',
      '-binary',
      '-nodetach',
      '-in',
      'content',
      '-signer',
      'signer.pem',
      '-inkey',
      'signer.key',
      '-outform',
      'DER',
      '-out',
      'one.p7',
    );
    const second = await hierarchy.issue('document-signer', { subject: { commonName: 'second' } });
    writeEntity(second);
    openssl(
      'cms',
      '-resign',
      '-binary',
      '-inform',
      'DER',
      '-in',
      'one.p7',
      '-signer',
      'signer.pem',
      '-inkey',
      'signer.key',
      '-outform',
      'DER',
      '-out',
      'two.p7',
    );
    const bytes = readFileSync(join(folder, 'two.p7'));
    const results = verifySignedData(parseSignedData(bytes), () => undefined);
    expect(results.map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
    const names = results.map(({ certificate }) => certificate?.subject.get('CN'));
    expect([...names].sort()).toEqual(['Test document-signer', 'second']);
    const broken = Uint8Array.from(bytes);
    const signature = results[1]?.signer.signature ?? new Uint8Array(0);
    const at = bytes.indexOf(Buffer.from(signature)) + signature.length - 1;
    broken[at] = (broken[at] ?? 0) ^ 1;
    expect(verifySignedData(parseSignedData(broken), () => undefined).map(({ verdict }) => verdict)).toEqual([
      'passed',
      'failed',
    ]);
  });
});
