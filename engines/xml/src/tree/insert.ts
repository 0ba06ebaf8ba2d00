import { utf8Encode } from '@tra/kernel';
import type { ParsedDocument, ParsedElement } from './node.ts';

/**
 * A document with `markup` put in as the last content of `parent`, in UTF-8; nothing else changes but line ends, which are what the
 * reader made of them, and the declared encoding.
 */
export function appendMarkup({ text }: ParsedDocument, parent: ParsedElement, markup: string): Uint8Array {
  const outer = text.slice(parent.start, parent.end);
  const name = parent.prefix === '' ? parent.localName : `${parent.prefix}:${parent.localName}`;
  const changed = outer.endsWith('/>')
    ? `${outer.slice(0, -2)}>${markup}</${name}>`
    : `${outer.slice(0, outer.lastIndexOf('</'))}${markup}</${name}>`;
  return encode(text.slice(0, parent.start) + changed + text.slice(parent.end));
}

/** A document with the content of `element` replaced by `markup`, in UTF-8. */
export function replaceContent({ text }: ParsedDocument, element: ParsedElement, markup: string): Uint8Array {
  const outer = text.slice(element.start, element.end);
  const name = element.prefix === '' ? element.localName : `${element.prefix}:${element.localName}`;
  const [first, last] = [element.children[0], element.children.at(-1)];
  const changed =
    first && last
      ? text.slice(element.start, first.start) + markup + text.slice(last.end, element.end)
      : `${outer.endsWith('/>') ? `${outer.slice(0, -2)}>` : outer.slice(0, outer.lastIndexOf('</'))}${markup}</${name}>`;
  return encode(text.slice(0, element.start) + changed + text.slice(element.end));
}

function encode(text: string): Uint8Array {
  return utf8Encode(text.replace(/^<\?xml[ \t\n][^>]*\?>/, '<?xml version="1.0" encoding="UTF-8"?>'));
}
