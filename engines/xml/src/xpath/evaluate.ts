import { spend, type VerifyBudget } from '../dsig/budget.ts';
import { XmlError } from '../errors.ts';
import {
  namespacesInScope,
  type ParsedAttribute,
  type ParsedDocument,
  type ParsedElement,
  type ParsedNode,
  textOf,
} from '../tree/node.ts';
import type { Axis, Expression, NodeTest, Step } from './parse.ts';

/** An attribute with its owner: XPath treats it as a node. */
export interface AttributeNode {
  readonly kind: 'attribute';
  readonly parent: ParsedElement;
  readonly attribute: ParsedAttribute;
}

/** A namespace node, only ever a context node. */
export interface NamespaceNode {
  readonly kind: 'namespace';
  readonly parent: ParsedElement;
  readonly prefix: string;
}

export type XPathNode = ParsedNode | ParsedDocument | AttributeNode | NamespaceNode;
type Value = string | number | boolean | readonly XPathNode[];

/** What an expression may refer to. */
export interface XPathContext {
  readonly document: ParsedDocument;
  /** The element that holds the expression: the value of `here()` and the source of prefixes. */
  readonly here: ParsedElement;
  readonly budget: VerifyBudget;
}

/** Evaluates expressions over one document within a bound of work. */
export class XPathEvaluator {
  readonly #context: XPathContext;
  readonly #namespaces: ReadonlyMap<string, string>;
  readonly #attributeNodes = new WeakMap<ParsedAttribute, AttributeNode>();

  constructor(context: XPathContext) {
    this.#context = context;
    this.#namespaces = namespacesInScope(context.here);
  }

  /** The nodes that an expression selects. Throws {@link XmlError} when it does not select nodes. */
  select(expression: Expression, node: XPathNode): readonly XPathNode[] {
    const value = this.#evaluate(expression, node, 1);
    if (typeof value !== 'object') throw this.#unsupported('not a node-set');
    return value;
  }

  /** The expression as a truth value. */
  test(expression: Expression, node: XPathNode): boolean {
    return truth(this.#evaluate(expression, node, 1));
  }

  /** The node of an attribute, the same each time. */
  attributeNode(parent: ParsedElement, attribute: ParsedAttribute): AttributeNode {
    const known = this.#attributeNodes.get(attribute);
    if (known) return known;
    const made: AttributeNode = { kind: 'attribute', parent, attribute };
    this.#attributeNodes.set(attribute, made);
    return made;
  }

  #unsupported(expression: string): XmlError {
    return new XmlError('xml.xpath_unsupported', { params: { expression } });
  }

  #spend(units: number): void {
    spend(this.#context.budget, 'steps', units);
  }

  #evaluate(expression: Expression, node: XPathNode, position: number): Value {
    this.#spend(1);
    switch (expression.kind) {
      case 'literal':
        return expression.value;
      case 'call':
        return this.#call(expression.name, expression.parameters, node, position);
      case 'path':
        return this.#path(expression, node, position);
      default: {
        const { operator } = expression;
        const left = this.#evaluate(expression.left, node, position);
        if (operator === 'or') return truth(left) || truth(this.#evaluate(expression.right, node, position));
        if (operator === 'and') return truth(left) && truth(this.#evaluate(expression.right, node, position));
        const right = this.#evaluate(expression.right, node, position);
        if (operator !== '|') return this.#compare(left, right, operator === '=');
        if (typeof left !== 'object' || typeof right !== 'object') throw this.#unsupported('|');
        return [...new Set([...left, ...right])];
      }
    }
  }

  #path({ start, steps }: Expression & { kind: 'path' }, node: XPathNode, position: number): readonly XPathNode[] {
    let current: readonly XPathNode[];
    if (start === 'root') current = [this.#context.document];
    else if (start === 'context') current = [node];
    else {
      const value = this.#evaluate(start, node, position);
      if (typeof value !== 'object') throw this.#unsupported('not a node-set');
      current = value;
    }
    for (const step of steps) current = this.#step(step, current);
    return current;
  }

  #step(step: Step, from: readonly XPathNode[]): readonly XPathNode[] {
    const found = new Set<XPathNode>();
    for (const node of from) {
      let nodes = this.#axis(step.axis, node).filter((candidate) => this.#matches(candidate, step));
      for (const predicate of step.predicates) {
        nodes = nodes.filter((candidate, index) => {
          const value = this.#evaluate(predicate, candidate, index + 1);
          return typeof value === 'number' ? value === index + 1 : truth(value);
        });
      }
      for (const candidate of nodes) found.add(candidate);
    }
    return [...found];
  }

  #axis(axis: Axis, node: XPathNode): XPathNode[] {
    const nodes = this.#nodesOn(axis, node);
    this.#spend(nodes.length);
    return nodes;
  }

  #nodesOn(axis: Axis, node: XPathNode): XPathNode[] {
    switch (axis) {
      case 'self':
        return [node];
      case 'parent':
        return node.kind === 'document' ? [] : [node.parent];
      case 'child':
        return [...childrenOf(node)];
      case 'attribute':
        return node.kind === 'element' ? node.attributes.map((entry) => this.attributeNode(node, entry)) : [];
      case 'descendant':
      case 'descendant-or-self':
        return this.#below(node, axis === 'descendant-or-self');
      default:
        return ancestors(node, axis === 'ancestor-or-self');
    }
  }

  #below(node: XPathNode, self: boolean): XPathNode[] {
    const out: XPathNode[] = [];
    const stack: XPathNode[] = [node];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (next !== node || self) out.push(next);
      this.#spend(1);
      const children = childrenOf(next);
      for (let index = children.length - 1; index >= 0; index -= 1) stack.push(children[index] as ParsedNode);
    }
    return out;
  }

  #matches(node: XPathNode, { axis, test }: { readonly axis: Axis; readonly test: NodeTest }): boolean {
    if (test.kind === 'node') return true;
    if (test.kind === 'processing-instruction') return node.kind === 'instruction';
    if (test.kind !== 'name') return node.kind === test.kind;
    if (node.kind !== (axis === 'attribute' ? 'attribute' : 'element')) return false;
    const { localName, namespace } = node.kind === 'attribute' ? node.attribute : (node as ParsedElement);
    if (test.name !== undefined && test.name !== localName) return false;
    if (test.prefix === undefined) return test.name === undefined || namespace === '';
    const uri = this.#namespaces.get(test.prefix);
    if (uri === undefined) throw this.#unsupported(`prefix ${test.prefix}`);
    return namespace === uri;
  }

  #call(name: string, parameters: readonly Expression[], node: XPathNode, position: number): Value {
    const values = parameters.map((parameter) => this.#evaluate(parameter, node, position));
    const [first = '', second = ''] = values;
    switch (`${name}/${values.length}`) {
      case 'not/1':
        return !truth(first);
      case 'boolean/1':
        return truth(first);
      case 'true/0':
        return true;
      case 'false/0':
        return false;
      case 'position/0':
        return position;
      case 'here/0':
        return [this.#context.here];
      case 'id/1':
        return this.#byIds(first);
      case 'count/1':
        if (typeof first !== 'object') throw this.#unsupported('count()');
        return first.length;
      case 'string/1':
        return text(first);
      case 'starts-with/2':
        return text(first).startsWith(text(second));
      case 'contains/2':
        return text(first).includes(text(second));
      default:
        return this.#callOnNodes(name, values.length === 0 ? [node] : values.length === 1 ? first : undefined);
    }
  }

  /** Functions of a node-set, by default of the context node. */
  #callOnNodes(name: string, nodes: Value | undefined): Value {
    if (typeof nodes !== 'object') throw this.#unsupported(`${name}()`);
    const [node] = nodes;
    switch (name) {
      case 'name':
        return nameOf(node, true);
      case 'local-name':
        return nameOf(node, false);
      case 'namespace-uri':
        return namespaceOf(node);
      case 'string':
        return text(nodes);
      default:
        throw this.#unsupported(`${name}()`);
    }
  }

  #byIds(value: Value): readonly XPathNode[] {
    const ids = (typeof value === 'object' ? value.map(stringValue).join(' ') : text(value)).split(/\s+/);
    return ids.flatMap((id) => {
      const found = this.#context.document.elementById(id);
      if (found === 'ambiguous') throw new XmlError('xml.reference_ambiguous', { params: { id: id.slice(0, 80) } });
      return found ?? [];
    });
  }

  #compare(left: Value, right: Value, equal: boolean): boolean {
    const lefts = typeof left === 'object' ? left.map(stringValue) : [left];
    const rights = typeof right === 'object' ? right.map(stringValue) : [right];
    this.#spend(lefts.length * rights.length);
    return lefts.some((a) => rights.some((b) => same(a, b) === equal));
  }
}

function same(left: string | number | boolean, right: string | number | boolean): boolean {
  if (typeof left === 'boolean' || typeof right === 'boolean') return truth(left) === truth(right);
  if (typeof left === 'number' || typeof right === 'number') return Number(left) === Number(right);
  return left === right;
}

function truth(value: Value): boolean {
  return typeof value === 'object' ? value.length > 0 : Boolean(value);
}

function text(value: Value): string {
  if (typeof value !== 'object') return String(value);
  return value[0] === undefined ? '' : stringValue(value[0]);
}

function stringValue(node: XPathNode): string {
  if (node.kind === 'element' || node.kind === 'document') return textOf(node);
  if (node.kind === 'attribute') return node.attribute.value;
  return node.kind === 'namespace' ? (namespacesInScope(node.parent).get(node.prefix) ?? '') : node.value;
}

function nameOf(node: XPathNode | undefined, withPrefix: boolean): string {
  if (node?.kind === 'instruction') return node.target;
  if (node?.kind === 'namespace') return node.prefix;
  const named = node?.kind === 'attribute' ? node.attribute : node?.kind === 'element' ? node : undefined;
  if (!named) return '';
  return withPrefix && named.prefix !== '' ? `${named.prefix}:${named.localName}` : named.localName;
}

function namespaceOf(node: XPathNode | undefined): string {
  if (node?.kind === 'attribute') return node.attribute.namespace;
  return node?.kind === 'element' ? node.namespace : '';
}

function childrenOf(node: XPathNode): readonly ParsedNode[] {
  return node.kind === 'element' || node.kind === 'document' ? node.children : [];
}

/** Nearest first, as the axis counts. */
function ancestors(node: XPathNode, self: boolean): XPathNode[] {
  const out: XPathNode[] = self ? [node] : [];
  for (let at: XPathNode = node; at.kind !== 'document'; ) {
    at = at.parent;
    out.push(at);
  }
  return out;
}
