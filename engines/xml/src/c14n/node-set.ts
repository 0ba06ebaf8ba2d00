import type { ParsedAttribute, ParsedDocument, ParsedElement, ParsedNode } from '../tree/node.ts';

/** A part of a document to canonicalise: what is below `apex`, less what the predicates leave out (XPath 1.0 node-set). */
export interface NodeSet {
  readonly document: ParsedDocument;
  /** Where the walk starts: nothing outside it belongs to the set. */
  readonly apex: ParsedDocument | ParsedElement;
  /** Whether a node belongs to the set; absent: every one does. */
  readonly has?: (node: ParsedNode) => boolean;
  /** Whether an attribute does; absent: it goes with its element. */
  readonly hasAttribute?: (element: ParsedElement, attribute: ParsedAttribute) => boolean;
  /** Whether the namespace node of a prefix does; absent: it goes with its element. */
  readonly hasNamespace?: (element: ParsedElement, prefix: string) => boolean;
}

/** A {@link NodeSet} of a document or an element with everything below it. */
export function subtree(document: ParsedDocument, apex: ParsedDocument | ParsedElement = document): NodeSet {
  return { document, apex };
}

/** `set` less the nodes that `keep` refuses. */
export function restrict(set: NodeSet, keep: (node: ParsedNode) => boolean): NodeSet {
  const { has } = set;
  return { ...set, has: has ? (node) => has(node) && keep(node) : keep };
}

/** `set` without comments, as a same-document reference that is not an XPointer means (XMLDSig 1.1 clause 4.4.3.3). */
export function withoutComments(set: NodeSet): NodeSet {
  return restrict(set, (node) => node.kind !== 'comment');
}

/** `set` without `signature` and what is below it: the enveloped-signature transform (XMLDSig 1.1 clause 6.6.4). */
export function withoutElement(set: NodeSet, signature: ParsedElement): NodeSet {
  const { order, end } = signature;
  return restrict(set, (node) => node.order < order || node.start >= end);
}
