import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childrenOf, der, readDer } from '@tra/asn1';
import { parseCertificate, toPem } from '@tra/pki';
import { createRequest, parseResponse, rejection } from '@tra/timestamp';
import { TEST_POLICY } from '@tra/timestamp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startWorld, tra, type World } from './timestamp-world.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
let folder = '';
let world: World;
const at = (name: string): string => join(folder, name);
const verify = (...argv: string[]) => tra(['timestamp', 'verify', ...argv]);
const trusted = (...argv: string[]) => verify(...argv, '--trust', at('root.pem'));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tra-timestamp-'));
  world = await startWorld();
  await writeFile(at('root.pem'), world.root);
  await writeFile(at('chain.pem'), world.chain);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await writeFile(at('file'), 'content');
  await create(at('file'));
});

async function create(...argv: string[]): Promise<void> {
  const { status, err } = await tra(['timestamp', 'create', '--url', world.url, '--retries', '0', '--force', ...argv]);
  expect(status, err).toBe(0);
}

describe('tra timestamp verify', () => {
  test('says what holds and whose it is', async () => {
    const { status, out } = await trusted(at('file'), '--json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      verdict: 'passed',
      code: 'timestamp.token_valid',
      token: { policy: TEST_POLICY, digest: { algorithm: 'sha256' } },
      authority: { subject: expect.stringContaining('time-stamping') },
    });
    const thai = await trusted(at('file'), '--lang', 'th');
    expect(thai.out).toContain('ผ่าน: มีอยู่ ณ เวลาที่ระบุ');
  });

  test('accepts a token alone, in DER and PEM, and a response', async () => {
    const { token = new Uint8Array(0) } = parseResponse(new Uint8Array(await readFile(at('file.tsr'))));
    await writeFile(at('bare'), token);
    await writeFile(at('bare.pem'), toPem('PKCS7', token));
    for (const name of ['bare', 'bare.pem', 'file.tsr'])
      expect((await trusted(at('file'), '--token', at(name))).status).toBe(0);
  });

  test('accepts base64, PEM under any label, and text before it', async () => {
    const response = await readFile(at('file.tsr'));
    const base64 = response.toString('base64').replace(/(.{64})/g, '$1\r\n');
    const pem = toPem('TIME STAMP RESPONSE', new Uint8Array(response));
    for (const text of [base64, `\n${base64}\n`, pem, `From: somebody\n\n${pem}`, `\ufeff${pem}`]) {
      await writeFile(at('text'), text);
      expect((await trusted(at('file'), '--token', at('text'))).status, text.slice(0, 40)).toBe(0);
    }
  });

  test('says what a file is that holds no stamp', async () => {
    const value = new Uint8Array(32);
    const refusal = rejection('badAlg').response;
    const { token = new Uint8Array(0) } = parseResponse(new Uint8Array(await readFile(at('file.tsr'))));
    const [status] = childrenOf(readDer(refusal));
    const rows: readonly (readonly [string, Uint8Array, RegExp])[] = [
      ['timestamp.nothing', new Uint8Array(0), /nothing in it/],
      ['timestamp.is_a_query', createRequest({ algorithm: 'sha256', value }), /query .* not the answer/],
      ['timestamp.response_contradicts', der.sequence(status?.raw, token), /contradicts itself/],
      ['timestamp.token_unreadable', await readFile(at('root.pem')), /cannot be read/],
    ];
    for (const [code, bytes, words] of rows) {
      await writeFile(at('none.tsr'), bytes);
      const { status: exit, out } = await trusted(at('file'), '--token', at('none.tsr'));
      expect([exit, words.test(out)], out).toEqual([1, true]);
      expect(JSON.parse((await trusted(at('file'), '--token', at('none.tsr'), '--json')).out).code).toBe(code);
      expect((await trusted(at('file'), '--token', at('none.tsr'), '--lang', 'th')).out).toMatch(/✗ [ก-๙]/);
    }
  });

  test('does not believe a time to come', async () => {
    const later = await startWorld(() => new Date(Date.now() + 86_400_000));
    await writeFile(at('later.pem'), later.root);
    await tra(['timestamp', 'create', '--url', later.url, '--retries', '0', '--force', at('file')]);
    await later.close();
    const { status, out } = await verify(at('file'), '--trust', at('later.pem'), '--json');
    expect([status, JSON.parse(out).code]).toEqual([2, 'timestamp.time_in_future']);
  });

  test('is indeterminate without roots, without a stamp and where revocation is unknown but required', async () => {
    const untrusted = await verify(at('file'));
    expect(untrusted).toMatchObject({ status: 2 });
    expect(untrusted.out).toContain('--trust');
    await writeFile(at('unstamped'), 'x');
    expect((await trusted(at('unstamped'))).status).toBe(2);
    expect((await trusted(at('file'), '--revocation', 'require')).status).toBe(2);
  });

  test('trusts only the root of a chain in one file', async () => {
    await writeFile(at('whole.pem'), world.chain + world.root);
    const { out } = await verify(at('file'), '--trust', at('whole.pem'), '--json');
    expect(JSON.parse(out)).toMatchObject({ verdict: 'passed' });
    expect(JSON.parse(out).authority.path).toHaveLength(3);
  });

  test('fails for another content, another token, another authority, another policy', async () => {
    await writeFile(at('other'), 'other');
    await create(at('other'));
    const other = await startWorld();
    await writeFile(at('other.pem'), other.root);
    await other.close();
    expect((await trusted(at('file'), '--token', at('other.tsr'))).status).toBe(1);
    expect((await verify(at('file'), '--trust', at('other.pem'))).status).not.toBe(0);
    expect((await trusted(at('file'), '--policy', '1.2.3')).status).toBe(1);
    expect((await trusted(at('file'), '--policy', '1.2.3', TEST_POLICY)).status).toBe(0);
    await writeFile(at('file'), 'contenT');
    const changed = await trusted(at('file'), '--json');
    expect(changed.status).toBe(1);
    expect(JSON.parse(changed.out).code).toBe('timestamp.imprint_mismatch');
    const [verdict, reason] = (await trusted(at('file'))).out.split('\n');
    expect(verdict).toMatch(/FAILED$/);
    expect(reason).toContain('✗ The time-stamp belongs to other data (sha256).');
  });

  test('fails for what is no token, at every place where it is cut, and with octets changed', async () => {
    const bytes = await readFile(at('file.tsr'));
    for (let length = 0; length < bytes.length; length += 37) {
      await writeFile(at('cut'), bytes.subarray(0, length));
      expect((await trusted(at('file'), '--token', at('cut'))).status).toBe(1);
    }
    const facts = (out: string): unknown => JSON.parse(out).token;
    const right = facts((await trusted(at('file'), '--json')).out);
    let failed = 0;
    for (let place = 3; place < bytes.length; place += 41) {
      const changed = Buffer.from(bytes);
      changed[place] = (changed[place] ?? 0) ^ 0x55;
      await writeFile(at('changed'), changed);
      const { status, out } = await trusted(at('file'), '--token', at('changed'), '--json');
      // Some octets around what is signed say nothing; what passes says the same.
      if (status === 0) expect(facts(out), `octet ${place}`).toEqual(right);
      else expect([1, 2], `octet ${place}`).toContain(status);
      if (status !== 0) failed += 1;
    }
    expect(failed).toBeGreaterThan((bytes.length / 41) * 0.9);
  });

  test('fails for a refusal that was kept, in the words of the authority', async () => {
    await writeFile(at('refused'), rejection('timeNotAvailable').response);
    const { status, out } = await trusted(at('file'), '--token', at('refused'));
    expect(status).toBe(1);
    expect(out).toContain('rejection');
  });

  test('a token without certificates needs them given', async () => {
    await create(at('file'), '--no-cert');
    expect((await trusted(at('file'))).status).toBe(2);
    expect((await trusted(at('file'), '--intermediate', at('chain.pem'))).status).toBe(0);
  });

  test('judges certificates as of a time, and by revocation lists', async () => {
    expect((await trusted(at('file'), '--at', '2031-01-01')).status).not.toBe(0);
    const { hierarchy, unit } = world;
    const now = new Date();
    for (const [index, crl] of (await hierarchy.crls(now)).entries()) await writeFile(at(`crl${index}`), crl);
    expect((await trusted(at('file'), '--crl', at('crl0'), at('crl1'), '--at', now.toISOString())).status).toBe(0);
    const { serialHex } = parseCertificate(unit.certificate);
    const revoked = [{ serialHex, date: new Date(now.getTime() - 60_000), reason: 'keyCompromise' as const }];
    for (const [index, crl] of (await hierarchy.crls(now, revoked)).entries()) await writeFile(at(`crl${index}`), crl);
    expect((await trusted(at('file'), '--crl', at('crl0'), at('crl1'), '--at', now.toISOString())).status).toBe(1);
  });

  test('what was mistyped', async () => {
    await writeFile(at('second'), 'x');
    for (const argv of [
      [],
      [at('none')],
      [at('file'), '--at', 'yesterday'],
      [at('file'), '--revocation', 'maybe'],
      [at('file'), '--format', 'xml'],
      [at('file'), '--trust', at('file')],
      [at('file'), '--token', at('none')],
      [at('file'), at('second'), '--token', at('file.tsr')],
    ])
      expect(await verify(...argv), argv.join(' ')).toMatchObject({ status: 64 });
  });
});

describe.skipIf(!hasOpenssl)('a token by openssl ts -reply', () => {
  const openssl = (...argv: string[]): void => {
    const { status, stderr } = spawnSync('openssl', argv, { cwd: folder, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  };

  beforeAll(async () => {
    const { unit, hierarchy } = world;
    await writeFile(at('unit.pem'), toPem('CERTIFICATE', unit.certificate));
    await writeFile(at('unit.key'), unit.signer.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(at('issuing.pem'), toPem('CERTIFICATE', hierarchy.issuing.certificate));
    await writeFile(at('serial'), '01');
    const lines = [
      ...['[tsa]', 'default_tsa = tsa1', '[tsa1]', 'serial = ./serial', 'crypto_device = builtin'],
      ...['signer_cert = ./unit.pem', 'certs = ./issuing.pem', 'signer_key = ./unit.key', 'signer_digest = sha256'],
      ...[`default_policy = ${TEST_POLICY}`, 'digests = sha256, sha384, sha512', 'accuracy = secs:1', 'ordering = no'],
      ...['tsa_name = yes', 'ess_cert_id_chain = no', 'ess_cert_id_alg = sha256'],
    ];
    await writeFile(at('ts.cnf'), `${lines.join('\n')}\n`);
    await writeFile(at('file'), 'content');
  });

  test.each(['sha256', 'sha384', 'sha512'])('is accepted with %s, as a response and alone', async (digest) => {
    openssl('ts', '-query', '-data', 'file', `-${digest}`, '-cert', '-out', 'q.tsq');
    openssl('ts', '-reply', '-config', 'ts.cnf', '-queryfile', 'q.tsq', '-out', 'r.tsr');
    openssl('ts', '-reply', '-config', 'ts.cnf', '-queryfile', 'q.tsq', '-token_out', '-out', 'r.der');
    for (const name of ['r.tsr', 'r.der']) expect((await trusted(at('file'), '--token', at(name))).status).toBe(0);
  });

  test('and its query are shown', async () => {
    openssl('ts', '-query', '-data', 'file', '-sha384', '-cert', '-tspolicy', TEST_POLICY, '-out', 'q.tsq');
    openssl('ts', '-reply', '-config', 'ts.cnf', '-queryfile', 'q.tsq', '-out', 'r.tsr');
    const { status, out } = await tra(['timestamp', 'inspect', at('q.tsq'), at('r.tsr'), '--json']);
    expect(status).toBe(0);
    const [query, response] = JSON.parse(out);
    expect(query).toMatchObject({ kind: 'query', certReq: true, policy: TEST_POLICY, digest: { algorithm: 'sha384' } });
    expect(response).toMatchObject({ kind: 'response', status: 'granted', token: { nonce: query.nonce } });
  });
});

describe('tra timestamp inspect', () => {
  test('shows a refusal, and refuses what is nothing of this', async () => {
    await writeFile(at('refused'), rejection('badAlg').response);
    const { status, out } = await tra(['timestamp', 'inspect', at('refused'), at('file.tsr')]);
    expect(status).toBe(0);
    expect(out).toContain('badAlg');
    expect(out).toContain('Nothing of this was verified.');
    expect((await tra(['timestamp', 'inspect', at('file')])).status).toBe(64);
    expect((await tra(['timestamp', 'inspect', at('none')])).status).toBe(64);
    expect((await tra(['timestamp', 'inspect'])).status).toBe(64);
  });
});
