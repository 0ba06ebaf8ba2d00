import { canonicalize } from '../c14n/canonicalize.ts';
import { canonicalizationOf } from '../c14n/methods.ts';
import { type NodeSet, subtree, withoutElement } from '../c14n/node-set.ts';
import { XmlError } from '../errors.ts';
import {
  attributeOf,
  childElements,
  isElement,
  isWithin,
  type ParsedElement,
  type ParsedNode,
  textOf,
} from '../tree/node.ts';
import { parseXml } from '../tree/parse.ts';
import { type Filter2, filterByXPath, filterByXPath2 } from '../xpath/filter.ts';
import { DSIG_NAMESPACE } from './algorithms.ts';
import { decodeBase64 } from './base64.ts';
import { spendOnScope, type VerifyBudget } from './budget.ts';

/** What one transform hands to the next. */
export type TransformData = NodeSet | Uint8Array;

/** Identifier of the enveloped-signature transform (XMLDSig 1.1 clause 6.6.4). */
export const ENVELOPED_SIGNATURE: string = `${DSIG_NAMESPACE}enveloped-signature`;
const base64 = `${DSIG_NAMESPACE}base64`;
const xpath = 'http://www.w3.org/TR/1999/REC-xpath-19991116';
const filter2 = 'http://www.w3.org/2002/06/xmldsig-filter2';
const exclusiveNamespace = 'http://www.w3.org/2001/10/xml-exc-c14n#';

function nodeSetOf(data: TransformData): NodeSet {
  return data instanceof Uint8Array ? subtree(parseXml(data)) : data;
}

/** Canonical octets of a ds:CanonicalizationMethod or a ds:Transform that names a canonicalisation. */
export function canonicalizeBy(method: ParsedElement, set: NodeSet): Uint8Array {
  const algorithm = attributeOf(method, 'Algorithm') ?? '';
  const known = canonicalizationOf(algorithm);
  if (!known) throw new XmlError('xml.transform_unsupported', { params: { algorithm: algorithm.slice(0, 120) } });
  const list = childElements(method).find((child) => isElement(child, exclusiveNamespace, 'InclusiveNamespaces'));
  const names = (list && attributeOf(list, 'PrefixList'))?.split(/[ \t\n]+/).filter((name) => name !== '') ?? [];
  return canonicalize(set, { ...known, prefixes: names.map((name) => (name === '#default' ? '' : name)) });
}

/** Whether a ds:Transform names a canonicalisation: every node that goes in can be read in what comes out. */
export function isCanonicalization(transform: ParsedElement): boolean {
  return canonicalizationOf(attributeOf(transform, 'Algorithm') ?? '') !== undefined;
}

/** Whose reference a transform belongs to, and what it may cost. */
export interface TransformContext {
  readonly signature: ParsedElement;
  readonly budget: VerifyBudget;
}

/** Applies one ds:Transform of a reference. XSLT is never run. Throws {@link XmlError}. */
export function applyTransform(
  data: TransformData,
  transform: ParsedElement,
  { budget, signature }: TransformContext,
): TransformData {
  const algorithm = attributeOf(transform, 'Algorithm') ?? '';
  switch (algorithm) {
    case ENVELOPED_SIGNATURE:
      if (data instanceof Uint8Array || !isWithin(signature, data.document)) {
        throw new XmlError('xml.transform_unsupported', { params: { algorithm } });
      }
      return withoutElement(data, signature);
    case base64:
      return decodeBase64(data instanceof Uint8Array ? Buffer.from(data).toString('latin1') : textIn(data));
    case xpath: {
      const set = nodeSetOf(data);
      const here = childElements(transform).find((child) => isElement(child, DSIG_NAMESPACE, 'XPath'));
      if (!here) throw new XmlError('xml.signature_malformed', { params: { where: 'Transform/XPath' } });
      return filterByXPath(set, textOf(here), { document: set.document, here, budget });
    }
    case filter2:
      return filterByXPath2(nodeSetOf(data), readFilters(transform), budget);
    default: {
      const set = nodeSetOf(data);
      spendOnScope(budget, set);
      return canonicalizeBy(transform, set);
    }
  }
}

function readFilters(transform: ParsedElement): Filter2[] {
  const filters = childElements(transform).map((here): Filter2 => {
    const operation = attributeOf(here, 'Filter');
    const known = operation === 'intersect' || operation === 'subtract' || operation === 'union';
    if (!isElement(here, filter2, 'XPath') || !known) {
      throw new XmlError('xml.signature_malformed', { params: { where: 'Transform/XPath' } });
    }
    return { operation, expression: textOf(here), here };
  });
  if (filters.length === 0) throw new XmlError('xml.signature_malformed', { params: { where: 'Transform/XPath' } });
  return filters;
}

/** Character data of a node-set, as the base64 transform takes it (XMLDSig 1.1 clause 6.6.2). */
function textIn(set: NodeSet): string {
  const parts: string[] = [];
  const walk = (node: ParsedNode): void => {
    if (node.kind === 'text' && (set.has?.(node) ?? true)) parts.push(node.value);
    else if (node.kind === 'element') for (const child of node.children) walk(child);
  };
  if (set.apex.kind === 'document') for (const child of set.apex.children) walk(child);
  else walk(set.apex);
  return parts.join('');
}

/** Octets of what the last transform left: a node-set becomes Canonical XML 1.0 without comments (clause 4.4.3.2). */
export function octetsOf(data: TransformData): Uint8Array {
  return data instanceof Uint8Array ? data : canonicalize(data, { form: 'inclusive-1.0', comments: false });
}
