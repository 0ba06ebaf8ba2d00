import type { XmlFault } from './schema.ts';

const maxDepth = 200;
const maxAttributes = 512;

/** Index after the next `pattern` at or after `from`, or the end. */
function after(text: string, pattern: string, from: number): number {
  const at = text.indexOf(pattern, from);
  return at < 0 ? text.length : at + pattern.length;
}

/** End of a start tag: quoted values may hold `>`. Counts attributes by their quotes. */
function tagEnd(text: string, from: number): { end: number; attributes: number } {
  let attributes = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '>') return { end: at + 1, attributes };
    if (character !== '"' && character !== "'") continue;
    const close = text.indexOf(character, at + 1);
    if (close < 0) break;
    at = close;
    attributes += 1;
  }
  return { end: text.length, attributes };
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let index = text.indexOf('\n'); index >= 0 && index < at; index = text.indexOf('\n', index + 1)) line += 1;
  return line;
}

/** Refuses what must not reach the parser, looking at the markup alone. */
function scanText(text: string): XmlFault | undefined {
  let depth = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    if (text.startsWith('<!--', at)) at = after(text, '-->', at + 4);
    else if (text.startsWith('<![CDATA[', at)) at = after(text, ']]>', at + 9);
    else if (text.startsWith('<?', at)) at = after(text, '?>', at + 2);
    else if (text.startsWith('<!', at)) {
      return { line: lineAt(text, at), message: 'document type declarations are not allowed' };
    } else if (text.startsWith('</', at)) {
      depth -= 1;
      at = after(text, '>', at);
    } else {
      const { end, attributes } = tagEnd(text, at + 1);
      if (attributes > maxAttributes)
        return { line: lineAt(text, at), message: `more than ${maxAttributes} attributes` };
      if (text[end - 2] !== '/') depth += 1;
      if (depth > maxDepth) return { line: lineAt(text, at), message: `elements nested deeper than ${maxDepth}` };
      at = end;
    }
  }
  return undefined;
}

/**
 * The reason why `xml` must not be parsed, or undefined: too large, not UTF-8, a document type declaration (so no entities
 * of any kind), nesting beyond 200 levels, an element with more than 512 attributes.
 */
export function scanXml(xml: Uint8Array, limit: number): XmlFault | undefined {
  if (xml.length > limit) return { line: 0, message: `larger than ${limit} bytes` };
  if (xml.length === 0) return { line: 0, message: 'empty document' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(xml);
  } catch {
    return { line: 0, message: 'not UTF-8' };
  }
  const declared = /^<\?xml[ \t\r\n][^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1];
  if (declared !== undefined && declared.toLowerCase() !== 'utf-8') {
    return { line: 1, message: `encoding ${declared.slice(0, 40)} is not UTF-8` };
  }
  return scanText(text);
}
