import { utf8Encode } from '@tra/kernel';
import { XmlError } from '../errors.ts';
import {
  namespacesInScope,
  type ParsedAttribute,
  type ParsedDocument,
  type ParsedElement,
  type ParsedNode,
} from '../tree/node.ts';
import { inheritXmlAttributes, inheritXmlAttributes11, writeAttributes } from './attributes.ts';
import { canonicalAttribute, canonicalText, compareCodePoints } from './escape.ts';
import type { NodeSet } from './node-set.ts';

/** A canonicalisation: Canonical XML 1.0, 1.1, or Exclusive XML Canonicalization 1.0. */
export interface CanonicalizationMethod {
  readonly form: 'inclusive-1.0' | 'inclusive-1.1' | 'exclusive';
  readonly comments: boolean;
  /** InclusiveNamespaces PrefixList of the exclusive form; empty for `#default`. */
  readonly prefixes?: readonly string[];
}

/** Namespace look-ups that one canonicalisation may cost where elements are left out; a sane signature needs a few hundred. */
const maxWork = 5_000_000;

/**
 * The canonical form of a part of a document, in UTF-8. Elements that are left out leave out their own attributes and namespaces too, their
 * children not. Throws {@link XmlError} `xml.relative_namespace` (Canonical XML 1.0 clause 1.3) or `xml.too_much_work`.
 *
 * @example
 * const bytes = canonicalize(subtree(document), { form: 'exclusive', comments: false });
 */
export function canonicalize(set: NodeSet, method: CanonicalizationMethod): Uint8Array {
  return utf8Encode(new Writer(set, method).write());
}

type Change = readonly [prefix: string, before: string | undefined];

class Writer {
  readonly #set: NodeSet;
  readonly #method: CanonicalizationMethod;
  readonly #out: string[] = [];
  /** Namespaces in scope where the walk stands. */
  readonly #scope: Map<string, string>;
  /** Namespaces as the elements written so far declare them here. */
  readonly #rendered: Map<string, string> = new Map();
  #work = 0;
  #depth = 0;

  constructor(set: NodeSet, method: CanonicalizationMethod) {
    this.#set = set;
    this.#method = method;
    const { apex } = set;
    const above = apex.kind === 'element' ? apex.parent : apex;
    this.#scope = above.kind === 'element' ? namespacesInScope(above) : new Map();
  }

  write(): string {
    const { apex } = this.#set;
    if (apex.kind === 'document') this.#document(apex);
    else this.#element(apex, undefined);
    return this.#out.join('');
  }

  #has(node: ParsedNode): boolean {
    return this.#set.has?.(node) ?? true;
  }

  /** Whether an element belongs to the set, apex and all: what is above the apex does not. */
  #isVisible(element: ParsedElement | ParsedDocument): boolean {
    const { apex } = this.#set;
    if (element.kind === 'document') return false;
    if (apex.kind === 'element' && (element.order < apex.order || element.start >= apex.end)) return false;
    return this.#has(element);
  }

  #document(document: ParsedDocument): void {
    let behindRoot = false;
    for (const child of document.children) {
      if (child.kind === 'element') {
        this.#element(child, undefined);
        behindRoot = true;
      } else if (this.#has(child) && (child.kind !== 'comment' || this.#method.comments)) {
        if (behindRoot) this.#out.push('\n');
        this.#leaf(child);
        if (!behindRoot) this.#out.push('\n');
      }
    }
  }

  #leaf(node: Exclude<ParsedNode, ParsedElement>): void {
    if (node.kind === 'text') this.#out.push(canonicalText(node.value));
    else if (node.kind === 'comment') {
      if (this.#method.comments) this.#out.push('<!--', node.value, '-->');
    } else this.#out.push('<?', node.target, node.value === '' ? '' : ' ', node.value, '?>');
  }

  /** `nearest`: the namespace nodes in the set of the nearest element written above; only kept where the set names namespace nodes. */
  #element(element: ParsedElement, nearest: ReadonlyMap<string, string> | undefined): void {
    const visible = this.#has(element);
    const scoped = put(this.#scope, element.declarations);
    this.#depth += 1;
    let rendered: readonly Change[] = [];
    let below = nearest;
    const name = element.prefix === '' ? element.localName : `${element.prefix}:${element.localName}`;
    if (visible) {
      refuseRelative(element);
      const attributes = this.#attributes(element);
      let namespaces: readonly Namespace[];
      if (this.#method.form === 'exclusive') namespaces = this.#utilized(element, attributes);
      else if (this.#set.hasNamespace) {
        const own = this.#axis(element);
        namespaces = changedAxis(own, nearest ?? new Map());
        below = own;
      } else namespaces = this.#inScope(element);
      rendered = put(this.#rendered, namespaces);
      this.#out.push('<', name, writeNamespaces(namespaces), writeAttributes(this.#inherit(element, attributes)), '>');
    }
    for (const child of element.children) {
      if (child.kind === 'element') this.#element(child, below);
      else if (this.#has(child)) this.#leaf(child);
    }
    if (visible) this.#out.push('</', name, '>');
    this.#depth -= 1;
    undo(this.#rendered, rendered);
    undo(this.#scope, scoped);
  }

  #attributes(element: ParsedElement): readonly ParsedAttribute[] {
    const { hasAttribute } = this.#set;
    return hasAttribute
      ? element.attributes.filter((attribute) => hasAttribute(element, attribute))
      : element.attributes;
  }

  #inherit(element: ParsedElement, attributes: readonly ParsedAttribute[]): readonly ParsedAttribute[] {
    const { form } = this.#method;
    if (form === 'exclusive' || element.parent.kind === 'document' || this.#isVisible(element.parent))
      return attributes;
    this.#spend(element);
    return form === 'inclusive-1.0'
      ? inheritXmlAttributes(element, attributes)
      : inheritXmlAttributes11(element, attributes, (above) => this.#isVisible(above));
  }

  /** Inclusive forms: every namespace in scope that is not declared so already (Canonical XML 1.0 clause 2.3). */
  #inScope(element: ParsedElement): readonly Namespace[] {
    if (element.parent.kind === 'element' && this.#isVisible(element.parent)) {
      return element.declarations.filter((entry) => this.#isNew(entry));
    }
    this.#spend(element);
    const all = [...this.#scope].map(([prefix, uri]) => ({ prefix, uri }));
    return all.filter((entry) => this.#isNew(entry));
  }

  #isNew({ prefix, uri }: Namespace): boolean {
    if (prefix === 'xml') return false;
    const before = this.#rendered.get(prefix);
    return prefix === '' ? (before ?? '') !== uri : before !== uri;
  }

  /** Exclusive form: what the element and its attributes use, and the prefixes listed (Exclusive XML Canonicalization clause 3). */
  #utilized(element: ParsedElement, attributes: readonly ParsedAttribute[]): readonly Namespace[] {
    const prefixes = new Set([element.prefix, ...(this.#method.prefixes ?? [])]);
    for (const { prefix } of attributes) if (prefix !== '') prefixes.add(prefix);
    const found: Namespace[] = [];
    for (const prefix of prefixes) {
      const uri = this.#scope.get(prefix) ?? (prefix === '' ? '' : undefined);
      if (uri !== undefined && this.#isNew({ prefix, uri }) && this.#hasNamespace(element, prefix)) {
        found.push({ prefix, uri });
      }
    }
    return found;
  }

  #hasNamespace(element: ParsedElement, prefix: string): boolean {
    return this.#set.hasNamespace?.(element, prefix) ?? true;
  }

  #axis(element: ParsedElement): ReadonlyMap<string, string> {
    this.#spend(element);
    const axis = [...this.#scope].filter(
      ([prefix, uri]) => prefix !== 'xml' && uri !== '' && this.#hasNamespace(element, prefix),
    );
    return new Map(axis);
  }

  #spend({ order }: ParsedElement): void {
    this.#work += this.#scope.size + this.#depth;
    if (this.#work > maxWork) throw new XmlError('xml.too_much_work', { params: { node: order } });
  }
}

interface Namespace {
  readonly prefix: string;
  readonly uri: string;
}

function changedAxis(own: ReadonlyMap<string, string>, nearest: ReadonlyMap<string, string>): readonly Namespace[] {
  const changed = [...own]
    .filter(([prefix, uri]) => nearest.get(prefix) !== uri)
    .map(([prefix, uri]) => ({ prefix, uri }));
  return !own.has('') && nearest.has('') ? [{ prefix: '', uri: '' }, ...changed] : changed;
}

function writeNamespaces(namespaces: readonly Namespace[]): string {
  if (namespaces.length === 0) return '';
  const ordered =
    namespaces.length > 1 ? [...namespaces].sort((a, b) => compareCodePoints(a.prefix, b.prefix)) : namespaces;
  return ordered
    .map(({ prefix, uri }) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${canonicalAttribute(uri)}"`)
    .join('');
}

function refuseRelative({ declarations }: ParsedElement): void {
  for (const { uri } of declarations) {
    if (uri === '' || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(uri)) continue;
    throw new XmlError('xml.relative_namespace', { params: { namespace: uri.slice(0, 80) } });
  }
}

const nothing: readonly Change[] = [];

function put(map: Map<string, string>, entries: readonly Namespace[]): readonly Change[] {
  if (entries.length === 0) return nothing;
  return entries.map(({ prefix, uri }) => {
    const before = map.get(prefix);
    map.set(prefix, uri);
    return [prefix, before];
  });
}

function undo(map: Map<string, string>, changes: readonly Change[]): void {
  for (const [prefix, before] of changes) {
    if (before === undefined) map.delete(prefix);
    else map.set(prefix, before);
  }
}
