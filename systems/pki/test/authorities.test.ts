import { createHash } from 'node:crypto';
import { buildCrl, issueCertificate, parseCertificate, parseCertificationRequest, parseCrl, toPem } from '@tra/pki';
import { testSigner } from '@tra/pki/testing';
import { systemRandom } from '@tra/platform-system';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createWorld, csrFor, type Parsed, proofing, type World } from './world.ts';

/** An offline root, as a ceremony has it. */
async function ceremony(name = 'Ceremony Root') {
  const signer = testSigner('ecdsa-p384-sha384');
  const now = new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000);
  const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
  const subject = { commonName: name, organization: 'กระทรวง', country: 'TH' };
  const root = await issueCertificate({
    profile: 'root',
    subject,
    publicKey: signer.publicKey,
    signer,
    notBefore: now,
    notAfter: later(3650),
    random: systemRandom,
  });
  const shared = { issuer: root, signer, notBefore: now, random: systemRandom };
  return {
    root,
    fingerprint: createHash('sha256').update(root).digest('hex'),
    signCsr: async (csr: string, profile: 'issuing-ca' | 'subordinate-ca' = 'issuing-ca') => {
      const { publicKey, subject: asked } = parseCertificationRequest(csr);
      const attributes = {
        commonName: asked.get('CN') ?? '',
        organization: asked.get('O') ?? '',
        country: asked.get('C') ?? '',
      };
      return await issueCertificate({ ...shared, profile, subject: attributes, publicKey, notAfter: later(3000) });
    },
    crl: (number: number, serials: readonly string[] = [], days = 30) =>
      buildCrl({
        issuer: root,
        signer,
        number,
        thisUpdate: now,
        nextUpdate: later(days),
        entries: serials.map((serialHex) => ({ serialHex, date: now, reason: 'cessationOfOperation' as const })),
      }),
  };
}

const pem = (der: Uint8Array) => toPem('CERTIFICATE', der);
const crlPem = (der: Uint8Array) => toPem('X509 CRL', der);

describe('an offline root', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ root: 'offline' });
  });
  afterAll(() => world.close());
  const csr = async () => (await world.request('GET', '/authorities/issuing/csr', { as: 'pimchai' })).bytes.toString();
  const importing = (body: unknown, as: 'pimchai' | 'kanya' = 'pimchai') =>
    world.request('POST', '/authorities/issuing/certificate', { as, body });

  it('leaves the issuing CA waiting, by name, and issues nothing', async () => {
    const { ready, checks } = await world.system.context.health.ready();
    expect([ready, checks.pki?.message]).toEqual([false, 'pki.authority_awaiting']);
    const { body } = await world.request('GET', '/authorities');
    expect(body.items).toMatchObject([{ id: 'issuing', state: 'awaiting-certificate', keyHere: true, subject: null }]);
    const subject = { commonName: 'x' };
    const { publicKey } = testSigner();
    await expect(world.services.issue({ profile: 'time-stamping', subject, publicKey })).rejects.toMatchObject({
      code: 'pki.authority_awaiting',
      params: { authority: 'issuing' },
    });
    expect((await world.request('GET', '/pki/issuing.crt')).status).toBe(404);
    expect((await world.request('GET', '/pki/root.crt')).status).toBe(404);
    expect((await world.request('GET', '/authorities/issuing/csr', { as: 'kanya' })).status).toBe(403);
    expect((await world.request('GET', '/authorities/nobody')).status).toBe(404);
  });

  it('refuses everything that does not fit, and changes nothing', async () => {
    const right = await ceremony();
    const certificate = pem(await right.signCsr(await csr()));
    const rootCrl = crlPem(await right.crl(1));
    const whole = { certificate, root: pem(right.root), rootCrl, rootFingerprint: right.fingerprint };
    const other = await ceremony('Other Root');
    const stranger = pem(await right.signCsr(await csrFor(undefined, { ca: true })));
    const refused = async (change: object) => (await importing({ ...whole, ...change })).body;
    expect(await refused({ rootFingerprint: other.fingerprint })).toMatchObject({ code: 'pki.import_fingerprint' });
    expect(await refused({ root: pem(other.root), rootFingerprint: other.fingerprint })).toMatchObject({
      code: 'pki.import_invalid',
    });
    expect(await refused({ certificate: stranger })).toMatchObject({ code: 'pki.import_invalid' });
    expect(await refused({ rootCrl: crlPem(await other.crl(1)) })).toMatchObject({ code: 'pki.import_invalid' });
    expect(await refused({ rootCrl: crlPem(await right.crl(1, [], 0.0005)) })).toMatchObject({
      code: 'pki.import_invalid',
    });
    expect(await refused({ rootCrl: 'rubbish' })).toMatchObject({ code: 'pki.import_invalid' });
    const { serialHex } = parseCertificate(await right.signCsr(await csr()));
    expect(serialHex).toBeDefined();
    expect((await importing(whole, 'kanya')).status).toBe(403);
    const { body } = await world.request('GET', '/authorities');
    expect(body.items).toHaveLength(1);
  });

  it('becomes active with what the ceremony signed; further CRLs must go forward', async () => {
    const right = await ceremony();
    let started = 0;
    world.services.onceReady(async () => {
      started += 1;
    });
    const given = {
      certificate: pem(await right.signCsr(await csr())),
      root: pem(right.root),
      rootCrl: crlPem(await right.crl(3)),
      rootFingerprint: right.fingerprint.toUpperCase().replace(/../g, '$&:').slice(0, -1),
    };
    const answer = await importing(given);
    expect(answer.body).toMatchObject({ id: 'issuing', state: 'active', parent: 'root', keyHere: true });
    expect((await importing(given)).body.code).toBe('pki.import_invalid');
    expect((await world.system.context.health.ready()).checks.pki).toEqual({ ok: true });
    const { publicKey } = testSigner();
    const issued = await world.services.issue({
      profile: 'time-stamping',
      subject: { commonName: 'หน่วยประทับเวลา' },
      publicKey,
    });
    expect(issued.chain.map((der) => Buffer.from(der).toString('hex'))[1]).toBe(
      Buffer.from(right.root).toString('hex'),
    );
    const crl = (number: number) => right.crl(number).then((der) => ({ crl: crlPem(der) }));
    const send = async (id: string, number: number) =>
      world.request('POST', `/authorities/${id}/crl`, { as: 'pimchai', body: await crl(number) });
    expect((await send('root', 3)).body.code).toBe('pki.crl_number_old');
    expect((await send('root', 2)).body.code).toBe('pki.crl_number_old');
    expect((await send('root', 4)).body.crl.number).toBe(4);
    expect((await send('issuing', 9)).body.code).toBe('pki.import_invalid');
    const served = parseCrl((await world.request('GET', '/pki/crl/root.crl')).bytes);
    expect(served.numberHex).toBe('04');
    // What has no key here is not revoked here either.
    const own = parseCertificate(await world.services.issuingCertificate()).serialHex;
    await expect(world.services.revoke(own, 'superseded', { authority: 'root' })).rejects.toMatchObject({
      code: 'pki.key_elsewhere',
    });
    await vi.waitFor(() => expect(started).toBe(1), { timeout: 15_000 });
  });
});

describe('further authorities', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ crlPartitions: 3 });
  });
  afterAll(() => world.close());

  const approve = async (id: string): Promise<Parsed> => {
    await world.act(id, 'pimchai', { action: 'approve', proofing }, '*');
    return (await world.act(id, 'somsak', { action: 'approve' }, '*')).body;
  };

  it('are made here, approved by two CA operators and signed by the root', async () => {
    const body = {
      id: 'issuing-2',
      subject: { commonName: 'Issuing CA 2', organization: 'Tra Demo', country: 'TH' },
      algorithm: 'ecdsa-p256-sha256',
    };
    expect((await world.request('POST', '/authorities', { as: 'kanya', body })).status).toBe(403);
    const made = await world.request('POST', '/authorities', { as: 'pimchai', body });
    expect([made.status, made.body.state]).toEqual([201, 'awaiting-certificate']);
    expect((await world.request('POST', '/authorities', { as: 'pimchai', body })).body.code).toBe(
      'pki.authority_exists',
    );
    const csr = (await world.request('GET', '/authorities/issuing-2/csr', { as: 'pimchai' })).bytes.toString();
    const details = { organization: 'Tra Demo', authorityId: 'issuing-2', pathLength: 0 };
    const request = await world.submit('both', { kind: 'subordinate', profile: undefined, csr, details });
    expect((await world.act(request.id, 'kanya', { action: 'approve', proofing }, 1)).status).toBe(404);
    expect((await world.act(request.id, 'both', { action: 'approve', proofing }, 1)).body.code).toBe('pki.request_own');
    expect((await approve(request.id)).state).toBe('issued');
    const active = await world.request('GET', '/authorities/issuing-2');
    expect(active.body).toMatchObject({ state: 'active', kind: 'issuing', parent: 'root', pathLength: 0 });
    const issued = await world.services.issue({
      profile: 'document-signer',
      subject: { commonName: 'x' },
      publicKey: testSigner().publicKey,
      authority: 'issuing-2',
    });
    expect(issued.chain).toHaveLength(2);
    expect(parseCertificate(issued.certificate).issuer.get('CN')).toBe('Issuing CA 2');
    expect((await world.request('GET', '/pki/issuing-2.crt')).status).toBe(200);
    expect(parseCrl((await world.request('GET', '/pki/crl/issuing-2.crl')).bytes).size).toBe(0);
  });

  it('can be run by others, below constraints; cross-certificates likewise', async () => {
    const csr = await csrFor({ commonName: 'CA ของหน่วยงาน', organization: 'หน่วยงาน ข', country: 'TH' }, { ca: true });
    const nameConstraints = { permitted: [{ dns: 'go.th' }] };
    const details = { organization: 'หน่วยงาน ข', authorityId: 'agency-b', pathLength: 0, nameConstraints };
    const request = await world.submit('somchai', { kind: 'subordinate', profile: undefined, csr, details });
    expect((await approve(request.id)).state).toBe('issued');
    const { body } = await world.request('GET', '/authorities/agency-b');
    expect(body).toMatchObject({ kind: 'external', operator: 'หน่วยงาน ข', keyHere: false, pathLength: 0 });
    const der = (await world.request('GET', '/pki/agency-b.crt')).bytes;
    expect(parseCertificate(der).nameConstraints).toBeDefined();
    const foreign = await ceremony('Foreign Root');
    const cross = { organization: 'ต่างประเทศ', authorityId: 'foreign' };
    const asked = await world.submit('somchai', {
      kind: 'cross',
      profile: undefined,
      csr: undefined,
      certificate: pem(foreign.root),
      details: cross,
    });
    expect((await approve(asked.id)).state).toBe('issued');
    const crossed = parseCertificate((await world.request('GET', '/pki/foreign.crt')).bytes);
    expect(crossed.subject.key).toBe(parseCertificate(foreign.root).subject.key);
    expect(crossed.issuer.get('CN')).toBe('Tra Demo National Root CA');
    expect(Buffer.from(crossed.publicKey)).toEqual(Buffer.from(parseCertificate(foreign.root).publicKey));
    const publications = await world.services.publications();
    expect(publications.map(({ id }) => id)).toEqual(['root', 'issuing', 'issuing-2', 'agency-b', 'foreign']);
  });

  it.each([
    [{}, 'organization'],
    [{ organization: 'ก' }, 'authorityId'],
    [{ organization: 'ก', authorityId: 'ocsp' }, 'authorityId'],
    [{ organization: 'ก', authorityId: 'a', policies: ['not an OID'] }, 'policies'],
  ])('are refused with %j', async (details, field) => {
    const csr = await csrFor(undefined, { ca: true });
    const body = { kind: 'subordinate', csr, evidence: 'x', details };
    const answer = await world.request('POST', '/requests', { as: 'somchai', body });
    expect([answer.status, answer.body.code]).toEqual([422, 'pki.request_details_invalid']);
    expect(answer.body.detail).toContain(field);
  });

  it('stop issuing at once when they are suspended, and go on signing CRLs', async () => {
    const path = '/authorities/issuing-2/actions';
    const suspend = { action: 'suspend' };
    expect((await world.request('POST', path, { as: 'pimchai', body: suspend })).status).toBe(428);
    expect((await world.request('POST', path, { as: 'pimchai', body: suspend, version: 99 })).status).toBe(412);
    expect((await world.request('POST', path, { as: 'kanya', body: suspend, version: '*' })).status).toBe(403);
    expect((await world.request('POST', path, { as: 'pimchai', body: suspend, version: '*' })).body.state).toBe(
      'suspended',
    );
    const order = { profile: 'document-signer', subject: { commonName: 'x' }, authority: 'issuing-2' } as const;
    const issue = () => world.services.issue({ ...order, publicKey: testSigner().publicKey });
    await expect(issue()).rejects.toMatchObject({ code: 'pki.authority_inactive' });
    expect((await world.request('POST', path, { as: 'pimchai', body: suspend, version: '*' })).body.code).toBe(
      'pki.authority_state',
    );
    expect((await world.request('GET', '/pki/crl/issuing-2.crl')).status).toBe(200);
    await world.request('POST', path, { as: 'pimchai', body: { action: 'resume' }, version: '*' });
    await expect(issue()).resolves.toBeDefined();
  });

  it('retire when their certificate is revoked by two CA operators', async () => {
    const { serialHex } = parseCertificate((await world.request('GET', '/pki/issuing-2.crt')).bytes);
    const path = `/certificates/root/${serialHex}/actions`;
    const body = { action: 'revoke', reason: 'cessationOfOperation', note: 'เลิกใช้' };
    expect((await world.request('POST', path, { as: 'kanya', body })).status).toBe(403);
    expect((await world.request('POST', path, { as: 'pimchai', body: { action: 'suspend' } })).status).toBe(409);
    const asked = await world.request('POST', path, { as: 'pimchai', body });
    expect(asked.body.request.state).toBe('first-approved');
    await world.act(asked.body.request.id, 'somsak', { action: 'approve' }, '*');
    const retired = await world.request('GET', '/authorities/issuing-2');
    expect(retired.body.state).toBe('retired');
    const crls = await world.services.currentCrls();
    const root = crls.map((der) => parseCrl(der)).find((crl) => crl.issuer.get('CN') === 'Tra Demo National Root CA');
    expect(root?.find(serialHex)).toHaveLength(1);
  });

  it('a root that is asked to sign an end certificate refuses', async () => {
    const order = { profile: 'document-signer', subject: { commonName: 'x' }, authority: 'root' } as const;
    await expect(world.services.issue({ ...order, publicKey: testSigner().publicKey })).rejects.toMatchObject({
      code: 'pki.request_invalid',
      params: { reason: 'root_signs_ca_only' },
    });
  });

  it('split their CRL into parts that the certificates name', async () => {
    const { result } = await world.certify();
    const { pem: text } = (await world.request('GET', `/certificates/issuing/${result}`, { as: 'kanya' })).body;
    const certificate = parseCertificate(Buffer.from(text.replace(/-----[^-]+-----|\s/g, ''), 'base64'));
    const [url = ''] = certificate.crlDistributionPoints;
    expect(url).toMatch(/^http:\/\/localhost:8420\/pki\/crl\/issuing\/partition-[123]\.crl$/);
    await world.services.revoke(result, 'superseded');
    const part = parseCrl((await world.request('GET', new URL(url).pathname)).bytes);
    expect(part.find(result)).toHaveLength(1);
    expect(part.issuingDistributionPoint).toBeDefined();
    expect((await world.request('GET', '/pki/crl/issuing/partition-9.crl')).status).toBe(404);
  });
});
