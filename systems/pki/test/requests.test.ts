import { parsePem, validatePath } from '@tra/pki';
import { testSigner } from '@tra/pki/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateOf, createWorld, csrFor, type Parsed, proofing, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('an application for a certificate', () => {
  it('is issued after two different officers approved, with all that they said', async () => {
    const submitted = await world.submit();
    expect(submitted).toMatchObject({
      kind: 'certificate',
      state: 'submitted',
      stateLabel: { th: 'รอเจ้าหน้าที่คนแรก' },
      applicant: { accountId: 'somchai', displayName: { th: 'สมชาย ใจดี' } },
      subject: { commonName: 'ระบบออกใบอนุญาต', organization: 'กรม ก', country: 'TH' },
      allowedActions: ['withdraw'],
      version: 1,
    });
    const first = await world.act(submitted.id, 'kanya', { action: 'approve', proofing }, 1);
    expect(first.body).toMatchObject({ state: 'first-approved', allowedActions: [], proofing: { officer: 'kanya' } });
    expect(first.headers.etag).toBe('"2"');
    const second = await world.act(submitted.id, 'thana', { action: 'approve' }, 2);
    expect(second.body).toMatchObject({ state: 'issued', authority: 'issuing' });
    expect(second.body.officers.map((officer: Parsed) => officer.accountId)).toEqual(['kanya', 'thana']);
    expect(second.body.events.map((event: Parsed) => event.action)).toEqual(['submit', 'approve', 'approve', 'issue']);
    const certificate = await certificateOf(world, second.body);
    expect(certificate).toMatchObject({ status: 'valid', holder: 'somchai', channel: 'request' });
    const report = validatePath({
      certificate: parsePem(certificate.pem, 'CERTIFICATE')[0]!,
      intermediates: [await world.services.issuingCertificate()],
      anchors: await world.services.trustAnchors(),
      crls: await world.services.currentCrls(),
      at: world.system.context.clock.now(),
      purpose: 'document-signing',
    });
    expect(report.code).toBe('pki.path_valid');
  });

  it.each([
    ['the same officer twice', 'kanya', 'pki.request_same_officer', 403],
    ['the applicant', 'somchai', 'pki.request_role_required', 403],
    ['a CA operator', 'pimchai', 'pki.request_role_required', 403],
    ['an officer of licensing', 'officer', 'pki.request_unknown', 404],
    ['another citizen', 'malee', 'pki.request_unknown', 404],
    ['an auditor', 'nida', 'pki.request_role_required', 403],
  ] as const)('is not approved a second time by %s', async (_who, as, code, status) => {
    const { id } = await world.submit();
    await world.act(id, 'kanya', { action: 'approve', proofing }, 1);
    const refused = await world.act(id, as, { action: 'approve', proofing }, 2);
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    const { body } = await world.request('GET', `/requests/${id}`, { as: 'kanya' });
    expect([body.state, body.version]).toEqual(['first-approved', 2]);
  });

  it('is never approved by an applicant who is a registrar too', async () => {
    const { id } = await world.submit('both');
    const own = await world.act(id, 'both', { action: 'approve', proofing }, 1);
    expect([own.status, own.body.code]).toEqual([403, 'pki.request_own']);
    await world.act(id, 'kanya', { action: 'approve', proofing }, 1);
    expect((await world.act(id, 'both', { action: 'approve' }, 2)).body.code).toBe('pki.request_own');
  });

  it('needs a statement on the identity from the first officer', async () => {
    const { id } = await world.submit();
    const bare = await world.act(id, 'kanya', { action: 'approve' }, 1);
    expect([bare.status, bare.body.code]).toEqual([422, 'pki.proofing_required']);
  });

  it('is approved once when two officers do it at the same moment', async () => {
    const { id } = await world.submit();
    await world.act(id, 'kanya', { action: 'approve', proofing }, 1);
    const answers = await Promise.all(
      (['thana', 'third'] as const).map((as) => world.act(id, as, { action: 'approve' }, 2)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const { body } = await world.request('GET', '/certificates', { as: 'kanya' });
    const { result } = (await world.request('GET', `/requests/${id}`, { as: 'kanya' })).body;
    expect(body.items.filter((item: Parsed) => item.serial === result)).toHaveLength(1);
    const rows = await world.system.context.database
      .tables<{ pki_certificates: { request_id: string; state: string } }>()
      .selectFrom('pki_certificates')
      .select('state')
      .where('request_id', '=', id)
      .execute();
    expect(rows).toEqual([{ state: 'issued' }]);
  });

  it('has one first approval when two officers give it at the same moment', async () => {
    const { id } = await world.submit();
    const answers = await Promise.all(
      (['kanya', 'thana'] as const).map((as) => world.act(id, as, { action: 'approve', proofing }, 1)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('is not touched without If-Match, or with an old one', async () => {
    const { id } = await world.submit();
    const path = `/requests/${id}/actions`;
    const none = await world.request('POST', path, { as: 'kanya', body: { action: 'approve', proofing } });
    expect([none.status, none.body.code]).toEqual([428, 'http.precondition_required']);
    const old = await world.act(id, 'kanya', { action: 'approve', proofing }, 7);
    expect([old.status, old.body.code]).toEqual([412, 'http.precondition_failed']);
  });

  it('goes back for a correction, and what the first officer found counts no more', async () => {
    const { id } = await world.submit();
    await world.act(id, 'kanya', { action: 'approve', proofing }, 1);
    const bare = await world.act(id, 'thana', { action: 'ask-correction' }, 2);
    expect(bare.body.code).toBe('pki.note_required');
    const back = await world.act(id, 'thana', { action: 'ask-correction', note: 'ชื่อไม่ตรง' }, 2);
    expect(back.body).toMatchObject({ state: 'correction', note: 'ชื่อไม่ตรง', officers: [], proofing: null });
    const csr = await csrFor({ commonName: 'ชื่อที่ถูก', country: 'TH' });
    const body = { kind: 'certificate', profile: 'document-signer', csr, evidence: 'แก้แล้ว' };
    const foreign = await world.request('PUT', `/requests/${id}`, { as: 'malee', body, version: 3 });
    expect(foreign.status).toBe(404);
    const other = { ...body, profile: 'time-stamping' };
    expect((await world.request('PUT', `/requests/${id}`, { as: 'somchai', body: other, version: 3 })).status).toBe(
      422,
    );
    const corrected = await world.request('PUT', `/requests/${id}`, { as: 'somchai', body, version: 3 });
    expect(corrected.body).toMatchObject({ state: 'submitted', subject: { commonName: 'ชื่อที่ถูก' } });
    await world.act(id, 'kanya', { action: 'approve', proofing }, '*');
    const issued = await world.act(id, 'thana', { action: 'approve' }, '*');
    expect((await certificateOf(world, issued.body)).subject).toBe('CN=ชื่อที่ถูก,C=TH');
  });

  it('can be rejected with a reason, and withdrawn by its applicant only', async () => {
    const rejected = await world.submit();
    const answer = await world.act(rejected.id, 'kanya', { action: 'reject', note: 'หลักฐานไม่พอ' }, 1);
    expect(answer.body).toMatchObject({ state: 'rejected', note: 'หลักฐานไม่พอ', allowedActions: [] });
    expect((await world.act(rejected.id, 'thana', { action: 'approve', proofing }, 2)).status).toBe(409);
    const { id } = await world.submit();
    expect((await world.act(id, 'kanya', { action: 'withdraw' }, 1)).status).toBe(403);
    expect((await world.act(id, 'somchai', { action: 'withdraw' }, 1)).body.state).toBe('withdrawn');
  });

  it.each([
    ['no CSR', { csr: undefined }, 422, 'pki.csr_invalid'],
    [
      'rubbish as a CSR',
      { csr: '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n' },
      422,
      'pki.csr_invalid',
    ],
    ['a root', { profile: 'root' }, 422, 'pki.profile_unknown'],
    ['a CA', { profile: 'issuing-ca' }, 422, 'pki.profile_unknown'],
    ['an OCSP responder', { profile: 'ocsp-responder' }, 422, 'pki.profile_unknown'],
    ['an e-seal without an organisation identifier', { profile: 'e-seal' }, 400, 'pki.request_invalid'],
    ['a TLS server without names', { profile: 'tls-server' }, 400, 'pki.request_invalid'],
    ['details that belong to a CA', { details: { pathLength: 0 } }, 422, 'pki.request_details_invalid'],
  ] as const)('is refused with %s', async (_what, more, status, code) => {
    const body = { kind: 'certificate', profile: 'document-signer', csr: await csrFor(), evidence: 'x', ...more };
    const answer = await world.request('POST', '/requests', { as: 'somchai', body });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('is refused for the key of one of our authorities, for a blocked key, and to nobody-in-particular', async () => {
    const body = { kind: 'certificate', profile: 'document-signer', evidence: 'x' };
    const signer = testSigner();
    const csr = await csrFor(undefined, { signer });
    const certified = await world.certify('malee', { csr });
    await world.services.revoke(certified.result, 'keyCompromise', { authority: 'issuing' });
    const again = await world.request('POST', '/requests', { as: 'malee', body: { ...body, csr } });
    expect([again.status, again.body.code]).toEqual([422, 'pki.key_blocked']);
    expect((await world.request('POST', '/requests', { body: { ...body, csr: await csrFor() } })).status).toBe(401);
  });

  it('shows officers what a machine finds now, not what it found when it came', async () => {
    const submitted = await world.submit('somchai', { csr: await csrFor() });
    const read = async () => (await world.request('GET', `/requests/${submitted.id}`, { as: 'kanya' })).body.checks;
    const found = (blocked: string) => [
      { check: 'possession', status: 'passed' },
      { check: 'key', status: 'passed' },
      { check: 'blocked', status: blocked },
      { check: 'profile', status: 'passed' },
    ];
    expect(await read()).toEqual(found('passed'));
    await world.system.context.database
      .tables<{ pki_blocked_keys: { key_sha256: Uint8Array; reason: string; since: Date } }>()
      .insertInto('pki_blocked_keys')
      .values({ key_sha256: Buffer.from(submitted.publicKeySha256, 'hex'), reason: 'keyCompromise', since: new Date() })
      .execute();
    expect(await read()).toEqual(found('failed'));
  });

  it('is answered once for one Idempotency-Key', async () => {
    const body = { kind: 'certificate', profile: 'document-signer', csr: await csrFor(), evidence: 'x' };
    const send = () => world.request('POST', '/requests', { as: 'malee', body, headers: { 'idempotency-key': 'k-1' } });
    const [one, two] = [await send(), await send()];
    expect([one.status, two.status]).toEqual([201, 201]);
    // The store of idempotency keys belongs to the server; without one the second is another application.
    expect(two.body.state).toBe('submitted');
  });
});

describe('the lists', () => {
  it('show each their own, officers what waits for them, oldest first, page by page', async () => {
    const mine = await world.request('GET', '/requests?limit=2', { as: 'somchai' });
    expect(mine.body.items).toHaveLength(2);
    expect(mine.body.items.every((item: Parsed) => item.applicant.accountId === 'somchai')).toBe(true);
    const next = await world.request('GET', `/requests?limit=2&after=${mine.body.next}`, { as: 'somchai' });
    expect(next.body.items[0].id < mine.body.items[1].id).toBe(true);
    const { id } = await world.submit('malee');
    const waits = await world.request('GET', '/requests?scope=queue&limit=200', { as: 'kanya' });
    const ids = waits.body.items.map((item: Parsed) => item.id);
    expect(ids).toContain(id);
    expect(ids).toEqual([...ids].sort());
    await world.act(id, 'kanya', { action: 'approve', proofing }, 1);
    const after = await world.request('GET', '/requests?scope=queue&limit=200', { as: 'kanya' });
    expect(after.body.items.map((item: Parsed) => item.id)).not.toContain(id);
    expect((await world.request('GET', '/requests?scope=queue', { as: 'somchai' })).status).toBe(403);
    expect((await world.request('GET', '/requests?after=x', { as: 'somchai' })).body.code).toBe('pki.cursor_invalid');
    expect((await world.request('GET', '/requests')).status).toBe(401);
    const found = await world.request('GET', `/requests?scope=all&q=${encodeURIComponent('ชื่อที่ถูก')}`, { as: 'nida' });
    expect(found.body.items).toHaveLength(1);
  });

  it('find certificates by serial, words and fingerprint; others see only their own', async () => {
    const { result, authority } = await world.certify('malee');
    const colons = result.replace(/../g, '$&:').slice(0, -1).toUpperCase();
    const bySerial = await world.request('GET', `/certificates?serial=${colons}`, { as: 'kanya' });
    expect(bySerial.body.items).toHaveLength(1);
    const { fingerprint } = bySerial.body.items[0];
    const byPrint = await world.request('GET', `/certificates?fingerprint=${fingerprint}`, { as: 'nida' });
    expect(byPrint.body.items[0].serial).toBe(result);
    expect((await world.request('GET', `/certificates?serial=${result}`, { as: 'somchai' })).body.items).toEqual([]);
    expect((await world.request('GET', `/certificates/${authority}/${result}`, { as: 'somchai' })).status).toBe(404);
    expect((await world.request('GET', `/certificates/${authority}/${result}`, { as: 'malee' })).status).toBe(200);
    const page = await world.request('GET', '/certificates?limit=1', { as: 'kanya' });
    const rest = await world.request('GET', `/certificates?limit=1&after=${page.body.next}`, { as: 'kanya' });
    expect(rest.body.items[0].serial).not.toBe(page.body.items[0].serial);
    expect((await world.request('GET', '/certificates?after=AAAA', { as: 'kanya' })).status).toBe(400);
  });
});
