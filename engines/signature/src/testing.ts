import { type Random, type Signer, utf8Encode } from '@tra/kernel';
import { type SteppedClock, seededRandom, steppedClock } from '@tra/kernel/testing';
import { attachFiles, PdfWriter, pdfDict, pdfName } from '@tra/pdf';
import type { CrlEntry } from '@tra/pki';
import { type TestEntity, type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { createAuthority } from '@tra/timestamp';
import { type SignPdfOptions, signPdf, type Timestamper } from './sign-pdf.ts';

/** A one-page PDF with an XML file inside, as a licence has; for tests. */
export function testPdf(xml: string = '<licence><publicId>test</publicId></licence>'): Uint8Array {
  const writer = new PdfWriter();
  const pages = writer.allocate();
  const contents = writer.addStream(pdfDict({}), utf8Encode('q Q'));
  const MediaBox = [0, 0, 200, 100];
  const page = writer.add(
    pdfDict({ Type: pdfName('Page'), Parent: pages, MediaBox, Resources: pdfDict({}), Contents: contents }),
  );
  writer.set(pages, pdfDict({ Type: pdfName('Pages'), Kids: [page], Count: 1 }));
  const file = {
    name: 'licence.xml',
    mediaType: 'application/xml',
    relationship: 'Data',
    description: 'Licence data',
    bytes: utf8Encode(xml),
    modified: new Date('2026-11-20T07:00:00Z'),
  } as const;
  const { names, AF } = attachFiles(writer, [file]);
  return writer.finish({ root: writer.add(pdfDict({ Type: pdfName('Catalog'), Pages: pages, Names: names, AF })) });
}

/** A signer, a time-stamping authority and the CAs above them, all with one clock; for tests. */
export interface TestSigning {
  readonly hierarchy: TestHierarchy;
  readonly clock: SteppedClock;
  readonly random: Random;
  readonly document: TestEntity;
  readonly unit: TestEntity;
  readonly timestamper: Timestamper;
  /** The root, the only trust anchor. */
  readonly anchors: readonly Uint8Array[];
  /** Current CRLs of both CAs. */
  crls(revoked?: readonly CrlEntry[]): Promise<readonly Uint8Array[]>;
  /** Signs `pdf` with the test key. */
  sign(pdf: Uint8Array, overrides?: Partial<SignPdfOptions> & { readonly signer?: Signer }): Promise<Uint8Array>;
}

/** Makes a {@link TestSigning}; the clock stands at 2026-11-20T07:05:00Z. */
export async function testSigning(
  name: string = 'Test',
  algorithm: 'ecdsa-p256-sha256' | 'rsa-pkcs1-sha256' = 'ecdsa-p256-sha256',
): Promise<TestSigning> {
  const clock = steppedClock('2026-11-20T07:05:00Z');
  const random = seededRandom(name.length + 11);
  const hierarchy = await testHierarchy({ name, random, algorithm });
  const document = await hierarchy.issue('document-signer');
  const unit = await hierarchy.issue('time-stamping');
  const chain = [hierarchy.issuing.certificate, hierarchy.root.certificate];
  const authority = createAuthority({
    units: [{ ...unit, chain, policies: [{ oid: '1.3.6.1.4.1.99999.1.1' }] }],
    clock,
    random,
  });
  const timestamper: Timestamper = { stamp: async (digest) => (await authority.stamp(digest)).token };
  const crls = (revoked: readonly CrlEntry[] = []): Promise<readonly Uint8Array[]> =>
    hierarchy.crls(clock.now(), revoked);
  return {
    hierarchy,
    clock,
    random,
    document,
    unit,
    timestamper,
    anchors: [hierarchy.root.certificate],
    crls,
    sign: async (pdf, overrides = {}) =>
      signPdf({
        pdf,
        signer: document.signer,
        certificate: document.certificate,
        chain,
        crls: await crls(),
        timestamper,
        now: clock.now(),
        reason: 'ออกใบอนุญาต',
        ...overrides,
      }),
  };
}
