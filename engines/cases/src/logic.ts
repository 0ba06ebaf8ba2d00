import type { Json } from '@tra/kernel';
import { CasesError, type Finding } from './errors.ts';
import { isCleanText } from './text.ts';

/**
 * A small, pure and total part of JSONLogic: `var`, `==`, `!=`, `<`, `<=`, `>`, `>=`, `and`, `or`, `!`, `in`, `if`. No loops, no
 * regular expressions, no conversion between types: values of different types are never equal and never ordered.
 */
export type Logic = Json;

/** The most operators and values in one expression. */
export const LOGIC_MAX_NODES = 200;
/** The longest text in an expression. */
const LOGIC_MAX_TEXT = 500;
/** The most operators inside each other. */
export const LOGIC_MAX_DEPTH = 16;

type Record_ = Readonly<Record<string, Json>>;

const arity: Readonly<Record<string, readonly [number, number]>> = {
  var: [1, 1],
  '==': [2, 2],
  '!=': [2, 2],
  '<': [2, 2],
  '<=': [2, 2],
  '>': [2, 2],
  '>=': [2, 2],
  and: [1, 20],
  or: [1, 20],
  '!': [1, 1],
  in: [2, 2],
  if: [3, 3],
};

function isRecord(value: unknown): value is Record_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function operation(node: Record_): { operator: string; operands: readonly Json[] } {
  const [operator = ''] = Object.keys(node);
  const operand = node[operator] ?? null;
  return { operator, operands: Array.isArray(operand) ? operand : [operand] };
}

/** What is wrong with an expression: unknown operators, wrong number of operands, too deep, too large. Empty when it is sound. */
export function checkLogic(logic: unknown, pointer: string): Finding[] {
  const findings: Finding[] = [];
  let nodes = 0;
  const visit = (node: unknown, at: string, depth: number): void => {
    nodes += 1;
    if (findings.length > 0) return;
    const report = (code: string, params = {}) => findings.push({ pointer: at, code, params });
    if (nodes > LOGIC_MAX_NODES) return void report('cases.logic_too_large', { max: LOGIC_MAX_NODES });
    if (depth > LOGIC_MAX_DEPTH) return void report('cases.logic_too_deep', { max: LOGIC_MAX_DEPTH });
    if (node === null || typeof node === 'boolean') return;
    if (typeof node === 'string') {
      return void ((node.length <= LOGIC_MAX_TEXT && isCleanText(node)) || report('cases.logic_value'));
    }
    if (typeof node === 'number') return void (Number.isFinite(node) || report('cases.logic_value'));
    if (Array.isArray(node)) {
      for (const [index, item] of node.entries()) visit(item, `${at}/${index}`, depth + 1);
      return;
    }
    if (!isRecord(node) || Object.keys(node).length !== 1) return void report('cases.logic_value');
    const { operator, operands } = operation(node);
    const [least, most] = (Object.hasOwn(arity, operator) ? arity[operator] : undefined) ?? [1, 0];
    if (most === 0) return void report('cases.logic_operator', { operator: operator.slice(0, 20) });
    if (operands.length < least || operands.length > most) return void report('cases.logic_operands', { operator });
    if (operator === 'var' && typeof operands[0] !== 'string') return void report('cases.logic_operands', { operator });
    for (const [index, item] of operands.entries()) visit(item, `${at}/${operator}/${index}`, depth + 1);
  };
  visit(logic, pointer, 0);
  return findings;
}

/** The names that an expression reads: the first part of every `var`. */
export function variablesOf(logic: Logic): string[] {
  if (Array.isArray(logic)) return logic.flatMap(variablesOf);
  if (!isRecord(logic)) return [];
  const { operator, operands } = operation(logic);
  if (operator === 'var') return typeof operands[0] === 'string' ? [operands[0].split('.')[0] ?? ''] : [];
  return operands.flatMap(variablesOf);
}

function read(path: Json, data: Record_): Json {
  let value: Json = data;
  for (const name of String(path).split('.')) {
    if (!isRecord(value) || !Object.hasOwn(value, name)) return null;
    value = value[name] ?? null;
  }
  return value;
}

function same(left: Json, right: Json): boolean {
  return left === right && (left === null || typeof left !== 'object');
}

function ordered(left: Json, right: Json): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  return undefined;
}

function compare(operator: string, left: Json, right: Json): boolean {
  const order = ordered(left, right);
  if (order === undefined) return false;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

function contains(item: Json, list: Json): boolean {
  return Array.isArray(list) && list.some((member) => same(member, item));
}

/** Whether a value counts as true: `true` itself, and nothing else. */
export function holds(value: Json): boolean {
  return value === true;
}

/**
 * The value of an expression over `data`. Total for every expression that {@link checkLogic} accepts: a missing name is
 * null, a comparison between types is false. Throws CasesError `cases.logic_invalid` for any other.
 *
 * @example
 * evaluate({ '==': [{ var: 'kind' }, 'juristic'] }, { kind: 'juristic' }); // true
 */
export function evaluate(logic: Logic, data: Record_): Json {
  const findings = checkLogic(logic, '');
  if (findings.length > 0) throw new CasesError('cases.logic_invalid', { findings });
  return value(logic, data);
}

function value(logic: Logic, data: Record_): Json {
  if (Array.isArray(logic)) return logic.map((item) => value(item, data));
  if (!isRecord(logic)) return logic;
  const { operator, operands } = operation(logic);
  const [first = null, second = null, third = null] = operands;
  switch (operator) {
    case 'var':
      return read(first, data);
    case 'and':
      return operands.every((item) => holds(value(item, data)));
    case 'or':
      return operands.some((item) => holds(value(item, data)));
    case '!':
      return !holds(value(first, data));
    case 'if':
      return holds(value(first, data)) ? value(second, data) : value(third, data);
    case '==':
      return same(value(first, data), value(second, data));
    case '!=':
      return !same(value(first, data), value(second, data));
    case 'in':
      return contains(value(first, data), value(second, data));
    default:
      return compare(operator, value(first, data), value(second, data));
  }
}
