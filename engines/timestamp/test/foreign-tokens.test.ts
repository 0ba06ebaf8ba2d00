import { createHash } from 'node:crypto';
import { der } from '@tra/asn1';
import { CMS_ATTRIBUTE } from '@tra/cms';
import { fromHex } from '@tra/kernel';
import { parseCertificate } from '@tra/pki';
import { type TestEntity, type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type VerifyTokenOptions, verifyToken } from '../src/index.ts';
import { type Departure, foreignInfo, foreignToken, indefinite, withPurposes } from './foreign-tokens.ts';

const data = new TextEncoder().encode('ข้อมูล');
const genTime = new Date('2026-11-21T02:00:00Z');
const SHA256 = '2.16.840.1.101.3.4.2.1';
const STAMPING = '1.3.6.1.5.5.7.3.8';
const imprintOf = (algorithm: string, oid: string) => ({
  oid,
  value: new Uint8Array(createHash(algorithm).update(data).digest()),
});
const imprint = imprintOf('sha256', SHA256);

let hierarchy: TestHierarchy;
let unit: TestEntity;
let crls: Uint8Array[];
beforeAll(async () => {
  hierarchy = await testHierarchy({ name: 'Foreign' });
  unit = await hierarchy.issue('time-stamping');
  crls = await hierarchy.crls(genTime);
});

type Info = Parameters<typeof foreignInfo>[0];
const make = (own: Departure = {}, info: Partial<Info> = {}, entity: TestEntity = unit): Promise<Uint8Array> =>
  foreignToken(foreignInfo({ imprint, genTime, ...info }), entity, {
    certificates: [entity.certificate, hierarchy.issuing.certificate],
    ...own,
  });
const judge = (token: Uint8Array, own: Partial<VerifyTokenOptions> = {}): [string, string] => {
  const { verdict, code, checks } = verifyToken({
    token,
    data,
    anchors: [hierarchy.root.certificate],
    crls,
    ...own,
  });
  expect(checks.every(({ clause }) => clause)).toBe(true);
  return [verdict, code];
};
const passed = ['passed', 'timestamp.token_valid'];

describe('certificates inside a foreign token', () => {
  it('none: the verifier has to bring the authority’s', async () => {
    const token = await make({ certificates: [] });
    expect(judge(token)).toEqual(['indeterminate', 'cms.signer_certificate_missing']);
    const intermediates = [hierarchy.issuing.certificate, unit.certificate];
    expect(judge(token, { intermediates })).toEqual(passed);
  });

  it('in any order, the root among them', async () => {
    const all = [hierarchy.root.certificate, hierarchy.issuing.certificate, unit.certificate];
    for (const certificates of [all, all.toReversed(), [unit.certificate]]) {
      const intermediates = [hierarchy.issuing.certificate];
      expect(judge(await make({ certificates }), { intermediates })).toEqual(passed);
    }
  });

  it('a root inside is not trusted for being there', async () => {
    const certificates = [unit.certificate, hierarchy.issuing.certificate, hierarchy.root.certificate];
    expect(judge(await make({ certificates }), { anchors: [] })).toEqual(['indeterminate', 'pki.no_anchor']);
  });

  it('put in by others: not misled by them, wherever they stand', async () => {
    const twin = await testHierarchy({ name: 'Foreign' });
    const { serialHex } = parseCertificate(unit.certificate);
    // Issuer and serial number are those of the true one; only the keys differ.
    const impostor = await twin.issue('time-stamping', { serial: fromHex(serialHex) });
    expect(parseCertificate(impostor.certificate).serialHex).toBe(serialHex);
    const own = [unit.certificate, hierarchy.issuing.certificate];
    for (const certificates of [
      [impostor.certificate, twin.issuing.certificate, twin.root.certificate, ...own],
      [...own, twin.root.certificate, impostor.certificate],
      [Uint8Array.of(0x30, 3, 2, 1, 5), ...own],
    ])
      expect(judge(await make({ certificates }))).toEqual(passed);
    // Signed by the impostor, the true certificates beside it.
    const forged = await make({ signers: [impostor], certificates: [impostor.certificate, ...own] });
    expect(judge(forged)[0]).not.toBe('passed');
  });

  it('another one of the same key is not the authority’s', async () => {
    const { publicKey } = unit.signer;
    const again = await hierarchy.issue('time-stamping', { publicKey });
    const certificates = [again.certificate, hierarchy.issuing.certificate];
    expect(judge(await make({ certificates }))).toEqual(['indeterminate', 'cms.signer_certificate_missing']);
  });
});

describe('the certificate identifier of a foreign token', () => {
  it.each(['v1', 'v2', 'both'] as const)('%s binds it', async (ess) => {
    expect(judge(await make({ ess }))).toEqual(passed);
  });
  it('of another certificate: refused', async () => {
    expect(judge(await make({ ess: 'other' }))).toEqual(['failed', 'cms.signing_certificate']);
  });
  it('absent: refused', async () => {
    expect(judge(await make({ ess: 'none' }))).toEqual(['failed', 'timestamp.ess_missing']);
  });
});

describe('signers of a foreign token', () => {
  it('none or several are refused', async () => {
    const second = await hierarchy.issue('time-stamping');
    expect(judge(await make({ signers: [] }))).toEqual(['failed', 'timestamp.one_signer']);
    expect(judge(await make({ signers: [unit, second] }))).toEqual(['failed', 'timestamp.one_signer']);
    expect(judge(await make({ signers: [unit, unit] }))).toEqual(['failed', 'timestamp.one_signer']);
  });

  it('attributes that nobody signed change nothing', async () => {
    const attribute = (oid: string, value: Uint8Array) => der.sequence(der.oid(oid), der.setOf(value));
    const unsigned = [
      attribute('1.2.3.4', der.octetString(new Uint8Array(300))),
      attribute(CMS_ATTRIBUTE.signatureTimeStampToken, der.sequence(der.integer(1))),
    ];
    expect(judge(await make({ unsigned }))).toEqual(passed);
  });
});

describe('what a foreign token states', () => {
  it('a SHA-1 imprint proves nothing today', async () => {
    const token = await make({}, { imprint: imprintOf('sha1', '1.3.14.3.2.26') });
    expect(judge(token)).toEqual(['indeterminate', 'timestamp.imprint_weak']);
    expect(judge(token, { data: Uint8Array.of(1) })).toEqual(['failed', 'timestamp.imprint_mismatch']);
  });
  it('an imprint of a hash that is not known, or of a wrong length', async () => {
    const unknown = await make({}, { imprint: { ...imprint, oid: '1.2.3.4' } });
    expect(judge(unknown)).toEqual(['indeterminate', 'timestamp.imprint_algorithm_unsupported']);
    const short = await make({}, { imprint: { oid: SHA256, value: imprint.value.subarray(0, 20) } });
    expect(judge(short)).toEqual(['failed', 'timestamp.imprint_mismatch']);
  });
  it('a negative nonce is compared as it came', async () => {
    const token = await make({}, { nonce: Uint8Array.of(0x9f, 1, 2) });
    expect(judge(token, { nonce: Uint8Array.of(0x9f, 1, 2) })).toEqual(passed);
    expect(judge(token, { nonce: Uint8Array.of(0, 0x9f, 1, 2) })).toEqual(['failed', 'timestamp.nonce_mismatch']);
    expect(judge(await make(), { nonce: Uint8Array.of(1) })).toEqual(['failed', 'timestamp.nonce_mismatch']);
  });
  it('its authority’s name has to be one of the certificate’s', async () => {
    const directory = (name: Uint8Array) => der.element(0xa4, name);
    const { subject, issuer } = parseCertificate(unit.certificate);
    expect(judge(await make({}, { tsa: directory(subject.der) }))).toEqual(passed);
    expect(judge(await make({}, { tsa: directory(issuer.der) }))).toEqual(['failed', 'timestamp.tsa_name_mismatch']);
    const uri = der.element(0x86, new TextEncoder().encode('https://tsa.example'));
    expect(judge(await make({}, { tsa: uri }))).toEqual(['failed', 'timestamp.tsa_name_mismatch']);
  });
});

describe('the purpose of a foreign authority', () => {
  const cases = [
    ['not critical', { critical: false, oids: [STAMPING] }],
    ['one more purpose', { critical: true, oids: [STAMPING, '1.3.6.1.5.5.7.3.3'] }],
    ['another purpose', { critical: true, oids: ['1.3.6.1.5.5.7.3.3'] }],
    ['any purpose', { critical: true, oids: ['2.5.29.37.0'] }],
    ['none', undefined],
  ] as const;
  it.each(cases)('%s: refused', async (_name, usage) => {
    const other = await withPurposes(unit, hierarchy, usage);
    expect(judge(await make({}, {}, other))).toEqual(['failed', 'pki.extended_key_usage']);
  });
  it('the same certificate with the right purpose passes', async () => {
    const same = await withPurposes(unit, hierarchy, { critical: true, oids: [STAMPING] });
    expect(judge(await make({}, {}, same))).toEqual(passed);
  });
});

describe('the life of a foreign authority', () => {
  it('is judged at the time of the token, or whenever the verifier wants', async () => {
    const token = await make();
    expect(judge(token, { now: new Date('2026-11-21T03:00:00Z') })).toEqual(passed);
    const late = new Date('2031-01-01T00:00:00Z');
    const report = judge(token, { at: late, crls: await hierarchy.crls(late) });
    expect(report).toEqual(['failed', 'pki.expired']);
    const early = await make({}, { genTime: new Date('2025-06-01T00:00:00Z') });
    expect(judge(early, { crls: await hierarchy.crls(new Date('2025-06-01T00:00:00Z')) })).toEqual([
      'failed',
      'pki.not_yet_valid',
    ]);
  });
});

describe('the encoding of a foreign token', () => {
  it('BER with indefinite lengths is read, and what was signed is still what counts', async () => {
    const token = indefinite(await make());
    expect(token.subarray(0, 2)).toEqual(Uint8Array.of(0x30, 0x80));
    expect(judge(token)).toEqual(passed);
    expect(judge(token, { data: Uint8Array.of(1) })).toEqual(['failed', 'timestamp.imprint_mismatch']);
  });
  it('bytes behind it, a cut, or something else are unreadable', async () => {
    const token = await make();
    for (const bytes of [Uint8Array.of(...token, 0), token.subarray(0, -1), unit.certificate, new Uint8Array(0)])
      expect(judge(bytes)).toEqual(['failed', 'timestamp.token_unreadable']);
  });
});
