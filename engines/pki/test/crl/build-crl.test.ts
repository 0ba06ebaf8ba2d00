import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { equalBytes, fromHex, toHex } from '@tra/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildCrl,
  buildPartitionedCrls,
  CrlBuilder,
  type CrlEntry,
  type CrlHeader,
  type CrlScope,
  deltaEntries,
  encodeName,
  PkiError,
  parseCertificate,
  parseCrl,
  partitionOf,
  type RevocationReason,
  toPem,
  validatePath,
  verifySignature,
} from '../../src/index.ts';
import { type TestHierarchy, testHierarchy, testSigner } from '../../src/testing.ts';

let hierarchy: TestHierarchy;
let header: CrlHeader;
const thisUpdate = new Date('2026-11-21T00:00:00Z');
const nextUpdate = new Date('2026-11-28T00:00:00Z');

beforeAll(async () => {
  hierarchy = await testHierarchy();
  const { certificate: issuer, signer } = hierarchy.issuing;
  header = { issuer, signer, number: 7, thisUpdate, nextUpdate };
});

const serialOf = (index: number): string => {
  const hex = createHash('sha256').update(`serial ${index}`).digest('hex').slice(0, 40);
  return `4${hex.slice(1)}`;
};
const reasons: readonly RevocationReason[] = ['unspecified', 'keyCompromise', 'superseded', 'certificateHold'];
const listOf = (count: number): CrlEntry[] =>
  Array.from({ length: count }, (_, index) => ({
    serialHex: serialOf(index),
    date: new Date(thisUpdate.getTime() - index * 61_000),
    reason: reasons[index % 4] ?? 'unspecified',
  }));

const refusal = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof PkiError && error.code === 'pki.request_invalid') return error.params.reason;
    throw error;
  }
  return 'accepted';
};

const isSigned = (crl: Uint8Array): boolean => {
  const { signatureAlgorithm, signedBytes, signature } = parseCrl(crl);
  return verifySignature(signatureAlgorithm, header.signer.publicKey, signedBytes, signature);
};

describe('a CRL', () => {
  it('holds what was added, by either way of adding, and is signed', async () => {
    const entries = listOf(1000);
    const crl = await buildCrl({ ...header, entries });
    const builder = new CrlBuilder({ ...header, expectedEntries: 10 });
    for (const { serialHex, date, reason } of entries) builder.add(fromHex(serialHex), date.getTime(), reason);
    const other = await builder.finish();
    expect(equalBytes(parseCrl(other).signedBytes, parseCrl(crl).signedBytes)).toBe(true);
    expect(isSigned(crl) && isSigned(other)).toBe(true);
    const read = parseCrl(crl);
    expect(read).toMatchObject({ size: 1000, version: 2, numberHex: '07', thisUpdate, nextUpdate });
    expect(read.authorityKeyId?.keyIdHex).toBe(parseCertificate(header.issuer).subjectKeyIdHex);
    const expected = entries.map(({ serialHex, date, reason }) => ({
      serialHex,
      date,
      reason: reason === 'unspecified' ? undefined : reason,
    }));
    expect([...read.entries()].map(({ serialHex, date, reason }) => ({ serialHex, date, reason }))).toEqual(expected);
    for (const { serialHex } of entries) expect(read.index().has(serialHex)).toBe(true);
    for (let index = 1000; index < 2000; index += 1) expect(read.index().has(serialOf(index))).toBe(false);
  });

  it('keeps serials, times and reasons of every kind', async () => {
    const serial = fc.uint8Array({ minLength: 1, maxLength: 20 }).filter((bytes) => {
      const first = bytes.findIndex((byte) => byte !== 0);
      return first >= 0 && bytes.length - first + ((bytes[first] ?? 0) >= 0x80 ? 1 : 0) <= 20;
    });
    const date = fc.date({ min: new Date('1950-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    const entry = fc.record({ serial, date, reason: fc.constantFrom(...reasons), invalid: fc.option(date) });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 20 }), async (list) => {
        const crl = await buildCrl({
          ...header,
          entries: list.map(({ serial, date, reason, invalid }) => ({
            serialHex: toHex(serial),
            date,
            reason,
            ...(invalid ? { invalidityDate: invalid } : {}),
          })),
        });
        const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);
        const read = [...parseCrl(crl).entries()];
        expect(read.map(({ serialHex }) => BigInt(`0x${serialHex}`))).toEqual(
          list.map(({ serial }) => BigInt(`0x${toHex(serial)}`)),
        );
        expect(read.map((one) => seconds(one.date))).toEqual(list.map((one) => seconds(one.date)));
        expect(read.map((one) => one.reason ?? 'unspecified')).toEqual(list.map(({ reason }) => reason));
        expect(read.map((one) => one.invalidityDate && seconds(one.invalidityDate))).toEqual(
          list.map(({ invalid }) => (invalid ? seconds(invalid) : undefined)),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('says its scope, its deltas, and since when expired certificates stay', async () => {
    const scope: CrlScope = {
      uris: ['http://pki.example.th/1.crl'],
      only: 'user',
      reasons: ['keyCompromise', 'privilegeWithdrawn'],
    };
    const expiredCertsOnCrl = new Date('2020-01-01T00:00:00Z');
    const crl = parseCrl(
      await buildCrl({
        ...header,
        number: (1n << 159n) - 1n,
        scope,
        freshestCrlUrls: ['http://pki.example.th/delta.crl'],
        issuerUrls: ['http://pki.example.th/ca.cer'],
        expiredCertsOnCrl,
        entries: [],
      }),
    );
    expect(crl.numberHex).toBe(`7f${'ff'.repeat(19)}`);
    expect(crl.issuingDistributionPoint).toMatchObject({
      name: { fullName: [{ kind: 'uri', value: 'http://pki.example.th/1.crl' }] },
      onlyUserCerts: true,
      onlyCaCerts: false,
      indirect: false,
    });
    expect([...(crl.issuingDistributionPoint?.onlySomeReasons ?? [])]).toEqual([1, 7]);
    expect(crl).toMatchObject({ expiredCertsOnCrl, caIssuers: ['http://pki.example.th/ca.cer'] });
    expect(crl.freshestCrl?.[0]?.name?.fullName).toEqual([{ kind: 'uri', value: 'http://pki.example.th/delta.crl' }]);
  });

  it('may list certificates of others when it is indirect', async () => {
    const [a, b] = ['A', 'B'].map((commonName) => encodeName({ commonName })) as [Uint8Array, Uint8Array];
    const entries: CrlEntry[] = [
      { serialHex: '01', date: thisUpdate, certificateIssuer: a },
      { serialHex: '02', date: thisUpdate, certificateIssuer: a, reason: 'keyCompromise' },
      { serialHex: '03', date: thisUpdate, certificateIssuer: b, reason: 'keyCompromise' },
      { serialHex: '04', date: thisUpdate },
    ];
    const crl = parseCrl(await buildCrl({ ...header, scope: { indirect: true }, entries }));
    expect([...crl.entries()].map(({ certificateIssuer }) => certificateIssuer?.get('CN'))).toEqual([
      'A',
      'A',
      'B',
      'Test Issuing CA',
    ]);
    const builder = new CrlBuilder({ ...header, scope: { indirect: true } });
    for (const entry of entries.slice(0, 3)) builder.addEntry(entry);
    builder.add(Uint8Array.of(5), thisUpdate.getTime());
    expect([...parseCrl(await builder.finish()).entries()].at(-1)).toMatchObject({
      serialHex: '05',
      certificateIssuer: { text: 'CN=Test Issuing CA,O=Test,C=TH' },
    });
    expect(await refusal(() => buildCrl({ ...header, entries }))).toBe('certificate_issuer');
  });

  it('is not made of what RFC 5280 forbids', async () => {
    const build = (change: Partial<CrlHeader>, entries: CrlEntry[] = []) =>
      refusal(() => buildCrl({ ...header, ...change, entries }));
    const one = (fields: Partial<CrlEntry>): CrlEntry[] => [{ serialHex: '01', date: thisUpdate, ...fields }];
    expect(await build({ signer: testSigner() })).toBe('signer');
    const leaf = await hierarchy.issue('document-signer');
    expect(await build({ issuer: leaf.certificate, signer: leaf.signer })).toBe('issuer_not_crl_signer');
    expect(await build({ nextUpdate: thisUpdate })).toBe('crl_times');
    for (const number of [-1, 1n << 159n, 1.5, Number.NaN]) expect(await build({ number })).toBe('crl_number');
    for (const baseNumber of [7, 8]) expect(await build({ baseNumber })).toBe('base_number');
    expect(await build({ baseNumber: 6, freshestCrlUrls: ['http://x'] })).toBe('freshest_crl_in_delta');
    expect(await build({ scope: { reasons: [] } })).toBe('scope_reasons');
    expect(await build({ scope: { reasons: ['unspecified'] } })).toBe('scope_reasons');
    for (const serialHex of ['', '00', '0', 'zz', '80'.repeat(20), '01'.repeat(21), '00'.repeat(30)])
      expect(await build({}, one({ serialHex }))).toBe('serial');
    expect(await build({}, one({ reason: 'removeFromCRL' }))).toBe('remove_from_crl_in_complete');
    expect(await build({}, one({ reason: 'removeFromCRL', invalidityDate: thisUpdate }))).toBe(
      'remove_from_crl_in_complete',
    );
    expect(await build({}, one({ reason: 'bored' as RevocationReason }))).toBe('bored');
    const scope: CrlScope = { reasons: ['superseded'] };
    for (const reason of ['keyCompromise', 'unspecified'] as const)
      expect(await build({ scope }, one({ reason }))).toBe('reason_out_of_scope');
    expect(await build({ scope, baseNumber: 1 }, one({ reason: 'removeFromCRL' }))).toBe('accepted');
    const builder = new CrlBuilder(header);
    await builder.finish();
    expect(await refusal(() => builder.finish())).toBe('finished');
  });
});

describe('partitions', () => {
  it('never change their mind: these figures stand in certificates', () => {
    expect(['01', '02', '0001', '4a5b6c7d8e9f', 'ff'.repeat(20)].map((serial) => partitionOf(serial, 1000))).toEqual([
      223, 661, 223, 422, 381,
    ]);
    expect(partitionOf(Uint8Array.of(0, 0, 1), 1000)).toBe(partitionOf('01', 1000));
    for (const count of [0, -1, 1.5, 65_537]) expect(() => partitionOf('01', count)).toThrow(PkiError);
  });

  it('are about equally full', () => {
    const counts = new Array<number>(32).fill(0);
    for (let index = 0; index < 32_000; index += 1)
      counts[partitionOf(serialOf(index), 32)] = (counts[partitionOf(serialOf(index), 32)] ?? 0) + 1;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });

  it('together hold every entry once, each in its own CRL', async () => {
    const entries = listOf(2000);
    const urisOf = (partition: number): string[] => [`http://pki.example.th/${partition}.crl`];
    const crls = (await buildPartitionedCrls({ ...header, entries, partitions: 8, urisOf, only: 'user' })).map((crl) =>
      parseCrl(crl),
    );
    expect(crls.reduce((sum, { size }) => sum + size, 0)).toBe(2000);
    for (const { serialHex } of entries) expect(crls[partitionOf(serialHex, 8)]?.index().has(serialHex)).toBe(true);
    expect(crls.map((crl) => crl.issuingDistributionPoint?.name?.fullName)).toEqual(
      crls.map((_, partition) => [{ kind: 'uri', value: `http://pki.example.th/${partition}.crl` }]),
    );
    expect(await refusal(() => buildPartitionedCrls({ ...header, entries, partitions: 2, urisOf: () => [] }))).toBe(
      'partition_uris',
    );
  });

  it('cover a certificate that names its partition, and no other', async () => {
    const url = (partition: number): string => `http://pki.example.th/${partition}.crl`;
    const signer = await hierarchy.issue('document-signer', { crlUrls: [url(1)] });
    const [, rootCrl = new Uint8Array(0)] = await hierarchy.crls(thisUpdate);
    const crls = await buildPartitionedCrls({
      ...header,
      entries: [],
      partitions: 2,
      urisOf: (index) => [url(index)],
      only: 'user',
    });
    const judge = (partition: number): string =>
      validatePath({
        certificate: signer.certificate,
        intermediates: [hierarchy.issuing.certificate],
        anchors: [hierarchy.root.certificate],
        crls: [crls[partition] ?? new Uint8Array(0), rootCrl],
        at: thisUpdate,
        purpose: 'document-signing',
      }).verdict;
    expect([judge(0), judge(1)]).toEqual(['indeterminate', 'passed']);
  });
});

describe('a delta', () => {
  const at = (day: number): Date => new Date(Date.UTC(2026, 10, day));

  it('lists what is new or changed, and ends suspensions', () => {
    const base: CrlEntry[] = [
      { serialHex: '01', date: at(1), reason: 'keyCompromise' },
      { serialHex: '02', date: at(1), reason: 'certificateHold' },
      { serialHex: '03', date: at(1), reason: 'certificateHold' },
      { serialHex: '04', date: at(1), reason: 'superseded' },
    ];
    const current: CrlEntry[] = [
      { serialHex: '0001', date: at(1), reason: 'keyCompromise' },
      { serialHex: '03', date: at(1), reason: 'keyCompromise' },
      { serialHex: '05', date: at(2) },
    ];
    expect(deltaEntries(base, current, at(3))).toEqual([
      { serialHex: '03', date: at(1), reason: 'keyCompromise' },
      { serialHex: '05', date: at(2) },
      { serialHex: '02', date: at(3), reason: 'removeFromCRL' },
    ]);
  });

  it('lifts a suspension in path validation, and only with its base', async () => {
    const signer = await hierarchy.issue('document-signer');
    const { serialHex } = parseCertificate(signer.certificate);
    const held: CrlEntry[] = [{ serialHex, date: new Date(thisUpdate.getTime() - 1000), reason: 'certificateHold' }];
    const [, rootCrl = new Uint8Array(0)] = await hierarchy.crls(thisUpdate);
    const base = await buildCrl({ ...header, entries: held });
    const delta = await buildCrl({ ...header, number: 8, baseNumber: 7, entries: deltaEntries(held, [], thisUpdate) });
    const judge = (...crls: Uint8Array[]): string =>
      validatePath({
        certificate: signer.certificate,
        intermediates: [hierarchy.issuing.certificate],
        anchors: [hierarchy.root.certificate],
        crls: [...crls, rootCrl],
        at: thisUpdate,
        purpose: 'document-signing',
      }).code;
    expect(judge(base)).toBe('pki.revoked');
    expect(judge(base, delta)).toBe('pki.path_valid');
    expect(judge(delta)).toBe('pki.revocation_unknown');
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('openssl is absent: interop tests are skipped');
const folder = mkdtempSync(join(tmpdir(), 'tra-crl-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function opensslText(crl: Uint8Array): { text: string; verified: boolean } {
  writeFileSync(join(folder, 'one.crl'), crl);
  writeFileSync(join(folder, 'ca.pem'), toPem('CERTIFICATE', header.issuer));
  const args = ['crl', '-inform', 'DER', '-in', 'one.crl', '-noout', '-text', '-CAfile', 'ca.pem'];
  const { stdout, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { text: stdout, verified: stderr.includes('verify OK') };
}

describe.skipIf(!hasOpenssl)('openssl crl', () => {
  it('verifies a CRL of 20,000 entries and counts them', async () => {
    const { text, verified } = opensslText(await buildCrl({ ...header, entries: listOf(20_000) }));
    expect(verified).toBe(true);
    expect(text.match(/Serial Number:/g)).toHaveLength(20_000);
    expect(text.match(/Key Compromise/g)).toHaveLength(5000);
    expect(text).toContain(serialOf(19_999).toUpperCase());
  });

  it('reads partitions, deltas and entries of every kind', async () => {
    const partition = await buildCrl({
      ...header,
      scope: { uris: ['http://pki.example.th/3.crl'], only: 'user', reasons: ['keyCompromise'] },
      freshestCrlUrls: ['http://pki.example.th/delta.crl'],
      entries: [
        {
          serialHex: '0a',
          date: thisUpdate,
          reason: 'keyCompromise',
          invalidityDate: new Date('2026-11-01T00:00:00Z'),
        },
      ],
    });
    const shown = opensslText(partition);
    expect(shown.verified).toBe(true);
    for (const expected of [
      'Only User Certificates',
      'URI:http://pki.example.th/3.crl',
      'Only Some Reasons',
      'X509v3 Freshest CRL',
      'Invalidity Date',
      'Nov  1 00:00:00 2026 GMT',
    ])
      expect(shown.text).toContain(expected);
    const delta = await buildCrl({
      ...header,
      number: 9,
      baseNumber: 7,
      scope: { indirect: true },
      entries: [
        {
          serialHex: '0b',
          date: thisUpdate,
          reason: 'removeFromCRL',
          certificateIssuer: encodeName({ commonName: 'Other' }),
        },
      ],
    });
    const other = opensslText(delta);
    expect(other.verified).toBe(true);
    for (const expected of [
      'X509v3 Delta CRL Indicator: critical',
      'Remove From CRL',
      'Indirect CRL',
      'X509v3 Certificate Issuer: critical',
    ])
      expect(other.text).toContain(expected);
  });

  it('reads an empty CRL', async () => {
    const { text, verified } = opensslText(await buildCrl({ ...header, entries: [] }));
    expect([verified, text.includes('No Revoked Certificates')]).toEqual([true, true]);
  });
});
