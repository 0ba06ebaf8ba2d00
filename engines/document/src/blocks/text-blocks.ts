import type { Block } from '../model.ts';
import { box, type Composer, type TextStyle } from '../page/composer.ts';
import { quiet } from '../palette.ts';

type Of<K extends Block['kind']> = Extract<Block, { kind: K }>;

const column = { x: box.left, width: box.right - box.left };

/** A heading with its structure type; it stays on the page of what follows. */
export function composeHeading(composer: Composer, block: Of<'heading'>, tag: 'H1' | 'H2' | 'P'): void {
  const first = block.level === 1;
  const style: TextStyle = {
    font: composer.bold,
    size: first ? 21 : 14,
    align: block.align ?? 'center',
    leading: 1.45,
    ...(first ? {} : { colour: quiet }),
  };
  const text = composer.set(block.text, style, column.width);
  composer.ensure(text.height + 60);
  composer.flow(text, column, composer.root.add(tag));
  composer.y -= (first ? 6 : 3) * composer.spread;
}

/** A paragraph. */
export function composeParagraph(composer: Composer, block: Of<'paragraph'>): void {
  const style: TextStyle = { font: composer.regular, size: block.size ?? 12, align: block.align ?? 'left' };
  composer.flow(composer.set(block.text, style, column.width), column, composer.root.add('P'));
  composer.y -= 6 * composer.spread;
}
