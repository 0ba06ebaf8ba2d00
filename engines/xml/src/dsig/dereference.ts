import { type NodeSet, subtree, withoutComments } from '../c14n/node-set.ts';
import { XmlError } from '../errors.ts';
import type { ParsedDocument, ParsedElement } from '../tree/node.ts';
import { spend, spendOnScope } from './budget.ts';
import type { XmlReference } from './read.ts';
import {
  applyTransform,
  isCanonicalization,
  octetsOf,
  type TransformContext,
  type TransformData,
} from './transforms.ts';

/** What a reference that does not point into the document says about the octets that it wants. */
export type DetachedReference = {
  readonly uri: string | undefined;
  readonly type: string | undefined;
} & Pick<XmlReference, 'digest' | 'digestValue' | 'transforms'>;

/** Hands over the octets behind a reference that does not point into the document; undefined when they are not at hand. Nothing is ever fetched. */
export type DetachedResolver = (reference: DetachedReference) => Uint8Array | undefined;

/**
 * The same for octets of which only digests are known, by the name that node:crypto uses (`sha256`): asked where {@link DetachedResolver} has nothing. They do for
 * a reference without transforms, whose digest is over the octets as they are (XMLDSig 1.1 clause 4.4.3.2).
 */
export type DigestResolver = (reference: DetachedReference) => Readonly<Record<string, Uint8Array>> | undefined;

/** What a reference points at. */
export interface Dereferenced {
  readonly data: TransformData;
  /** The document or element pointed at; absent for detached octets. */
  readonly target?: ParsedDocument | ParsedElement;
}

/**
 * Follows a reference: the whole document (`""`, `#xpointer(/)`), an element by id (`#id`, `#xpointer(id('id'))`), else what `resolve` hands over. Throws
 * {@link XmlError} `xml.reference_ambiguous` when several elements claim the id; undefined when nothing is found.
 */
export function dereference(
  document: ParsedDocument,
  reference: XmlReference,
  resolve?: DetachedResolver,
): Dereferenced | undefined {
  const { uri, type } = reference;
  if (uri === '') return { data: withoutComments(subtree(document)), target: document };
  if (uri === '#xpointer(/)') return { data: subtree(document), target: document };
  const pointer = uri === undefined ? null : /^#xpointer\(id\((?:'([^']*)'|"([^"]*)")\)\)$/.exec(uri);
  const id = pointer ? (pointer[1] ?? pointer[2]) : uri?.startsWith('#') ? uri.slice(1) : undefined;
  if (id !== undefined) {
    const element = elementById(document, id) ?? elementById(document, unescaped(id));
    if (element) {
      const set = subtree(document, element);
      return { data: pointer ? set : withoutComments(set), target: element };
    }
  }
  const octets = resolve?.({ ...reference, uri, type });
  return octets ? { data: octets } : undefined;
}

function elementById(document: ParsedDocument, id: string): ParsedElement | undefined {
  const element = document.elementById(id);
  if (element === 'ambiguous') throw new XmlError('xml.reference_ambiguous', { params: { id: id.slice(0, 80) } });
  return element;
}

function unescaped(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** What a digest is computed over. */
export interface DigestInput {
  readonly octets: Uint8Array;
  /** The nodes of the document whose names, attributes and text are in the octets; absent when that cannot be told. */
  readonly covered?: NodeSet;
  /** What the last transform left, when it is a node-set and not octets yet. */
  readonly nodes?: NodeSet;
}

/** What a reference's digest is computed over (XMLDSig 1.1 clause 4.4.3.2). Throws {@link XmlError}. */
export function digestInput(found: Dereferenced, reference: XmlReference, context: TransformContext): DigestInput {
  let { data } = found;
  let covered = data instanceof Uint8Array ? undefined : data;
  for (const transform of reference.transforms) {
    data = applyTransform(data, transform, context);
    if (data instanceof Uint8Array) {
      spend(context.budget, 'octets', data.length);
      if (!isCanonicalization(transform)) covered = undefined;
    } else covered = data.document === covered?.document ? data : undefined;
  }
  if (!(data instanceof Uint8Array)) spendOnScope(context.budget, data);
  const octets = octetsOf(data);
  spend(context.budget, 'octets', octets.length);
  return { octets, ...(covered ? { covered } : {}), ...(data instanceof Uint8Array ? {} : { nodes: data }) };
}
