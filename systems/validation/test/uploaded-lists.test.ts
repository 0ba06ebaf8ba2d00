import { steppedClock } from '@tra/kernel/testing';
import { toPem } from '@tra/pki';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { type TestSigning, testPdf, testSigning } from '@tra/signature/testing';
import { SERVICE_STATUS, signTrustedList, type TrustedList, type TrustService } from '@tra/trust-list';
import { testList, testListSigner, testService } from '@tra/trust-list/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ValidationConfig, type ValidationServices, validation } from '../src/index.ts';
import { multipart, type Part, portsOf } from './world.ts';

const clock = steppedClock('2026-11-20T08:00:00Z');
let signing: TestSigning;
let signed: Uint8Array;
let running: StartedSystem<ValidationConfig, ValidationServices>;
let operator: Awaited<ReturnType<typeof testListSigner>>;
let other: Awaited<ReturnType<typeof testListSigner>>;

beforeAll(async () => {
  signing = await testSigning();
  signed = await signing.sign(testPdf());
  [operator, other] = await Promise.all([testListSigner(), testListSigner()]);
  const ports = portsOf([], () => signing.hierarchy.crls(clock.now()));
  running = await startTestSystem(validation, ports, { clock, config: { requestsPerMinute: 0, processes: 1 } });
});

afterAll(() => running.close());

async function listOf(service: Partial<TrustService> = {}, list: Partial<TrustedList> = {}): Promise<Uint8Array> {
  const services = signing.anchors.map((certificate) => testService(certificate, service));
  const { signer, certificate } = operator;
  const signingTime = list.issuedAt ?? new Date('2026-11-01T01:00:00Z');
  return await signTrustedList({ list: testList(services, list), signer, certificate, signingTime });
}

async function post(...parts: readonly Part[]) {
  const { payload, headers } = multipart([...parts, ['file', signed, 'a.pdf']]);
  const reply = await running.app.inject({ method: 'POST', url: '/api/v1/validations', payload, headers });
  return { status: reply.statusCode, body: reply.json() };
}

describe('a trusted list that is sent', () => {
  it('is believed unchecked, and the report says so', async () => {
    const { body } = await post(['trust', await listOf(), 'list.xml']);
    expect(body.reports[0]).toMatchObject({
      verdict: 'passed',
      trust: {
        basis: 'request',
        listsOfRequest: [
          { territory: 'TH', sequence: 42, sha256: expect.stringMatching(/^[0-9a-f]{64}$/), signature: 'unchecked' },
        ],
      },
    });
  });

  it.each(['before', 'behind'])('is held to its signer, who comes %s it', async (place) => {
    const list: Part = ['trust', await listOf(), 'list.xml'];
    const signer: Part = ['trustSigner', toPem('CERTIFICATE', operator.certificate)];
    const { body } = await post(...(place === 'before' ? [signer, list] : [list, signer]));
    expect(body.reports[0]).toMatchObject({ verdict: 'passed', trust: { listsOfRequest: [{ signature: 'passed' }] } });
  });

  it('keeps the times of its services', async () => {
    const withdrawn = { status: SERVICE_STATUS.withdrawn, startingTime: new Date('2026-06-01T00:00:00Z') };
    const { status, body } = await post(['trust', await listOf(withdrawn), 'list.xml']);
    expect([status, body.reports?.[0]?.verdict]).not.toEqual([200, 'passed']);
  });

  it('is refused when its signer is another, when it was changed, and when it is out of date', async () => {
    const refused = async (list: Uint8Array, certificate: Uint8Array) => {
      const { status, body } = await post(['trust', list, 'list.xml'], ['trustSigner', certificate, 'signer.crt']);
      return [status, body.code, body.detail ?? body.title];
    };
    const list = await listOf();
    const changed = Buffer.from(Buffer.from(list).toString().replace('1 Test Road', '2 Test Road'));
    const old = await listOf(
      {},
      { issuedAt: new Date('2026-02-01T00:00:00Z'), nextUpdate: new Date('2026-05-01T00:00:00Z') },
    );
    const reason = (code: string) => [422, 'validation.trust_list_refused', expect.stringContaining(code)];
    expect(await refused(list, other.certificate)).toEqual(reason('trust_list.'));
    expect(await refused(changed, operator.certificate)).toEqual(reason('trust_list.'));
    expect(await refused(old, operator.certificate)).toEqual(reason('trust_list.'));
  });

  it('is refused when it is none, and a signer who is none as well', async () => {
    const broken = await post(['trust', '<a/>', 'list.xml']);
    expect([broken.status, broken.body.code]).toEqual([422, 'validation.trust_invalid']);
    const nobody = await post(['trustSigner', 'x']);
    expect([nobody.body.code, nobody.body.errors[0].pointer]).toEqual(['validation.trust_invalid', '/trustSigner']);
    const many = Array.from({ length: 5 }, (): Part => ['trust', '<a/>', 'list.xml']);
    expect((await post(...many)).body.code).toBe('validation.trust_too_many');
  });
});
