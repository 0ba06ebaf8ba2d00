import { XmlError } from '../errors.ts';
import type { ParsedNode } from '../tree/node.ts';
import type { XPathNode } from './evaluate.ts';
import type { Axis } from './parse.ts';

/** Axes that count backwards; what they select is in the order of the document all the same (XPath 1.0 section 2.4). */
const reverse: ReadonlySet<Axis> = new Set(['ancestor', 'ancestor-or-self', 'preceding', 'preceding-sibling']);

/** Whether positions on an axis count backwards. */
export const isReverse = (axis: Axis): boolean => reverse.has(axis);

type Spend = (units: number) => void;

/** The nodes on an axis, nearest first, as the axis counts (XPath 1.0 section 2.2). Throws {@link XmlError} `xml.xpath_unsupported`. */
export function nodesOn(axis: Exclude<Axis, 'attribute'>, node: XPathNode, spend: Spend): XPathNode[] {
  switch (axis) {
    case 'self':
      return [node];
    case 'parent':
      return node.kind === 'document' ? [] : [node.parent];
    case 'child':
      return [...childrenOf(node)];
    case 'following-sibling':
      return siblings(node, 1, spend);
    case 'preceding-sibling':
      return siblings(node, -1, spend);
    case 'following':
    case 'preceding':
      return beside(node, axis === 'following' ? 1 : -1, spend);
    case 'descendant':
    case 'descendant-or-self':
      return below(node, axis === 'descendant-or-self', spend);
    default:
      return ancestors(node, axis === 'ancestor-or-self');
  }
}

function childrenOf(node: XPathNode): readonly ParsedNode[] {
  return node.kind === 'element' || node.kind === 'document' ? node.children : [];
}

function ancestors(node: XPathNode, self: boolean): XPathNode[] {
  const out: XPathNode[] = self ? [node] : [];
  for (let at: XPathNode = node; at.kind !== 'document'; ) {
    at = at.parent;
    out.push(at);
  }
  return out;
}

function siblings(node: XPathNode, direction: 1 | -1, spend: Spend): XPathNode[] {
  if (node.kind === 'document' || node.kind === 'attribute' || node.kind === 'namespace') return [];
  const all = childrenOf(node.parent);
  const at = all.indexOf(node);
  spend(all.length);
  return direction > 0 ? all.slice(at + 1) : all.slice(0, at).reverse();
}

/** Everything after or before a node, but for what is above or below it. */
function beside(node: XPathNode, direction: 1 | -1, spend: Spend): XPathNode[] {
  if (node.kind === 'attribute' || node.kind === 'namespace') {
    throw new XmlError('xml.xpath_unsupported', { params: { expression: 'axis of an attribute' } });
  }
  return ancestors(node, true).flatMap((above) =>
    siblings(above, direction, spend).flatMap((one) => {
      const all = below(one, true, spend);
      return direction > 0 ? all : all.reverse();
    }),
  );
}

function below(node: XPathNode, self: boolean, spend: Spend): XPathNode[] {
  const out: XPathNode[] = [];
  const stack: XPathNode[] = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next !== node || self) out.push(next);
    spend(1);
    const children = childrenOf(next);
    for (let index = children.length - 1; index >= 0; index -= 1) stack.push(children[index] as ParsedNode);
  }
  return out;
}
