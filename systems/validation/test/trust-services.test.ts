import { type SteppedClock, steppedClock } from '@tra/kernel/testing';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { type TestSigning, testPdf, testSigning } from '@tra/signature/testing';
import { listSnapshot, SERVICE_TYPE, signTrustedList, trustAnchorsOf } from '@tra/trust-list';
import { testList, testListSigner, testService } from '@tra/trust-list/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ValidationConfig, type ValidationPorts, type ValidationServices, validation } from '../src/index.ts';
import { multipart, type Part } from './world.ts';

const path = '/api/v1/validations';
const sha256 = 'ab'.repeat(32);
let signing: TestSigning;
let clock: SteppedClock;
let running: StartedSystem<ValidationConfig, ValidationServices>;
/** Whether the service itself has the list. */
let listed = true;
let document: Part;

beforeAll(async () => {
  signing = await testSigning();
  document = ['file', await signing.sign(testPdf()), 'a.pdf'];
  clock = steppedClock('2026-11-20T08:00:00Z');
  const list = testList(signing.anchors.map((root) => testService(root, { type: SERVICE_TYPE.nationalRoot })));
  const snapshot = listSnapshot(list, { sha256, wellSigned: true, loaded: clock.now() });
  const other = { ...snapshot, id: 'TL-other', countryCode: 'XX' };
  const ports: ValidationPorts = {
    licences: { findByDocument: async () => undefined },
    trust: {
      trustAnchors: async () => (listed ? trustAnchorsOf(list, { list: snapshot.id }) : []),
      currentCrls: async () => [...(await signing.crls())],
      trustLists: async () => (listed ? [other, snapshot] : []),
    },
  };
  const options = { clock, config: { requestsPerMinute: 0, online: 'off' } } as const;
  running = await startTestSystem(validation, ports, options);
});

afterAll(() => running.close());

async function post(...parts: readonly Part[]) {
  const { payload, headers } = multipart([['keep', 'true'], ...parts, document]);
  const { app } = running;
  const reply = await app.inject({ method: 'POST', url: path, payload, headers });
  const { id, reports } = reply.json();
  const get = async (format: string, language = 'en') =>
    await app.inject({ method: 'GET', url: `${path}/${id}/reports/1?format=${format}&lang=${language}` });
  return { report: reports[0], get };
}

const finding = (report: { signatures: { checks: { code: string; message: string }[] }[] }) =>
  report.signatures[0]?.checks.find(({ code }) => code.startsWith('signature.service_'))?.message;

describe('a trusted list of the service', () => {
  it('is named by the simple report with its issue and the time of the service', async () => {
    const { report } = await post();
    expect(report.verdict).toBe('passed');
    expect(report.trust.trustLists).toContainEqual({
      ...{ territory: 'TH', sequence: 42, sha256 },
      ...{ issued: '2026-11-01T00:00:00.000Z', nextUpdate: '2027-04-01T00:00:00.000Z' },
    });
    expect(finding(report)).toContain('บัญชีรายชื่อที่เชื่อถือของ TH ฉบับที่ 42 ระบุว่าบริการ “บริการออกใบรับรอง” เชื่อถือได้ตั้งแต่');
  });

  it('stands in the diagnostic data, and in words on the page and in the PDF', async () => {
    const { get } = await post();
    const diagnostic = (await get('diagnostic')).json();
    expect(diagnostic.trustedLists).toMatchObject([
      { countryCode: 'TH', sequenceNumber: 42, sha256, wellSigned: true },
    ]);
    const [service] = diagnostic.certificates.find(({ trusted }: { trusted: boolean }) => trusted).trustServices;
    expect(service).toMatchObject({ type: SERVICE_TYPE.nationalRoot, start: '2026-01-01T00:00:00.000Z' });
    const detailed = (await get('detailed')).json();
    expect(detailed.trustedLists).toMatchObject([{ block: 'trusted-list', conclusion: { indication: 'PASSED' } }]);
    expect((await get('html')).body).toMatch(/TH, number 42: “บริการออกใบรับรอง”, granted since/);
    expect((await get('html', 'th')).body).toContain('TH ฉบับที่ 42: “บริการออกใบรับรอง” สถานะ granted ตั้งแต่');
    expect((await get('html')).body).toContain(sha256);
    expect((await get('pdf')).statusCode).toBe(200);
  });

  it('lets the policy of the EU ask for the kind of the service, and a replay says the same', async () => {
    const { report, get } = await post(['policy', 'eu']);
    const [diagnostic, detailed] = [(await get('diagnostic')).json(), (await get('detailed')).json()];
    const codes = detailed.signatures[0].archive.conclusion.warnings.map(({ code }: { code: string }) => code);
    expect(codes).toContain('process.path.service_type.failed');
    const payload = { diagnostic, policy: 'eu', expected: detailed };
    const replayed = await running.app.inject({ method: 'POST', url: `${path}/replays`, payload });
    expect([replayed.statusCode, report.signatures.length]).toEqual([200, 1]);
    expect(replayed.json()).toMatchObject({ same: true, differences: [] });
  });
});

describe('a trusted list of the asker', () => {
  it('is named as well, unsigned where nobody looked, also by a batch', async () => {
    listed = false;
    const { certificate, signer } = await testListSigner();
    const list = testList(signing.anchors.map((root) => testService(root)));
    const signingTime = new Date('2026-11-01T01:00:00Z');
    const xml = await signTrustedList({ list, signer, certificate, signingTime });
    for (const more of [[], [['batch', 'true']]] as Part[][]) {
      const { payload, headers } = multipart([...more, ['keep', 'true'], ['trust', xml, 'l.xml'], document]);
      const sent = (await running.app.inject({ method: 'POST', url: path, payload, headers })).json();
      await running.context.jobs.idle();
      const url = `${path}/${sent.id}/reports/1`;
      const report = (await running.app.inject({ method: 'GET', url })).json();
      expect(finding(report)).toContain('42');
      const diagnostic = (await running.app.inject({ method: 'GET', url: `${url}?format=diagnostic` })).json();
      expect(diagnostic.trustedLists).toMatchObject([{ countryCode: 'TH', wellSigned: false }]);
    }
  });
});
