import { createHash } from 'node:crypto';
import { createSignedData } from '@tra/cms';
import { type SignParts, sampleObjects, signSample, writePdf } from '@tra/pdf/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SignatureReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { partsSigner, stampOver } from './build.ts';

let signing: TestSigning;
beforeAll(async () => {
  signing = await testSigning('Levels');
});

const signed = (subFilter: string, sign: SignParts): Promise<Uint8Array> =>
  signSample(writePdf(sampleObjects), {
    field: 14,
    fieldText: (sampleObjects[14] ?? '').replace(/>>$/, '/V %V >>'),
    object: 40,
    subFilter,
    sign,
  });

async function judge(bytes: Uint8Array): Promise<SignatureReport> {
  const { anchors, clock } = signing;
  const report = await validateDocument({ bytes, anchors, crls: await signing.crls(), at: clock.now() });
  return report.signatures[0] as SignatureReport;
}

const codes = ({ checks }: SignatureReport): readonly string[] => checks.map(({ code }) => code);

/** A signature with a time-stamp over its value. */
const stamped: SignParts = async (parts) => {
  const { certificate, signer } = signing.document;
  const certificates = [signing.hierarchy.issuing.certificate];
  const builder = await createSignedData({
    content: parts,
    detached: true,
    signer,
    certificate,
    certificates,
    crls: [],
  });
  builder.addTimestamp(await stampOver(signing, builder.signatureValue));
  return builder.toDer();
};

/** The SHA-1 of the content as the content of the signature. */
const withDigestInside: SignParts = async (parts) => {
  const { certificate, signer } = signing.document;
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  const content = new Uint8Array(hash.digest());
  const certificates = [signing.hierarchy.issuing.certificate];
  return (await createSignedData({ content, detached: false, signer, certificate, certificates, crls: [] })).toDer();
};

describe('levels of PKCS #7 in PDF (ISO 32000-2 table 260)', () => {
  it('are those of its own two encodings', async () => {
    expect((await judge(await signed('adbe.pkcs7.detached', partsSigner(signing)))).level).toBe('PDF-PKCS7');
    expect((await judge(await signed('adbe.pkcs7.detached', stamped))).level).toBe('PDF-PKCS7-T');
    expect((await judge(await signed('adbe.pkcs7.sha1', withDigestInside))).level).toBe('PDF-PKCS7');
  });

  it.each(['Acme.Sig', 'ETSI.CAdES', 'adbe.pkcs7', 'ADBE.PKCS7.DETACHED'])('are not told of %s', async (subFilter) => {
    for (const sign of [partsSigner(signing), stamped]) {
      const report = await judge(await signed(subFilter, sign));
      expect(report.level).toBe('PDF');
      expect(report.verdict).toBe('failed');
      expect(codes(report)).toContain('signature.subfilter_unsupported');
    }
  });

  it('are not mixed up with PAdES', async () => {
    const report = await judge(await signed('ETSI.CAdES.detached', stamped));
    expect(report.level).toMatch(/^PAdES-/);
  });
});
