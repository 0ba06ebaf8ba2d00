import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSignedData } from '@tra/cms';
import { utf8Encode } from '@tra/kernel';
import { type SteppedClock, steppedClock } from '@tra/kernel/testing';
import { createOcspResponder, parseCertificate, parseOcspRequest } from '@tra/pki';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { createOutbound } from '@tra/platform-outbound';
import { startTestSystem } from '@tra/platform-system/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ServiceReport, type ValidationConfig, validation } from '../src/index.ts';
import { type Answer, crlOf, outcomesOf, timesAt } from './online-world.ts';
import { multipart, portsOf } from './world.ts';

let clock: SteppedClock;
let authority: TestHierarchy;
let foreign: TestHierarchy;
let server: Server;
let base: string;
let answers: Map<string, (body: Buffer) => Promise<Answer> | Answer>;
let asked: string[];
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  clock = steppedClock('2026-11-20T08:00:00Z');
  authority = await testHierarchy();
  foreign = await testHierarchy({ name: 'Foreign' });
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    asked.push(request.url ?? '');
    const answer = await answers.get(request.url ?? '')?.(Buffer.concat(parts));
    if (answer?.hang) return;
    const headers = answer?.location ? { location: answer.location } : {};
    response.writeHead(answer?.status ?? (answer?.body ? 200 : 404), headers).end(answer?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answers = new Map();
  asked = [];
});

afterEach(async () => {
  answers.clear();
  asked.length = 0;
  // Hosts that failed have rested then.
  clock.advance(130_000);
});

afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  server.closeAllConnections();
  server.close();
});

/** A document whose signer's certificate says where to find everything; none of it is inside. */
async function documentOf(name: string, urls: { crl?: string; ocsp?: string; issuer?: string } = {}) {
  const { certificate, signer } = await authority.issue('document-signer', {
    issuerUrls: [urls.issuer ?? `${base}/${name}.crt`],
    ...(urls.crl === undefined ? {} : { crlUrls: [urls.crl] }),
    ...(urls.ocsp === undefined ? {} : { ocspUrls: [urls.ocsp] }),
  });
  const builder = await createSignedData({
    ...{ content: utf8Encode(name), detached: false, signer, certificate, certificates: [certificate] },
  });
  answers.set(`/${name}.crt`, () => ({ body: authority.issuing.certificate }));
  return { bytes: builder.toDer(), certificate };
}

async function serviceOf(
  config: Partial<ValidationConfig> = {},
  allowedNetworks: readonly string[] = ['127.0.0.1', '::1'],
) {
  const [, rootCrl] = await authority.crls(clock.now());
  const ports = portsOf([authority.root.certificate], async () => (rootCrl ? [rootCrl] : []));
  const outbound = createOutbound({ allowedNetworks, resolvers: [], timeoutMs: 5000 });
  const onlineHosts = [new URL(base).host];
  const settings = {
    requestsPerMinute: 0,
    onlineRequestsPerAsker: 1000,
    onlineHosts,
    processes: 1,
    onlineSeconds: 1,
    onlineMaximumBytes: 20_000,
    ...config,
  };
  const running = await startTestSystem(validation, ports, { clock, outbound, config: settings });
  closing.push(() => running.close());
  return async (bytes: Uint8Array): Promise<ServiceReport> => {
    const { payload, headers } = multipart([['file', bytes, 'a.p7m']]);
    const reply = await running.app.inject({ method: 'POST', url: '/api/v1/validations', payload, headers });
    expect(reply.statusCode).toBe(200);
    return reply.json().reports[0];
  };
}

let shared: ReturnType<typeof serviceOf> | undefined;

/** One service for all tests that need no settings of their own: starting processes is what takes long. */
function usualService(): ReturnType<typeof serviceOf> {
  shared ??= serviceOf();
  return shared;
}

describe('evidence that is fetched', () => {
  it('completes the path, and is asked for once while it is fresh', async () => {
    const judge = await usualService();
    const { bytes } = await documentOf('good', { crl: `${base}/good.crl` });
    answers.set('/good.crl', async () => ({ body: await crlOf(authority, clock) }));
    const [report, same] = await Promise.all([judge(bytes), judge(bytes)]);
    expect(report.verdict).toBe('passed');
    expect(same.verdict).toBe('passed');
    expect(outcomesOf(report)).toEqual(['issuer taken', 'crl taken']);
    expect(asked.sort()).toEqual(['/good.crl', '/good.crt']);
    clock.advance(3_600_001);
    await judge(bytes);
    expect(asked).toHaveLength(4);
  });

  it('tells a revoked certificate, by OCSP before any CRL', async () => {
    const judge = await usualService();
    const { bytes } = await documentOf('ocsp', { ocsp: `${base}/ocsp`, crl: `${base}/unasked.crl` });
    const { certificate, signer } = authority.issuing;
    answers.set('/ocsp', async (body) => {
      const responder = createOcspResponder({ signer, responder: certificate });
      const certId = parseOcspRequest(new Uint8Array(body)).requests[0]?.der ?? new Uint8Array();
      const revoked = {
        status: 'revoked',
        revokedAt: new Date('2026-11-01T00:00:00Z'),
        reason: 'keyCompromise',
      } as const;
      return {
        body: await responder.respond({
          responses: [{ certId, ...revoked, ...timesAt(clock) }],
          producedAt: clock.now(),
        }),
      };
    });
    const report = await judge(bytes);
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'REVOKED_NO_POE' });
    expect(outcomesOf(report)).toEqual(['issuer taken', 'ocsp taken']);
  });

  it('falls back to the CRL when OCSP does not help', async () => {
    const judge = await usualService();
    const { bytes } = await documentOf('fallback', { ocsp: `${base}/broken-ocsp`, crl: `${base}/fallback.crl` });
    answers.set('/broken-ocsp', () => ({ body: utf8Encode('<html>') }));
    answers.set('/fallback.crl', async () => ({ body: await crlOf(authority, clock) }));
    const report = await judge(bytes);
    expect(report.verdict).toBe('passed');
    expect(outcomesOf(report)).toEqual(['issuer taken', 'ocsp unreadable', 'crl taken']);
  });

  const lies: readonly (readonly [string, () => Promise<Answer> | Answer, string])[] = [
    ['of another authority', async () => ({ body: await crlOf(foreign, clock) }), 'crl taken'],
    [
      'signed by nobody',
      async () => ({
        body: (await crlOf(authority, clock)).map((byte, at, all) => (at === all.length - 1 ? byte ^ 1 : byte)),
      }),
      'crl taken',
    ],
    [
      'that is out of date',
      async () => ({
        body: await crlOf(authority, clock, {
          thisUpdate: new Date('2026-01-02T00:00:00Z'),
          nextUpdate: new Date('2026-01-03T00:00:00Z'),
        }),
      }),
      'crl taken',
    ],
    ['that is too large', () => ({ body: new Uint8Array(20_001) }), 'crl too_large'],
    ['that never comes', () => ({ hang: true }), 'crl unreachable'],
    ['that is a page', () => ({ body: utf8Encode('<html>not found</html>') }), 'crl unreadable'],
    ['that is an error', () => ({ status: 500, body: utf8Encode('x') }), 'crl unreachable'],
    [
      'behind a redirect to another host',
      () => ({ status: 302, location: `${base.replace('127.0.0.1', 'localhost')}/elsewhere.crl` }),
      'crl unreachable',
    ],
    [
      'behind a redirect without end',
      () => ({ status: 302, location: '/behind-a-redirect-without-end.crl' }),
      'crl unreachable',
    ],
  ];
  it.each(lies)('gains nothing by a CRL %s', async (lie, answer, outcome) => {
    const judge = await usualService();
    const name = lie.replaceAll(' ', '-');
    const { bytes } = await documentOf(name, { crl: `${base}/${name}.crl` });
    answers.set(`/${name}.crl`, answer);
    const report = await judge(bytes);
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'TRY_LATER' });
    expect(outcomesOf(report)).toEqual(['issuer taken', outcome]);
    expect(asked).not.toContain('/elsewhere.crl');
  });

  it('follows a redirect to the same host', async () => {
    const judge = await usualService();
    const { bytes } = await documentOf('moved', { crl: `${base}/moved.crl` });
    answers.set('/moved.crl', () => ({ status: 301, location: '/there.crl' }));
    answers.set('/there.crl', async () => ({ body: await crlOf(authority, clock) }));
    expect((await judge(bytes)).verdict).toBe('passed');
  });

  it('never comes from this machine or a private network, nor from hosts that settings do not name', async () => {
    const { bytes } = await documentOf('private', { crl: `${base}/private.crl` });
    const guarded = await serviceOf({}, []);
    const report = await guarded(bytes);
    expect(outcomesOf(report)).toEqual(['issuer refused']);
    expect(report.signatures[0]?.checks.find(({ code }) => code === 'signature.path_untrusted')?.params).toMatchObject({
      issuer: parseCertificate(authority.issuing.certificate).subject.text,
    });
    const listed = await serviceOf({ onlineHosts: ['crl.example.go.th', '*.example.com'] });
    expect(outcomesOf(await listed(bytes))).toEqual(['issuer refused']);
    expect(asked).toEqual([]);
  });

  it('is not looked for when that is switched off', async () => {
    const judge = await serviceOf({ online: 'off' });
    const { bytes } = await documentOf('off', { crl: `${base}/off.crl` });
    const report = await judge(bytes);
    expect([report.subIndication, report.fetched, asked]).toEqual(['NO_CERTIFICATE_CHAIN_FOUND', [], []]);
  });

  it('lets a host rest that failed three times running', async () => {
    const judge = await usualService();
    for (const name of ['a', 'b', 'c']) {
      const { bytes } = await documentOf(name, { issuer: `${base}/gone-${name}` });
      expect(outcomesOf(await judge(bytes))).toEqual(['issuer unreachable']);
    }
    const { bytes } = await documentOf('d', { issuer: `${base}/gone-d` });
    expect(outcomesOf(await judge(bytes))).toEqual(['issuer resting']);
    clock.advance(130_000);
    expect(outcomesOf(await judge(bytes))).toEqual(['issuer unreachable']);
    expect(asked).toEqual(['/gone-a', '/gone-b', '/gone-c', '/gone-d']);
  });
});
