import { parseCertificate, parseCrl, parsePem, validatePath } from '@tra/pki';
import { testSigner } from '@tra/pki/testing';
import { createMemoryKeyStore } from '@tra/platform-keys/testing';
import { createTestContext, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PkiConfig, type PkiServices, pki } from '../src/index.ts';

let system: StartedSystem<PkiConfig, PkiServices>;
beforeEach(async () => {
  system = await startTestSystem(pki, {}, { server: { demo: true } });
});
afterEach(() => system.close());

const issueSigner = () =>
  system.services.issue({
    profile: 'document-signer',
    subject: { commonName: 'กรมพัฒนาธุรกิจการค้า', country: 'TH' },
    publicKey: testSigner().publicKey,
  });

async function statusOf(certificate: Uint8Array): Promise<string> {
  const at = system.context.clock.now();
  const report = validatePath({
    certificate,
    intermediates: [await system.services.issuingCertificate()],
    anchors: await system.services.trustAnchors(),
    crls: await system.services.currentCrls(),
    at,
    purpose: 'document-signing',
  });
  return report.code;
}

describe('start', () => {
  it('makes a root and an issuing CA marked as demo, and CRLs for both', async () => {
    const root = parseCertificate(await system.services.rootCertificate());
    const issuing = parseCertificate(await system.services.issuingCertificate());
    expect(root.subject.text).toBe('CN=Tra Demo National Root CA,O=Tra Demo,C=TH');
    expect(issuing.subject.text).toBe('CN=Tra Demo Issuing CA 1,O=Tra Demo,C=TH');
    expect(issuing.issuer.key).toBe(root.subject.key);
    expect(issuing.crlDistributionPoints).toEqual(['http://localhost:8420/pki/crl/root.crl']);
    expect((await system.services.currentCrls()).map((crl) => parseCrl(crl).issuer.get('CN'))).toEqual([
      'Tra Demo Issuing CA 1',
      'Tra Demo National Root CA',
    ]);
  });

  it('is the same hierarchy for processes that start at the same moment', async () => {
    const first = await createTestContext(pki);
    const { database, keys } = first;
    const contexts = [first, ...(await Promise.all([2, 3].map(() => createTestContext(pki, { database, keys }))))];
    const services = await Promise.all(contexts.map(async (context) => (await pki.create(context, {})).services));
    const roots = await Promise.all(services.map((service) => service.rootCertificate()));
    const issuing = await Promise.all(services.map((service) => service.issuingCertificate()));
    expect(new Set(roots.map((der) => Buffer.from(der).toString('hex'))).size).toBe(1);
    expect(new Set(issuing.map((der) => Buffer.from(der).toString('hex'))).size).toBe(1);
    await database.close();
  });

  it('stops with a named error when the key is not at hand', async () => {
    const { database } = system.context;
    const context = await createTestContext(pki, { database, keys: createMemoryKeyStore() });
    const other = await pki.create(context, {});
    await expect(other.start?.()).rejects.toMatchObject({ code: 'pki.key_unavailable' });
  });
});

describe('issue', () => {
  it('gives a certificate that validates and is stored already', async () => {
    const { certificate, chain } = await issueSigner();
    expect(chain.map((der) => parseCertificate(der).subject.get('CN'))).toEqual([
      'Tra Demo Issuing CA 1',
      'Tra Demo National Root CA',
    ]);
    expect(await statusOf(certificate)).toBe('pki.path_valid');
    const rows = await system.context.database
      .tables<{ pki_certificates: { serial_hex: string; certificate: Uint8Array } }>()
      .selectFrom('pki_certificates')
      .selectAll()
      .where('serial_hex', '=', parseCertificate(certificate).serialHex)
      .execute();
    expect(rows).toHaveLength(1);
    expect(Buffer.from(rows[0]?.certificate ?? [])).toEqual(Buffer.from(certificate));
  });

  it('refuses a weak key and stores nothing', async () => {
    const count = async (): Promise<number> =>
      (
        await system.context.database
          .tables<{ pki_certificates: { serial_hex: string; profile: string } }>()
          .selectFrom('pki_certificates')
          .select('serial_hex')
          .where('profile', '=', 'time-stamping')
          .execute()
      ).length;
    const before = await count();
    const publicKey = testSigner('rsa-pkcs1-sha256', 1024).publicKey;
    await expect(
      system.services.issue({ profile: 'time-stamping', subject: { commonName: 'x' }, publicKey }),
    ).rejects.toMatchObject({ code: 'pki.key_invalid' });
    expect(await count()).toBe(before);
  });

  it('never gives one serial twice', async () => {
    const serials = await Promise.all(
      Array.from({ length: 20 }, async () => parseCertificate((await issueSigner()).certificate).serialHex),
    );
    expect(new Set(serials).size).toBe(20);
  });
});

describe('revocation', () => {
  it('is visible at once, with reason and a higher CRL number', async () => {
    const { certificate } = await issueSigner();
    const { serialHex } = parseCertificate(certificate);
    const before = parseCrl((await system.services.currentCrls())[0] ?? new Uint8Array(0));
    await system.services.revoke(serialHex, 'keyCompromise');
    const after = parseCrl((await system.services.currentCrls())[0] ?? new Uint8Array(0));
    expect(Number.parseInt(after.numberHex ?? '', 16)).toBeGreaterThan(Number.parseInt(before.numberHex ?? '', 16));
    expect(after.find(serialHex)).toMatchObject([{ serialHex, reason: 'keyCompromise' }]);
    expect(await statusOf(certificate)).toBe('pki.revoked');
  });

  it('a second time changes nothing', async () => {
    const { serialHex } = parseCertificate((await issueSigner()).certificate);
    await system.services.revoke(serialHex, 'superseded');
    const first = await system.services.currentCrls();
    await system.services.revoke(serialHex, 'keyCompromise');
    expect(await system.services.currentCrls()).toEqual(first);
  });

  it.each([
    ['00ff', 'superseded', 'pki.not_found'],
    ['', 'superseded', 'pki.not_found'],
    ['00ff', 'certificateHold', 'pki.reason_invalid'],
    ['00ff', 'because', 'pki.reason_invalid'],
  ])('of %s for %s is refused: %s', async (serial, reason, code) => {
    const before = await system.services.currentCrls();
    await expect(system.services.revoke(serial, reason)).rejects.toMatchObject({ code });
    expect(await system.services.currentCrls()).toEqual(before);
  });

  it('lists grow without a number twice when many are revoked at once', async () => {
    const serials = await Promise.all(
      Array.from({ length: 8 }, async () => parseCertificate((await issueSigner()).certificate).serialHex),
    );
    await Promise.all(serials.map((serial) => system.services.revoke(serial, 'cessationOfOperation')));
    const crl = parseCrl((await system.services.currentCrls())[0] ?? new Uint8Array(0));
    expect(crl.size).toBe(8);
    expect(serials.every((serial) => crl.find(serial).length === 1)).toBe(true);
  });

  it('renews a stale CRL when somebody asks', async () => {
    const before = await system.services.currentCrls();
    system.context.testClock.advance(7 * 3_600_000);
    const [after, ...others] = await Promise.all(Array.from({ length: 6 }, () => system.services.currentCrls()));
    expect(after).not.toEqual(before);
    for (const other of others) expect(other).toEqual(after);
    expect(await system.services.currentCrls()).toEqual(after);
  });
});

describe('/pki', () => {
  it.each([
    ['/pki/root.pem', 'application/pem-certificate-chain', 1],
    ['/pki/issuing.pem', 'application/pem-certificate-chain', 1],
    ['/pki/chain.pem', 'application/pem-certificate-chain', 2],
  ])('%s', async (url, type, count) => {
    const reply = await system.app.inject({ url });
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['content-type']).toBe(type);
    expect(parsePem(reply.body, 'CERTIFICATE').map((der) => parseCertificate(der))).toHaveLength(count);
  });

  it('serves DER with cache validators', async () => {
    const root = await system.app.inject({ url: '/pki/root.crt' });
    expect(root.headers['content-type']).toBe('application/pkix-cert');
    expect(parseCertificate(root.rawPayload).isSelfIssued).toBe(true);
    const crl = await system.app.inject({ url: '/pki/crl/issuing.crl' });
    expect(crl.headers).toMatchObject({ 'content-type': 'application/pkix-crl', 'cache-control': 'no-cache' });
    expect(parseCrl(crl.rawPayload).size).toBe(0);
    const again = await system.app.inject({
      url: '/pki/crl/issuing.crl',
      headers: { 'if-none-match': String(crl.headers.etag) },
    });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('answers 404 and 405 beside it', async () => {
    expect((await system.app.inject({ url: '/pki/private.key' })).statusCode).toBe(404);
    expect((await system.app.inject({ method: 'POST', url: '/pki/root.pem' })).statusCode).toBeGreaterThanOrEqual(404);
  });
});
