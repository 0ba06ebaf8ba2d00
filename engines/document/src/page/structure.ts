import { type PdfDict, type PdfRef, type PdfValue, type PdfWriter, pdfDict, pdfName, pdfText } from '@tra/pdf';

/** Standard structure types in use (ISO 32000-1 clause 14.8.4). */
export type Tag = 'Document' | 'H1' | 'H2' | 'P' | 'Table' | 'TR' | 'TH' | 'TD' | 'Figure' | 'Note';

/** An element of the structure tree: what a screen reader meets, in reading order. */
export class StructureNode {
  readonly tag: Tag;
  readonly children: StructureNode[] = [];
  readonly content: { readonly page: number; readonly mcid: number }[] = [];
  readonly alt: string | undefined;
  readonly scope: 'Row' | 'Column' | undefined;
  /** Place of a figure on its page: left, bottom, right, top. */
  box: readonly [number, number, number, number] | undefined;

  constructor(tag: Tag, options: { alt?: string; scope?: 'Row' | 'Column' } = {}) {
    this.tag = tag;
    this.alt = options.alt;
    this.scope = options.scope;
  }

  /** Adds a child and returns it. */
  add(tag: Tag, options: { alt?: string; scope?: 'Row' | 'Column' } = {}): StructureNode {
    const node = new StructureNode(tag, options);
    this.children.push(node);
    return node;
  }
}

function attributes(node: StructureNode): PdfDict | undefined {
  if (node.scope) return pdfDict({ O: pdfName('Table'), Scope: pdfName(node.scope) });
  if (node.box) return pdfDict({ O: pdfName('Layout'), Placement: pdfName('Block'), BBox: [...node.box] });
  return undefined;
}

/** Writes the structure tree and returns its root with the parent tree for all pages. */
export function writeStructure(
  writer: PdfWriter,
  root: StructureNode,
  pages: readonly { readonly ref: PdfRef; readonly owners: readonly StructureNode[] }[],
): PdfRef {
  const refs = new Map<StructureNode, PdfRef>();
  const treeRoot = writer.allocate();
  const write = (node: StructureNode, parent: PdfRef): PdfRef => {
    const ref = writer.allocate();
    refs.set(node, ref);
    const marked = node.content.map(
      ({ page, mcid }): PdfValue => pdfDict({ Type: pdfName('MCR'), Pg: pages[page]?.ref, MCID: mcid }),
    );
    const children = node.children.map((child) => write(child, ref));
    writer.set(
      ref,
      pdfDict({
        Type: pdfName('StructElem'),
        S: pdfName(node.tag),
        P: parent,
        K: [...marked, ...children],
        Alt: node.alt === undefined ? undefined : pdfText(node.alt),
        A: attributes(node),
      }),
    );
    return ref;
  };
  const document = write(root, treeRoot);
  const numbers: PdfValue[] = [];
  for (const [index, { owners }] of pages.entries()) {
    numbers.push(index, writer.add(owners.map((owner) => refs.get(owner) ?? document)));
  }
  writer.set(
    treeRoot,
    pdfDict({
      Type: pdfName('StructTreeRoot'),
      K: [document],
      ParentTree: writer.add(pdfDict({ Nums: numbers })),
      ParentTreeNextKey: pages.length,
    }),
  );
  return treeRoot;
}
