import { type SteppedClock, seededRandom, steppedClock } from '@tra/kernel/testing';
import { parseCertificate } from '@tra/pki';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { loadMessages } from '@tra/platform-i18n';
import type { SystemInstance } from '@tra/platform-system';
import { createTestContext, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { signatureErrorCodes, validateDocument } from '@tra/signature';
import { testPdf } from '@tra/signature/testing';
import { createAuthority } from '@tra/timestamp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SigningConfig, type SigningPorts, type SigningServices, signing } from '../src/index.ts';

let clock: SteppedClock;
let hierarchy: TestHierarchy;
let ports: SigningPorts;
let issued: number;
let running: StartedSystem<SigningConfig, SigningServices> | undefined;

beforeEach(async () => {
  clock = steppedClock('2026-11-20T07:05:00Z');
  const random = seededRandom(5);
  hierarchy = await testHierarchy();
  issued = 0;
  const chain = [hierarchy.issuing.certificate, hierarchy.root.certificate];
  const unit = await hierarchy.issue('time-stamping');
  const authority = createAuthority({
    units: [{ ...unit, chain, policies: [{ oid: '1.3.6.1.4.1.32473.3161.1' }] }],
    clock,
    random,
  });
  ports = {
    certificates: {
      issue: async ({ publicKey, subject }) => {
        issued += 1;
        const notAfter = new Date(clock.now().getTime() + 100 * 86_400_000);
        const { certificate } = await hierarchy.issue('document-signer', {
          publicKey,
          subject,
          notBefore: new Date(clock.now().setUTCMilliseconds(0)),
          notAfter: new Date(notAfter.setUTCMilliseconds(0)),
        });
        return { certificate, chain };
      },
    },
    timestamper: { stamp: async (digest) => (await authority.stamp(digest)).token },
    revocation: { currentCrls: () => hierarchy.crls(clock.now()) },
  };
});

afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function start(changed: Partial<SigningPorts> = {}): Promise<StartedSystem<SigningConfig, SigningServices>> {
  running = await startTestSystem(signing, { ...ports, ...changed }, { clock, server: { demo: true } });
  return running;
}

/** Another process on the same database and keys, unless `alone`. */
async function another(changed: Partial<SigningPorts> = {}, alone = false): Promise<SystemInstance<SigningServices>> {
  if (!running) throw new Error('start first');
  const { database, keys } = running.context;
  const context = await createTestContext(signing, { clock, database, ...(alone ? {} : { keys }) });
  return signing.create(context, { ...ports, ...changed });
}

const days = (count: number): number => count * 86_400_000;

describe('the signing system', () => {
  it('makes its key and certificate at the first start and signs as PAdES-B-T', async () => {
    const { services } = await start();
    const signed = await services.signPdf(testPdf(), { reason: 'ออกใบอนุญาต', location: 'กรุงเทพฯ' });
    const report = await validateDocument({ bytes: signed, anchors: [hierarchy.root.certificate], at: clock.now() });
    expect(report.verdict).toBe('passed');
    expect(report.signatures).toMatchObject([
      {
        level: 'PAdES-B-T',
        signer: { commonName: 'Tra Demo Document Signer', organization: 'Tra Demo' },
        reason: 'ออกใบอนุญาต',
        location: 'กรุงเทพฯ',
      },
    ]);
    expect(issued).toBe(1);
  });

  it('signs XML as XAdES-B-T', async () => {
    const { services } = await start();
    const signed = await services.signXml(new TextEncoder().encode('<a xmlns="urn:example">ก</a>'));
    const crls = await hierarchy.crls(clock.now());
    const report = await validateDocument({
      bytes: signed,
      anchors: [hierarchy.root.certificate],
      crls,
      at: clock.now(),
    });
    expect(report).toMatchObject({ answers: [{ status: 'passed' }, {}, {}, {}], signatures: [{ level: 'XAdES-B-T' }] });
    await expect(services.signXml(new TextEncoder().encode('<a>'))).rejects.toMatchObject({
      code: 'signature.document_refused',
    });
  });

  it('gives its chain, the signer first', async () => {
    const { services } = await start();
    const names = (await services.chain()).map((der) => parseCertificate(der).subject.get('CN'));
    expect(names).toEqual(['Tra Demo Document Signer', 'Test Issuing CA', 'Test Root']);
  });

  it('keeps its certificate over a restart', async () => {
    const { services } = await start();
    const [before] = await services.chain();
    const again = await another();
    await again.start?.();
    expect((await again.services.chain())[0]).toEqual(before);
    expect(issued).toBe(1);
  });

  it('settles on one certificate when several processes start at once', async () => {
    await start();
    clock.advance(days(71));
    const instances = await Promise.all([1, 2, 3, 4].map(() => another()));
    const chains = await Promise.all(instances.map(({ services }) => services.chain()));
    expect(new Set(chains.map(([own]) => Buffer.from(own ?? []).toString('hex'))).size).toBe(1);
  });

  it('renews before the certificate expires, with a new key', async () => {
    const { services, context } = await start();
    const [before] = await services.chain();
    clock.advance(days(71));
    const [after] = await services.chain();
    expect(after).not.toEqual(before);
    expect(parseCertificate(after ?? new Uint8Array()).publicKey).not.toEqual(
      parseCertificate(before ?? new Uint8Array()).publicKey,
    );
    expect(await context.audit.list('signing')).toHaveLength(2);
  });

  it('goes on with a certificate that is valid when the renewal fails, and stops when it is not', async () => {
    const { services } = await start();
    const before = await services.chain();
    const issue = async (): Promise<never> => {
      throw new Error('the CA is away');
    };
    const broken = await another({ certificates: { issue } });
    clock.advance(days(80));
    expect(await broken.services.chain()).toEqual(before);
    await expect(broken.services.signPdf(testPdf(), { reason: 'x' })).resolves.toBeInstanceOf(Uint8Array);
    clock.advance(days(200));
    await expect(broken.services.signPdf(testPdf(), { reason: 'x' })).rejects.toThrow('away');
  });

  it('refuses when its key is not in the store', async () => {
    await start();
    const elsewhere = await another({}, true);
    await expect(elsewhere.services.chain()).rejects.toMatchObject({ code: 'signing.key_unavailable' });
  });

  it('refuses what is no PDF, and signs nothing without a time-stamp', async () => {
    const { services } = await start();
    await expect(services.signPdf(new Uint8Array(10), { reason: 'x' })).rejects.toMatchObject({
      code: 'signature.document_refused',
    });
    const stamp = async (): Promise<never> => {
      throw new Error('away');
    };
    const mute = await another({ timestamper: { stamp } });
    await expect(mute.services.signPdf(testPdf(), { reason: 'x' })).rejects.toMatchObject({
      code: 'signature.timestamp_failed',
    });
  });

  it('has words and a status for every code', () => {
    const messages = loadMessages([new URL('messages/', signing.root)]);
    const codes = Object.keys(signing.problems);
    expect(messages.keys()).toEqual([...codes].sort());
    for (const code of signatureErrorCodes) expect(codes).toContain(code);
  });
});
