/** Where a node stands in {@link ParsedDocument.text}: UTF-16 offsets, `end` is behind the last character. */
interface Placed {
  /** Document order: a smaller number comes first. Attributes have no number of their own. */
  readonly order: number;
  readonly start: number;
  end: number;
}

/** A namespace declaration of one element. `prefix` is empty for the default namespace, `uri` when `xmlns=""` undeclares it. */
export interface NamespaceDeclaration {
  readonly prefix: string;
  readonly uri: string;
}

/** An attribute that is not a namespace declaration, its value normalised (XML 1.0 clause 3.3.3). */
export interface ParsedAttribute {
  /** Empty when there is none. */
  readonly prefix: string;
  readonly localName: string;
  /** Empty for an attribute without a prefix. */
  readonly namespace: string;
  readonly value: string;
}

/** An element as read. */
export interface ParsedElement extends Placed {
  readonly kind: 'element';
  readonly parent: ParsedElement | ParsedDocument;
  readonly prefix: string;
  readonly localName: string;
  /** Empty when it is in no namespace. */
  readonly namespace: string;
  /** As written, in that order. */
  readonly attributes: readonly ParsedAttribute[];
  readonly declarations: readonly NamespaceDeclaration[];
  readonly children: readonly ParsedNode[];
}

/** Character data: what stood between two pieces of markup, CDATA sections and references resolved. */
export interface ParsedText extends Placed {
  readonly kind: 'text';
  readonly parent: ParsedElement;
  readonly value: string;
}

/** A comment. */
export interface ParsedComment extends Placed {
  readonly kind: 'comment';
  readonly parent: ParsedElement | ParsedDocument;
  readonly value: string;
}

/** A processing instruction. */
export interface ParsedInstruction extends Placed {
  readonly kind: 'instruction';
  readonly parent: ParsedElement | ParsedDocument;
  readonly target: string;
  readonly value: string;
}

/** What an element or a document may hold. */
export type ParsedNode = ParsedElement | ParsedText | ParsedComment | ParsedInstruction;

/** A document as read: well-formed and namespace-well-formed, without document type declaration. */
export interface ParsedDocument {
  readonly kind: 'document';
  readonly order: 0;
  /** Comments, processing instructions and the one element. */
  readonly children: readonly ParsedNode[];
  readonly root: ParsedElement;
  /** The document as text, line ends normalised: positions count in it. */
  readonly text: string;
  /** Nodes in the document. */
  readonly nodeCount: number;
  /**
   * The element whose `Id`, `ID`, `id` (in no namespace) or `xml:id` is `id`; `ambiguous` when several elements claim it, so that no
   * reference can be steered to another one than the reader thinks.
   */
  elementById(id: string): ParsedElement | 'ambiguous' | undefined;
}

/** Namespace of the `xml` prefix. */
export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** Whether `node` is the element `localName` of `namespace`. */
export function isElement(node: ParsedNode | undefined, namespace: string, localName: string): node is ParsedElement {
  return node?.kind === 'element' && node.localName === localName && node.namespace === namespace;
}

/** The elements directly below `parent`, in order. */
export function childElements(parent: ParsedElement): ParsedElement[] {
  return parent.children.filter((child) => child.kind === 'element');
}

/** The value of an attribute, or undefined; `namespace` is empty unless told. */
export function attributeOf(element: ParsedElement, localName: string, namespace: string = ''): string | undefined {
  return element.attributes.find((entry) => entry.localName === localName && entry.namespace === namespace)?.value;
}

/** All character data inside `node`, joined in document order (the XPath string value). */
export function textOf(node: ParsedElement | ParsedDocument): string {
  const parts: string[] = [];
  const stack: (ParsedNode | ParsedDocument)[] = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.kind === 'text') parts.push(next.value);
    else if (next.kind === 'element' || next.kind === 'document') {
      for (let index = next.children.length - 1; index >= 0; index -= 1) stack.push(next.children[index] as ParsedNode);
    }
  }
  return parts.join('');
}

/** The namespaces in scope at `element` by prefix (empty: default), without `xml` and without what `xmlns=""` undeclared. */
export function namespacesInScope(element: ParsedElement): Map<string, string> {
  const found = new Map<string, string>();
  for (let at: ParsedElement | ParsedDocument = element; at.kind === 'element'; at = at.parent) {
    for (const { prefix, uri } of at.declarations) if (!found.has(prefix)) found.set(prefix, uri);
  }
  for (const [prefix, uri] of found) if (uri === '') found.delete(prefix);
  return found;
}

/** The elements below and including `from`, in document order. */
export function* elementsBelow(from: ParsedElement): Generator<ParsedElement> {
  const stack: ParsedElement[] = [from];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    yield next;
    for (let index = next.children.length - 1; index >= 0; index -= 1) {
      const child = next.children[index];
      if (child?.kind === 'element') stack.push(child);
    }
  }
}

/** Whether `node` is `ancestor` or stands below it. */
export function isWithin(node: ParsedNode | ParsedDocument, ancestor: ParsedElement | ParsedDocument): boolean {
  for (let at: ParsedNode | ParsedDocument = node; ; at = at.parent) {
    if (at === ancestor) return true;
    if (at.kind === 'document') return false;
  }
}

/** Line, from 1, of a position. */
export function lineOf(document: ParsedDocument, position: number): number {
  let line = 1;
  for (let at = document.text.indexOf('\n'); at >= 0 && at < position; at = document.text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}
