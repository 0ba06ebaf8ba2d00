import type { Block } from '../model.ts';
import { box, type Column, type Composer, type SetText, type TextStyle } from '../page/composer.ts';
import type { StructureNode } from '../page/structure.ts';
import { hairline, quiet } from '../palette.ts';

type Of<K extends Block['kind']> = Extract<Block, { kind: K }>;

interface Cell {
  readonly text: SetText;
  readonly column: Column;
  readonly header?: 'Row' | 'Column';
}

/** White space above and below the text of a row. */
const rowPadding = 5;
const width = box.right - box.left;

function hairlineBelow(composer: Composer): void {
  const { canvas, y } = composer;
  canvas.artifact(() => canvas.line([box.left, y], [box.right, y], { width: 0.5, colour: hairline }));
}

/** Draws one row; a row taller than a page is split by lines. */
function composeRow(composer: Composer, cells: readonly Cell[], table: StructureNode): void {
  const row = table.add('TR');
  const padding = rowPadding * composer.spread;
  const nodes = cells.map(({ header }) => (header ? row.add('TH', { scope: header }) : row.add('TD')));
  let rest = cells.map(({ text }) => text);
  composer.ensure(Math.max(...rest.map(({ height }) => height)) + 2 * padding);
  for (;;) {
    composer.y -= padding;
    const room = composer.room - padding;
    const heights = rest.map((text, index) =>
      drawPart(composer, text, { cell: cells[index], node: nodes[index], room }),
    );
    composer.y -= Math.max(...heights.map(({ height }) => height)) + padding;
    rest = heights.map(({ left }) => left);
    if (rest.every(({ lines }) => lines.length === 0)) break;
    composer.newPage();
  }
  hairlineBelow(composer);
}

function drawPart(
  composer: Composer,
  text: SetText,
  place: { cell: Cell | undefined; node: StructureNode | undefined; room: number },
): { height: number; left: SetText } {
  const each = text.height / Math.max(1, text.lines.length);
  const count = Math.min(text.lines.length, Math.max(1, Math.floor(place.room / Math.max(each, 1))));
  const now: SetText = { ...text, lines: text.lines.slice(0, count), height: each * count };
  if (place.cell && place.node) composer.draw(now, place.cell.column, composer.y, place.node);
  const lines = text.lines.slice(count);
  return { height: now.height, left: { ...text, lines, height: each * lines.length } };
}

/** Labels on the left, values on the right, a hairline under each row. */
export function composeFields(composer: Composer, block: Of<'fields'>): void {
  if (block.rows.length === 0) return;
  const label: Column = { x: box.left + 2, width: width * 0.34 };
  const value: Column = { x: box.left + width * 0.37, width: width * 0.63 - 2 };
  const labelStyle: TextStyle = { font: composer.regular, size: 11, colour: quiet, leading: 1.6 };
  const valueStyle: TextStyle = { font: composer.bold, size: 11.5, leading: 1.53 };
  const table = composer.root.add('Table');
  composer.y -= 2;
  for (const row of block.rows) {
    composeRow(
      composer,
      [
        { text: composer.set(row.label, labelStyle, label.width), column: label, header: 'Row' },
        { text: composer.set(row.value, valueStyle, value.width), column: value },
      ],
      table,
    );
  }
  composer.y -= 8 * composer.spread;
}

/** Widths in proportion to the widest words of each column, none below 8 per cent. */
function columnWidths(composer: Composer, block: Of<'table'>): Column[] {
  const measure = (text: string, style: TextStyle): number =>
    composer.set(text, style, 10_000).lines.reduce((most, line) => Math.max(most, line.width), 0);
  const wishes = block.header.map((head, index) => {
    const cells = block.rows
      .slice(0, 200)
      .map((row) => measure(row[index] ?? '', { font: composer.regular, size: 10.5 }));
    return Math.min(width * 0.6, Math.max(measure(head, { font: composer.bold, size: 10.5 }), ...cells) + 12);
  });
  const total = wishes.reduce((sum, wish) => sum + wish, 0);
  const shares = wishes.map((wish) => Math.max(0.08, wish / total));
  const sum = shares.reduce((all, share) => all + share, 0);
  let x = box.left;
  return shares.map((share) => {
    const own = { x: x + 2, width: (width * share) / sum - 8 };
    x += (width * share) / sum;
    return own;
  });
}

/** A table; its header comes again on each new page. */
export function composeTable(composer: Composer, block: Of<'table'>): void {
  if (block.header.length === 0) return;
  const columns = columnWidths(composer, block);
  const table = composer.root.add('Table');
  const cells = (texts: readonly string[], style: TextStyle, header?: 'Column'): Cell[] =>
    columns.map((column, index) => ({
      text: composer.set(texts[index] ?? '', style, column.width),
      column,
      ...(header ? { header } : {}),
    }));
  const head = (): void =>
    composeRow(composer, cells(block.header, { font: composer.bold, size: 10.5, colour: quiet }, 'Column'), table);
  composer.ensure(60);
  head();
  for (const row of block.rows) {
    const made = cells(row, { font: composer.regular, size: 10.5 });
    const height = Math.max(...made.map(({ text }) => text.height)) + 2 * rowPadding;
    if (!composer.fits(height) && composer.y < box.top - 60) {
      composer.newPage();
      head();
    }
    composeRow(composer, made, table);
  }
  composer.y -= 8 * composer.spread;
}
