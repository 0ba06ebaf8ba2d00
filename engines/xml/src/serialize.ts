import { utf8Encode } from '@tra/kernel';
import type { XmlElement } from './element.ts';
import { XmlError } from './errors.ts';

const maxDepth = 200;
// XML 1.0 production 2. With the u flag an unpaired surrogate is a code point of its own and so is refused as well.
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function check(text: string, where: string): string {
  const found = illegal.exec(text);
  if (found) {
    const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw new XmlError('xml.character_invalid', { params: { character: `U+${code}`, where } });
  }
  return text;
}

function escapeText(text: string, where: string): string {
  return check(text, where)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

function escapeAttribute(text: string, where: string): string {
  return escapeText(text, where).replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;');
}

function write(node: XmlElement, out: string[], depth: number, indented: boolean): void {
  if (depth > maxDepth) throw new XmlError('xml.too_deep', { params: { limit: maxDepth } });
  const { name } = node;
  out.push('<', name);
  for (const [key, value] of Object.entries(node.attributes)) {
    out.push(' ', key, '="', escapeAttribute(value, `${name}/@${key}`), '"');
  }
  const children = node.children.filter((child) => child !== '');
  if (children.length === 0) {
    out.push('/>');
    return;
  }
  out.push('>');
  const structured = indented && children.every((child) => typeof child !== 'string');
  const indent = `\n${'  '.repeat(depth)}`;
  for (const child of children) {
    if (structured) out.push(indent, '  ');
    if (typeof child === 'string') out.push(escapeText(child, name));
    else write(child, out, depth + 1, indented);
  }
  if (structured) out.push(indent);
  out.push('</', name, '>');
}

/**
 * The document in UTF-8 with an XML declaration, elements indented where no text stands beside them; the same bytes for the
 * same tree. Throws {@link XmlError} `xml.character_invalid` for characters that XML 1.0 cannot carry (control characters,
 * unpaired surrogates, U+FFFE) and `xml.too_deep` below 200 levels.
 *
 * @example
 * const bytes = serializeXml(element('Licence', { xmlns: 'urn:example' }, 'ข้อความ'));
 */
export function serializeXml(root: XmlElement | string): Uint8Array {
  if (typeof root === 'string') throw new XmlError('xml.name_invalid', { params: { name: 'text' } });
  const out = ['<?xml version="1.0" encoding="UTF-8"?>\n'];
  write(root, out, 0, true);
  out.push('\n');
  return utf8Encode(out.join(''));
}

/**
 * One element as text without white space of its own, for a signature: the same tree gives the same text. Throws {@link XmlError} as
 * {@link serializeXml} does.
 */
export function serializeFragment(root: XmlElement): string {
  const out: string[] = [];
  write(root, out, 0, false);
  return out.join('');
}
