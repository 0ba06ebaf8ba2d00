import { concatBytes } from '@tra/kernel';
import { seededRandom, steppedClock } from '@tra/kernel/testing';
import { sampleObjects, signSample, updatePdf, writePdf } from '@tra/pdf/testing';
import { type CrlEntry, parseCertificate } from '@tra/pki';
import { type TestEntity, type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { createAuthority } from '@tra/timestamp';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokenId } from '../src/gather/ids.ts';
import { type FullValidation, validateDocumentFully } from '../src/index.ts';
import { testSigning } from '../src/testing.ts';
import { flipped, latin, sha256, streamOf } from './build.ts';

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
/** Empty signature fields of the sample. */
const firstField = 14;
const secondField = 13;

const made = day('2026-11-20');
const renewed = day('2027-06-01');
/** The first authority has expired by then, the second has not. */
const judged = day('2029-01-01');

let hierarchy: TestHierarchy;
let first: TestEntity;
let second: TestEntity;
let stamped: Uint8Array;
let lists: readonly Uint8Array[];

beforeAll(async () => {
  hierarchy = await testHierarchy();
  first = await hierarchy.issue('time-stamping', { notAfter: day('2028-01-01') });
  second = await hierarchy.issue('time-stamping', { notAfter: day('2030-01-01') });
  stamped = await withTimestamp(writePdf(sampleObjects), { unit: first, time: made, field: firstField });
  lists = await hierarchy.crls(renewed);
});

interface Stamping {
  readonly unit: TestEntity;
  readonly time: Date;
  readonly field: number;
}

const catalog = (store: number): string => (sampleObjects[1] ?? '').replace(/>>$/, `/DSS ${store} 0 R >>`);

/** The document with a document time-stamp and nothing else in the update (ETSI EN 319 142-1 clause 5.4.3). */
function withTimestamp(pdf: Uint8Array, { field, time, unit }: Stamping): Promise<Uint8Array> {
  const authority = createAuthority({
    units: [
      {
        ...unit,
        chain: [hierarchy.issuing.certificate, hierarchy.root.certificate],
        policies: [{ oid: '1.3.6.1.4.1.99999.1.1' }],
      },
    ],
    clock: steppedClock(time),
    random: seededRandom(field),
  });
  return signSample(pdf, {
    field,
    fieldText: (sampleObjects[field] ?? '').replace(/>>$/, '/V %V >>'),
    object: 70 + field,
    subFilter: 'ETSI.RFC3161',
    sign: async (parts) => (await authority.stamp({ algorithm: 'sha256', value: sha256(concatBytes(...parts)) })).token,
  });
}

/** The document with a security store: the path of the first authority and its revocation lists. */
function withStore(pdf: Uint8Array, crls: readonly Uint8Array[], number = 50): Uint8Array {
  const certificates = [first, hierarchy.issuing, hierarchy.root].map(({ certificate }) => certificate);
  const streams = [...certificates, ...crls].map((bytes, index) => [number + 1 + index, streamOf(bytes)] as const);
  const refs = streams.map(([own]) => `${own} 0 R`);
  return updatePdf(pdf, {
    1: catalog(number),
    [number]: `<< /Certs [${refs.slice(0, 3).join(' ')}] /CRLs [${refs.slice(3).join(' ')}] >>`,
    ...Object.fromEntries(streams),
  });
}

const again = (pdf: Uint8Array): Promise<Uint8Array> =>
  withTimestamp(pdf, { unit: second, time: renewed, field: secondField });

const judge = (bytes: Uint8Array, time: Date = judged): Promise<FullValidation> =>
  validateDocumentFully({ bytes, anchors: [hierarchy.root.certificate], at: time });

const told = ({ report }: FullValidation): readonly unknown[] => [
  report.verdict,
  ...report.signatures.flatMap(({ timestamps }) => timestamps.map(({ status }) => status)),
];

const compromised = (date: Date): readonly CrlEntry[] => [
  { serialHex: parseCertificate(first.certificate).serialHex, date, reason: 'keyCompromise' },
];

describe('a document that carries only time-stamps', () => {
  it('holds by the second time-stamp over the first and its material after the first authority has expired', async () => {
    const full = await judge(await again(withStore(stamped, lists)));
    expect(told(full)).toEqual(['passed', 'valid', 'valid']);
    expect(full.report.answers[0]?.code).toBe('validation.unchanged.extended_as_permitted');
    expect(full.report.signatures[1]?.timestamps[0]).toMatchObject({
      kind: 'document',
      variant: 'PAdES',
      covers: { signedData: true, signature: false, revocations: 2, timestamps: 1 },
    });
    const [, later] = full.diagnostic.timestamps;
    expect(later).toMatchObject({ type: 'document', archiveType: 'PAdES' });
    expect(later?.covered.map(({ category }) => category)).toEqual([
      'timestamp',
      'certificate',
      'certificate',
      'certificate',
      'revocation',
      'revocation',
    ]);
  });

  it('names the material of its store as its own', async () => {
    const { diagnostic } = await judge(withStore(stamped, lists), renewed);
    expect(diagnostic.timestamps[0]?.foundRevocations).toHaveLength(2);
    expect(diagnostic.revocations.map(({ origin }) => origin)).toEqual(['dss-dictionary', 'dss-dictionary']);
  });

  it('passes by the lists in its store while the authority is in force, and is open without them', async () => {
    expect(told(await judge(withStore(stamped, lists), renewed))).toEqual(['passed', 'valid']);
    expect(told(await judge(stamped, renewed))).toEqual(['indeterminate', 'revocation_unknown']);
  });

  it('is open once its only authority has expired', async () => {
    expect(told(await judge(withStore(stamped, lists)))).toEqual(['indeterminate', 'expired']);
  });

  it('proves nothing of a store that was added after the time-stamp', async () => {
    const { diagnostic, report } = await judge(withStore(await again(stamped), lists));
    expect(diagnostic.timestamps[1]?.covered.map(({ category }) => category)).not.toContain('revocation');
    expect(diagnostic.timestamps[1]).not.toHaveProperty('archiveType');
    expect(report.signatures[1]?.timestamps[0]?.covers).toMatchObject({ revocations: 0, timestamps: 1 });
  });

  it('proves of a store that grew later what was there before', async () => {
    const old = await hierarchy.crls(made);
    const grown = withStore(await again(withStore(stamped, old)), [...old, ...lists], 90);
    const { diagnostic } = await judge(grown);
    const covered = diagnostic.timestamps[1]?.covered.filter(({ category }) => category === 'revocation');
    expect(covered).toHaveLength(2);
    expect(diagnostic.revocations).toHaveLength(4);
  });

  it('fails when the store says that the authority was in other hands before', async () => {
    const known = await hierarchy.crls(renewed, compromised(day('2026-10-01')));
    expect(told(await judge(await again(withStore(stamped, known))))).toEqual(['failed', 'revoked', 'valid']);
  });

  it('holds when the authority fell into other hands after the second time-stamp', async () => {
    const time = day('2027-10-01');
    const known = await hierarchy.crls(time, compromised(day('2027-09-01')));
    const twice = await again(withStore(stamped, lists));
    expect(told(await judge(withStore(twice, [...lists, ...known], 90), time))).toEqual(['passed', 'valid', 'valid']);
    expect(told(await judge(withStore(stamped, known), time))).toEqual(['failed', 'revoked']);
  });

  it('fails when an octet of the store beneath a time-stamp is another', async () => {
    const pdf = await again(withStore(stamped, lists));
    const changed = flipped(pdf, latin(pdf).indexOf('/CRLs [') - 4);
    expect(told(await judge(changed))).toEqual(['failed', expect.anything(), 'other_data']);
  });
});

describe('a document time-stamp behind a signature', () => {
  it('does not cover what joined the store afterwards', async () => {
    const signing = await testSigning();
    const signed = await signing.sign(writePdf(sampleObjects));
    const old = await hierarchy.crls(made);
    const grown = withStore(await again(withStore(signed, old)), [...old, ...lists], 180);
    const { diagnostic, report } = await judge(grown);
    const stamp = diagnostic.timestamps.find(({ type }) => type === 'document');
    const revocations = stamp?.covered.filter(({ category }) => category === 'revocation').map(({ id }) => id);
    expect(revocations).toEqual(expect.arrayContaining(old.map((one) => tokenId(one))));
    for (const one of lists) expect(revocations).not.toContain(tokenId(one));
    expect(report.signatures[0]?.timestamps.at(-1)).toMatchObject({ kind: 'document', variant: 'PAdES' });
  });
});

describe('a signature beneath document time-stamps that were made one after the other', () => {
  it('passes, and no time-stamp covers itself or a later one', async () => {
    const signing = await testSigning('Beneath');
    const hour = 3_600_000;
    const time = (hours: number): Date => new Date(signing.clock.now().getTime() + hours * hour);
    let pdf = await signing.sign(writePdf(sampleObjects));
    pdf = await withTimestamp(pdf, { unit: first, time: time(1), field: firstField });
    pdf = await withTimestamp(pdf, { unit: second, time: time(2), field: secondField });
    const { diagnostic, report } = await validateDocumentFully({
      bytes: pdf,
      anchors: [...signing.anchors, hierarchy.root.certificate],
      crls: [...(await signing.crls()), ...(await hierarchy.crls(time(3)))],
      at: time(3),
    });
    const times = new Map(diagnostic.timestamps.map((one) => [one.id, Date.parse(one.productionTime)]));
    const covered = diagnostic.timestamps.map(({ covered: list, id }) =>
      list.filter(({ category }) => category === 'timestamp').map((one) => [times.get(one.id), times.get(id)]),
    );
    expect(covered.map(({ length }) => length).sort()).toEqual([0, 1, 2]);
    for (const [earlier = 0, later = 0] of covered.flat()) expect(earlier).toBeLessThan(later);
    expect(report.signatures.map(({ verdict }) => verdict)).toEqual(['passed', 'passed', 'passed']);
  });
});
