import type { TSchema } from 'typebox';

interface SchemaFacts {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaFacts[];
  readonly items?: SchemaFacts;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

function rangeOf(low: number | undefined, high: number | undefined): string {
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  if (low !== undefined) return ` of at least ${low}`;
  return high === undefined ? '' : ` of at most ${high}`;
}

function describe(facts: SchemaFacts): string {
  if (facts.const !== undefined) return String(facts.const);
  if (facts.enum) return facts.enum.map(String).join(' | ');
  if (facts.anyOf) return facts.anyOf.map(describe).join(' | ');
  if (facts.type === 'boolean') return 'true | false';
  if (facts.type === 'integer') return `whole number${rangeOf(facts.minimum, facts.maximum)}`;
  if (facts.type === 'number') return `number${rangeOf(facts.minimum, facts.maximum)}`;
  if (facts.type === 'array') return `comma-separated list of ${describe(facts.items ?? {})}`;
  const length = rangeOf(facts.minLength, facts.maxLength);
  const form = facts.format ? ` (${facts.format})` : facts.pattern ? ` matching ${facts.pattern}` : '';
  return `text${length ? `${length} characters` : ''}${form}`;
}

/** What a key may hold, in a few words. */
export function allowedValues(schema: TSchema): string {
  return describe(schema as SchemaFacts);
}

function literalOf(facts: SchemaFacts, text: string): unknown {
  const options = facts.anyOf?.map((option) => option.const) ?? facts.enum ?? [facts.const];
  return options.find((option) => String(option) === text) ?? text;
}

/** The value that `text` from the environment means for `schema`; `text` itself when it cannot mean one. */
export function parseText(schema: TSchema, text: string): unknown {
  const facts = schema as SchemaFacts;
  if (facts.const !== undefined || facts.enum || facts.anyOf) return literalOf(facts, text);
  if (facts.type === 'boolean')
    return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
  if (facts.type === 'integer' || facts.type === 'number')
    return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
  if (facts.type !== 'array') return text;
  const items = text.split(',').map((item) => item.trim());
  return items.filter((item) => item !== '').map((item) => parseText((facts.items ?? {}) as TSchema, item));
}
