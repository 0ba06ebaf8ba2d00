import { createSignedData } from '@tra/cms';
import { utf8Encode } from '@tra/kernel';
import { steppedClock } from '@tra/kernel/testing';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { createOutbound, type Outbound } from '@tra/platform-outbound';
import { startTestSystem } from '@tra/platform-system/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { type ServiceReport, type ValidationConfig, validation } from '../src/index.ts';
import { crlOf, outcomesOf } from './online-world.ts';
import { multipart, portsOf } from './world.ts';

const clock = steppedClock('2026-11-20T08:00:00Z');
const authority = await testHierarchy();
const foreign = await testHierarchy({ name: 'Foreign' });
const answers = new Map<string, () => Promise<{ readonly body: Uint8Array }>>();
const closing: (() => Promise<void>)[] = [];

afterAll(() => Promise.all(closing.map((close) => close())));

describe('addresses that anybody can write into a certificate', () => {
  /** The network: remembers what it is asked, and has every file of the test. */
  function network(): { readonly outbound: Outbound; readonly urls: string[] } {
    const urls: string[] = [];
    const { guard, resolver, addressOf } = createOutbound({ allowedNetworks: [], resolvers: [], timeoutMs: 100 });
    const request: Outbound['request'] = async ({ url }) => {
      urls.push(url);
      const answer = await answers.get(new URL(url).pathname)?.();
      return { status: answer?.body ? 200 : 404, url, headers: {}, body: answer?.body ?? new Uint8Array() };
    };
    return { outbound: { guard, resolver, addressOf, request }, urls };
  }

  async function service(outbound: Outbound, config: Partial<ValidationConfig> = {}) {
    const crls = async () => (await authority.crls(clock.now())).slice(1);
    const ports = portsOf([authority.root.certificate], crls);
    const settings = { requestsPerMinute: 0, processes: 1, ...config };
    const running = await startTestSystem(validation, ports, { clock, outbound, config: settings });
    closing.push(() => running.close());
    return async (bytes: Uint8Array, trust: readonly Uint8Array[] = []): Promise<ServiceReport> => {
      const anchors = trust.map((certificate) => ['trust', certificate, 'ca.der'] as const);
      const { payload, headers } = multipart([...anchors, ['file', bytes, 'a.p7m']]);
      const reply = await running.app.inject({ method: 'POST', url: '/api/v1/validations', payload, headers });
      return reply.json().reports[0];
    };
  }

  /** Signed under `hierarchy`, with the issuing certificate inside unless an address of it is given. */
  async function signedUnder(hierarchy: TestHierarchy, urls: { crl: string; issuer?: string }): Promise<Uint8Array> {
    const { certificate, signer } = await hierarchy.issue('document-signer', {
      crlUrls: [urls.crl],
      ...(urls.issuer === undefined ? {} : { issuerUrls: [urls.issuer] }),
    });
    const chain = urls.issuer === undefined ? [certificate, hierarchy.issuing.certificate] : [certificate];
    const content = utf8Encode('x');
    return (await createSignedData({ content, detached: false, signer, certificate, certificates: chain })).toDer();
  }

  it('are asked only where an authority of this service wrote them, unless settings say otherwise', async () => {
    const { outbound, urls } = network();
    const judge = await service(outbound);
    answers.set('/trusted.crl', async () => ({ body: await crlOf(authority, clock) }));
    const trusted = await judge(await signedUnder(authority, { crl: 'http://crl.example.org/trusted.crl' }));
    expect([trusted.verdict, outcomesOf(trusted)]).toEqual(['passed', ['crl taken']]);
    expect(urls).toEqual(['http://crl.example.org/trusted.crl']);
    const stranger = await signedUnder(foreign, { crl: 'http://victim.example.org/a' });
    expect((await judge(stranger)).fetched).toEqual([]);
    // An anchor of the asker's own makes the path complete, but not the address trustworthy.
    const withAnchor = await judge(stranger, [foreign.root.certificate]);
    expect(outcomesOf(withAnchor)).toContain('crl refused');
    const unknown = { crl: 'http://victim.example.org/b', issuer: 'http://victim.example.org/c' };
    expect(outcomesOf(await judge(await signedUnder(authority, unknown)))).toEqual(['issuer refused']);
    const odd = { crl: 'http://crl.example.org:22/trusted.crl' };
    expect(outcomesOf(await judge(await signedUnder(authority, odd)))).toEqual(['crl refused']);
    expect(urls).toHaveLength(1);
  });

  it('are asked, all of them, where that was chosen', async () => {
    const { outbound, urls } = network();
    const judge = await service(outbound, { online: 'any' });
    await judge(await signedUnder(authority, { crl: 'http://a.example.org/b', issuer: 'https://a.example.org/c' }));
    expect(urls).toEqual(['https://a.example.org/c']);
  });

  it('are asked so often in a minute and no more, also those of different documents', async () => {
    const { outbound, urls } = network();
    const judge = await service(outbound, { onlineRequestsPerAsker: 2 });
    const found: string[] = [];
    for (const name of ['1', '2', '3']) {
      const bytes = await signedUnder(authority, { crl: `http://crl${name}.example.org/${name}` });
      found.push(...outcomesOf(await judge(bytes)));
    }
    expect(found).toEqual(['crl unreachable', 'crl unreachable', 'crl budget']);
    expect(urls).toHaveLength(2);
    clock.advance(60_000);
    expect(outcomesOf(await judge(await signedUnder(authority, { crl: 'http://crl3.example.org/3' })))).toEqual([
      'crl unreachable',
    ]);
  });
});
