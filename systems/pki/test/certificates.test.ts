import { parseCertificate, parseCrl, parsePem } from '@tra/pki';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateOf, createWorld, csrFor, type Parsed, proofing, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('revocation', () => {
  const actions = (certificate: Parsed) => `/certificates/${certificate.authority}/${certificate.result}/actions`;
  const listed = async (serial: string) =>
    parseCrl((await world.services.currentCrls())[0]!)
      .find(serial)
      .map(({ reason }) => reason);

  it('is done at once for the holder', async () => {
    const certificate = await world.certify();
    const body = { action: 'revoke', reason: 'superseded' };
    const answer = await world.request('POST', actions(certificate), { as: 'somchai', body });
    expect(answer.body).toMatchObject({
      done: true,
      request: null,
      certificate: { status: 'revoked', reason: 'superseded' },
    });
    expect(await listed(certificate.result)).toEqual(['superseded']);
  });

  it('needs a second officer when an officer asks for it', async () => {
    const certificate = await world.certify();
    const body = { action: 'revoke', reason: 'privilegeWithdrawn', note: 'ลาออก' };
    const asked = await world.request('POST', actions(certificate), { as: 'kanya', body });
    expect(asked.body).toMatchObject({
      done: false,
      certificate: { status: 'valid' },
      // The second officer reads whose certificate it is.
      request: { state: 'first-approved', subject: { country: 'TH' } },
    });
    const again = await world.request('POST', actions(certificate), { as: 'thana', body });
    expect([again.status, again.body.code]).toEqual([409, 'pki.request_open']);
    const { id, version } = asked.body.request;
    expect((await world.act(id, 'kanya', { action: 'approve' }, version)).body.code).toBe('pki.request_own');
    expect(await listed(certificate.result)).toEqual([]);
    const done = await world.act(id, 'thana', { action: 'approve' }, version);
    expect(done.body).toMatchObject({ state: 'done' });
    expect(await listed(certificate.result)).toEqual(['privilegeWithdrawn']);
  });

  it('of a compromised key is done at once by an officer, confirmed later, and blocks the key', async () => {
    const csr = await csrFor();
    const certificate = await world.certify('somchai', { csr });
    const body = {
      action: 'revoke',
      reason: 'keyCompromise',
      note: 'กุญแจหลุด',
      invalidityDate: '2026-11-01T00:00:00.000Z',
    };
    const answer = await world.request('POST', actions(certificate), { as: 'kanya', body });
    expect(answer.body).toMatchObject({ done: true, request: { state: 'confirmation' } });
    expect(await listed(certificate.result)).toEqual(['keyCompromise']);
    const { id, version } = answer.body.request;
    expect((await world.act(id, 'kanya', { action: 'approve' }, version)).status).toBe(403);
    expect((await world.act(id, 'thana', { action: 'approve' }, version)).body.state).toBe('done');
    const again = { kind: 'certificate', profile: 'document-signer', csr, evidence: 'x' };
    expect((await world.request('POST', '/requests', { as: 'somchai', body: again })).body.code).toBe(
      'pki.key_blocked',
    );
  });

  it('is not for strangers, and not for a reason that is none', async () => {
    const certificate = await world.certify();
    const body = { action: 'revoke', reason: 'superseded', note: 'x' };
    expect((await world.request('POST', actions(certificate), { as: 'malee', body })).status).toBe(404);
    expect((await world.request('POST', actions(certificate), { as: 'nida', body })).status).toBe(403);
    expect((await world.request('POST', actions(certificate), { as: 'pimchai', body })).status).toBe(403);
    const hold = { ...body, reason: 'certificateHold' };
    expect((await world.request('POST', actions(certificate), { as: 'somchai', body: hold })).status).toBe(400);
    const ca = { ...body, reason: 'cACompromise' };
    expect((await world.request('POST', actions(certificate), { as: 'somchai', body: ca })).body.code).toBe(
      'pki.reason_invalid',
    );
    expect(await listed(certificate.result)).toEqual([]);
  });

  it('suspends at once and reinstates after two officers; the delta CRL says so', async () => {
    const certificate = await world.certify();
    const suspend = { action: 'suspend' };
    const held = await world.request('POST', actions(certificate), { as: 'somchai', body: suspend });
    expect(held.body.certificate).toMatchObject({ status: 'suspended', reason: 'certificateHold' });
    expect(await listed(certificate.result)).toEqual(['certificateHold']);
    const asked = await world.request('POST', actions(certificate), {
      as: 'somchai',
      body: { action: 'reinstate', note: 'พบกุญแจแล้ว' },
    });
    const { id, version } = asked.body.request;
    expect(asked.body.request.state).toBe('submitted');
    await world.act(id, 'kanya', { action: 'approve' }, version);
    expect((await world.act(id, 'thana', { action: 'approve' }, '*')).body.state).toBe('done');
    expect(await listed(certificate.result)).toEqual([]);
    const delta = parseCrl((await world.request('GET', '/pki/crl/issuing/delta.crl')).bytes);
    expect(delta.find(certificate.result).map(({ reason }) => reason)).toEqual(['removeFromCRL']);
    const complete = parseCrl((await world.request('GET', '/pki/crl/issuing.crl')).bytes);
    expect(delta.numberHex).toBe(complete.numberHex);
    expect(Number.parseInt(delta.deltaBaseHex!, 16)).toBeLessThan(Number.parseInt(delta.numberHex!, 16));
  });

  it('of what is revoked is a conflict', async () => {
    const certificate = await world.certify();
    await world.services.revoke(certificate.result, 'superseded');
    const body = { action: 'suspend' };
    const answer = await world.request('POST', actions(certificate), { as: 'somchai', body });
    expect([answer.status, answer.body.code]).toEqual([409, 'pki.status_conflict']);
  });
});

describe('renewal', () => {
  it('certifies a new key, or the same one, and names the predecessor', async () => {
    const certificate = await world.certify();
    const path = `/certificates/issuing/${certificate.result}/actions`;
    const body = { action: 'renew', note: 'ใกล้หมดอายุ' };
    const asked = await world.request('POST', path, { as: 'somchai', body });
    expect(asked.body.request).toMatchObject({ state: 'submitted', target: certificate.result });
    const { id } = asked.body.request;
    const seen = await world.act(id, 'kanya', { action: 'approve', proofing }, '*');
    expect(seen.body.checks[0]).toEqual({ check: 'possession', status: 'indeterminate' });
    const issued = await world.act(id, 'thana', { action: 'approve' }, '*');
    expect(issued.body.state).toBe('issued');
    const renewed = await certificateOf(world, issued.body);
    expect(renewed.predecessor).toEqual({ authority: 'issuing', serial: certificate.result });
    const [before, after] = [await certificateOf(world, certificate), renewed].map(({ pem }) =>
      parseCertificate(parsePem(pem, 'CERTIFICATE')[0]!),
    );
    expect(after!.subject.key).toBe(before!.subject.key);
    expect(Buffer.from(after!.publicKey)).toEqual(Buffer.from(before!.publicKey));
    const rekeyed = await world.request('POST', path, { as: 'somchai', body: { ...body, csr: await csrFor() } });
    expect(rekeyed.body.request.publicKeySha256).not.toBe(asked.body.request.publicKeySha256);
    expect((await world.request('POST', path, { as: 'malee', body })).status).toBe(404);
    expect((await world.request('POST', path, { as: 'kanya', body })).status).toBe(404);
  });
});

describe('the public status check', () => {
  it('answers by serial and by file, in the language of the reader', async () => {
    const certificate = await world.certify();
    const { pem } = await certificateOf(world, certificate);
    const th = await world.request('GET', `/status?serial=${certificate.result}`);
    expect(th.body.items).toMatchObject([{ status: 'valid', explanation: expect.stringContaining('ยังใช้ได้') }]);
    const post = (raw: Buffer, type: string) => world.request('POST', '/status?lang=en', { raw, type });
    const file = await post(Buffer.from(pem), 'application/x-pem-file');
    expect(file.body.items).toMatchObject([{ status: 'valid', serial: certificate.result }]);
    await world.services.revoke(certificate.result, 'cessationOfOperation');
    const der = Buffer.from(parsePem(pem, 'CERTIFICATE')[0]!);
    const revoked = await post(der, 'application/pkix-cert');
    expect(revoked.body.items).toMatchObject([{ status: 'revoked', reasonText: 'No longer in use' }]);
    der[der.length - 1]! ^= 1;
    expect((await post(der, 'application/pkix-cert')).body.items).toMatchObject([{ status: 'unknown' }]);
    expect((await post(Buffer.from('rubbish'), 'application/pkix-cert')).status).toBe(400);
    expect((await post(Buffer.from('{}'), 'application/json')).status).toBe(415);
    expect((await world.request('GET', '/status?serial=00')).body.items[0].status).toBe('unknown');
    expect((await world.request('GET', '/status?serial=zz')).status).toBe(400);
  });
});
