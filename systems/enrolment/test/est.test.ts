import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CodedError } from '@tra/kernel';
import { buildCertificationRequest } from '@tra/pki';
import { testSigner } from '@tra/pki/testing';
import { asPrincipal } from '@tra/platform-system/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from './world.ts';

const run = promisify(execFile);
const soon = () => new Date(Date.now() + 86_400_000).toISOString();

let world: World;
let folder: string;
let url: string;
beforeAll(async () => {
  world = await startWorld({ estClientCertificates: true });
  url = await world.app.listen({ host: '127.0.0.1', port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'tra-est-'));
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const server = { kind: 'est', label: 'sensor 7', profile: 'tls-server', names: ['devices.go.th'] };
const basic = ({ id, secret }: { id: string; secret: string }) =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const credential = (extra: Record<string, unknown> = {}) =>
  world.credential({ ...server, expiresAt: soon(), ...extra });

async function csr(...names: string[]): Promise<string> {
  const alternativeNames = names.map((dns) => ({ dns }));
  const der = await buildCertificationRequest({
    subject: { commonName: 'device' },
    signer: testSigner(),
    alternativeNames,
  });
  return Buffer.from(der).toString('base64');
}

async function post(path: string, payload: string, headers: Record<string, string>) {
  return await world.app.inject({
    method: 'POST',
    url: `/.well-known/est/${path}`,
    headers: { 'content-type': 'application/pkcs10', 'accept-language': 'en', ...headers },
    payload,
  });
}

// curl and openssl stand for the clients of devices.
describe('curl and openssl', () => {
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args);

  it('fetch the CA certificates', async () => {
    await run('curl', ['-sf', `${url}/.well-known/est/cacerts`, '-o', file('cacerts.p7')]);
    const { stdout } = await run('sh', [
      '-c',
      `openssl base64 -d -in ${file('cacerts.p7')} | openssl pkcs7 -inform DER -print_certs`,
    ]);
    expect(stdout.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    await writeFile(file('cas.pem'), stdout);
  });

  it('enrol and renew', async () => {
    const { id, secret } = await credential();
    await openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file('key.pem'));
    for (const [path, name] of [
      ['simpleenroll', 'one'],
      ['simplereenroll', 'two'],
    ] as const) {
      await openssl(
        'req',
        '-new',
        '-key',
        file('key.pem'),
        '-subj',
        '/CN=s7.devices.go.th',
        '-addext',
        'subjectAltName=DNS:s7.devices.go.th',
        '-outform',
        'DER',
        '-out',
        file('csr.der'),
      );
      await openssl('base64', '-in', file('csr.der'), '-out', file('csr.b64'));
      const args = [
        '-sf',
        '-u',
        `${id}:${secret}`,
        '-H',
        'content-type: application/pkcs10',
        '--data-binary',
        `@${file('csr.b64')}`,
      ];
      await run('curl', [...args, `${url}/.well-known/est/${path}`, '-o', file('answer.p7')]);
      const { stdout } = await run('sh', [
        '-c',
        `openssl base64 -d -in ${file('answer.p7')} | openssl pkcs7 -inform DER -print_certs`,
      ]);
      await writeFile(file(`${name}.pem`), stdout);
      const verified = await openssl('verify', '-x509_strict', '-CAfile', file('cas.pem'), file(`${name}.pem`));
      expect(verified.stdout).toContain(': OK');
    }
    const [one, two] = await Promise.all(
      ['one', 'two'].map(async (name) => new X509Certificate(await readFile(file(`${name}.pem`)))),
    );
    expect(one?.subjectAltName).toBe('DNS:s7.devices.go.th');
    expect(two?.serialNumber).not.toBe(one?.serialNumber);
    expect(two?.publicKey.equals(one?.publicKey as never)).toBe(true);
  });

  it('read what a request should contain', async () => {
    const { stdout } = await run('sh', [
      '-c',
      `curl -sf ${url}/.well-known/est/csrattrs | openssl base64 -d | openssl asn1parse -inform DER`,
    ]);
    expect(stdout).toContain('id-ecPublicKey');
    expect(stdout).toContain('ecdsa-with-SHA256');
  });
});

describe('enrolment', () => {
  it('gives a document signer the name that the registrar wrote, whatever the request says', async () => {
    const { id, secret } = await credential({
      profile: 'document-signer',
      label: 'ระบบออกใบอนุญาต',
      names: [],
      organization: 'กรมตัวอย่าง',
    });
    const answer = await post('simpleenroll', await csr(), { authorization: basic({ id, secret }) });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/pkcs7-mime; smime-type=certs-only');
    expect(world.authority.orders.at(-1)).toMatchObject({
      profile: 'document-signer',
      subject: { commonName: 'ระบบออกใบอนุญาต', organization: 'กรมตัวอย่าง', country: 'TH' },
      actor: `est:${id}`,
    });
  });

  it('asks for a password, and says what is wrong in words', async () => {
    const none = await post('simpleenroll', await csr('a.devices.go.th'), {});
    expect([none.statusCode, none.headers['www-authenticate']]).toEqual([401, 'Basic realm="EST", charset="UTF-8"']);
    expect(none.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(none.body).toContain('registrar');
    const { id } = await credential();
    for (const authorization of [
      basic({ id, secret: 'guess' }),
      basic({ id: 'x', secret: 'y' }),
      'Basic !',
      'Bearer x',
      basic({ id: '', secret: '' }),
    ]) {
      expect((await post('simpleenroll', await csr('a.devices.go.th'), { authorization })).statusCode).toBe(401);
    }
  });

  it('ends with the credential', async () => {
    const one = await credential();
    const headers = { authorization: basic(one) };
    const path = `/api/v1/enrolment/credentials/${one.id}/actions`;
    const ended = await world.app.inject({
      method: 'POST',
      url: path,
      headers: asPrincipal('r', 'registrar'),
      payload: { action: 'revoke' },
    });
    expect(ended.json()).toMatchObject({ id: one.id, revokedAt: expect.any(String) });
    expect((await post('simpleenroll', await csr('a.devices.go.th'), headers)).statusCode).toBe(401);
    const two = await credential();
    world.context.testClock.advance(2 * 86_400_000);
    expect((await post('simpleenroll', await csr('a.devices.go.th'), { authorization: basic(two) })).statusCode).toBe(
      401,
    );
    world.context.testClock.advance(-2 * 86_400_000);
  });

  it.each([
    ['a name outside the credential', ['a.elsewhere.go.th'], 403],
    ['a name that only ends alike', ['a.otherdevices.go.th'], 403],
    ['one of two names outside', ['a.devices.go.th', 'b.elsewhere.go.th'], 403],
  ])('refuses %s', async (_name, names, status) => {
    const { id, secret } = await credential();
    const before = world.authority.orders.length;
    const answer = await post('simpleenroll', await csr(...names), { authorization: basic({ id, secret }) });
    expect(answer.statusCode).toBe(status);
    expect(world.authority.orders.length).toBe(before);
  });

  it('refuses to renew what was never enrolled, bodies that are no request, other media types, large bodies', async () => {
    const authorization = basic(await credential());
    expect((await post('simplereenroll', await csr('a.devices.go.th'), { authorization })).statusCode).toBe(400);
    for (const body of ['', 'AAAA', '%%%', 'MIIB', '{}']) {
      expect((await post('simpleenroll', body, { authorization })).statusCode).toBe(400);
    }
    expect((await post('simpleenroll', '{}', { authorization, 'content-type': 'application/json' })).statusCode).toBe(
      415,
    );
    expect((await post('simpleenroll', 'A'.repeat(100_000), { authorization })).statusCode).toBe(413);
  });

  it('says later when the CA cannot issue now, and why when it refuses', async () => {
    const authorization = basic(await credential());
    world.authority.failNext(new CodedError('pki.authority_awaiting'));
    const later = await post('simpleenroll', await csr('a.devices.go.th'), { authorization });
    expect([later.statusCode, later.headers['retry-after']]).toEqual([503, '60']);
    world.authority.failNext(new CodedError('pki.key_blocked'));
    expect((await post('simpleenroll', await csr('a.devices.go.th'), { authorization })).statusCode).toBe(400);
  });

  it('authenticates by a certificate that a proxy has verified', async () => {
    const authorization = basic(await credential());
    const names = ['a.devices.go.th'];
    await post('simpleenroll', await csr(...names), { authorization });
    const { parseSignedData } = await import('@tra/cms');
    const answer = await post('simpleenroll', await csr(...names), { authorization });
    const [certificate] = parseSignedData(new Uint8Array(Buffer.from(answer.body, 'base64'))).certificates;
    const shown = (der: Uint8Array | undefined) => ({
      'client-cert': `:${Buffer.from(der ?? []).toString('base64')}:`,
    });
    expect((await post('simplereenroll', await csr(...names), shown(certificate))).statusCode).toBe(200);
    const [ca] = await world.authority.caCertificates();
    for (const wrong of [shown(ca), { 'client-cert': 'x' }, { 'client-cert': ':AAAA:' }]) {
      expect((await post('simplereenroll', await csr(...names), wrong)).statusCode).toBe(401);
    }
    const { serialNumber } = new X509Certificate(certificate ?? new Uint8Array());
    world.authority.revoked.set(serialNumber.toLowerCase(), { reason: 'superseded', actor: 'test' });
    expect((await post('simplereenroll', await csr(...names), shown(certificate))).statusCode).toBe(401);
  });
});

describe('credentials', () => {
  const base = '/api/v1/enrolment/credentials';
  const registrar = asPrincipal('registrar-1', 'registrar');

  it('shows the secret once and lists without it', async () => {
    const { id, secret } = await credential({ label: 'once' });
    expect(secret).toMatch(/^[\w-]{43}$/);
    const list = await world.app.inject({ url: `${base}?limit=100`, headers: registrar });
    expect(list.json().items.map((item: { id: string }) => item.id)).toContain(id);
    expect(list.body).not.toContain(secret);
  });

  it('gives names and secrets that can stand on a command line', async () => {
    for (let made = 0; made < 40; made += 1) {
      const { id, secret } = await credential();
      expect([id[0], secret[0]]).not.toContain('-');
    }
  });

  it('pages through all of them', async () => {
    const seen: string[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const page: { items: { id: string }[]; next: string | null } = (
        await world.app.inject({ url: `${base}?limit=2${after ? `&after=${after}` : ''}`, headers: registrar })
      ).json();
      seen.push(...page.items.map(({ id }) => id));
      after = page.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(5);
  });

  it('is for registrars', async () => {
    const body = { ...server, expiresAt: soon() };
    for (const [headers, status] of [
      [{}, 401],
      [asPrincipal('c', 'citizen'), 403],
    ] as const) {
      expect((await world.app.inject({ url: base, headers })).statusCode).toBe(status);
      expect((await world.app.inject({ method: 'POST', url: base, headers, payload: body })).statusCode).toBe(status);
    }
  });

  it.each([
    [{ kind: 'acme', profile: 'document-signer' }, 'enrolment.profile_unknown'],
    [{ names: ['*.x.th'] }, 'enrolment.name_invalid'],
    [{ names: [] }, 'enrolment.name_invalid'],
    [{ expiresAt: '2020-01-01T00:00:00.000Z' }, 'enrolment.validity_invalid'],
    [{ expiresAt: '2999-01-01T00:00:00.000Z' }, 'enrolment.validity_invalid'],
    [{ label: '' }, 'http.request_invalid'],
    [{ kind: 'scep' }, 'http.request_invalid'],
  ])('refuses %j', async (extra, code) => {
    const payload = { ...server, expiresAt: soon(), ...extra };
    const answer = await world.app.inject({ method: 'POST', url: base, headers: registrar, payload });
    expect([answer.statusCode, answer.json().code]).toEqual([400, code]);
  });

  it('ends an unknown one with 404', async () => {
    const answer = await world.app.inject({
      method: 'POST',
      url: `${base}/x/actions`,
      headers: registrar,
      payload: { action: 'revoke' },
    });
    expect(answer.json().code).toBe('enrolment.credential_unknown');
  });
});
