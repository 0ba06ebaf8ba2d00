type Schema = Readonly<Record<string, unknown>>;

interface Known {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: 'object' | 'array' | 'string' | 'integer';
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/**
 * The place of the first thing in a value that a schema does not allow, as a path such as `signature.basic`, or undefined. Knows the
 * words of JSON Schema that {@link processPolicySchema} uses; objects are closed.
 */
export function firstFault(value: unknown, schema: Schema, definitions: Schema, where = 'policy'): string | undefined {
  const known = schema as Known;
  if (known.$ref !== undefined) {
    const target = definitions[known.$ref.replace('#/$defs/', '')] as Schema;
    return firstFault(value, target, definitions, where);
  }
  if (known.enum) return known.enum.includes(value) ? undefined : where;
  if ('const' in known) return known.const === value ? undefined : where;
  if (known.type === 'object') return objectFault(value, known, definitions, where);
  if (known.type === 'array') return arrayFault(value, known, definitions, where);
  const fine = known.type === 'string' ? isText(value, known) : isCount(value, known);
  return fine ? undefined : where;
}

function objectFault(value: unknown, known: Known, definitions: Schema, where: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return where;
  for (const name of known.required ?? []) if (!Object.hasOwn(value, name)) return `${where}.${name}`;
  for (const [name, member] of Object.entries(value)) {
    const path = `${where}.${name.slice(0, 100)}`;
    const schema = known.properties && Object.hasOwn(known.properties, name) ? known.properties[name] : undefined;
    const fault = schema ? firstFault(member, schema, definitions, path) : path;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function arrayFault(value: unknown, known: Known, definitions: Schema, where: string): string | undefined {
  if (!Array.isArray(value) || value.length > (known.maxItems ?? 0)) return where;
  for (const [index, item] of value.entries()) {
    const fault = firstFault(item, known.items ?? {}, definitions, `${where}[${index}]`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isText(value: unknown, known: Known): boolean {
  if (typeof value !== 'string' || value.length > (known.maxLength ?? 100)) return false;
  return (
    value.length >= (known.minLength ?? 0) && (known.pattern === undefined || new RegExp(known.pattern).test(value))
  );
}

function isCount(value: unknown, known: Known): boolean {
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = known;
  return typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum;
}
