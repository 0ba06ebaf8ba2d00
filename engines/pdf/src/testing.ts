import { utf8Encode } from '@tra/kernel';
import { pdfDict, pdfName } from './objects.ts';
import { PdfWriter } from './writer.ts';

/** A PDF of one empty page, for tests of what stands around pages. */
export function blankPdf(): Uint8Array {
  const writer = new PdfWriter();
  const pages = writer.allocate();
  const content = writer.addStream(pdfDict({}), utf8Encode('q Q'));
  const page = writer.add(
    pdfDict({
      Type: pdfName('Page'),
      Parent: pages,
      MediaBox: [0, 0, 200, 100],
      Resources: pdfDict({}),
      Contents: content,
    }),
  );
  writer.set(pages, pdfDict({ Type: pdfName('Pages'), Kids: [page], Count: 1 }));
  return writer.finish({ root: writer.add(pdfDict({ Type: pdfName('Catalog'), Pages: pages })) });
}
export type { PdfAttack } from './testing/attack.ts';
export { pdfAttacks } from './testing/attacks.ts';
export { type OpenedPdf, rewritePdf } from './testing/rewrite.ts';
export {
  placeholderCms,
  type SampleSignature,
  type SignedSampleOptions,
  type SignParts,
  sampleObjects,
  signedSample,
  signPdf as signSample,
  updatePdf,
  writePdf,
} from './testing/sample-document.ts';
export { type LegitimateUpdate, legitimateUpdates, stamped as stampedSample } from './testing/updates.ts';
