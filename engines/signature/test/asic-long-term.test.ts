import { createHash } from 'node:crypto';
import { der } from '@tra/asn1';
import { toBase64, utf8Decode, utf8Encode } from '@tra/kernel';
import { seededRandom, steppedClock } from '@tra/kernel/testing';
import { oidOfDigest } from '@tra/pki';
import { type TestEntity, type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { createAuthority } from '@tra/timestamp';
import { DSIG_NAMESPACE } from '@tra/xml';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FullValidation, validateDocumentFully } from '../src/index.ts';
import { detachedXades } from './support-xades.ts';
import { type Member, octetsOf, zip } from './support-zip.ts';

const signedAt = new Date('2026-11-20T07:05:00Z');
const expired = new Date('2027-12-01T00:00:00Z');
const SIGNATURES = 'META-INF/signatures.xml';
const invoice = '<invoice/>';
const sha256 = (content: string | Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(octetsOf(content)).digest());

let hierarchy: TestHierarchy;
let signer: TestEntity;
let unit: TestEntity;
let signatures: string;

beforeAll(async () => {
  hierarchy = await testHierarchy({ name: 'Container' });
  signer = await hierarchy.issue('document-signer', { notAfter: new Date('2027-06-01T00:00:00Z') });
  unit = await hierarchy.issue('time-stamping', { notAfter: new Date('2034-01-01T00:00:00Z') });
  signatures = await signedBy(signer);
});

async function signedBy(document: TestEntity): Promise<string> {
  const bytes = await detachedXades(
    { document, hierarchy, clock: steppedClock(signedAt) },
    {
      document: utf8Encode('<asic:XAdESSignatures xmlns:asic="http://uri.etsi.org/02918/v1.2.1#"/>'),
      references: [{ uri: 'invoice.xml', transforms: [] }],
      resolve: () => utf8Encode(invoice),
    },
  );
  return utf8Decode(bytes);
}

async function stamp(value: Uint8Array): Promise<Uint8Array> {
  const chain = [hierarchy.issuing.certificate, hierarchy.root.certificate];
  const authority = createAuthority({
    units: [{ ...unit, chain, policies: [{ oid: '1.3.6.1.4.1.99999.1.1' }] }],
    clock: steppedClock(signedAt),
    random: seededRandom(value[0] ?? 0),
  });
  return (await authority.stamp({ algorithm: 'sha256', value })).token;
}

function manifest(of: string, files: readonly (readonly [string, string | Uint8Array])[]): string {
  const objects = files.map(
    ([name, content]) =>
      `<DataObjectReference URI="${name}"><DigestMethod xmlns="${DSIG_NAMESPACE}" Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue xmlns="${DSIG_NAMESPACE}">${toBase64(sha256(content))}</DigestValue></DataObjectReference>`,
  );
  return `<ASiCManifest xmlns="http://uri.etsi.org/02918/v1.2.1#"><SigReference URI="${of}"/>${objects.join('')}</ASiCManifest>`;
}

/** The evidence record of RFC 4998 over files, whose hashes are one list. */
async function record(files: readonly (string | Uint8Array)[]): Promise<Uint8Array> {
  const hashes = files.map(sha256).sort(Buffer.compare);
  const token = await stamp(sha256(Buffer.concat(hashes)));
  const algorithm = der.element(0xa0, der.oid(oidOfDigest('sha256')));
  const list = der.element(0xa2, der.sequence(...hashes.map((hash) => der.octetString(hash))));
  const chain = der.sequence(der.sequence(algorithm, list, token));
  return der.sequence(der.integer(1), der.sequence(der.sequence(der.oid(oidOfDigest('sha256')))), der.sequence(chain));
}

const base = (text: string): readonly Member[] => [
  ['mimetype', 'application/vnd.etsi.asic-e+zip'],
  ['invoice.xml', invoice],
  [SIGNATURES, text],
];
const files = (text: string): readonly (readonly [string, string])[] => [
  ['invoice.xml', invoice],
  [SIGNATURES, text],
];

const archive = async (listed: readonly (readonly [string, string])[]): Promise<readonly Member[]> => {
  const list = manifest('META-INF/timestamp1.tst', listed);
  return [
    ['META-INF/ASiCArchiveManifest.xml', list],
    ['META-INF/timestamp1.tst', await stamp(sha256(list))],
  ];
};

const sealed = async (listed: readonly (readonly [string, string])[], over = listed): Promise<readonly Member[]> => [
  ['META-INF/ASiCEvidenceRecordManifest1.xml', manifest('META-INF/evidencerecord1.ers', listed)],
  ['META-INF/evidencerecord1.ers', await record(over.map(([, content]) => content))],
];

async function judge(members: readonly Member[], at: Date): Promise<FullValidation> {
  const crls = await hierarchy.crls(signedAt);
  return validateDocumentFully({ bytes: zip(members), anchors: [hierarchy.root.certificate], crls, at });
}

/** Verdict and reason of the signature, and the time that is proven for it. */
const told = ({ report }: FullValidation): readonly unknown[] => {
  const [signature] = report.signatures;
  return [signature?.verdict, signature?.subIndication, signature?.provenTime];
};
const proven = signedAt.toISOString();

describe('XAdES in a container whose signer has expired', () => {
  it('is open by itself', async () => {
    expect(told(await judge(base(signatures), signedAt))).toEqual(['passed', undefined, undefined]);
    const [verdict, reason, time] = told(await judge(base(signatures), expired));
    expect([verdict, reason, time]).toEqual(['indeterminate', expect.stringMatching(/^OUT_OF_BOUNDS/), undefined]);
  });

  it('passes by a time-stamp over a manifest that lists the file of signatures (EN 319 162-1 annex A.7)', async () => {
    const full = await judge([...base(signatures), ...(await archive(files(signatures)))], expired);
    expect(told(full)).toEqual(['passed', undefined, proven]);
    expect(full.report.verdict).toBe('passed');
    expect(full.report.signatures[0]).toMatchObject({
      level: 'XAdES-B-B',
      timestamps: [{ kind: 'container', imprint: 'matches', status: 'valid' }],
    });
  });

  it('is not helped by a manifest that lists other files, another signature, or is not what was stamped', async () => {
    const other = await signedBy(await hierarchy.issue('document-signer'));
    for (const listed of [files(signatures).slice(0, 1), files(other)]) {
      const [verdict, , time] = told(await judge([...base(signatures), ...(await archive(listed))], expired));
      expect([verdict, time]).toEqual(['indeterminate', undefined]);
    }
    const [list, token] = (await archive(files(signatures))) as [Member, Member];
    const changed = await judge([...base(signatures), [list[0], `${list[1]} `], token], expired);
    expect(told(changed)[0]).toBe('indeterminate');
    expect(changed.report.signatures[0]?.timestamps).toMatchObject([{ kind: 'container', imprint: 'differs' }]);
    expect(changed.report.verdict).toBe('failed');
  });

  it('passes by an evidence record whose manifest lists the file', async () => {
    const full = await judge([...base(signatures), ...(await sealed(files(signatures)))], expired);
    expect(full.detailed.signatures[0]?.indication).toBe('TOTAL_PASSED');
    expect(told(full)).toEqual(['passed', undefined, proven]);
  });

  it('is not helped by a record over other files, or whose manifest leaves the file out', async () => {
    const other = await signedBy(await hierarchy.issue('document-signer'));
    for (const members of [
      await sealed(files(signatures).slice(0, 1)),
      await sealed(files(signatures), files(other)),
      await sealed(files(other)),
      // One file that the manifest names is not as it says.
      await sealed([['invoice.xml', '<other/>'], ...files(signatures).slice(1)], files(signatures)),
    ]) {
      const [verdict, , time] = told(await judge([...base(signatures), ...members], expired));
      expect([verdict, time]).toEqual(['indeterminate', undefined]);
    }
  });
});
