import { XmlError } from '../errors.ts';

/** Axes of XPath 1.0 that are read: all but `namespace`. */
export type Axis =
  | 'self'
  | 'following-sibling'
  | 'preceding-sibling'
  | 'following'
  | 'preceding'
  | 'child'
  | 'parent'
  | 'descendant'
  | 'descendant-or-self'
  | 'ancestor'
  | 'ancestor-or-self'
  | 'attribute';

/** `prefix` undefined: no namespace; `name` undefined: any. */
export type NodeTest =
  | { readonly kind: 'name'; readonly prefix: string | undefined; readonly name: string | undefined }
  | { readonly kind: 'node' | 'text' | 'comment' | 'processing-instruction' };

export interface Step {
  readonly axis: Axis;
  readonly test: NodeTest;
  readonly predicates: readonly Expression[];
}

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number }
  | {
      readonly kind: 'binary';
      readonly operator: 'or' | 'and' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | 'div' | 'mod' | '|';
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Expression[] }
  | { readonly kind: 'path'; readonly start: 'root' | 'context' | Expression; readonly steps: readonly Step[] };

const tokenPattern =
  /\s*(?:("[^"]*"|'[^']*')|(\d+(?:\.\d*)?|\.\d+)|(\/\/|::|\.\.|!=|<=|>=|[/|@.()[\],=*<>+-])|([\p{L}_][\p{L}\p{N}\p{M}._-]*(?::(?:\*|[\p{L}_][\p{L}\p{N}\p{M}._-]*))?))/uy;

const axes: ReadonlySet<string> = new Set([
  'self',
  'child',
  'parent',
  'descendant',
  'descendant-or-self',
  'ancestor',
  'ancestor-or-self',
  'attribute',
  'following-sibling',
  'preceding-sibling',
  'following',
  'preceding',
]);
const nodeTypes: ReadonlySet<string> = new Set(['node', 'text', 'comment', 'processing-instruction']);
const anyNode: Step = { axis: 'descendant-or-self', test: { kind: 'node' }, predicates: [] };
const maxLength = 4096;
const maxNesting = 32;

function unsupported(text: string): XmlError {
  return new XmlError('xml.xpath_unsupported', { params: { expression: text.slice(0, 80) } });
}

const named: ReadonlySet<string> = new Set(['and', 'or', 'div', 'mod', '*']);
const opening: ReadonlySet<string> = new Set([...'@([,/|+-=<>', '::', '//', '!=', '<=', '>=']);

/** Whether an operand follows, so that a name or `*` is no operator. */
const startsOperand = (before: string | undefined): boolean =>
  before === undefined || opening.has(before) || before.endsWith(' operator');

function tokenize(text: string): string[] {
  if (text.length > maxLength) throw unsupported(text);
  const source = text.trim();
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < source.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(source);
    if (!match) throw unsupported(text);
    let token = match[0].trim();
    // Told apart here, for elements may be called like axes and operators (XPath 1.0 section 3.7).
    if (match[4] !== undefined && /^\s*::/.test(source.slice(at + match[0].length))) token += ' axis';
    else if (named.has(token) && !startsOperand(tokens.at(-1))) token += ' operator';
    tokens.push(token);
  }
  return tokens;
}

/**
 * Reads XPath 1.0 but for variables, the namespace axis, filters on what is not a step, and names of processing instructions. Throws {@link XmlError}
 * `xml.xpath_unsupported` for those.
 */
export function parseXPath(text: string): Expression {
  const parser = new ExpressionParser(tokenize(text), text);
  const expression = parser.or(0);
  if (parser.peek() !== undefined) throw unsupported(text);
  return expression;
}

type Operator = (Expression & { kind: 'binary' })['operator'];
const levels: readonly (readonly Operator[])[] = [
  ['or'],
  ['and'],
  ['=', '!='],
  ['<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', 'div', 'mod'],
];

class ExpressionParser {
  readonly #tokens: readonly string[];
  readonly #text: string;
  #at = 0;

  constructor(tokens: readonly string[], text: string) {
    this.#tokens = tokens;
    this.#text = text;
  }

  peek(ahead: number = 0): string | undefined {
    return this.#tokens[this.#at + ahead];
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw unsupported(this.#text);
    this.#at += 1;
    return token;
  }

  #accept(token: string): boolean {
    if (this.peek() !== token) return false;
    this.#at += 1;
    return true;
  }

  #expect(token: string): void {
    if (!this.#accept(token)) throw unsupported(this.#text);
  }

  or(depth: number): Expression {
    if (depth > maxNesting) throw unsupported(this.#text);
    return this.#binary(depth, 0);
  }

  /** Operators bind tighter from level to level (XPath 1.0 section 3.5). */
  #binary(depth: number, level: number): Expression {
    const operators = levels[level];
    if (!operators) return this.#unary(depth);
    let left = this.#binary(depth, level + 1);
    for (;;) {
      const operator = operators.find((one) => this.#accept(named.has(one) ? `${one} operator` : one));
      if (!operator) return left;
      left = { kind: 'binary', operator, left, right: this.#binary(depth, level + 1) };
    }
  }

  #unary(depth: number): Expression {
    let negative = false;
    while (this.#accept('-')) negative = !negative;
    const value = this.#union(depth);
    return negative ? { kind: 'binary', operator: '-', left: { kind: 'literal', value: 0 }, right: value } : value;
  }

  #union(depth: number): Expression {
    let left = this.#path(depth);
    while (this.#accept('|')) left = { kind: 'binary', operator: '|', left, right: this.#path(depth) };
    return left;
  }

  #path(depth: number): Expression {
    const token = this.peek();
    if (token === '/') {
      this.#at += 1;
      const more = this.peek();
      const steps = more !== undefined && /^[\p{L}_@.*]/u.test(more) ? this.#steps(depth) : [];
      return { kind: 'path', start: 'root', steps };
    }
    if (this.#accept('//')) return { kind: 'path', start: 'root', steps: [anyNode, ...this.#steps(depth)] };
    const primary = this.#primary(depth);
    if (!primary) return { kind: 'path', start: 'context', steps: this.#steps(depth) };
    if (this.#accept('/')) return { kind: 'path', start: primary, steps: this.#steps(depth) };
    if (this.#accept('//')) return { kind: 'path', start: primary, steps: [anyNode, ...this.#steps(depth)] };
    if (this.peek() === '[') throw unsupported(this.#text);
    return primary;
  }

  #primary(depth: number): Expression | undefined {
    const token = this.peek();
    if (token === undefined) throw unsupported(this.#text);
    if (/^["']/.test(token)) {
      this.#at += 1;
      return { kind: 'literal', value: token.slice(1, -1) };
    }
    if (/^\.?\d/.test(token)) {
      this.#at += 1;
      return { kind: 'literal', value: Number(token) };
    }
    if (this.#accept('(')) {
      const inner = this.or(depth + 1);
      this.#expect(')');
      return inner;
    }
    if (this.peek(1) !== '(' || nodeTypes.has(token)) return undefined;
    this.#at += 2;
    const parameters: Expression[] = [];
    while (!this.#accept(')')) {
      if (parameters.length > 0) this.#expect(',');
      parameters.push(this.or(depth + 1));
    }
    return { kind: 'call', name: token, parameters };
  }

  #steps(depth: number): Step[] {
    const steps = [this.#step(depth)];
    for (;;) {
      if (this.#accept('//')) steps.push(anyNode);
      else if (!this.#accept('/')) return steps;
      steps.push(this.#step(depth));
    }
  }

  #step(depth: number): Step {
    if (this.#accept('.')) return { axis: 'self', test: { kind: 'node' }, predicates: [] };
    if (this.#accept('..')) return { axis: 'parent', test: { kind: 'node' }, predicates: [] };
    let axis: Axis = 'child';
    if (this.#accept('@')) axis = 'attribute';
    else if (this.peek()?.endsWith(' axis')) {
      const name = this.#next().slice(0, -5);
      if (!axes.has(name)) throw unsupported(this.#text);
      axis = name as Axis;
      this.#expect('::');
    }
    const test = this.#nodeTest();
    const predicates: Expression[] = [];
    while (this.#accept('[')) {
      predicates.push(this.or(depth + 1));
      this.#expect(']');
    }
    return { axis, test, predicates };
  }

  #nodeTest(): NodeTest {
    const token = this.#next();
    if (token === '*') return { kind: 'name', prefix: undefined, name: undefined };
    if (!/^[\p{L}_]/u.test(token)) throw unsupported(this.#text);
    if (this.peek() === '(') {
      if (!nodeTypes.has(token)) throw unsupported(this.#text);
      this.#at += 1;
      this.#expect(')');
      return { kind: token as 'node' | 'text' | 'comment' | 'processing-instruction' };
    }
    if (token.endsWith(' operator')) throw unsupported(this.#text);
    const [first, second] = token.split(':');
    if (second === undefined) return { kind: 'name', prefix: undefined, name: token };
    return { kind: 'name', prefix: first, name: second === '*' ? undefined : second };
  }
}
