import { DocumentError } from '../errors.ts';
import type { EmbeddedFont } from '../font/embedded-font.ts';
import type { Align } from '../model.ts';
import { type Colour, ink } from '../palette.ts';
import { type Line, wrapText } from '../text/wrap.ts';
import { Canvas, pageHeight, pageWidth } from './canvas.ts';
import { StructureNode } from './structure.ts';

/** The part of the page that blocks may fill. */
export const box: Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>> = {
  left: 70,
  right: pageWidth - 70,
  top: pageHeight - 66,
  bottom: 96,
};

const maxPages = 300;

/** How a piece of text looks. */
export interface TextStyle {
  readonly font: EmbeddedFont;
  readonly size: number;
  readonly colour?: Colour;
  readonly align?: Align;
  /** Distance of baselines as a multiple of the size. */
  readonly leading?: number;
}

/** A column: its left edge and its width. */
export interface Column {
  readonly x: number;
  readonly width: number;
}

/** Lines with the style in which they are to be drawn. */
export interface SetText {
  readonly lines: readonly Line[];
  readonly style: TextStyle;
  readonly height: number;
}

/** Leading below which stacked Thai marks would touch the line above. */
const tightest = 1.36;

/** Fills pages from top to bottom. */
export class Composer {
  readonly pages: Canvas[] = [];
  readonly regular: EmbeddedFont;
  readonly bold: EmbeddedFont;
  readonly root: StructureNode = new StructureNode('Document');
  /** Share of the white space that blocks may use: 1 for plenty, less to bring a document onto one page. */
  readonly spread: number;
  /** The upper edge of what comes next. */
  y: number = box.top;

  /** Whether the first page takes everything, to see how high it would have to be. */
  private readonly endless: boolean;

  constructor(
    fonts: { regular: EmbeddedFont; bold: EmbeddedFont },
    options: { readonly spread: number; readonly endless: boolean },
  ) {
    this.regular = fonts.regular;
    this.bold = fonts.bold;
    this.spread = options.spread;
    this.endless = options.endless;
    this.newPage();
  }

  get canvas(): Canvas {
    const last = this.pages.at(-1);
    if (!last) throw new DocumentError('document.too_long', { params: { limit: maxPages } });
    return last;
  }

  newPage(): void {
    if (this.pages.length >= maxPages) throw new DocumentError('document.too_long', { params: { limit: maxPages } });
    this.pages.push(new Canvas(this.pages.length));
    this.y = box.top;
  }

  /** Height that is left on the page. */
  get room(): number {
    return this.endless ? Number.MAX_SAFE_INTEGER : this.y - box.bottom + 0.001;
  }

  /** Whether `height` fits below what is there. */
  fits(height: number): boolean {
    return height <= this.room;
  }

  /** Starts a new page unless `height` still fits on this one. */
  ensure(height: number): void {
    if (!this.fits(height) && this.y < box.top) this.newPage();
  }

  /** Breaks `text` into lines for a column. */
  set(text: string, style: TextStyle, width: number): SetText {
    const lines = wrapText(style.font.shaper, text, style.size, width);
    const leading = tightest + ((style.leading ?? 1.55) - tightest) * this.spread;
    const own = { ...style, leading };
    return { lines, style: own, height: lines.length * lineHeight(own) };
  }

  /** Draws lines at `top` without looking for room; every line belongs to `node`. */
  draw(text: SetText, column: Column, top: number, node: StructureNode): void {
    const { canvas } = this;
    for (const [index, line] of text.lines.entries()) {
      const y = top - index * lineHeight(text.style);
      canvas.tagged(node, () => showLine(canvas, line, text.style, { column, top: y }));
    }
  }

  /** Draws lines on a page that may be finished already; no reader speaks them. */
  drawOn(canvas: Canvas, text: SetText, column: Column, top: number): void {
    for (const [index, line] of text.lines.entries()) {
      const y = top - index * lineHeight(text.style);
      canvas.artifact(() => showLine(canvas, line, text.style, { column, top: y }));
    }
  }

  /** Draws lines one after another over as many pages as they need; no page keeps a single line if two are possible. */
  flow(text: SetText, column: Column, node: StructureNode): void {
    const height = lineHeight(text.style);
    let rest = text.lines;
    while (rest.length > 0) {
      this.ensure(Math.min(rest.length, 2) * height);
      let room = Math.max(1, Math.floor(this.room / height));
      if (rest.length - room === 1 && room > 2) room -= 1;
      const now = rest.slice(0, room);
      this.draw({ ...text, lines: now }, column, this.y, node);
      this.y -= now.length * height;
      rest = rest.slice(room);
      if (rest.length > 0) this.newPage();
    }
  }
}

/** Distance between the baselines of a style in points. */
export function lineHeight(style: TextStyle): number {
  return style.size * (style.leading ?? 1.55);
}

function showLine(canvas: Canvas, line: Line, style: TextStyle, place: { column: Column; top: number }): void {
  const { column, top } = place;
  const spare = column.width - line.width;
  const shift = { left: 0, center: spare / 2, right: spare }[style.align ?? 'left'];
  const { ascender, descender, unitsPerEm } = style.font.shaper;
  const slack = lineHeight(style) - ((ascender - descender) / unitsPerEm) * style.size;
  canvas.text(line.clusters, {
    x: column.x + shift,
    y: top - slack / 2 - (ascender / unitsPerEm) * style.size,
    size: style.size,
    font: style.font,
    colour: style.colour ?? ink,
  });
}
