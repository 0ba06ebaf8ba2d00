import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSignedData } from '@tra/cms';
import type { SignatureAlgorithm } from '@tra/kernel';
import { seededRandom } from '@tra/kernel/testing';
import { parseCertificate, toPem } from '@tra/pki';
import { testHierarchy, testSigner } from '@tra/pki/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, createRequest, parseResponse, verifyToken } from '../src/index.ts';
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

interface Key {
  readonly key: string;
  readonly algorithm: SignatureAlgorithm;
  readonly rsaBits?: number;
}

/** Keys whose tokens `openssl ts -verify` can verify. */
const keys: readonly Key[] = [
  { key: 'P-256', algorithm: 'ecdsa-p256-sha256' },
  { key: 'P-384', algorithm: 'ecdsa-p384-sha384' },
  { key: 'RSA-2048', algorithm: 'rsa-pkcs1-sha256', rsaBits: 2048 },
  { key: 'RSA-3072', algorithm: 'rsa-pkcs1-sha256', rsaBits: 3072 },
];

async function authorityOf({ algorithm, rsaBits }: Key): Promise<TestAuthority> {
  if (!rsaBits) return testAuthority(clock, algorithm);
  const hierarchy = await testHierarchy({ name: 'Stamp' });
  const signer = testSigner(algorithm, rsaBits);
  const { certificate } = await hierarchy.issue('time-stamping', { publicKey: signer.publicKey });
  const unit = { signer, certificate };
  const chain = [hierarchy.issuing.certificate];
  const units = [{ ...unit, chain, policies: [{ oid: TEST_POLICY }] }];
  return { authority: createAuthority({ units, clock, random: seededRandom(11) }), hierarchy, unit };
}

const matrix = ['sha256', 'sha384', 'sha512'].flatMap((digest) =>
  [true, false].flatMap((nonce) =>
    [true, false].flatMap((cert) => [true, false].map((policy) => ({ digest, nonce, cert, policy }))),
  ),
);
type Row = (typeof matrix)[number];

/** `request.tsq` by openssl, `response.tsr` by our authority. */
async function stamp({ authority }: TestAuthority, { digest, nonce, cert, policy }: Row): Promise<Uint8Array> {
  const options = [nonce ? [] : ['-no_nonce'], cert ? ['-cert'] : [], policy ? ['-tspolicy', TEST_POLICY] : []].flat();
  openssl('ts', '-query', '-data', 'data', `-${digest}`, ...options, '-out', 'request.tsq');
  const { response } = await authority.respond(readFileSync(path('request.tsq')));
  writeFileSync(path('response.tsr'), response);
  const { token } = parseResponse(response);
  if (!token) throw new Error('refused');
  return token;
}

const trust = ['-CAfile', 'root.pem', '-untrusted', 'untrusted.pem'];

async function judge({ hierarchy, unit }: TestAuthority, token: Uint8Array): Promise<unknown> {
  const { verdict, code } = verifyToken({
    token,
    data,
    anchors: [hierarchy.root.certificate],
    intermediates: [unit.certificate, hierarchy.issuing.certificate],
    crls: await hierarchy.crls(new Date()),
  });
  return [verdict, code];
}

describe.skipIf(!hasOpenssl).each(keys)('openssl ts -query, -verify against our authority with $key', (key) => {
  let test: TestAuthority;
  beforeAll(async () => {
    test = await authorityOf(key);
    writeTrust(test);
    writeFileSync(path('data'), data);
  });

  it.each(matrix)('$digest nonce=$nonce certReq=$cert policy=$policy', async (row) => {
    const token = await stamp(test, row);
    const verify = ['ts', '-verify', '-in', 'response.tsr', ...trust];
    expect(openssl(...verify, '-queryfile', 'request.tsq')).toContain('Verification: OK');
    expect(openssl(...verify, '-data', 'data')).toContain('Verification: OK');
    expect(await judge(test, token)).toEqual(['passed', 'timestamp.token_valid']);
  });
});

/**
 * `openssl ts -verify` 3.0 stops at "operation not supported for this keytype" (it verifies by PKCS#7, which knows no EdDSA), `openssl cms
 * -verify` at "invalid digest" (it hands EdDSA the digest of the content). What openssl can do is to verify the signature itself.
 */
describe.skipIf(!hasOpenssl)('Ed25519, which openssl ts cannot verify: its signature by openssl pkeyutl', () => {
  let test: TestAuthority;
  beforeAll(async () => {
    test = await authorityOf({ key: 'Ed25519', algorithm: 'ed25519' });
    writeTrust(test);
    writeFileSync(path('data'), data);
    const { publicKey } = parseCertificate(test.unit.certificate);
    writeFileSync(path('unit.pub'), toPem('PUBLIC KEY', publicKey));
  });

  it.each(matrix)('$digest nonce=$nonce certReq=$cert policy=$policy', async (row) => {
    const token = await stamp(test, row);
    const [signer] = parseSignedData(token).signers;
    writeFileSync(path('signed'), signer?.signedAttributesDer ?? '');
    writeFileSync(path('signature'), signer?.signature ?? '');
    const verify = ['pkeyutl', '-verify', '-pubin', '-inkey', 'unit.pub', '-rawin', '-in', 'signed'];
    expect(openssl(...verify, '-sigfile', 'signature')).toContain('Signature Verified Successfully');
    expect(openssl('ts', '-reply', '-in', 'response.tsr', '-text')).toContain('Status: Granted.');
    expect(await judge(test, token)).toEqual(['passed', 'timestamp.token_valid']);
  });

  it('is refused by openssl ts for the kind of key, not for the token', async () => {
    await stamp(test, { digest: 'sha256', nonce: true, cert: true, policy: true });
    const args = ['ts', '-verify', '-in', 'response.tsr', ...trust, '-data', 'data'];
    const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    // A later openssl may learn it.
    if (status === 0) expect(stdout).toContain('Verification: OK');
    else expect(stderr).toContain('not supported for this keytype');
  });
});

describe.skipIf(!hasOpenssl)('openssl reads our refusals', () => {
  let test: TestAuthority;
  beforeAll(async () => {
    test = await testAuthority(clock);
    writeFileSync(path('data'), data);
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
