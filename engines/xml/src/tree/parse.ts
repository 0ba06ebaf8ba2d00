import { XmlError, type XmlErrorCode } from '../errors.ts';
import { decodeXml } from './decode.ts';
import { defaultXmlLimits, type XmlLimits } from './limits.ts';
import { ncName } from './names.ts';
import { NamespaceScope, type RawAttribute } from './namespace-scope.ts';
import type { ParsedAttribute, ParsedDocument, ParsedElement, ParsedNode } from './node.ts';
import { XML_NAMESPACE } from './node.ts';
import { referenced } from './references.ts';

type Open = ParsedElement & { readonly children: ParsedNode[] };
type OpenDocument = { -readonly [K in keyof ParsedDocument]: ParsedDocument[K] } & { children: ParsedNode[] };

const qualifiedName = new RegExp(`(?:(${ncName}):)?(${ncName})`, 'uy');
const instructionTarget = new RegExp(ncName, 'uy');
const space = /[ \t\n]*/y;

/**
 * Reads an XML 1.0 document with namespaces, for signatures: what the reader gives is what canonicalisation and digests see. Refused by name:
 * any document type declaration (so no entity but the predefined five and character references), encodings other than UTF-8 and UTF-16,
 * characters XML cannot carry, and what goes beyond `limits`. Nothing is ever fetched. Throws {@link XmlError}.
 *
 * @example
 * const document = parseXml(bytes);
 * const element = document.elementById('xades-1');
 */
export function parseXml(bytes: Uint8Array, limits: Partial<XmlLimits> = {}): ParsedDocument {
  const all = { ...defaultXmlLimits, ...limits };
  if (bytes.length === 0) throw new XmlError('xml.empty');
  if (bytes.length > all.maxBytes) {
    throw new XmlError('xml.too_large', { params: { size: bytes.length, limit: all.maxBytes } });
  }
  const { text, start } = decodeXml(bytes);
  return new Parser(text, start, all).parse();
}

class Parser {
  readonly #text: string;
  readonly #limits: XmlLimits;
  readonly #scope = new NamespaceScope();
  readonly #ids = new Map<string, ParsedElement | 'ambiguous'>();
  readonly #document: OpenDocument;
  readonly #names: string[] = [];
  #at: number;
  #nodes = 0;
  #open: Open | OpenDocument;

  constructor(text: string, start: number, limits: XmlLimits) {
    this.#text = text;
    this.#at = start;
    this.#limits = limits;
    const ids = this.#ids;
    this.#document = {
      kind: 'document',
      order: 0,
      children: [],
      root: undefined as unknown as ParsedElement,
      text,
      nodeCount: 0,
      elementById: (id) => ids.get(id),
    };
    this.#open = this.#document;
  }

  parse(): ParsedDocument {
    const text = this.#text;
    while (this.#at < text.length) {
      if (text.charCodeAt(this.#at) === 0x3c && !text.startsWith('<![CDATA[', this.#at)) this.#markup();
      else if (this.#open.kind === 'document') this.#betweenMarkup();
      else this.#characters(this.#open);
    }
    if (this.#open.kind === 'element') this.#fail('unclosed element');
    if (this.#document.root === undefined) this.#fail('no element');
    this.#document.nodeCount = this.#nodes;
    return this.#document;
  }

  #fail(reason: string, code: XmlErrorCode = 'xml.malformed'): never {
    let line = 1;
    for (let at = this.#text.indexOf('\n'); at >= 0 && at < this.#at; at = this.#text.indexOf('\n', at + 1)) line += 1;
    throw new XmlError(code, { params: { line, reason } });
  }

  #count(nodes: number): number {
    this.#nodes += nodes;
    if (this.#nodes > this.#limits.maxNodes) {
      throw new XmlError('xml.too_many_nodes', { params: { limit: this.#limits.maxNodes } });
    }
    return this.#nodes;
  }

  #betweenMarkup(): void {
    const from = this.#at;
    this.#skipSpace();
    if (this.#at === from) this.#fail('text outside the element');
  }

  #skipSpace(): boolean {
    space.lastIndex = this.#at;
    space.exec(this.#text);
    const moved = space.lastIndex > this.#at;
    this.#at = space.lastIndex;
    return moved;
  }

  #markup(): void {
    const text = this.#text;
    const next = text.charCodeAt(this.#at + 1);
    if (next === 0x2f) this.#endTag();
    else if (next === 0x3f) this.#instruction();
    else if (next !== 0x21) this.#startTag();
    else if (text.startsWith('<!--', this.#at)) this.#comment();
    else if (text.startsWith('<!DOCTYPE', this.#at)) this.#fail('document type declaration', 'xml.doctype_refused');
    else this.#fail('unknown markup');
  }

  #comment(): void {
    const start = this.#at;
    const close = this.#text.indexOf('--', start + 4);
    if (close < 0 || this.#text[close + 2] !== '>') this.#fail('comment');
    this.#at = close + 3;
    const value = this.#text.slice(start + 4, close);
    const parent = this.#open;
    parent.children.push({ kind: 'comment', parent, value, order: this.#count(1), start, end: this.#at });
  }

  #instruction(): void {
    const start = this.#at;
    instructionTarget.lastIndex = start + 2;
    const target = instructionTarget.exec(this.#text)?.[0];
    if (target === undefined || target.toLowerCase() === 'xml') this.#fail('processing instruction');
    this.#at = instructionTarget.lastIndex;
    const spaced = this.#skipSpace();
    const close = this.#text.indexOf('?>', this.#at);
    if (close < 0 || (!spaced && close !== this.#at)) this.#fail('processing instruction');
    const value = this.#text.slice(this.#at, close);
    this.#at = close + 2;
    const parent = this.#open;
    parent.children.push({ kind: 'instruction', parent, target, value, order: this.#count(1), start, end: this.#at });
  }

  #qualifiedName(): RegExpExecArray {
    qualifiedName.lastIndex = this.#at;
    const match = qualifiedName.exec(this.#text);
    if (!match) this.#fail('name');
    this.#at = qualifiedName.lastIndex;
    return match;
  }

  #startTag(): void {
    const start = this.#at;
    const parent = this.#open;
    if (parent.kind === 'document' && this.#document.root !== undefined) this.#fail('second element');
    if (this.#names.length >= this.#limits.maxDepth) {
      throw new XmlError('xml.too_deep', { params: { limit: this.#limits.maxDepth } });
    }
    this.#at += 1;
    const name = this.#qualifiedName();
    const raw = this.#attributes();
    const empty = this.#text.charCodeAt(this.#at) === 0x2f;
    this.#at += empty ? 2 : 1;
    if (this.#text.charCodeAt(this.#at - 1) !== 0x3e) this.#fail('start tag');
    const declarations = this.#scope.enter(raw, (reason) => this.#fail(reason, 'xml.namespace_invalid'));
    const element: Open = {
      kind: 'element',
      parent,
      prefix: name[1] ?? '',
      localName: name[2] ?? '',
      namespace: this.#resolve(name[1] ?? '', false),
      attributes: this.#resolveAttributes(raw),
      declarations,
      children: [],
      order: this.#count(1 + raw.length),
      start,
      end: this.#at,
    };
    parent.children.push(element);
    if (parent.kind === 'document') this.#document.root = element;
    this.#register(element);
    if (empty) this.#scope.leave(declarations);
    else {
      this.#open = element;
      this.#names.push(name[0]);
    }
  }

  #attributes(): RawAttribute[] {
    const raw: RawAttribute[] = [];
    const text = this.#text;
    for (;;) {
      const spaced = this.#skipSpace();
      const next = text.charCodeAt(this.#at);
      if (next === 0x3e || next === 0x2f || Number.isNaN(next)) return raw;
      if (!spaced) this.#fail('attribute');
      if (raw.length >= this.#limits.maxAttributes) {
        throw new XmlError('xml.too_many_attributes', { params: { limit: this.#limits.maxAttributes } });
      }
      const name = this.#qualifiedName();
      this.#skipSpace();
      if (text.charCodeAt(this.#at) !== 0x3d) this.#fail('attribute');
      this.#at += 1;
      this.#skipSpace();
      raw.push({ prefix: name[1] ?? '', localName: name[2] ?? '', value: this.#attributeValue() });
    }
  }

  #attributeValue(): string {
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") this.#fail('attribute value');
    const close = this.#text.indexOf(quote, this.#at + 1);
    if (close < 0) this.#fail('attribute value');
    const value = this.#text.slice(this.#at + 1, close);
    if (value.includes('<')) this.#fail('attribute value');
    const normalised = /[\t\n&]/.test(value) ? this.#references(value.replace(/[\t\n]/g, ' ')) : value;
    this.#at = close + 1;
    return normalised;
  }

  #resolve(prefix: string, attribute: boolean): string {
    if (prefix === '' && attribute) return '';
    const uri = this.#scope.lookup(prefix);
    if (uri === undefined || prefix === 'xmlns') this.#fail(`prefix ${prefix.slice(0, 40)}`, 'xml.namespace_invalid');
    return uri;
  }

  #resolveAttributes(raw: readonly RawAttribute[]): ParsedAttribute[] {
    const attributes: ParsedAttribute[] = [];
    const seen = new Set<string>();
    for (const { prefix, localName, value } of raw) {
      if (prefix === 'xmlns' || (prefix === '' && localName === 'xmlns')) continue;
      const namespace = this.#resolve(prefix, true);
      const key = `${localName} ${namespace}`;
      if (seen.has(key)) this.#fail('attribute twice', 'xml.attribute_repeated');
      seen.add(key);
      attributes.push({ prefix, localName, namespace, value });
    }
    return attributes;
  }

  #register(element: ParsedElement): void {
    for (const { localName, namespace, value } of element.attributes) {
      const isId =
        namespace === '' ? /^(?:id|Id|ID)$/.test(localName) : localName === 'id' && namespace === XML_NAMESPACE;
      if (!isId) continue;
      const known = this.#ids.get(value);
      this.#ids.set(value, known === undefined || known === element ? element : 'ambiguous');
    }
  }

  #endTag(): void {
    const open = this.#open;
    const name = this.#names.pop();
    if (open.kind === 'document' || name === undefined) this.#fail('end tag');
    if (!this.#text.startsWith(name, this.#at + 2)) this.#fail('end tag');
    this.#at += 2 + name.length;
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== 0x3e) this.#fail('end tag');
    this.#at += 1;
    open.end = this.#at;
    this.#scope.leave(open.declarations);
    this.#open = open.parent as Open | OpenDocument;
  }

  /** Character data up to the next markup that is not a CDATA section, as one text. */
  #characters(parent: Open): void {
    const start = this.#at;
    const text = this.#text;
    let value = '';
    for (;;) {
      if (text.startsWith('<![CDATA[', this.#at)) {
        const close = text.indexOf(']]>', this.#at + 9);
        if (close < 0) this.#fail('CDATA section');
        value += text.slice(this.#at + 9, close);
        this.#at = close + 3;
      } else if (this.#at < text.length && text.charCodeAt(this.#at) !== 0x3c) {
        const next = text.indexOf('<', this.#at);
        const end = next < 0 ? text.length : next;
        const piece = text.slice(this.#at, end);
        if (piece.includes(']]>')) this.#fail(']]> in text');
        value += piece.includes('&') ? this.#references(piece) : piece;
        this.#at = end;
      } else break;
    }
    if (value !== '')
      parent.children.push({ kind: 'text', parent, value, order: this.#count(1), start, end: this.#at });
  }

  #references(text: string): string {
    return text.replace(/&([^;&]{0,64})(;?)/g, (_, name: string, semicolon: string) => {
      const value = semicolon === '' ? undefined : referenced(name);
      if (value === undefined) this.#fail(`reference ${name.slice(0, 16)}`, 'xml.entity_unknown');
      return value;
    });
  }
}
