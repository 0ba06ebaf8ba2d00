import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fromHex } from '@tra/kernel';
import { buildOcspResponse, certIdOf, parseCertificate, parseCrl, parseOcspRequest, toPem } from '@tra/pki';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { signTrustedList } from '@tra/trust-list';
import { testList, testListSigner, testService } from '@tra/trust-list/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has, issuingStep, keysPassphrase, openRoom, type Room, rootStep, run, sha256, tra } from './pki-world.ts';

let room: Room;
let out = '';
let caAt: (name: string) => string;

const keys = (): readonly string[] => ['--keys', room.at('ca-keys'), '--keys-passphrase-file', room.at('keys.pass')];

beforeAll(async () => {
  room = await openRoom();
  const asked = await tra([
    'pki',
    'request',
    ...['--key', 'issuing-1', ...keys(), '--ca'],
    ...['--subject', 'country=TH', 'organization=Ministry', 'commonName=Local Issuing CA'],
    ...['--out', room.at('issuing.csr')],
  ]);
  expect([asked.status, asked.stderr]).toEqual([0, '']);
  const hash = sha256(await readFile(room.at('issuing.csr')));
  const steps = [rootStep, issuingStep(hash), { do: 'issue-crl', number: 1, days: 90 }, { do: 'close' }];
  const script = await room.script('script.json', { steps });
  await room.approve(script);
  out = room.at('out');
  expect((await room.ceremony(script, out)).status).toBe(0);
  caAt = (name) => room.at('out', name);
});

afterAll(() => room.close());

const issue = (csr: string, to: string, ...more: string[]) =>
  tra([
    'pki',
    'issue',
    ...['--csr', csr, '--issuer', caAt('issuing.crt'), '--key', 'issuing-1', ...keys(), '--out', to],
    ...['--register', room.at('register.jsonl'), '--crl-url', 'http://pki.example.go.th/pki/crl/issuing.crl'],
    ...more,
  ]);

describe('a local issuing CA', () => {
  test('issues by profile, with the register written first, and openssl agrees', async () => {
    const csr = room.at('tls.csr');
    const wanted = ['--subject', 'country=TH', 'organization=Ministry', 'commonName=www.example.go.th'];
    await tra(['pki', 'request', '--key', 'tls', ...keys(), ...wanted, '--out', csr]);
    const to = room.at('tls.pem');
    const named = ['--name', 'dns:www.example.go.th', '--days', '90', '--policy', '2.23.140.1.2.2'];
    const access = [
      '--ocsp-url',
      'http://pki.example.go.th/pki/ocsp',
      '--issuer-url',
      'http://pki.example.go.th/pki/issuing.crt',
    ];
    const done = await issue(csr, to, '--profile', 'tls-server', ...named, ...access);
    expect([done.status, done.stderr]).toEqual([0, '']);
    const lines = (await readFile(room.at('register.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual(['prepared', 'issued']);
    if (has('openssl')) {
      const chain = ['-CAfile', 'out/root.pem', '-untrusted', 'out/issuing.pem', 'tls.pem'];
      expect(run(room.folder, 'openssl', 'verify', '-x509_strict', ...chain)).toContain('tls.pem: OK');
    }
    const lint = await tra(['pki', 'lint', to, '--profile', 'tls-server', '--issuer', caAt('issuing.crt')]);
    expect([lint.status, lint.stdout]).toEqual([0, expect.not.stringContaining('✗')]);
    expect((await tra(['pki', 'lint', to, '--profile', 'officer'])).status).toBe(1);
    const shown = await tra(['pki', 'show', to, csr, caAt('root.crl'), '--lang', 'th']);
    expect(shown.stdout).toContain('ออกให้แก่: ');
    expect(shown.stdout).toContain('คำขอลงลายมือชื่อด้วยกุญแจของตนเอง');
    expect(JSON.parse((await tra(['pki', 'show', to, '--format', 'json'])).stdout)).toMatchObject({
      kind: 'certificate',
    });
  });

  test('refuses the key of a root, other CAs, overwriting and a wrong passphrase', async () => {
    const csr = room.at('tls.csr');
    const asRoot = await tra([
      ...['pki', 'issue', '--csr', csr, '--issuer', caAt('root.crt'), '--key', 'root-1'],
      ...[
        '--keys',
        room.at('root-keys'),
        '--profile',
        'tls-server',
        '--out',
        room.at('x.pem'),
        '--register',
        room.at('x'),
      ],
    ]);
    expect([asRoot.status, asRoot.stderr]).toEqual([64, expect.stringContaining('ceremonies only')]);
    const crl = await tra([
      'pki',
      'crl',
      'build',
      '--issuer',
      caAt('root.crt'),
      '--key',
      'root-1',
      '--number',
      '9',
      '--out',
      'x',
    ]);
    expect(crl.stderr).toContain('ceremonies only');
    const withRootKey = await tra(
      [
        ...[
          'pki',
          'issue',
          '--csr',
          csr,
          '--issuer',
          caAt('issuing.crt'),
          '--key',
          'root-1',
          '--keys',
          room.at('root-keys'),
        ],
        ...['--profile', 'officer', '--out', room.at('x.pem'), '--register', room.at('x')],
      ],
      { TRA_KEYS_PASSPHRASE: keysPassphrase },
    );
    expect([withRootKey.status, withRootKey.stderr]).toEqual([70, expect.stringContaining('root-ca')]);
    const names = await issue(csr, room.at('x.pem'), '--profile', 'tls-server', '--name', 'www.example.go.th');
    expect(names.status).toBe(64);
    const bad = await issue(csr, room.at('x.pem'), '--profile', 'tls-server');
    expect([bad.status, bad.stderr]).toEqual([1, expect.stringContaining('✗')]);
    const wrong = await tra(
      [
        'pki',
        'request',
        '--key',
        'k',
        '--keys',
        room.at('ca-keys'),
        '--subject',
        'commonName=x',
        '--out',
        room.at('y'),
      ],
      {
        TRA_KEYS_PASSPHRASE: 'not the passphrase',
      },
    );
    expect(wrong.status).toBe(70);
    expect(wrong.stderr).not.toContain('not the passphrase');
    expect((await tra(['pki', 'nonsense'])).status).toBe(64);
    expect((await tra(['pki', 'show', room.at('keys.pass')])).status).toBe(64);
  });

  test('revokes into a list, builds CRLs whose numbers grow, and judges them', async () => {
    const list = room.at('revoked.jsonl');
    const revoke = () => tra(['pki', 'revoke', room.at('tls.pem'), '--reason', 'superseded', '--list', list]);
    expect((await revoke()).stdout).toContain('is revoked');
    expect((await revoke()).stdout).toContain('was revoked before');
    const build = (number: number, ...more: string[]) =>
      tra([
        ...['pki', 'crl', 'build', '--issuer', caAt('issuing.crt'), '--key', 'issuing-1', ...keys()],
        ...['--number', String(number), '--revoked', list, '--out', room.at(`${number}.crl`), ...more],
      ]);
    expect((await build(1)).status).toBe(0);
    expect((await build(2, '--previous', room.at('1.crl'))).status).toBe(0);
    expect((await build(1, '--previous', room.at('2.crl'))).status).toBe(64);
    expect(parseCrl(await readFile(room.at('2.crl'))).size).toBe(1);
    const judged = await tra([
      'pki',
      'crl',
      room.at('2.crl'),
      '--issuer',
      caAt('issuing.crt'),
      '--cert',
      room.at('tls.pem'),
    ]);
    expect([judged.status, judged.stdout]).toEqual([1, expect.stringContaining('superseded')]);
    expect((await tra(['pki', 'crl', room.at('2.crl'), '--issuer', caAt('issuing.crt')])).status).toBe(0);
    expect((await tra(['pki', 'crl', room.at('2.crl'), '--issuer', caAt('root.crt')])).status).toBe(1);
    const late = ['--at', '2099-01-01T00:00:00Z'];
    expect((await tra(['pki', 'crl', room.at('2.crl'), ...late])).status).toBe(2);
    if (!has('openssl')) return;
    const crl = ['-inform', 'DER', '-in', '2.crl', '-CAfile', 'out/issuing.pem', '-noout'];
    expect(run(room.folder, 'openssl', 'crl', ...crl)).toContain('verify OK');
  });
});

describe('tra pki validate', () => {
  let tree: TestHierarchy;
  let leaf: Uint8Array;
  const at = '2026-06-01T00:00:00Z';
  beforeAll(async () => {
    tree = await testHierarchy();
    leaf = (await tree.issue('document-signer')).certificate;
    const [rootCrl, issuingCrl] = await tree.crls(new Date(at));
    await writeFile(room.at('t-root.crt'), tree.root.certificate);
    await writeFile(room.at('t-issuing.pem'), toPem('CERTIFICATE', tree.issuing.certificate));
    await writeFile(room.at('t-leaf.crt'), leaf);
    await writeFile(room.at('t-root.crl'), rootCrl!);
    await writeFile(room.at('t-issuing.crl'), issuingCrl!);
  });
  const validate = (...more: string[]) => tra(['pki', 'validate', room.at('t-leaf.crt'), '--at', at, ...more]);

  test('says yes, no or not known, and names the CA that is missing', async () => {
    const trust = ['--trust', room.at('t-root.crt')];
    const between = ['--intermediate', room.at('t-issuing.pem')];
    const crls = ['--crl', room.at('t-root.crl'), room.at('t-issuing.crl')];
    expect((await validate(...trust, ...between, ...crls)).status).toBe(0);
    expect((await validate(...trust, ...between)).status).toBe(2);
    expect((await validate(...trust, ...between, '--revocation', 'off')).status).toBe(0);
    const missing = await validate(...trust, ...crls);
    expect(missing.status).not.toBe(0);
    expect(missing.stdout).toContain(parseCertificate(tree.issuing.certificate).subject.text);
    const named = await validate(...trust, ...between, ...crls, '--host', 'www.example.go.th', '--format', 'json');
    expect(named.status).toBe(1);
    expect(JSON.parse(named.stdout)).toMatchObject({ verdict: 'failed', file: room.at('t-leaf.crt') });
    const thai = await validate(...trust, ...between, ...crls, '--lang', 'th', '--all');
    expect(thai.stdout).toMatch(/[ก-๙]/);
    expect((await validate(...trust, '--profile', 'unknown')).status).toBe(64);
    expect((await tra(['pki', 'validate'])).status).toBe(64);
  });

  describe('tra pki ocsp', () => {
    let server: Server;
    let url = '';
    let answer: 'good' | 'revoked' | 'rubbish' = 'good';
    beforeAll(async () => {
      server = createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        const { nonce } = parseOcspRequest(Buffer.concat(chunks));
        const issuer = parseCertificate(tree.issuing.certificate);
        const now = new Date();
        const certId = certIdOf({ issuer, serial: fromHex(parseCertificate(leaf).serialHex) });
        const single = {
          certId,
          status: answer === 'revoked' ? ('revoked' as const) : ('good' as const),
          ...(answer === 'revoked' ? { revokedAt: now, reason: 'superseded' as const } : {}),
          thisUpdate: now,
          nextUpdate: new Date(now.getTime() + 3_600_000),
        };
        const built = await buildOcspResponse({
          signer: tree.issuing.signer,
          responder: tree.issuing.certificate,
          responses: [single],
          producedAt: now,
          ...(nonce ? { nonce } : {}),
        });
        response.end(answer === 'rubbish' ? 'rubbish' : built);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    });
    afterAll(() => server.close());
    const ocsp = (...more: string[]) =>
      tra(['pki', 'ocsp', room.at('t-leaf.crt'), '--issuer', room.at('t-issuing.pem'), ...more]);

    test('asks, verifies and keeps the answer', async () => {
      const kept = room.at('answer.der');
      const good = await ocsp('--url', url, '--out', kept, '--request-out', room.at('question.der'));
      expect([good.status, good.stdout]).toEqual([0, expect.stringContaining('is not revoked')]);
      expect((await ocsp('--response', kept)).status).toBe(0);
      expect((await tra(['pki', 'show', kept])).stdout).toContain('successful');
      answer = 'revoked';
      const revoked = await ocsp('--url', url, '--format', 'json');
      expect([revoked.status, JSON.parse(revoked.stdout)]).toEqual([1, expect.objectContaining({ status: 'revoked' })]);
      answer = 'rubbish';
      expect((await ocsp('--url', url)).status).toBe(64);
      expect((await ocsp('--url', 'http://127.0.0.1:1/')).stderr).toContain('did not answer');
      if (!has('openssl')) return;
      const asked = run(room.folder, 'openssl', 'ocsp', '-reqin', 'question.der', '-req_text', '-noverify');
      expect(asked).toContain('OCSP Nonce');
    });
  });
});

describe('tra pki trust-list', () => {
  const list = (verb: string, ...more: string[]) => tra(['pki', 'trust-list', verb, room.at('list.xml'), ...more]);

  const listNow = async () => {
    const days = (count: number) => new Date(Math.floor(Date.now() / 1000) * 1000 + count * 86_400_000);
    const overrides = { issuedAt: days(-1), nextUpdate: days(90) };
    return testList([testService(await readFile(caAt('root.crt')))], overrides);
  };

  test('refuses what is no list, and needs its signer named', async () => {
    await writeFile(room.at('list.xml'), '<TrustServiceStatusList/>');
    expect((await list('verify', '--signer', caAt('root.crt'))).status).toBe(1);
    expect((await list('verify')).status).toBe(64);
    expect((await list('sign')).status).toBe(64);
  });

  test('believes a list of the signer that was named, shows it, and validates with it', async () => {
    const { signer, certificate } = await testListSigner();
    const signingTime = new Date();
    await writeFile(room.at('signer.crt'), certificate);
    await writeFile(
      room.at('list.xml'),
      await signTrustedList({ list: await listNow(), signer, certificate, signingTime }),
    );
    const named = ['--signer', room.at('signer.crt')];
    const shown = await list('show', ...named);
    expect([shown.status, shown.stderr]).toEqual([0, '']);
    expect((await list('verify', ...named, '--format', 'json')).stdout).toContain('"passed"');
    expect((await list('verify', '--signer', caAt('root.crt'))).status).toBe(1);
    expect((await list('verify', ...named, '--previous-number', '99999')).status).toBe(1);
    const chain = ['--intermediate', caAt('issuing.crt'), '--trust-list', room.at('list.xml')];
    const judged = await tra(['pki', 'validate', room.at('tls.pem'), ...chain, ...named, '--revocation', 'off']);
    expect(judged.status).toBe(0);
    const other = await tra(['pki', 'validate', room.at('tls.pem'), ...chain, '--signer', caAt('root.crt')]);
    expect([other.status, other.stderr]).toEqual([64, expect.stringContaining('cannot be believed')]);
  });
});
