import { type NodeSet, restrict } from '../c14n/node-set.ts';
import type { VerifyBudget } from '../dsig/budget.ts';
import { XmlError } from '../errors.ts';
import type { ParsedElement, ParsedNode } from '../tree/node.ts';
import { type XPathContext, XPathEvaluator } from './evaluate.ts';
import { type Expression, parseXPath } from './parse.ts';

/** Whether an expression gives for an attribute or a namespace node what it gives for its element: then these need not be asked. */
function followsElements(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
      return true;
    case 'binary':
      return followsElements(expression.left) && followsElements(expression.right);
    case 'call':
      return expression.parameters.length > 0 && expression.parameters.every(followsElements);
    default: {
      const [first] = expression.steps;
      if (expression.start === 'root') return true;
      if (expression.start !== 'context' || !first) return false;
      return first.axis === 'ancestor-or-self' && first.test.kind === 'name';
    }
  }
}

/** The XPath filtering transform (XMLDSig 1.1 clause 6.6.3): the nodes of `set` for which `expression` holds. */
export function filterByXPath(set: NodeSet, expression: string, context: XPathContext): NodeSet {
  const parsed = parseXPath(expression);
  const evaluator = new XPathEvaluator(context);
  const filtered = restrict(set, (node) => evaluator.test(parsed, node));
  if (followsElements(parsed)) return filtered;
  const { hasAttribute, hasNamespace } = set;
  return {
    ...filtered,
    hasAttribute: (element, attribute) =>
      (hasAttribute?.(element, attribute) ?? true) &&
      evaluator.test(parsed, evaluator.attributeNode(element, attribute)),
    hasNamespace: (element, prefix) =>
      (hasNamespace?.(element, prefix) ?? true) &&
      evaluator.test(parsed, { kind: 'namespace', parent: element, prefix }),
  };
}

/** One step of XPath filter 2.0. */
export interface Filter2 {
  readonly operation: 'intersect' | 'subtract' | 'union';
  readonly expression: string;
  readonly here: ParsedElement;
}

/** The XPath filter 2.0 transform (clause 3): subtrees intersected, subtracted and united in turn, over the whole document. */
export function filterByXPath2(set: NodeSet, filters: readonly Filter2[], budget: VerifyBudget): NodeSet {
  const { document } = set;
  const rules = filters.map(({ operation, expression, here }) => {
    const nodes = new XPathEvaluator({ document, here, budget }).select(parseXPath(expression), document);
    if (nodes.some(({ kind }) => kind === 'attribute' || kind === 'namespace')) {
      throw new XmlError('xml.xpath_unsupported', { params: { expression: expression.slice(0, 80) } });
    }
    return { operation, roots: new Set<unknown>(nodes) };
  });
  return restrict(set, (node) => {
    let inside = true;
    for (const { operation, roots } of rules) {
      if (operation === 'union') inside ||= isBelow(node, roots);
      else if (inside) inside = isBelow(node, roots) === (operation === 'intersect');
    }
    return inside;
  });
}

function isBelow(node: ParsedNode, roots: ReadonlySet<unknown>): boolean {
  for (let at: ParsedNode | ParsedElement['parent'] = node; ; at = at.parent) {
    if (roots.has(at)) return true;
    if (at.kind === 'document') return false;
  }
}
