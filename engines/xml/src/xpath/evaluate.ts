import { spend, type VerifyBudget } from '../dsig/budget.ts';
import { XmlError } from '../errors.ts';
import {
  namespacesInScope,
  type ParsedAttribute,
  type ParsedDocument,
  type ParsedElement,
  type ParsedNode,
} from '../tree/node.ts';
import { isReverse, nodesOn } from './axes.ts';
import {
  calculate,
  callOnTexts,
  holds,
  nameOf,
  namespaceOf,
  stringValue,
  text,
  toNumber,
  truth,
  type Value,
} from './functions.ts';
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

/** The position of the context node and how many there are. */
interface Place {
  readonly position: number;
  readonly size: number;
}

const alone: Place = { position: 1, size: 1 };

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
    this.#spend(this.#namespaces.size);
  }

  /** The nodes that an expression selects. Throws {@link XmlError} when it does not select nodes. */
  select(expression: Expression, node: XPathNode): readonly XPathNode[] {
    const value = this.#evaluate(expression, node, alone);
    if (typeof value !== 'object') throw this.#unsupported('not a node-set');
    return value;
  }

  /** The expression as a truth value. */
  test(expression: Expression, node: XPathNode): boolean {
    return truth(this.#evaluate(expression, node, alone));
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

  #evaluate(expression: Expression, node: XPathNode, place: Place): Value {
    this.#spend(1);
    switch (expression.kind) {
      case 'literal':
        return expression.value;
      case 'call':
        return this.#call(expression.name, expression.parameters, node, place);
      case 'path':
        return this.#path(expression, node, place);
      default: {
        const { operator } = expression;
        const left = this.#evaluate(expression.left, node, place);
        if (operator === 'or') return truth(left) || truth(this.#evaluate(expression.right, node, place));
        if (operator === 'and') return truth(left) && truth(this.#evaluate(expression.right, node, place));
        const right = this.#evaluate(expression.right, node, place);
        if (isComparison(operator)) return this.#compare(left, right, operator);
        if (operator !== '|') return calculate(operator, toNumber(left), toNumber(right));
        if (typeof left !== 'object' || typeof right !== 'object') throw this.#unsupported('|');
        return [...new Set([...left, ...right])];
      }
    }
  }

  #path({ start, steps }: Expression & { kind: 'path' }, node: XPathNode, place: Place): readonly XPathNode[] {
    let current: readonly XPathNode[];
    if (start === 'root') current = [this.#context.document];
    else if (start === 'context') current = [node];
    else {
      const value = this.#evaluate(start, node, place);
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
        nodes = nodes.filter((candidate, index, all) => {
          const value = this.#evaluate(predicate, candidate, { position: index + 1, size: all.length });
          return typeof value === 'number' ? value === index + 1 : truth(value);
        });
      }
      for (const candidate of nodes) found.add(candidate);
    }
    return isReverse(step.axis) && from.length === 1 ? [...found].reverse() : [...found];
  }

  #axis(axis: Axis, node: XPathNode): XPathNode[] {
    const nodes = axis === 'attribute' ? this.#attributes(node) : nodesOn(axis, node, (units) => this.#spend(units));
    this.#spend(nodes.length);
    return nodes;
  }

  #attributes(node: XPathNode): XPathNode[] {
    return node.kind === 'element' ? node.attributes.map((entry) => this.attributeNode(node, entry)) : [];
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

  #call(name: string, parameters: readonly Expression[], node: XPathNode, place: Place): Value {
    const values = parameters.map((parameter) => this.#evaluate(parameter, node, place));
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
        return place.position;
      case 'last/0':
        return place.size;
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
      default: {
        const plain = values.length > 0 ? callOnTexts(name, values) : undefined;
        if (plain !== undefined) {
          this.#spend(Math.ceil(values.map(text).join('').length / 64));
          return plain;
        }
        return this.#callOnNodes(name, values.length === 0 ? [node] : values.length === 1 ? first : undefined);
      }
    }
  }

  /** Functions of a node-set, by default of the context node. */
  #callOnNodes(name: string, nodes: Value | undefined): Value {
    if (typeof nodes !== 'object') throw this.#unsupported(`${name}()`);
    const [node] = nodes;
    const plain = nodes.length === 1 ? callOnTexts(name, [nodes]) : undefined;
    if (plain !== undefined && name !== 'sum') return plain;
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

  /** Of node-sets any node may make it true; against a truth value they are one (XPath 1.0 section 3.4). */
  #compare(left: Value, right: Value, operator: Comparison): boolean {
    if (typeof left === 'boolean' || typeof right === 'boolean') return holds(operator, truth(left), truth(right));
    const lefts = typeof left === 'object' ? left.map(stringValue) : [left];
    const rights = typeof right === 'object' ? right.map(stringValue) : [right];
    this.#spend(lefts.length * rights.length);
    return lefts.some((a) => rights.some((b) => holds(operator, a, b)));
  }
}

type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
const comparisons: readonly string[] = ['=', '!=', '<', '<=', '>', '>='];
const isComparison = (operator: string): operator is Comparison => comparisons.includes(operator);
