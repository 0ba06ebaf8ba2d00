import { utf8Encode } from '@tra/kernel';
import {
  attachFiles,
  documentInformation,
  outputIntent,
  type PackedData,
  type PdfRef,
  PdfWriter,
  packData,
  pdfDict,
  pdfName,
  pdfText,
  xmpMetadata,
} from '@tra/pdf';
import { composeQr, composeRule, composeSeal } from './blocks/figure-blocks.ts';
import { composeFields, composeTable } from './blocks/table-blocks.ts';
import { composeHeading, composeParagraph } from './blocks/text-blocks.ts';
import { drawFoot, dressPage } from './certificate/dress.ts';
import { EmbeddedFont } from './font/embedded-font.ts';
import type { Block, DocumentModel } from './model.ts';
import { Canvas, pageHeight, pageWidth } from './page/canvas.ts';
import { box, Composer } from './page/composer.ts';
import { type StructureNode, writeStructure } from './page/structure.ts';
import { vermilion } from './palette.ts';
import type { Shaper } from './text/shaper.ts';

const producer = 'Tra';

const words = {
  th: { seal: 'ตราประทับ ตรา', qr: 'รหัสคิวอาร์สำหรับตรวจสอบเอกสาร' },
  en: { seal: 'Seal of Tra', qr: 'QR code for checking this document' },
} as const;

/**
 * Heading levels must start with the first and skip none (ISO 14289-1 clause 7.4.2): a small heading above the title, such as
 * the agency's name, is a paragraph to a reader.
 */
function headingTag(composer: Composer, level: 1 | 2, model: DocumentModel): 'H1' | 'H2' | 'P' {
  if (level === 1) return 'H1';
  if (composer.root.children.some(({ tag }) => tag === 'H1')) return 'H2';
  return model.blocks.some((block) => block.kind === 'heading' && block.level === 1) ? 'P' : 'H1';
}

function compose(composer: Composer, block: Block, model: DocumentModel): void {
  const alt = words[model.language];
  switch (block.kind) {
    case 'seal':
      composeSeal(composer, alt.seal);
      break;
    case 'heading':
      composeHeading(composer, block, headingTag(composer, block.level, model));
      break;
    case 'paragraph':
      composeParagraph(composer, block);
      break;
    case 'fields':
      composeFields(composer, block);
      break;
    case 'table':
      composeTable(composer, block);
      break;
    case 'qr':
      composeQr(composer, block, `${alt.qr}: ${block.content}`);
      break;
    case 'rule':
      composeRule(composer);
      break;
    case 'space':
      composer.y -= block.points * composer.spread;
      break;
  }
}

/** The plain words of a specimen's watermark at the top of the first page. */
function composeNotice(composer: Composer, watermark: string): void {
  const style = { font: composer.bold, size: 9.5, colour: vermilion, align: 'center' } as const;
  const column = { x: box.left, width: box.right - box.left };
  const text = composer.set(watermark, style, column.width);
  composer.draw(text, column, composer.y + 18, composer.root.add('P'));
}

interface Attempt {
  readonly writer: PdfWriter;
  readonly composer: Composer;
}

/** Sets `model` with a share of the usual white space; on one endless page to see how high that would be. */
function attempt(
  shapers: { regular: Shaper; bold: Shaper },
  model: DocumentModel,
  options: { readonly spread: number; readonly endless: boolean },
): Attempt {
  const writer = new PdfWriter();
  const regular = new EmbeddedFont(shapers.regular, {
    ref: writer.allocate(),
    resource: 'F1',
    name: 'Sarabun-Regular',
  });
  const bold = new EmbeddedFont(shapers.bold, { ref: writer.allocate(), resource: 'F2', name: 'Sarabun-Bold' });
  const composer = new Composer({ regular, bold }, options);
  if (model.watermark) composeNotice(composer, model.watermark);
  for (const block of model.blocks) compose(composer, block, model);
  return { writer, composer };
}

const tightest = 0.3;

/**
 * Sets `model`: with plenty of white space when it fits on a page, with less when that brings it onto one, else over several
 * pages. Heights grow linearly with the white space, so two measurements tell how much there may be.
 */
function setModel(shapers: { regular: Shaper; bold: Shaper }, model: DocumentModel): Attempt {
  const room = box.top - box.bottom;
  const heightOf = ({ composer }: Attempt): number => box.top - composer.y;
  const plenty = attempt(shapers, model, { spread: 1, endless: true });
  if (heightOf(plenty) <= room) return plenty;
  if (heightOf(plenty) < room * 1.5) {
    const least = heightOf(attempt(shapers, model, { spread: tightest, endless: true }));
    if (least <= room) {
      const share = (room - least) / (heightOf(plenty) - least);
      const fitted = attempt(shapers, model, { spread: tightest + (1 - tightest) * share * 0.99, endless: false });
      if (fitted.composer.pages.length === 1) return fitted;
    }
  }
  return attempt(shapers, model, { spread: 1, endless: false });
}

/** Sets a checked `model` and writes the file. */
export function renderDocument(shapers: { regular: Shaper; bold: Shaper }, model: DocumentModel): Uint8Array {
  const { writer, composer } = setModel(shapers, model);
  for (const canvas of composer.pages) drawFoot(composer, canvas, model);
  composer.regular.write(writer);
  composer.bold.write(writer);
  return writeFile(writer, composer, model);
}

const backgrounds = new WeakMap<Shaper, Map<string, PackedData>>();

/** What lies under every page, drawn and compressed once for each font and watermark. */
function backgroundOf(composer: Composer, watermark: string | undefined): PackedData {
  const { shaper } = composer.bold;
  const known = backgrounds.get(shaper) ?? new Map<string, PackedData>();
  backgrounds.set(shaper, known);
  const key = watermark ?? '';
  let background = known.get(key);
  if (!background) {
    const canvas = new Canvas(-1);
    dressPage(canvas, composer, watermark);
    background = packData(utf8Encode(canvas.toString()));
    if (known.size > 16) known.clear();
    known.set(key, background);
  }
  return background;
}

interface WrittenPages {
  readonly tree: PdfRef;
  readonly pages: readonly { readonly ref: PdfRef; readonly owners: readonly StructureNode[] }[];
}

function writePages(writer: PdfWriter, composer: Composer, model: DocumentModel): WrittenPages {
  const tree = writer.allocate();
  const resources = writer.add(pdfDict({ Font: pdfDict({ F1: composer.regular.ref, F2: composer.bold.ref }) }));
  const background = writer.addPacked(pdfDict({}), backgroundOf(composer, model.watermark));
  const pages = composer.pages.map((canvas) => {
    const content = writer.addStream(pdfDict({}), utf8Encode(canvas.toString()));
    const ref = writer.add(
      pdfDict({
        Type: pdfName('Page'),
        Parent: tree,
        MediaBox: [0, 0, pageWidth, pageHeight],
        Resources: resources,
        Contents: [background, content],
        StructParents: canvas.page,
        Tabs: pdfName('S'),
      }),
    );
    return { ref, owners: canvas.owners };
  });
  writer.set(tree, pdfDict({ Type: pdfName('Pages'), Kids: pages.map(({ ref }) => ref), Count: pages.length }));
  return { tree, pages };
}

function writeFile(writer: PdfWriter, composer: Composer, model: DocumentModel): Uint8Array {
  const { tree, pages } = writePages(writer, composer, model);
  const metadata = { ...model, identifier: model.id, producer, conformance: 'A', universalAccess: true } as const;
  const { names, AF } = attachFiles(writer, model.attachments);
  const root = writer.add(
    pdfDict({
      Type: pdfName('Catalog'),
      Version: pdfName('1.7'),
      Pages: tree,
      Lang: pdfText(model.language),
      MarkInfo: pdfDict({ Marked: true }),
      StructTreeRoot: writeStructure(writer, composer.root, pages),
      ViewerPreferences: pdfDict({ DisplayDocTitle: true }),
      Metadata: xmpMetadata(writer, metadata),
      OutputIntents: [outputIntent(writer)],
      Names: AF.length > 0 ? names : undefined,
      AF: AF.length > 0 ? AF : undefined,
    }),
  );
  return writer.finish({ root, info: documentInformation(writer, metadata) });
}
