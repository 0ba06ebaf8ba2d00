import type { DocumentModel } from '../model.ts';
import { type Canvas, fill, pageHeight, pageWidth } from '../page/canvas.ts';
import { box, type Composer } from '../page/composer.ts';
import { hairline, quiet, specimen } from '../palette.ts';
import { printable } from '../text/wrap.ts';
import { drawFrame } from './frame.ts';
import { outlineText } from './seal.ts';

/** Draws what lies under the text of every page: the frame and, on specimens, the words across it. */
export function dressPage(canvas: Canvas, composer: Composer, watermark: string | undefined): void {
  canvas.artifact(() => {
    if (watermark) {
      const path = outlineText(composer.bold.shaper, printable(watermark).replaceAll('\n', ' '), {
        centre: [pageWidth / 2, pageHeight / 2],
        width: 560,
        angle: Math.atan2(pageHeight * 0.55, pageWidth),
      });
      canvas.write('q', fill(specimen), path, 'f', 'Q');
    }
    drawFrame(canvas);
  });
}

/** Draws the foot of every page once their number is known. */
export function drawFoot(composer: Composer, canvas: Canvas, model: DocumentModel): void {
  const style = { font: composer.regular, size: 8.5, colour: quiet, leading: 1.5 } as const;
  const column = { x: box.left, width: box.right - box.left };
  const total = composer.pages.length;
  const page = canvas.page + 1;
  const numbers = model.language === 'th' ? `หน้า ${page} จาก ${total}` : `Page ${page} of ${total}`;
  const line = (text: string, align: 'left' | 'right', top: number, width: number): void => {
    const set = composer.set(text, { ...style, align }, width);
    const first = { ...set, lines: set.lines.slice(0, 1) };
    composer.drawOn(canvas, first, { x: align === 'left' ? column.x : column.x + column.width - width, width }, top);
  };
  canvas.artifact(() => canvas.line([box.left, 82], [box.right, 82], { width: 0.5, colour: hairline }));
  line(model.id, 'left', 78, column.width * 0.7);
  line(numbers, 'right', 78, column.width * 0.3);
  if (model.footer) line(model.footer, 'left', 65, column.width);
}
