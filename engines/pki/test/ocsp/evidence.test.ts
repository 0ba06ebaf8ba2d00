import { der } from '@tra/asn1';
import { fromHex } from '@tra/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildOcspResponse,
  certIdOf,
  type OcspEvidence,
  type OcspEvidenceOptions,
  type OcspStatus,
  ocspEvidence,
  ocspFailure,
  parseOcspResponse,
} from '../../src/index.ts';
import { testSigner } from '../../src/testing.ts';
import {
  at,
  ca,
  digitalSignature,
  extension,
  hours,
  type Made,
  make,
  noCheck,
  ocspSigning,
  type Shape,
} from './make.ts';

let issuer: Made;
let subject: Made;
let responder: Made;
const delegate = [digitalSignature, ocspSigning, noCheck];

beforeAll(async () => {
  issuer = await make({ subject: 'CA', extensions: ca });
  subject = await make({ subject: 'End', issuer });
  responder = await make({ subject: 'Responder', issuer, extensions: delegate });
});

interface Case {
  readonly by?: Made;
  readonly about?: { readonly issuer: Made; readonly serial: Uint8Array };
  readonly digest?: 'sha1' | 'sha256' | 'sha384';
  readonly status?: Partial<OcspStatus>;
  readonly producedAt?: Date;
  readonly nonce?: Uint8Array;
  readonly includeCertificate?: boolean;
  readonly responderId?: 'key' | 'name';
}

async function answer(options: Case = {}): Promise<Uint8Array> {
  const { by = responder, digest, status = {}, producedAt = at } = options;
  const about = options.about ?? { issuer, serial: fromHex(subject.certificate.serialHex) };
  const certId = certIdOf({
    issuer: about.issuer.certificate,
    serial: about.serial,
    ...(digest ? { digest } : {}),
  });
  return buildOcspResponse({
    signer: by.signer,
    responder: by.certificate,
    producedAt,
    responses: [{ certId, status: 'good', thisUpdate: at, nextUpdate: hours(1), ...status }],
    ...(options.nonce ? { nonce: options.nonce } : {}),
    ...(options.responderId ? { responderId: options.responderId } : {}),
    ...(options.includeCertificate === undefined ? {} : { includeCertificate: options.includeCertificate }),
  });
}

function judge(bytes: Uint8Array | readonly Uint8Array[], options: Partial<OcspEvidenceOptions> = {}): OcspEvidence {
  const list = bytes instanceof Uint8Array ? [bytes] : bytes;
  return ocspEvidence({
    certificate: subject.certificate,
    issuer: issuer.certificate,
    responses: list.map((item) => parseOcspResponse(item)),
    at,
    now: at,
    ...options,
  });
}

const codes = ({ checks }: OcspEvidence): string[] => checks.map(({ code }) => code);

async function refused(code: string, options: Case, judging: Partial<OcspEvidenceOptions> = {}): Promise<void> {
  const evidence = judge(await answer(options), judging);
  expect(codes(evidence)).toEqual([code]);
  expect(evidence.checks[0]?.status).toBe('indeterminate');
  expect(evidence.status).toBe('unknown');
}

const delegated = (shape: Shape): Promise<Made> =>
  make({ subject: 'Responder', issuer, extensions: delegate, ...shape });

describe('answers that count', () => {
  it.each(['sha1', 'sha256', 'sha384'] as const)('good from a delegated responder, CertID by %s', async (digest) => {
    const evidence = judge(await answer({ digest }));
    expect(evidence).toMatchObject({
      status: 'good',
      thisUpdate: at,
      nextUpdate: hours(1),
      source: 'CN=Responder,C=TH',
    });
    expect(codes(evidence)).toEqual(['pki.ocsp_good']);
  });

  it('from the issuing CA itself, named by key or by name, with or without its certificate', async () => {
    for (const responderId of ['key', 'name'] as const)
      for (const includeCertificate of [true, false])
        expect(judge(await answer({ by: issuer, responderId, includeCertificate })).status).toBe('good');
  });

  it('revoked with time and reason, also when the revocation lies after the instant asked for', async () => {
    for (const revokedAt of [hours(-5), hours(5)]) {
      const evidence = judge(await answer({ status: { status: 'revoked', revokedAt, reason: 'keyCompromise' } }));
      expect(evidence).toMatchObject({ status: 'revoked', revokedAt, reason: 'keyCompromise' });
      expect(evidence.checks).toMatchObject([{ code: 'pki.ocsp_revoked', status: 'failed' }]);
    }
  });

  it('a revocation without reason stays one when the answer is stale', async () => {
    const status: Partial<OcspStatus> = {
      status: 'revoked',
      revokedAt: hours(-900),
      thisUpdate: hours(-800),
      nextUpdate: hours(-799),
    };
    expect(judge(await answer({ status, producedAt: hours(-800) })).status).toBe('revoked');
    const hold = { ...status, reason: 'certificateHold' } as const;
    expect(judge(await answer({ status: hold, producedAt: hours(-800) })).status).toBe('unknown');
  });

  it('never issued, as an extended revoke', async () => {
    const bytes = await answer({ status: { status: 'non-issued' } });
    expect(parseOcspResponse(bytes).basic?.extendedRevoke).toBe(true);
    expect(judge(bytes)).toMatchObject({ status: 'revoked', revokedAt: new Date(0), reason: 'certificateHold' });
  });

  it('a responder certificate that is handed in instead of sent', async () => {
    const bytes = await answer({ includeCertificate: false });
    expect(codes(judge(bytes))).toEqual(['pki.ocsp_responder_missing']);
    expect(judge(bytes, { responders: [responder.certificate] }).status).toBe('good');
  });

  it('the newest decides, a final revocation always, and what did not count is only mentioned', async () => {
    const good = await answer();
    const older = { thisUpdate: hours(-10), nextUpdate: hours(5) };
    const held = await answer({
      status: { ...older, status: 'revoked', revokedAt: hours(-20), reason: 'certificateHold' },
    });
    const gone = await answer({ status: { ...older, status: 'revoked', revokedAt: hours(-20), reason: 'superseded' } });
    expect(judge([held, good]).status).toBe('good');
    expect(judge([good, gone]).status).toBe('revoked');
    const evidence = judge([ocspFailure('tryLater'), good]);
    expect(evidence.checks).toMatchObject([
      { code: 'pki.ocsp_not_successful', status: 'passed', params: { status: 'tryLater' } },
      { code: 'pki.ocsp_good', status: 'passed' },
    ]);
  });

  it('the worst of two statuses about one certificate in one answer', async () => {
    const certId = certIdOf({ issuer: issuer.certificate, serial: fromHex(subject.certificate.serialHex) });
    const common = { certId, thisUpdate: at, nextUpdate: hours(1) };
    const bytes = await buildOcspResponse({
      signer: responder.signer,
      responder: responder.certificate,
      producedAt: at,
      responses: [
        { ...common, status: 'good' },
        { ...common, status: 'revoked', revokedAt: hours(-1) },
      ],
    });
    expect(judge(bytes).status).toBe('revoked');
  });

  it('a matching nonce, and none where none is demanded', async () => {
    const nonce = new Uint8Array(32).fill(7);
    expect(judge(await answer({ nonce }), { nonce, requireNonce: true }).status).toBe('good');
    expect(judge(await answer(), { nonce }).status).toBe('good');
    expect(judge(await answer({ nonce })).status).toBe('good');
  });
});

describe('answers that do not count', () => {
  const nothing = async (options: Case): Promise<void> => {
    const evidence = judge(await answer(options));
    expect(evidence.status).toBe('none');
    expect(codes(evidence)).toEqual(['pki.ocsp_other_certificate', 'pki.ocsp_none']);
  };

  it('about another serial, another CA of the same name, or of another name with the same key', async () => {
    const serial = fromHex(subject.certificate.serialHex);
    await nothing({ about: { issuer, serial: Uint8Array.of(1) } });
    await nothing({ about: { issuer: await make({ subject: 'CA', extensions: ca }), serial } });
    await nothing({ about: { issuer: await make({ subject: 'CB', extensions: ca, signer: issuer.signer }), serial } });
  });

  it('none at all', () => {
    expect(judge([])).toMatchObject({ status: 'none', checks: [{ code: 'pki.ocsp_none', status: 'indeterminate' }] });
  });

  it('unknown to the responder', async () => {
    const evidence = judge(await answer({ status: { status: 'unknown' } }));
    expect(evidence).toMatchObject({
      status: 'unknown',
      checks: [{ code: 'pki.ocsp_unknown', status: 'indeterminate' }],
    });
  });

  it('signed by a stranger, by a CA of the same name, or under a certificate that such a CA issued', async () => {
    const stranger = await make({ subject: 'Responder', extensions: delegate });
    await refused('pki.ocsp_responder_unauthorised', { by: stranger });
    const twin = await make({ subject: 'CA', extensions: ca });
    await refused('pki.ocsp_signature_invalid', { by: twin, responderId: 'name' });
    await refused('pki.ocsp_responder_missing', { by: twin, responderId: 'key', includeCertificate: false });
    await refused('pki.ocsp_responder_unauthorised', { by: await delegated({ issuer: twin }) });
  });

  it('a responder that a CA under the issuer authorised', async () => {
    const below = await make({ subject: 'Sub CA', issuer, extensions: ca });
    await refused('pki.ocsp_responder_unauthorised', { by: await delegated({ issuer: below }) });
  });

  it('a responder without the purpose, with any purpose only, without the key usage, or with an unknown critical extension', async () => {
    const any = extension('2.5.29.37', der.sequence(der.oid('2.5.29.37.0')));
    const agreement = extension('2.5.29.15', der.namedBits([4]), true);
    const strange = extension('1.3.6.1.4.1.32473.9', der.nullValue(), true);
    for (const extensions of [
      [digitalSignature, noCheck],
      [digitalSignature, noCheck, any],
      [agreement, noCheck, ocspSigning],
      [...delegate, strange],
    ])
      await refused('pki.ocsp_responder_unauthorised', { by: await delegated({ extensions }) });
  });

  it('the certificate in question as its own responder', async () => {
    await refused('pki.ocsp_responder_unauthorised', { by: subject });
  });

  it('a responder whose certificate had expired or was not yet valid', async () => {
    await refused('pki.ocsp_responder_expired', { by: await delegated({ notAfter: hours(-1) }) });
    await refused('pki.ocsp_responder_expired', { by: await delegated({ notBefore: hours(1) }) });
    const shortly = await delegated({ notAfter: hours(1) });
    const status = { nextUpdate: hours(48) };
    await refused('pki.ocsp_responder_expired', { by: shortly, status }, { at: hours(2), now: hours(2) });
  });

  it('a responder without nocheck, unless its status is known to be good; one that is revoked, never', async () => {
    const by = await delegated({ extensions: [digitalSignature, ocspSigning] });
    await refused('pki.ocsp_responder_unchecked', { by });
    await refused('pki.ocsp_responder_unchecked', { by }, { responderStatus: () => 'unknown' });
    expect(judge(await answer({ by }), { responderStatus: () => 'good' }).status).toBe('good');
    await refused('pki.ocsp_responder_revoked', { by }, { responderStatus: () => 'revoked' });
    await refused('pki.ocsp_responder_revoked', {}, { responderStatus: () => 'revoked' });
  });

  it('a signature that another key made, and every flipped bit of an answer', async () => {
    const liar = testSigner();
    const certificate = { ...responder.certificate, publicKey: liar.publicKey };
    await refused('pki.ocsp_signature_invalid', { by: { certificate, signer: liar }, responderId: 'name' });
    const bytes = await answer({ by: issuer, includeCertificate: false });
    for (let index = 0; index < bytes.length; index += 1) {
      const flipped = Uint8Array.from(bytes);
      flipped[index] = (flipped[index] ?? 0) ^ (1 << (index % 8));
      let status = 'unreadable';
      try {
        status = judge(flipped).status;
      } catch {}
      expect(['unreadable', 'unknown', 'none'], `octet ${index}`).toContain(status);
    }
  });

  it('stale, from the future, or with impossible times', async () => {
    await refused('pki.ocsp_stale', {}, { at: hours(2), now: hours(2) });
    await refused('pki.ocsp_stale', { status: { thisUpdate: hours(-3) } }, { maxAgeMs: 3_600_000 });
    const status = { thisUpdate: hours(1), nextUpdate: hours(2) };
    await refused('pki.ocsp_not_yet_issued', { status, producedAt: hours(1) });
    await refused('pki.ocsp_not_yet_issued', { producedAt: hours(1) });
    await refused('pki.ocsp_times', { producedAt: hours(-1) });
    const soon = { thisUpdate: hours(0.05), nextUpdate: hours(2) };
    expect(judge(await answer({ status: soon, producedAt: hours(0.05) })).status).toBe('good');
  });

  it('without nextUpdate after an hour', async () => {
    const certId = certIdOf({ issuer: issuer.certificate, serial: fromHex(subject.certificate.serialHex) });
    const bytes = await buildOcspResponse({
      signer: responder.signer,
      responder: responder.certificate,
      producedAt: at,
      responses: [{ certId, status: 'good', thisUpdate: at }],
    });
    expect(judge(bytes, { at: hours(0.9), now: hours(0.9) }).status).toBe('good');
    expect(codes(judge(bytes, { at: hours(1.1), now: hours(1.1) }))).toEqual(['pki.ocsp_stale']);
  });

  it('good after the certificate expired, unless the responder remembers that long', async () => {
    const old = await make({ issuer, notAfter: hours(-100) });
    const about = { issuer, serial: fromHex(old.certificate.serialHex) };
    const certificate = old.certificate;
    expect(codes(judge(await answer({ about }), { certificate }))).toEqual(['pki.ocsp_after_expiry']);
    const late = await answer({ about, status: { archiveCutoff: hours(-50) } });
    expect(codes(judge(late, { certificate }))).toEqual(['pki.ocsp_after_expiry']);
    expect(judge(await answer({ about, status: { archiveCutoff: hours(-200) } }), { certificate }).status).toBe('good');
    const revoked = await answer({ about, status: { status: 'revoked', revokedAt: hours(-150) } });
    expect(judge(revoked, { certificate }).status).toBe('revoked');
  });

  it('with another nonce, or without one where it is demanded', async () => {
    const nonce = new Uint8Array(32).fill(7);
    await refused('pki.ocsp_nonce', { nonce: new Uint8Array(32).fill(8) }, { nonce });
    await refused('pki.ocsp_nonce', {}, { nonce, requireNonce: true });
  });

  it('with no more signatures to spend', async () => {
    await refused('pki.work_limit', {}, { budget: { spendSignature: () => false } });
  });

  it('with a SHA-1 signature', async () => {
    const bytes = await answer({ by: issuer, includeCertificate: false });
    const response = parseOcspResponse(bytes);
    const signatureAlgorithm = der.sequence(der.oid('1.2.840.10045.4.1'));
    const weak = response.basic && { ...response, basic: { ...response.basic, signatureAlgorithm } };
    expect(codes(judge([], { responses: weak ? [weak] : [] }))).toEqual(['pki.ocsp_algorithm_weak']);
  });
});
