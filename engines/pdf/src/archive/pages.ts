import { concatBytes } from '@tra/kernel';
import { PdfSyntaxError } from '../errors.ts';
import { type PdfDict, PdfStream, type PdfValue } from '../objects.ts';
import { checkAnnotation } from './annotations.ts';
import { ContentReader, type ContentUse } from './content.ts';
import { type ArchiveFindings, numberOf } from './findings.ts';
import { checkFont } from './fonts.ts';

interface Page {
  readonly dict: PdfDict;
  readonly place: string;
  /** Resources of its own, and those that stand above it. */
  readonly resources: PdfDict | undefined;
  readonly inherited: PdfDict | undefined;
}

const boxes = ['MediaBox', 'CropBox', 'BleedBox', 'TrimBox', 'ArtBox'] as const;

/** Every page with its content, fonts, colours and annotations (clauses 6.2 and 6.3). */
export function checkPages(findings: ArchiveFindings, outputSpace: string | undefined): void {
  const { file } = findings;
  const seen = new Set<PdfStream>();
  const operators = { count: 0 };
  const fonts: ContentUse['fonts'] = new Map();
  for (const page of pagesOf(findings)) {
    const use: ContentUse = { fonts, colours: { gray: false, rgb: false, cmyk: false }, transparent: false };
    const reader = new ContentReader(findings, use, { seen, operators });
    checkPage(findings, page);
    const { dict, inherited, place, resources } = page;
    const data = contentOf(findings, dict);
    reader.read({ data, place, resources, ...(inherited ? { inherited } : {}) });
    for (const item of file.array(dict.get('Annots'))) checkAnnotation(findings, item, { place, reader });
    checkColours(findings, use, { outputSpace, place });
    const group = file.dict(dict.get('Group'));
    const space = outputSpace !== undefined || group?.has('CS');
    findings.demand(space || !(use.transparent || group !== undefined), 'pdfa.transparency_space', place);
  }
  for (const font of fonts.values()) checkFont(findings, font);
}

function checkPage(findings: ArchiveFindings, { dict, place }: Page): void {
  const { file } = findings;
  findings.demand(!dict.has('AA'), 'pdfa.additional_actions', place);
  findings.demand(!dict.has('PresSteps'), 'pdfa.alternate_presentations', place);
  for (const name of boxes) {
    const sides = file.array(dict.get(name)).map((side) => numberOf(file, side));
    const [left, bottom, right, top] = sides;
    if (left === undefined || bottom === undefined || right === undefined || top === undefined) continue;
    const lengths = [Math.abs(right - left), Math.abs(top - bottom)];
    findings.demand(
      lengths.every((length) => length >= 3 && length <= 14_400),
      'pdfa.page_size',
      `${place} ${name}`,
    );
  }
}

function checkColours(
  findings: ArchiveFindings,
  { colours: { cmyk, gray, rgb } }: ContentUse,
  { outputSpace, place }: { readonly outputSpace: string | undefined; readonly place: string },
): void {
  findings.demand(!rgb || outputSpace === 'RGB ', 'pdfa.device_rgb', place);
  findings.demand(!cmyk || outputSpace === 'CMYK', 'pdfa.device_cmyk', place);
  findings.demand(!gray || outputSpace !== undefined, 'pdfa.device_gray', place);
}

/** Content streams of a page are one, divided between two tokens (ISO 32000-1 clause 7.8.2). */
function contentOf(findings: ArchiveFindings, dict: PdfDict): Uint8Array {
  const { file } = findings;
  const held = file.get(dict.get('Contents'));
  const streams: readonly PdfValue[] = Array.isArray(held) ? (held as readonly PdfValue[]) : [held];
  const parts = streams.flatMap((item) => {
    const stream = file.get(item);
    if (!(stream instanceof PdfStream)) return [];
    try {
      return [file.decode(stream), Uint8Array.of(0x0a)];
    } catch (error) {
      if (!(error instanceof PdfSyntaxError)) throw error;
      findings.complete = false;
      return [];
    }
  });
  return concatBytes(...parts);
}

function pagesOf(findings: ArchiveFindings): readonly Page[] {
  const { file } = findings;
  const pages: Page[] = [];
  const seen = new Set<PdfDict>();
  const visit = (value: PdfValue | undefined, above: PdfDict | undefined, depth: number): void => {
    const node = file.dict(value);
    if (!node || seen.has(node) || depth > file.limits.depth) return;
    if (seen.size >= file.limits.nodes) {
      findings.complete = false;
      return;
    }
    seen.add(node);
    const own = file.dict(node.get('Resources'));
    const kids = node.get('Kids');
    if (kids !== undefined) {
      for (const kid of file.array(kids)) visit(kid, own ?? above, depth + 1);
      return;
    }
    // A page that has none of its own relies on those above it.
    pages.push({ dict: node, place: `page ${pages.length + 1}`, resources: own, inherited: above });
  };
  visit(file.catalog?.get('Pages'), undefined, 0);
  return pages;
}
