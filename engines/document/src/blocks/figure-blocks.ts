import { drawQr, encodeQr } from '../certificate/qr.ts';
import { drawSeal } from '../certificate/seal.ts';
import type { Block } from '../model.ts';
import { figure, fill } from '../page/canvas.ts';
import { box, type Composer } from '../page/composer.ts';
import { hairline, quiet, vermilion } from '../palette.ts';

type Of<K extends Block['kind']> = Extract<Block, { kind: K }>;

/** The seal, centred. */
export function composeSeal(composer: Composer, alt: string): void {
  const radius = 25 + 12 * composer.spread;
  composer.ensure(2 * radius + 14 * composer.spread);
  const centre: readonly [number, number] = [(box.left + box.right) / 2, composer.y - radius];
  const node = composer.root.add('Figure', { alt });
  node.box = [centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius];
  const { canvas } = composer;
  canvas.tagged(node, () => drawSeal(canvas, composer.bold.shaper, { centre, radius }));
  composer.y -= 2 * radius + 14 * composer.spread;
}

/** A QR code with its caption on the right. */
export function composeQr(composer: Composer, block: Of<'qr'>, alt: string): void {
  const code = encodeQr(block.content);
  const gap = 10;
  const column = { x: box.left + code.side + gap, width: box.right - box.left - code.side - gap };
  const caption = composer.set(block.caption, { font: composer.regular, size: 10.5, colour: quiet }, column.width);
  const height = Math.max(code.side, caption.height);
  composer.ensure(height + 8);
  const top = composer.y - (height - code.side) / 2;
  const left = box.left - 6;
  const node = composer.root.add('Figure', { alt });
  node.box = [left, top - code.side, left + code.side, top];
  const { canvas } = composer;
  canvas.tagged(node, () => drawQr(canvas, code, { left, top }));
  composer.draw(caption, column, composer.y - (height - caption.height) / 2, composer.root.add('P'));
  composer.y -= height + 8;
}

/** A line across the column with a lozenge in its middle. */
export function composeRule(composer: Composer): void {
  const height = 13 + 7 * composer.spread;
  composer.ensure(height);
  const { canvas } = composer;
  const y = composer.y - height / 2 + 1;
  const middle = (box.left + box.right) / 2;
  const stroke = { width: 0.7, colour: hairline };
  canvas.artifact(() => {
    canvas.line([box.left, y], [middle - 12, y], stroke);
    canvas.line([middle + 12, y], [box.right, y], stroke);
    for (const [shift, size] of [
      [0, 3.2],
      [-7.5, 1.6],
      [7.5, 1.6],
    ] as const) {
      const corners = [
        [middle + shift - size, y],
        [middle + shift, y + size],
        [middle + shift + size, y],
        [middle + shift, y - size],
      ].map((point) => point.map(figure).join(' '));
      canvas.write('q', fill(vermilion), `${corners[0]} m ${corners.slice(1).join(' l ')} l h f`, 'Q');
    }
  });
  composer.y -= height;
}
