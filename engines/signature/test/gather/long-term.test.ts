import { der } from '@tra/asn1';
import { CMS_ATTRIBUTE, createSignedData } from '@tra/cms';
import { utf8Encode } from '@tra/kernel';
import { seededRandom, steppedClock } from '@tra/kernel/testing';
import { parseCertificate } from '@tra/pki';
import { type TestEntity, type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { createAuthority } from '@tra/timestamp';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  defaultPolicy,
  documentPolicy,
  executeValidation,
  type FullValidation,
  type ProcessPolicy,
  processPolicyOf,
  type ValidationInput,
  validateDocumentFully,
} from '../../src/index.ts';
import type { TestSigning } from '../../src/testing.ts';
import { addUnsigned, archived, attribute, sha256 } from '../support-cms.ts';

const content = utf8Encode('ใบอนุญาตเลขที่ 1');
const signedAt = new Date('2026-11-20T07:05:00Z');
const later = (text: string): Date => new Date(`${text}T00:00:00Z`);

let hierarchy: TestHierarchy;
let strong: TestHierarchy;
let signer: TestEntity;
/** Time-stamping authorities whose certificates end one after the other. */
let units: readonly TestEntity[];
let strongUnit: TestEntity;

beforeAll(async () => {
  hierarchy = await testHierarchy();
  strong = await testHierarchy({ name: 'Strong', algorithm: 'ecdsa-p384-sha384' });
  signer = await hierarchy.issue('document-signer', { notAfter: later('2027-06-01') });
  const unit = (end: string): Promise<TestEntity> => hierarchy.issue('time-stamping', { notAfter: later(end) });
  units = [await unit('2028-01-01'), await unit('2030-01-01'), await unit('2034-01-01')];
  strongUnit = await strong.issue('time-stamping', { notAfter: later('2034-01-01') });
});

/** What {@link archived} and the signature need: an authority at a time. */
function authorityAt(at: Date, unit: TestEntity, of: TestHierarchy = hierarchy): TestSigning {
  const chain = [of.issuing.certificate, of.root.certificate];
  const authority = createAuthority({
    units: [{ ...unit, chain, policies: [{ oid: '1.3.6.1.4.1.99999.1.1' }] }],
    clock: steppedClock(at),
    random: seededRandom(at.getTime() % 1000),
  });
  return {
    timestamper: { stamp: async (digest: never) => (await authority.stamp(digest)).token },
  } as unknown as TestSigning;
}

const unitOf = (index: number): TestEntity => units[index] as TestEntity;

async function signed({ stamped = true }: { readonly stamped?: boolean } = {}): Promise<Uint8Array> {
  const builder = await createSignedData({
    content,
    detached: false,
    signer: signer.signer,
    certificate: signer.certificate,
    certificates: [signer.certificate, hierarchy.issuing.certificate],
    crls: await hierarchy.crls(signedAt),
    signingTime: signedAt,
  });
  const digest = { algorithm: 'sha256', value: sha256(builder.signatureValue) } as const;
  if (stamped) builder.addTimestamp(await authorityAt(signedAt, unitOf(0)).timestamper.stamp(digest));
  return builder.toDer();
}

interface Renewal {
  readonly at: Date;
  readonly unit: TestEntity;
  readonly of?: TestHierarchy;
  readonly over?: Uint8Array;
}

/** Adds current revocation lists and an archive time-stamp over all of it. */
async function renewed(cms: Uint8Array, { at, of = hierarchy, over = content, unit }: Renewal): Promise<Uint8Array> {
  const lists = der.sequence(der.explicit(0, der.sequence(...(await hierarchy.crls(at)), ...(await strong.crls(at)))));
  const more = addUnsigned(cms, attribute(CMS_ATTRIBUTE.revocationValues, lists));
  return archived(authorityAt(at, unit, of), more, content, over === content ? {} : { content: over });
}

async function judge(bytes: Uint8Array, at: Date, more: Partial<ValidationInput> = {}): Promise<FullValidation> {
  const anchors = [hierarchy.root.certificate, strong.root.certificate];
  const full = await validateDocumentFully({ bytes, anchors, at, ...more });
  const replayed: unknown = executeValidation(
    JSON.parse(JSON.stringify(full.diagnostic)),
    processPolicyOf(more.policy ?? defaultPolicy),
  );
  expect(replayed).toEqual(full.detailed);
  return full;
}

const told = ({ report }: FullValidation): readonly unknown[] => [report.verdict, report.subIndication];

describe('a signature whose certificate has expired', () => {
  it('passes by its time-stamp and the revocation lists in it', async () => {
    const { detailed, report } = await judge(await signed(), later('2027-12-01'));
    expect(report).toMatchObject({ verdict: 'passed', indication: 'TOTAL_PASSED' });
    expect(report.signatures[0]?.provenTime).toBe(signedAt.toISOString());
    expect(detailed.signatures[0]?.bestSignatureTime.time).toBe(signedAt.toISOString().replace('.000', ''));
    expect(report.answers.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed', 'passed']);
  });

  it('stays open without a time-stamp', async () => {
    const full = await judge(await signed({ stamped: false }), later('2027-12-01'));
    expect(told(full)).toEqual(['indeterminate', 'OUT_OF_BOUNDS_NOT_REVOKED']);
    expect(full.report.summary.code).toBe('validation.summary.certificate_expired');
  });

  it('names its chain, and the authority that is missing', async () => {
    const bytes = await signed();
    const { report } = await judge(bytes, later('2027-12-01'));
    expect(report.signatures[0]?.chain.map(({ trusted }) => trusted)).toEqual([false, false, true]);
    expect(report.signatures[0]?.missingIssuer).toBeUndefined();
    const without = await judge(bytes, later('2027-12-01'), { anchors: [strong.root.certificate] });
    expect(without.report.signatures[0]?.missingIssuer).toContain('CN=Test Root');
    expect(told(without)).toEqual(['indeterminate', 'NO_CERTIFICATE_CHAIN_FOUND']);
  });
});

describe('archive time-stamps', () => {
  const first = later('2027-05-01');
  const second = later('2029-05-01');

  it('renewed twice carry a signature past the end of two authorities', async () => {
    const once = await renewed(await signed(), { at: first, unit: unitOf(1) });
    expect(told(await judge(once, later('2029-06-01')))).toEqual(['passed', undefined]);
    const twice = await renewed(once, { at: second, unit: unitOf(2) });
    const full = await judge(twice, later('2031-06-01'));
    expect(told(full)).toEqual(['passed', undefined]);
    expect(full.detailed.timestamps.map(({ indication }) => indication)).toEqual(['PASSED', 'PASSED', 'PASSED']);
    expect(full.report.signatures[0]?.provenTime).toBe(signedAt.toISOString());
    expect(full.report.signatures[0]?.timestamps.map(({ status }) => status)).toEqual(['valid', 'valid', 'valid']);
  });

  it('prove nothing once the last authority has expired', async () => {
    const once = await renewed(await signed(), { at: first, unit: unitOf(1) });
    const full = await judge(once, later('2031-06-01'));
    expect(full.report.verdict).toBe('indeterminate');
    expect(full.report.signatures[0]?.provenTime).toBeUndefined();
  });

  it('over other content prove nothing', async () => {
    const bytes = await signed();
    const broken = await renewed(bytes, { at: first, unit: unitOf(1), over: utf8Encode('another') });
    const full = await judge(broken, later('2029-06-01'));
    expect(full.report.verdict).toBe('indeterminate');
    expect(full.report.signatures[0]?.provenTime).toBeUndefined();
    expect(full.detailed.timestamps.map(({ subIndication }) => subIndication)).toEqual([
      'OUT_OF_BOUNDS_NOT_REVOKED',
      'HASH_FAILURE',
    ]);
    expect(full.report.signatures[0]?.timestamps[1]).toMatchObject({ imprint: 'differs', status: 'other_data' });
  });

  it('do not speak for lists that were added later', async () => {
    const once = await renewed(await signed(), { at: first, unit: unitOf(1) });
    const lists = der.sequence(der.explicit(0, der.sequence(...(await hierarchy.crls(second)))));
    const { diagnostic } = await judge(
      addUnsigned(once, attribute(CMS_ATTRIBUTE.revocationValues, lists)),
      later('2029-06-01'),
    );
    const archive = diagnostic.timestamps.find(({ type }) => type === 'archive');
    const covered = new Set(archive?.covered.map(({ id }) => id));
    const late = diagnostic.revocations.filter(
      ({ thisUpdate }) => thisUpdate && Date.parse(thisUpdate) > first.getTime(),
    );
    expect(late.length).toBeGreaterThan(0);
    expect(late.some(({ id }) => covered.has(id))).toBe(false);
  });
});

describe('a certificate that was revoked', () => {
  it.each([
    ['after the proven time', '2027-01-15', 'passed', undefined],
    ['before the proven time', '2026-11-01', 'failed', 'REVOKED'],
  ] as const)('%s', async (_, date, verdict, subIndication) => {
    const { serialHex } = parseCertificate(signer.certificate);
    const crls = await hierarchy.crls(later('2027-02-01'), [{ serialHex, date: later(date), reason: 'keyCompromise' }]);
    expect(told(await judge(await signed(), later('2027-02-01'), { crls }))).toEqual([verdict, subIndication]);
  });

  it('of an authority, after an archive time-stamp, leaves its time-stamp its worth', async () => {
    const { serialHex } = parseCertificate(unitOf(0).certificate);
    const crls = await hierarchy.crls(later('2027-05-20'), [
      { serialHex, date: later('2027-05-10'), reason: 'keyCompromise' },
    ]);
    const at = later('2027-05-20');
    expect((await judge(await signed(), at, { crls })).report.signatures[0]?.provenTime).toBeUndefined();
    const kept = await renewed(await signed(), { at: later('2027-05-01'), unit: unitOf(1) });
    const full = await judge(kept, at, { crls });
    expect(told(full)).toEqual(['passed', undefined]);
    expect(full.report.signatures[0]?.provenTime).toBe(signedAt.toISOString());
  });
});

describe('a key that is too short by now', () => {
  function endingIn2027(): ProcessPolicy {
    const policy = processPolicyOf(defaultPolicy);
    const signatures = [
      ...policy.algorithms.signatures.filter(({ name }) => name !== 'ECDSA'),
      { name: 'ECDSA', keyLength: 256, until: '2027-01-01' },
      { name: 'ECDSA', keyLength: 384 },
    ];
    return { ...policy, algorithms: { ...policy.algorithms, updated: '2027-01-02', signatures } };
  }

  it.each([
    ['archived while it was', '2026-12-01', 'passed'],
    ['archived too late', '2027-02-01', 'indeterminate'],
  ] as const)('%s', async (_, date, verdict) => {
    const policy = documentPolicy(endingIn2027());
    const plain = await judge(await signed(), later('2027-04-01'), { policy });
    expect(told(plain)).toEqual(['indeterminate', 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE']);
    expect(plain.report.summary.code).toBe('validation.summary.weak_algorithm');
    const kept = await renewed(await signed(), { at: later(date), unit: strongUnit, of: strong });
    expect((await judge(kept, later('2027-04-01'), { policy })).report.verdict).toBe(verdict);
  });
});
