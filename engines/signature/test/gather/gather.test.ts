import { der } from '@tra/asn1';
import { CMS_ATTRIBUTE, createSignedData } from '@tra/cms';
import { utf8Encode } from '@tra/kernel';
import { parseCertificate } from '@tra/pki';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type DiagnosticData,
  defaultPolicy,
  executeValidation,
  type FullValidation,
  hashDiagnosticData,
  processPolicyOf,
  signXml,
  type ValidationInput,
  validateDocumentFully,
} from '../../src/index.ts';
import { type TestSigning, testPdf, testSigning } from '../../src/testing.ts';
import { flipped, stampOver } from '../build.ts';
import { addUnsigned, archived, attribute } from '../support-cms.ts';

let signing: TestSigning;
const content = utf8Encode('ใบอนุญาตเลขที่ 1');

beforeAll(async () => {
  signing = await testSigning();
});

const judge = (bytes: Uint8Array, more: Partial<ValidationInput> = {}): Promise<FullValidation> =>
  validateDocumentFully({ bytes, anchors: signing.anchors, at: signing.clock.now(), ...more });

async function cms(): Promise<Uint8Array> {
  const { certificate, signer } = signing.document;
  const builder = await createSignedData({
    content,
    detached: false,
    signer,
    certificate,
    certificates: [certificate, signing.hierarchy.issuing.certificate],
    crls: await signing.crls(),
    signingTime: signing.clock.now(),
  });
  builder.addTimestamp(await stampOver(signing, builder.signatureValue));
  return builder.toDer();
}

async function xml(): Promise<Uint8Array> {
  return signXml({
    xml: utf8Encode('<licence><number>1</number></licence>'),
    signer: signing.document.signer,
    certificate: signing.document.certificate,
    chain: [signing.hierarchy.issuing.certificate, signing.hierarchy.root.certificate],
    timestamper: signing.timestamper,
    signingTime: signing.clock.now(),
  });
}

/** Documents of several formats, whole and broken. */
async function documents(): Promise<readonly (readonly [string, Uint8Array])[]> {
  const pdf = await signing.sign(testPdf());
  const one = await cms();
  const marked = await xml();
  return [
    ['PDF', pdf],
    ['PDF signed twice', await signing.sign(pdf)],
    ['PDF with a changed octet', flipped(pdf, 300)],
    ['CMS', one],
    ['CMS archived', await archived(signing, one, content)],
    ['CMS cut', one.subarray(0, one.length - 40)],
    ['XML', marked],
    ['XML changed', utf8Encode(Buffer.from(marked).toString('utf8').replace('<number>1', '<number>2'))],
    ['time-stamp', await stampOver(signing, content)],
    ['nothing', utf8Encode('nothing')],
  ];
}

describe('diagnostic data', () => {
  it('give the same detailed report again, from their JSON and in any order of fields', async () => {
    const policy = processPolicyOf(defaultPolicy);
    for (const [name, bytes] of await documents()) {
      const { detailed, diagnostic } = await judge(bytes, { name, crls: await signing.crls() });
      const read = JSON.parse(JSON.stringify(diagnostic)) as DiagnosticData;
      expect(read, name).toEqual(diagnostic);
      const turned = Object.fromEntries(Object.entries(read).reverse()) as unknown as DiagnosticData;
      expect(executeValidation(turned, policy), name).toEqual(detailed);
      expect(hashDiagnosticData(turned), name).toBe(detailed.diagnosticDataSha256);
    }
  });

  it('name every token once, and only tokens that they hold', async () => {
    for (const [name, bytes] of await documents()) {
      const { diagnostic } = await judge(bytes, { crls: await signing.crls() });
      const { certificates, evidenceRecords, revocations, signatures, timestamps } = diagnostic;
      const tokens = [...certificates, ...revocations, ...signatures, ...timestamps, ...evidenceRecords];
      const ids = new Set(tokens.map(({ id }) => id));
      expect(ids.size, name).toBe(tokens.length);
      for (const { chain } of [...certificates, ...revocations, ...signatures, ...timestamps])
        for (const id of chain) expect(ids.has(id), name).toBe(true);
      for (const { covered } of timestamps) for (const { id } of covered) expect(ids.has(id), name).toBe(true);
      for (const one of signatures) for (const id of one.timestamps) expect(ids.has(id), name).toBe(true);
      for (const one of certificates)
        for (const { revocation } of one.revocations) expect(ids.has(revocation), name).toBe(true);
    }
  });

  it('never let a document pass that the process does not, nor the other way round', async () => {
    for (const [name, bytes] of await documents()) {
      const { detailed, report } = await judge(bytes, { crls: await signing.crls() });
      for (const { token, verdict } of report.signatures) {
        const found = detailed.signatures.find((one) => one.token === token);
        if (verdict === 'passed' && found) expect([name, found.indication]).toEqual([name, 'TOTAL_PASSED']);
      }
      if (report.verdict === 'passed') expect(detailed.signatures.length, name).toBeGreaterThan(0);
    }
  });

  it('tell what a time-stamp over the signature covers, and what one over everything does', async () => {
    const { diagnostic } = await judge(await archived(signing, await cms(), content));
    const of = (type: string) => diagnostic.timestamps.find((one) => one.type === type)?.covered ?? [];
    const signer = diagnostic.certificates.find(({ names }) => names.commonName === 'Test document-signer');
    expect(of('signature')).toEqual([
      { category: 'signature', id: diagnostic.signatures[0]?.id },
      { category: 'certificate', id: signer?.id },
    ]);
    expect(new Set(of('archive').map(({ category }) => category))).toEqual(
      new Set(['signature', 'timestamp', 'certificate', 'revocation']),
    );
  });
});

describe('revocations', () => {
  const stateOf = ({ diagnostic }: FullValidation) =>
    diagnostic.certificates
      .find(({ names }) => names.commonName === 'Test document-signer')
      ?.revocations.map(({ status, reason }) => [status, reason]);

  it('speak for the certificates of their issuer', async () => {
    const bytes = await cms();
    expect(stateOf(await judge(bytes))).toEqual([['good', undefined]]);
    const { serialHex } = parseCertificate(signing.document.certificate);
    const crls = await signing.crls([{ serialHex, date: new Date('2026-11-19T00:00:00Z'), reason: 'superseded' }]);
    expect(stateOf(await judge(bytes, { crls }))).toEqual([
      ['good', undefined],
      ['revoked', 'superseded'],
    ]);
  });

  it('by a stranger of the same name, or of later days, say nothing', async () => {
    const bytes = await cms();
    const twin = await testSigning();
    const { serialHex } = parseCertificate(signing.document.certificate);
    const entry = { serialHex, date: new Date('2026-11-19T00:00:00Z') };
    const full = await judge(bytes, { crls: await twin.crls([entry]) });
    expect(full.report.verdict).toBe('passed');
    const accepted = full.diagnostic.revocations.filter(({ signature }) => signature.intact).map(({ id }) => id);
    const own = full.diagnostic.certificates.find(({ names }) => names.commonName === 'Test document-signer');
    expect(own?.revocations.filter(({ revocation }) => accepted.includes(revocation))).toHaveLength(1);
    const later = await signing.hierarchy.crls(new Date('2027-01-01T00:00:00Z'), [entry]);
    expect(stateOf(await judge(bytes, { crls: later }))).toEqual([['good', undefined]]);
  });
});

describe('a flood', () => {
  it('of certificates and time-stamps is cut, and never throws', async () => {
    const token = await stampOver(signing, content);
    const values = Array.from({ length: 400 }, (_, index) => der.sequence(der.integer(index)));
    const flooded = addUnsigned(
      await cms(),
      attribute(CMS_ATTRIBUTE.signatureTimeStampToken, ...Array.from({ length: 200 }, () => token)),
      attribute(CMS_ATTRIBUTE.certificateValues, der.sequence(...values)),
    );
    const { diagnostic, report } = await judge(flooded);
    expect(diagnostic.timestamps.length).toBeLessThanOrEqual(256);
    expect(report.verdict).not.toBe('passed');
  });
});
