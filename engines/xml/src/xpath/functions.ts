import { namespacesInScope, textOf } from '../tree/node.ts';
import type { XPathNode } from './evaluate.ts';
import type { Expression } from './parse.ts';

/** What an expression may come to (XPath 1.0 section 1). */
export type Value = string | number | boolean | readonly XPathNode[];

type Operator = (Expression & { kind: 'binary' })['operator'];

/** The string-value of a node (XPath 1.0 section 5). */
export function stringValue(node: XPathNode): string {
  if (node.kind === 'element' || node.kind === 'document') return textOf(node);
  if (node.kind === 'attribute') return node.attribute.value;
  return node.kind === 'namespace' ? (namespacesInScope(node.parent).get(node.prefix) ?? '') : node.value;
}

/** `boolean()` (section 4.3). */
export function truth(value: Value): boolean {
  return typeof value === 'object' ? value.length > 0 : Boolean(value);
}

/** `string()` (section 4.2). */
export function text(value: Value): string {
  if (typeof value !== 'object') return Object.is(value, -0) ? '0' : String(value);
  return value[0] === undefined ? '' : stringValue(value[0]);
}

/** `number()` (section 4.4): an optional minus sign and digits, white space around it. */
export function toNumber(value: Value): number {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  const written = text(value).trim();
  return /^-?(?:\d+(?:\.\d*)?|\.\d+)$/.test(written) ? Number(written) : Number.NaN;
}

/** Arithmetic (section 3.5); `mod` takes the sign of its left side. */
export function calculate(operator: Operator, left: number, right: number): number {
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  return operator === 'div' ? left / right : left % right;
}

/** One comparison of values that are no node-sets (section 3.4). */
export function holds(operator: Operator, left: string | number | boolean, right: string | number | boolean): boolean {
  if (operator === '=' || operator === '!=') return same(left, right) === (operator === '=');
  const [a, b] = [toNumber(left), toNumber(right)];
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

function same(left: string | number | boolean, right: string | number | boolean): boolean {
  if (typeof left === 'boolean' || typeof right === 'boolean') return truth(left) === truth(right);
  if (typeof left === 'number' || typeof right === 'number') return toNumber(left) === toNumber(right);
  return left === right;
}

const normalized = (value: string): string => value.replace(/[\t\n\r ]+/g, ' ').replace(/^ | $/g, '');

/** Rounds halves upwards (section 4.4). */
const round = (value: number): number => Math.floor(value + 0.5);

/** The core functions that need nothing but the values of their parameters (sections 4.2 and 4.4); undefined for any other. */
export function callOnTexts(name: string, values: readonly Value[]): string | number | undefined {
  const [first = '', second = '', third = ''] = values.map(text);
  const [value = ''] = values;
  switch (`${name}/${values.length}`) {
    case 'string-length/1':
      return [...first].length;
    case 'normalize-space/1':
      return normalized(first);
    case 'substring-before/2':
      return first.slice(0, Math.max(0, first.indexOf(second)));
    case 'substring-after/2':
      return first.includes(second) ? first.slice(first.indexOf(second) + second.length) : '';
    case 'translate/3':
      return translate(first, second, third);
    case 'substring/2':
    case 'substring/3':
      return substring(first, toNumber(values[1] ?? ''), values[2] === undefined ? Infinity : toNumber(values[2]));
    case 'number/1':
      return toNumber(value);
    case 'sum/1':
      return typeof value === 'object' ? value.reduce((sum, node) => sum + toNumber(stringValue(node)), 0) : undefined;
    case 'floor/1':
      return Math.floor(toNumber(value));
    case 'ceiling/1':
      return Math.ceil(toNumber(value));
    case 'round/1':
      return round(toNumber(value));
    default:
      return name === 'concat' && values.length > 1 ? values.map(text).join('') : undefined;
  }
}

function translate(value: string, from: string, to: string): string {
  const [sources, targets] = [[...from], [...to]];
  return [...value]
    .map((letter) => {
      const at = sources.indexOf(letter);
      return at < 0 ? letter : (targets[at] ?? '');
    })
    .join('');
}

/** Characters are counted from 1, and both numbers rounded. */
function substring(value: string, from: number, length: number): string {
  const start = round(from);
  const end = start + round(length);
  return [...value].filter((_, index) => index + 1 >= start && index + 1 < end).join('');
}

/** `name()` and `local-name()` (section 4.1). */
export function nameOf(node: XPathNode | undefined, withPrefix: boolean): string {
  if (node?.kind === 'instruction') return node.target;
  if (node?.kind === 'namespace') return node.prefix;
  const named = node?.kind === 'attribute' ? node.attribute : node?.kind === 'element' ? node : undefined;
  if (!named) return '';
  return withPrefix && named.prefix !== '' ? `${named.prefix}:${named.localName}` : named.localName;
}

/** `namespace-uri()` (section 4.1). */
export function namespaceOf(node: XPathNode | undefined): string {
  if (node?.kind === 'attribute') return node.attribute.namespace;
  return node?.kind === 'element' ? node.namespace : '';
}
