import { DocumentError } from './errors.ts';
import type { Block, DocumentModel } from './model.ts';
import { printable } from './text/wrap.ts';

const maxCharacters = 400_000;
const maxBlocks = 5_000;
/** More marks on one letter than readers keep together (poppler: eight); no spelling needs more than three. */
const heapedMarks = /\p{Mn}{7,}/u;

function refuse(pointer: string): never {
  throw new DocumentError('document.model_invalid', { params: { pointer } });
}

function textsOf(block: Block): readonly string[] {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return [block.text];
    case 'fields':
      return block.rows.flatMap((row) => [row.label, row.value]);
    case 'table':
      return [...block.header, ...block.rows.flat()];
    case 'qr':
      return [block.caption];
    case 'seal':
    case 'rule':
    case 'space':
      return [];
  }
}

function checkBlock(block: Block, pointer: string): void {
  if (block.kind === 'space' && !(block.points >= 0 && block.points <= 700)) refuse(`${pointer}/points`);
  if (block.kind === 'paragraph' && block.size !== undefined && !(block.size >= 6 && block.size <= 48)) {
    refuse(`${pointer}/size`);
  }
  if (block.kind === 'table') {
    if (block.header.length > 12) refuse(`${pointer}/header`);
    const uneven = block.rows.findIndex((row) => row.length !== block.header.length);
    if (uneven >= 0) refuse(`${pointer}/rows/${uneven}`);
  }
}

/** Every text that will be set, after checking sizes and shapes. Throws {@link DocumentError}. */
export function checkModel(model: DocumentModel): readonly string[] {
  if (model.blocks.length > maxBlocks) throw new DocumentError('document.too_long', { params: { limit: maxBlocks } });
  if (Number.isNaN(model.created.getTime())) refuse('/created');
  for (const key of ['title', 'id', 'author'] as const) if (model[key].trim() === '') refuse(`/${key}`);
  for (const [index, block] of model.blocks.entries()) checkBlock(block, `/blocks/${index}`);
  const texts = [model.id, model.footer ?? '', model.watermark ?? '', ...model.blocks.flatMap(textsOf)];
  let characters = 0;
  for (const text of texts) characters += text.length;
  if (characters > maxCharacters) throw new DocumentError('document.too_long', { params: { limit: maxCharacters } });
  const printed = texts.map((text) => printable(text).replaceAll('\n', ''));
  const heap = printed.map((text) => heapedMarks.exec(text)?.[0]).find((found) => found !== undefined);
  if (heap) throw new DocumentError('document.character_unsupported', { params: { characters: heap.slice(0, 16) } });
  return printed;
}
