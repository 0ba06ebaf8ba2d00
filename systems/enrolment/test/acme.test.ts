import { X509Certificate } from 'node:crypto';
import { CodedError } from '@tra/kernel';
import { exportJWK, FlattenedSign, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AcmeClient, Answer } from './acme-client.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const type = (name: string) => `urn:ietf:params:acme:error:${name}`;

async function opened(): Promise<AcmeClient> {
  const client = await world.client();
  expect((await client.open()).status).toBe(201);
  return client;
}

/** Proves the first name of an order by http-01. */
async function prove(client: AcmeClient, order: Answer): Promise<void> {
  const { 'http-01': challenge } = await client.challenges(order);
  if (!challenge) throw new Error('no http-01 challenge');
  world.pages.set(
    `/.well-known/acme-challenge/${challenge.token}`,
    `${await client.keyAuthorization(challenge.token)}\n`,
  );
  expect((await client.post(challenge.url, {})).body.status).toBe('processing');
  await world.context.jobs.idle();
}

async function enrolled(client: AcmeClient, name: string): Promise<{ order: Answer; pem: string }> {
  world.point(name);
  const order = await client.order(name);
  await prove(client, order);
  const final = await client.post(String(order.body.finalize), { csr: await client.csr(name) });
  expect(final.body).toMatchObject({ status: 'valid' });
  const { text: pem } = await client.post(String(final.body.certificate));
  return { order: final, pem };
}

describe('directory and nonces', () => {
  it('names its resources and tells the terms', async () => {
    const { body, headers } = await world.app
      .inject('/acme/directory')
      .then((answer) => ({ body: answer.json(), headers: answer.headers }));
    expect(Object.keys(body)).toEqual([
      'newNonce',
      'newAccount',
      'newOrder',
      'revokeCert',
      'keyChange',
      'renewalInfo',
      'meta',
    ]);
    expect(body.newOrder).toBe('http://localhost:8420/acme/new-order');
    expect(headers['replay-nonce']).toBeUndefined();
  });

  it('gives a nonce with every answer to a POST, also with a refusal, and takes each once', async () => {
    const client = await world.client();
    const nonce = await client.nonce();
    const first = await client.post('/acme/new-account', {}, { nonce });
    expect(first.status).toBe(201);
    expect(first.headers['replay-nonce']).toMatch(/^[\w-]{22}$/);
    const second = await client.post('/acme/new-account', {}, { nonce });
    expect(second.body.type).toBe(type('badNonce'));
    expect(second.headers['replay-nonce']).toMatch(/^[\w-]{22}$/);
    expect((await client.post('/acme/new-account', {}, { nonce: 'made-up' })).body.type).toBe(type('badNonce'));
    expect((await client.post('/acme/new-account', {}, { nonce: undefined })).body.type).toBe(type('badNonce'));
  });

  it('answers 204 to GET and 200 to HEAD of new-nonce', async () => {
    const answers = await Promise.all(
      (['GET', 'HEAD'] as const).map((method) => world.app.inject({ method, url: '/acme/new-nonce' })),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 200]);
    expect(new Set(answers.map(({ headers }) => headers['replay-nonce'])).size).toBe(2);
  });
});

describe('signed requests', () => {
  it.each([
    ['another address', { url: 'http://localhost:8420/acme/new-order' }, 'unauthorized'],
    ['a header that changes how the payload is read', { header: { b64: true } }, 'malformed'],
    ['an unprotected header', { mangle: (jws: Record<string, string>) => ({ ...jws, header: {} }) }, 'malformed'],
    ['a changed payload', { mangle: (jws: Record<string, string>) => ({ ...jws, payload: 'e30' }) }, 'malformed'],
    [
      'a cut signature',
      { mangle: (jws: Record<string, string>) => ({ ...jws, signature: jws.signature?.slice(4) }) },
      'malformed',
    ],
    ['no signature', { mangle: ({ signature: _, ...jws }: Record<string, string>) => jws }, 'malformed'],
    ['a list', { mangle: (jws: Record<string, string>) => [jws] }, 'malformed'],
    ['another media type', { contentType: 'application/json' }, 'malformed'],
  ])('refuses %s', async (_name, tampering, expected) => {
    const client = await world.client();
    const answer = await client.post('/acme/new-account', { contact: [] }, tampering);
    expect(answer.body.type).toBe(type(expected));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(String(answer.headers['content-type'])).toContain('application/problem+json');
  });

  it.each(['none', 'HS256', 'ES512', 'x'])('refuses the algorithm %s and names the ones it takes', async (alg) => {
    const client = await world.client();
    const header = Buffer.from(
      JSON.stringify({
        alg,
        nonce: await client.nonce(),
        url: 'http://localhost:8420/acme/new-account',
        jwk: client.jwk,
      }),
    );
    const answer = await client.post(
      '/acme/new-account',
      {},
      { mangle: (jws) => ({ ...jws, protected: header.toString('base64url') }) },
    );
    expect(answer.body.type).toBe(type('badSignatureAlgorithm'));
    expect(answer.body.algorithms).toContain('ES256');
  });

  it('refuses a key that it does not know, a private key, a weak key', async () => {
    const client = await world.client();
    const { d } = await exportJWK(client.key.privateKey);
    const weak = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
    const n = (await exportJWK(weak.publicKey)).n?.slice(0, 170) ?? '';
    for (const jwk of [
      { ...client.jwk, d },
      { kty: 'RSA', n, e: 'AQAB' },
      { kty: 'oct', k: 'AAAA' },
      { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
    ]) {
      const answer = await client.post('/acme/new-account', {}, { header: { jwk } });
      expect(answer.body.type).toBe(type('badPublicKey'));
    }
    client.kid = 'http://localhost:8420/acme/account/AAAAAAAAAAAAAAAAAAAAAA';
    expect((await client.order('a.example.th')).body.type).toBe(type('accountDoesNotExist'));
  });

  it('answers in the language of the reader', async () => {
    const answer = await world.app.inject({
      method: 'POST',
      url: '/acme/new-account',
      headers: { 'content-type': 'application/jose+json', 'accept-language': 'th' },
      payload: '{',
    });
    expect(answer.json().detail).toContain('คำขอไม่ใช่ JWS');
    expect(answer.headers['content-language']).toBe('th');
  });

  it('survives bodies that are anything', async () => {
    for (const payload of [
      '',
      '[]',
      'null',
      '1',
      '"x"',
      '{"protected":1,"payload":"","signature":""}',
      '{"protected":"e30","payload":"","signature":""}',
    ]) {
      const answer = await world.app.inject({
        method: 'POST',
        url: '/acme/new-order',
        headers: { 'content-type': 'application/jose+json' },
        payload,
      });
      expect(answer.statusCode).toBe(400);
      expect(answer.json().type).toBe(type('malformed'));
    }
    const huge = await world.app.inject({
      method: 'POST',
      url: '/acme/new-order',
      headers: { 'content-type': 'application/jose+json' },
      payload: 'x'.repeat(70_000),
    });
    expect(huge.statusCode).toBe(413);
  });
});

describe('accounts', () => {
  it('is opened once for a key', async () => {
    const client = await world.client();
    const [first, second] = [await client.open(), await client.post('/acme/new-account', {}, { useJwk: true })];
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.headers.location).toBe(first.headers.location);
    expect(second.body).toMatchObject({ status: 'valid', contact: ['mailto:it@example.go.th'] });
  });

  it('is not opened when only an existing one is asked for', async () => {
    const client = await world.client();
    expect((await client.post('/acme/new-account', { onlyReturnExisting: true })).body.type).toBe(
      type('accountDoesNotExist'),
    );
  });

  it.each([
    [['tel:1155'], 'unsupportedContact'],
    [['mailto:a@b.th,c@d.th'], 'invalidContact'],
    [['mailto:nobody'], 'invalidContact'],
    [Array.from({ length: 6 }, () => 'mailto:a@b.th'), 'invalidContact'],
  ])('refuses the contacts %j', async (contact, expected) => {
    const client = await world.client();
    expect((await client.post('/acme/new-account', { contact })).body.type).toBe(type(expected));
  });

  it('changes contacts, and answers nothing more once it is closed', async () => {
    const client = await opened();
    expect((await client.post(String(client.kid), { contact: ['mailto:b@c.th'] })).body.contact).toEqual([
      'mailto:b@c.th',
    ]);
    expect((await client.post(String(client.kid))).body.contact).toEqual(['mailto:b@c.th']);
    expect((await client.post(String(client.kid), { status: 'deactivated' })).body.status).toBe('deactivated');
    const refused = await client.order('a.example.th');
    expect([refused.status, refused.body.type]).toEqual([401, type('unauthorized')]);
  });

  it('is seen by nobody else', async () => {
    const [one, two] = [await opened(), await opened()];
    expect((await two.post(String(one.kid))).body.type).toBe(type('unauthorized'));
    const order = await one.order('a.example.th');
    const missing = await two.post(String(order.headers.location));
    expect(missing.status).toBe(404);
    expect((await two.post((order.body.authorizations as string[])[0] ?? '')).status).toBe(404);
  });

  it('gets another key, which from then on is the only one', async () => {
    const client = await opened();
    const next = await generateKeyPair('ES256', { extractable: true });
    const inner = async (payload: Record<string, unknown>, header: Record<string, unknown> = {}) =>
      await new FlattenedSign(new TextEncoder().encode(JSON.stringify(payload)))
        .setProtectedHeader({
          alg: 'ES256',
          url: 'http://localhost:8420/acme/key-change',
          jwk: await exportJWK(next.publicKey),
          ...header,
        } as { alg: string })
        .sign(next.privateKey);
    const right = { account: client.kid, oldKey: client.jwk };
    const stranger = await opened();
    for (const wrong of [
      await inner({ ...right, account: stranger.kid }),
      await inner({ ...right, oldKey: stranger.jwk }),
      await inner(right, { url: 'http://localhost:8420/acme/new-order' }),
      await inner(right, { nonce: await client.nonce() }),
    ]) {
      expect((await client.post('/acme/key-change', wrong)).body.type).toBe(type('malformed'));
    }
    expect((await client.post('/acme/key-change', await inner(right))).status).toBe(200);
    expect((await client.post(String(client.kid))).body.type).toBe(type('malformed'));
    client.key = next;
    expect((await client.post(String(client.kid))).status).toBe(200);
  });
});

describe('orders', () => {
  it('leads to a certificate that names what was proven', async () => {
    const client = await opened();
    const { pem } = await enrolled(client, 'shop.example.th');
    const [certificate, issuer] = pem.split(/(?=-----BEGIN)/).map((part) => new X509Certificate(part));
    expect(certificate?.subjectAltName).toBe('DNS:shop.example.th');
    expect(issuer && certificate?.verify(issuer.publicKey)).toBe(true);
    expect(pem.match(/BEGIN/g)).toHaveLength(2);
    const again = await client.order('shop.example.th');
    expect(again.body.status).toBe('ready');
    expect((await client.post(`${client.kid}/orders`)).body.orders).toHaveLength(2);
  });

  it('takes a name by DNS, for everything below it too', async () => {
    const client = await opened();
    const order = await client.order('*.wild.example.th');
    const challenges = await client.challenges(order);
    expect(Object.keys(challenges)).toEqual(['dns-01']);
    const { 'dns-01': challenge } = challenges;
    const { createHash } = await import('node:crypto');
    const value = createHash('sha256')
      .update(await client.keyAuthorization(challenge?.token ?? ''))
      .digest('base64url');
    const name = '_acme-challenge.wild.example.th';
    world.names.records.set(`TXT ${name}`, [{ type: 'TXT', name, ttl: 0, data: ['another', value].slice(1) }]);
    await client.post(challenge?.url ?? '', {});
    await world.context.jobs.idle();
    const final = await client.post(String(order.body.finalize), { csr: await client.csr('*.wild.example.th') });
    expect(final.body.status).toBe('valid');
  });

  it('is refused when the proof does not lie there, and says what was found', async () => {
    const client = await opened();
    world.point('other.example.th');
    const order = await client.order('other.example.th');
    const { 'http-01': challenge } = await client.challenges(order);
    world.pages.set(`/.well-known/acme-challenge/${challenge?.token}`, 'something else');
    await client.post(challenge?.url ?? '', {});
    await world.context.jobs.idle();
    const shown = await client.post(challenge?.url ?? '');
    expect(shown.body).toMatchObject({
      status: 'invalid',
      error: { type: type('incorrectResponse'), identifier: { value: 'other.example.th' } },
    });
    expect((await client.post(String(order.headers.location))).body).toMatchObject({ status: 'invalid' });
    expect(
      (await client.post(String(order.body.finalize), { csr: await client.csr('other.example.th') })).body.type,
    ).toBe(type('orderNotReady'));
    expect((await client.post(challenge?.url ?? '', {})).body.status).toBe('invalid');
  }, 30_000);

  it('does not ask hosts of the inner network', async () => {
    const client = await opened();
    const name = 'inner.example.th';
    world.names.records.set(`A ${name}`, [{ type: 'A', name, ttl: 0, data: '169.254.169.254' }]);
    const order = await client.order(name);
    const { 'http-01': challenge } = await client.challenges(order);
    await client.post(challenge?.url ?? '', {});
    await world.context.jobs.idle();
    expect((await client.post(challenge?.url ?? '')).body).toMatchObject({
      error: { type: type('connection'), code: 'outbound.address_refused' },
    });
  }, 30_000);

  it.each([
    [[{ type: 'dns', value: 'localhost' }], 'rejectedIdentifier'],
    [[{ type: 'dns', value: '127.0.0.1' }], 'rejectedIdentifier'],
    [[{ type: 'dns', value: 'a..th' }], 'rejectedIdentifier'],
    [[{ type: 'dns', value: 'a.*.th' }], 'rejectedIdentifier'],
    [[{ type: 'dns', value: 'ร้าน.ไทย' }], 'rejectedIdentifier'],
    [[{ type: 'dns', value: 'ab--c.example.th' }], 'rejectedIdentifier'],
    [[{ type: 'dns', value: `${'a'.repeat(64)}.th` }], 'rejectedIdentifier'],
    [[{ type: 'ip', value: '1.2.3' }], 'rejectedIdentifier'],
    [[{ type: 'email', value: 'a@b.th' }], 'unsupportedIdentifier'],
    [[{ type: 'dns' }], 'malformed'],
    [[null], 'malformed'],
    [[], 'malformed'],
    ['x', 'malformed'],
    [Array.from({ length: 101 }, (_, n) => ({ type: 'dns', value: `a${n}.example.th` })), 'malformed'],
  ])('refuses the names %j', async (identifiers, expected) => {
    const client = await opened();
    expect((await client.post('/acme/new-order', { identifiers })).body.type).toBe(type(expected));
  });

  it('refuses a chosen validity', async () => {
    const client = await opened();
    const identifiers = [{ type: 'dns', value: 'a.example.th' }];
    const answer = await client.post('/acme/new-order', { identifiers, notAfter: '2027-01-01T00:00:00Z' });
    expect(answer.body.code).toBe('enrolment.validity_fixed');
  });

  it('refuses a request for other names, for the account key, or that is none', async () => {
    const client = await opened();
    world.point('exact.example.th');
    const order = await client.order('exact.example.th');
    await prove(client, order);
    const finalize = String(order.body.finalize);
    const { buildCertificationRequest } = await import('@tra/pki');
    const { privateKey } = client.key;
    const { sign, createPublicKey, KeyObject } = await import('node:crypto');
    const key = KeyObject.from(privateKey as never);
    const accountKey = await buildCertificationRequest({
      subject: {},
      alternativeNames: [{ dns: 'exact.example.th' }],
      signer: {
        algorithm: 'ecdsa-p256-sha256',
        publicKey: new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' })),
        sign: async (data) => new Uint8Array(sign('sha256', data, key)),
      },
    });
    for (const csr of [
      await client.csr('exact.example.th', 'more.example.th'),
      await client.csr('other.example.th'),
      Buffer.from(accountKey).toString('base64url'),
      'AAAA',
    ]) {
      expect((await client.post(finalize, { csr })).body.type).toBe(type('badCSR'));
    }
    expect((await client.post(finalize, { csr: '===' })).body.type).toBe(type('malformed'));
    expect((await client.post(finalize, { csr: await client.csr('exact.example.th') })).body.status).toBe('valid');
  });

  it('is issued once however often it is asked at the same moment', async () => {
    const client = await opened();
    world.point('once.example.th');
    const order = await client.order('once.example.th');
    await prove(client, order);
    const before = world.authority.orders.length;
    const csr = await client.csr('once.example.th');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => client.post(String(order.body.finalize), { csr })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(world.authority.orders.length - before).toBe(1);
  });

  it('waits in processing when the CA cannot issue now, and is completed by the job', async () => {
    const client = await opened();
    world.point('later.example.th');
    const order = await client.order('later.example.th');
    await prove(client, order);
    world.authority.failNext(new CodedError('pki.not_ready'));
    const final = await client.post(String(order.body.finalize), { csr: await client.csr('later.example.th') });
    expect(final.body.status).toBe('processing');
    expect(final.headers['retry-after']).toBe('1');
    world.context.testClock.advance(70_000);
    await world.context.jobs.idle();
    expect((await client.post(String(order.headers.location))).body.status).toBe('valid');
  });

  it('is invalid with the reason when the CA refuses', async () => {
    const client = await opened();
    world.point('refused.example.th');
    const order = await client.order('refused.example.th');
    await prove(client, order);
    world.authority.failNext(new CodedError('pki.key_blocked', { params: { reason: 'keyCompromise' } }));
    const final = await client.post(String(order.body.finalize), { csr: await client.csr('refused.example.th') });
    expect(final.body).toMatchObject({ status: 'invalid', error: { type: type('badCSR'), code: 'pki.key_blocked' } });
  });

  it('expires', async () => {
    const client = await opened();
    const order = await client.order('slow.example.th');
    world.context.testClock.advance(169 * 3_600_000);
    expect((await client.post(String(order.headers.location))).body).toMatchObject({
      status: 'invalid',
      error: { code: 'enrolment.order_expired' },
    });
  });

  it('ends with its authorization', async () => {
    const client = await opened();
    const order = await client.order('given-up.example.th');
    const [authorization = ''] = order.body.authorizations as string[];
    expect((await client.post(authorization, { status: 'deactivated' })).body.status).toBe('deactivated');
    expect((await client.post(String(order.headers.location))).body.status).toBe('invalid');
  });
});

describe('CAA', () => {
  const caa = (name: string, tag: string, value: string, flags: number = 0) =>
    world.names.records.set(`CAA ${name}`, [
      { type: 'CAA', name, ttl: 0, data: { flags, tag: tag as 'issue', value } },
    ]);

  it.each([
    ['another CA', 'issue', 'ca.example.net'],
    ['nobody', 'issue', ';'],
    ['an unknown critical tag', 'future', 'x', 128],
  ] as [string, string, string, number?][])(
    'refuses when the records allow %s',
    async (_name, tag, value, flags = 0) => {
      const client = await opened();
      const name = `caa-${Math.random().toString(36).slice(2)}.example.th`;
      world.point(`www.${name}`);
      caa(name, tag, value, flags);
      const order = await client.order(`www.${name}`);
      await prove(client, order);
      const final = await client.post(String(order.body.finalize), { csr: await client.csr(`www.${name}`) });
      expect(final.body).toMatchObject({ status: 'invalid', error: { type: type('caa') } });
    },
  );

  it('refuses when they cannot be read', async () => {
    const client = await opened();
    const name = 'caa-broken.example.th';
    world.point(name);
    const order = await client.order(name);
    await prove(client, order);
    world.names.failing.add(name);
    const final = await client.post(String(order.body.finalize), { csr: await client.csr(name) });
    world.names.failing.delete(name);
    expect(final.body).toMatchObject({ status: 'invalid', error: { type: type('connection') } });
  }, 30_000);
});

describe('revocation and renewal', () => {
  const der = (pem: string) => new X509Certificate(pem).raw.toString('base64url');

  it('is for the account that ordered, once', async () => {
    const client = await opened();
    const { pem } = await enrolled(client, 'gone.example.th');
    const stranger = await opened();
    expect((await stranger.post('/acme/revoke-certificate', { certificate: der(pem) })).body.type).toBe(
      type('unauthorized'),
    );
    expect((await client.post('/acme/revoke-certificate', { certificate: der(pem), reason: 6 })).body.type).toBe(
      type('badRevocationReason'),
    );
    expect((await client.post('/acme/revoke-certificate', { certificate: der(pem), reason: 4 })).status).toBe(200);
    const { serialNumber } = new X509Certificate(pem);
    expect(world.authority.revoked.get(serialNumber.toLowerCase())).toMatchObject({ reason: 'superseded' });
    expect((await client.post('/acme/revoke-certificate', { certificate: der(pem) })).body.type).toBe(
      type('alreadyRevoked'),
    );
    expect((await client.post('/acme/revoke-certificate', { certificate: 'AAAA' })).status).toBe(404);
  });

  it('is for whoever has proven all its names', async () => {
    const client = await opened();
    const { pem } = await enrolled(client, 'moved.example.th');
    const owner = await opened();
    await enrolled(owner, 'moved.example.th');
    expect((await owner.post('/acme/revoke-certificate', { certificate: der(pem), reason: 1 })).status).toBe(200);
  });

  it('is not for whoever signs with some other key', async () => {
    const client = await opened();
    const { pem } = await enrolled(client, 'mine.example.th');
    const other = await world.client();
    expect((await other.post('/acme/revoke-certificate', { certificate: der(pem) })).body.type).toBe(
      type('unauthorized'),
    );
  });

  it('tells when to renew, and takes a successor once', async () => {
    const client = await opened();
    const { pem } = await enrolled(client, 'renew.example.th');
    const certificate = new X509Certificate(pem);
    const { parseCertificate } = await import('@tra/pki');
    const { authorityKeyId, serialHex } = parseCertificate(new Uint8Array(certificate.raw));
    const id = `${Buffer.from(authorityKeyId?.keyIdHex ?? '', 'hex').toString('base64url')}.${Buffer.from(serialHex, 'hex').toString('base64url')}`;
    const info = await world.app.inject(`/acme/renewal-info/${id}`);
    expect(info.headers['retry-after']).toBe('21600');
    const { start, end } = info.json().suggestedWindow;
    expect(Date.parse(start)).toBeLessThan(Date.parse(end));
    expect(Date.parse(end)).toBeLessThan(Date.parse(certificate.validTo));
    const identifiers = [{ type: 'dns', value: 'renew.example.th' }];
    const next = await client.post('/acme/new-order', { identifiers, replaces: id });
    expect(next.body.replaces).toBe(id);
    expect((await client.post('/acme/new-order', { identifiers, replaces: id })).body.type).toBe(
      type('alreadyReplaced'),
    );
    const stranger = await opened();
    expect((await stranger.post('/acme/new-order', { identifiers, replaces: id })).body.code).toBe(
      'enrolment.replaces_invalid',
    );
    expect((await world.app.inject('/acme/renewal-info/AAAA.AAAA')).statusCode).toBe(404);
    expect((await world.app.inject('/acme/renewal-info/x')).statusCode).toBe(404);
  });
});
