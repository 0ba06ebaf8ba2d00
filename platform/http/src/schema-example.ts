/** The parts of a JSON Schema that an example is made of. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const deepest = 12;

const byFormat: Readonly<Record<string, string>> = {
  'date-time': '2026-11-20T02:15:00.000Z',
  date: '2026-11-20',
  uri: 'https://tra.example/',
  email: 'somchai@example.com',
};

function stated(schema: Schema): readonly unknown[] {
  if ('example' in schema) return [schema.example];
  if (schema.examples?.length) return [schema.examples[0]];
  if ('const' in schema) return [schema.const];
  if (schema.default !== undefined) return [schema.default];
  return schema.enum?.length ? [schema.enum[0]] : [];
}

function textExample({ format, pattern }: Schema, name: string): string {
  if (format && byFormat[format]) return byFormat[format];
  if (pattern?.includes('{64}')) return '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
  if (pattern?.includes('{12}')) return '01996b1c-3f2a-7c4e-9d2b-5a6f7e8d9c0b';
  if (pattern?.includes('[A-Z]{3}')) return 'THB';
  if (name === 'th') return 'ข้อความ';
  return name === 'en' ? 'Text' : name || 'text';
}

function objectExample(schema: Schema, depth: number): Record<string, unknown> {
  const members = Object.entries(schema.properties ?? {});
  return Object.fromEntries(members.map(([name, member]) => [name, exampleOf(member, name, depth + 1)]));
}

/**
 * A value that a JSON Schema describes: what it states as an example first, else one made from its types and formats. For
 * the API reference; deeper than 12 levels it ends with null.
 */
export function exampleOf(schema: object, name = '', depth = 0): unknown {
  const described = schema as Schema;
  const [found] = stated(described);
  if (found !== undefined) return found;
  if (depth > deepest) return null;
  if (described.allOf) return Object.assign({}, ...described.allOf.map((part) => exampleOf(part, name, depth + 1)));
  const [choice] = described.anyOf ?? described.oneOf ?? [];
  if (choice) return exampleOf(choice, name, depth + 1);
  const type = [described.type ?? (described.properties ? 'object' : 'null')].flat()[0];
  if (type === 'object') return objectExample(described, depth);
  if (type === 'array') return described.items ? [exampleOf(described.items, name, depth + 1)] : [];
  if (type === 'string') return textExample(described, name);
  if (type === 'integer' || type === 'number') return described.minimum ?? 1;
  return type === 'boolean' ? true : null;
}
