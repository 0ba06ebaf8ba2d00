import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignatureAlgorithm } from '@tra/kernel';
import { toPem } from '@tra/pki';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRequest, parseResponse, verifyToken } from '../src/index.ts';
import { TEST_POLICY, type TestAuthority, testAuthority } from '../src/testing.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('openssl is absent: interop tests are skipped');

const folder = mkdtempSync(join(tmpdir(), 'tra-ts-'));
const path = (name: string): string => join(folder, name);
const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
const clock = { now: () => new Date() };
const data = Buffer.from('ข้อความที่ประทับเวลา');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeTrust({ hierarchy, unit }: TestAuthority): void {
  writeFileSync(path('root.pem'), toPem('CERTIFICATE', hierarchy.root.certificate));
  writeFileSync(
    path('untrusted.pem'),
    toPem('CERTIFICATE', unit.certificate) + toPem('CERTIFICATE', hierarchy.issuing.certificate),
  );
}

describe.skipIf(!hasOpenssl)('openssl ts -query, -verify against our authority', () => {
  let test: TestAuthority;
  beforeAll(async () => {
    test = await testAuthority(clock);
    writeTrust(test);
    writeFileSync(path('data'), data);
  });

  const matrix = ['sha256', 'sha384', 'sha512'].flatMap((digest) =>
    [true, false].flatMap((nonce) =>
      [true, false].flatMap((cert) => [true, false].map((policy) => ({ digest, nonce, cert, policy }))),
    ),
  );

  it.each(matrix)('$digest nonce=$nonce certReq=$cert policy=$policy', async ({ digest, nonce, cert, policy }) => {
    const options = [
      nonce ? [] : ['-no_nonce'],
      cert ? ['-cert'] : [],
      policy ? ['-tspolicy', TEST_POLICY] : [],
    ].flat();
    openssl('ts', '-query', '-data', 'data', `-${digest}`, ...options, '-out', 'request.tsq');
    const reply = await test.authority.respond(readFileSync(path('request.tsq')));
    writeFileSync(path('response.tsr'), reply.response);
    const verified = openssl(
      ...[
        'ts',
        '-verify',
        '-queryfile',
        'request.tsq',
        '-in',
        'response.tsr',
        '-CAfile',
        'root.pem',
        '-untrusted',
        'untrusted.pem',
      ],
    );
    expect(verified).toContain('Verification: OK');
    openssl(
      'ts',
      '-verify',
      '-data',
      'data',
      '-in',
      'response.tsr',
      '-CAfile',
      'root.pem',
      '-untrusted',
      'untrusted.pem',
    );
    const { token } = parseResponse(reply.response);
    const report = verifyToken({
      token: token!,
      data,
      anchors: [test.hierarchy.root.certificate],
      intermediates: [test.unit.certificate, test.hierarchy.issuing.certificate],
      crls: await test.hierarchy.crls(new Date()),
    });
    expect([report.verdict, report.code]).toEqual(['passed', 'timestamp.token_valid']);
  });

  const algorithms: SignatureAlgorithm[] = [
    'ecdsa-p384-sha384',
    'rsa-pkcs1-sha256',
    'rsa-pkcs1-sha384',
    'rsa-pkcs1-sha512',
  ];
  it.each(algorithms)('a %s unit', async (algorithm) => {
    const other = await testAuthority(clock, algorithm);
    writeTrust(other);
    openssl('ts', '-query', '-data', 'data', '-sha256', '-cert', '-out', 'request.tsq');
    const { response } = await other.authority.respond(readFileSync(path('request.tsq')));
    writeFileSync(path('response.tsr'), response);
    const verified = openssl(
      'ts',
      '-verify',
      '-queryfile',
      'request.tsq',
      '-in',
      'response.tsr',
      '-CAfile',
      'root.pem',
    );
    expect(verified).toContain('Verification: OK');
    writeTrust(test);
  });

  it('refuses with a status that openssl understands', async () => {
    openssl('ts', '-query', '-data', 'data', '-sha1', '-out', 'request.tsq');
    const { response, failure } = await test.authority.respond(readFileSync(path('request.tsq')));
    expect(failure).toBe('badAlg');
    writeFileSync(path('response.tsr'), response);
    const text = openssl('ts', '-reply', '-in', 'response.tsr', '-text');
    expect(text).toContain('Rejected');
    expect(text).toContain('unrecognized or unsupported algorithm identifier');
  });
});

describe.skipIf(!hasOpenssl)('tokens by openssl ts -reply', () => {
  const matrix = ['sha256', 'sha384', 'sha512'].flatMap((digest) =>
    [true, false].flatMap((nonce) => (['sha1', 'sha256'] as const).map((ess) => ({ digest, nonce, ess }))),
  );

  it.each(matrix)('$digest nonce=$nonce ESSCertID by $ess', async ({ digest, nonce, ess }) => {
    const { hierarchy, unit } = await testAuthority(clock);
    writeFileSync(path('unit.pem'), toPem('CERTIFICATE', unit.certificate));
    writeFileSync(path('unit.key'), unit.signer.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(path('issuing.pem'), toPem('CERTIFICATE', hierarchy.issuing.certificate));
    writeFileSync(path('serial'), '01');
    writeFileSync(path('ts.cnf'), configuration(ess));
    writeFileSync(path('data'), data);
    const value = createHash(digest).update(data).digest();
    const nonceBytes = Uint8Array.of(0x83, 1, 2);
    const request = createRequest({ algorithm: digest as 'sha256', value, ...(nonce ? { nonce: nonceBytes } : {}) });
    writeFileSync(path('request.tsq'), request);
    openssl('ts', '-reply', '-config', 'ts.cnf', '-queryfile', 'request.tsq', '-out', 'response.tsr');
    const { token, status } = parseResponse(readFileSync(path('response.tsr')));
    expect(status).toBe('granted');
    const report = verifyToken({
      token: token!,
      digest: { algorithm: digest as 'sha256', value },
      anchors: [hierarchy.root.certificate],
      crls: await hierarchy.crls(new Date()),
      ...(nonce ? { nonce: Uint8Array.of(0, ...nonceBytes) } : {}),
    });
    expect([report.verdict, report.code]).toEqual(['passed', 'timestamp.token_valid']);
  });

  function configuration(ess: 'sha1' | 'sha256'): string {
    return `[tsa]
default_tsa = tsa1
[tsa1]
serial = ./serial
crypto_device = builtin
signer_cert = ./unit.pem
certs = ./issuing.pem
signer_key = ./unit.key
signer_digest = sha256
default_policy = ${TEST_POLICY}
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = ${ess}
`;
  }
});
