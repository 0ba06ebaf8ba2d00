import { parseCertificate, validatePath } from '@tra/pki';
import { testSigner } from '@tra/pki/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthorityRegistry } from '../src/authorities/registry.ts';
import { remindOfExpiry } from '../src/requests/expiry.ts';
import { createWorld, proofing, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const item = (commonName: string, publicKey = testSigner().publicKey) => ({
  subject: { commonName, country: 'TH' },
  publicKey,
  holder: 'somchai',
});

const stored = async () =>
  await world.system.context.database
    .tables<{ pki_certificates: { channel: string; state: string; serial_hex: string } }>()
    .selectFrom('pki_certificates')
    .select(['serial_hex', 'state'])
    .where('channel', '=', 'bulk')
    .execute();

describe('many at once', () => {
  it('are stored before they are released, in order, with one audit record', async () => {
    const { publicKey } = testSigner();
    const items = Array.from({ length: 300 }, (_, index) => item(`ผู้ถือ ${index}`, publicKey));
    const certificates = await world.services.issueMany({ profile: 'document-signer', items });
    expect(certificates.map((der) => parseCertificate(der).subject.get('CN'))).toEqual(
      items.map(({ subject }) => subject.commonName),
    );
    const rows = await stored();
    expect(rows.map(({ serial_hex }) => serial_hex).sort()).toEqual(
      certificates.map((der) => parseCertificate(der).serialHex).sort(),
    );
    expect(rows.every(({ state }) => state === 'issued')).toBe(true);
    const records = await world.system.context.audit.list('pki', { limit: 1000 });
    expect(records.filter(({ action }) => action === 'pki.certificates_issued')).toMatchObject([
      { details: { count: 300 } },
    ]);
    const report = validatePath({
      certificate: certificates[299]!,
      intermediates: [await world.services.issuingCertificate()],
      anchors: await world.services.trustAnchors(),
      crls: await world.services.currentCrls(),
      at: world.system.context.clock.now(),
      purpose: 'document-signing',
    });
    expect(report.code).toBe('pki.path_valid');
  });

  it('are none when one of them cannot be, or they are too many', async () => {
    const before = (await stored()).length;
    const weak = testSigner('rsa-pkcs1-sha256', 1024).publicKey;
    const order = (items: ReturnType<typeof item>[]) => world.services.issueMany({ profile: 'document-signer', items });
    await expect(order([item('a'), item('b', weak)])).rejects.toMatchObject({ code: 'pki.key_invalid' });
    const { publicKey } = testSigner();
    const many = Array.from({ length: 5_001 }, () => item('x', publicKey));
    await expect(order(many)).rejects.toMatchObject({ code: 'pki.bulk_too_large' });
    const blocked = testSigner().publicKey;
    const { serialHex } = await world.services.issue({ profile: 'document-signer', ...item('c', blocked) });
    await world.services.revoke(serialHex, 'keyCompromise');
    await expect(order([item('d'), item('e', blocked)])).rejects.toMatchObject({ code: 'pki.key_blocked' });
    expect((await stored()).length).toBe(before);
  });
});

describe('reminders', () => {
  it('come 30, 14, 7 and 1 days before the end, each once, and not after a renewal', async () => {
    const { context } = world.system;
    const core = { context, authorities: createAuthorityRegistry(context) };
    const heard: number[] = [];
    context.jobs.subscribe('pki.certificate_expiring', 'test', async ({ data, subject }) => {
      if (subject === result) heard.push((data as { days: number }).days);
    });
    const { result } = await world.certify();
    await context.jobs.idle();
    const row = (await world.request('GET', `/certificates/issuing/${result}`, { as: 'kanya' })).body;
    const end = new Date(row.notAfter).getTime();
    const goTo = async (days: number) => {
      context.testClock.advance(end - days * 86_400_000 - context.clock.now().getTime());
      await remindOfExpiry(core);
      await remindOfExpiry(core);
      await context.jobs.idle();
    };
    await goTo(31);
    expect(heard).toEqual([]);
    await goTo(29);
    await goTo(13);
    expect(heard).toEqual([30, 14]);
    const renewal = { action: 'renew', note: 'x' };
    const path = `/certificates/issuing/${result}/actions`;
    const { body } = await world.request('POST', path, { as: 'somchai', body: renewal });
    await world.act(body.request.id, 'kanya', { action: 'approve', proofing }, '*');
    await world.act(body.request.id, 'thana', { action: 'approve' }, '*');
    await goTo(5);
    expect(heard).toEqual([30, 14]);
  });
});
