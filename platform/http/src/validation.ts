import type { FastifySchemaCompiler, RouteOptions } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Settings } from 'typebox/system';

interface PlainSchema {
  readonly type?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, PlainSchema>>;
  readonly anyOf?: readonly PlainSchema[];
  readonly items?: PlainSchema;
}

const maxReportedErrors = 100;
const nested = ['properties', 'patternProperties', '$defs'] as const;
const branches = ['anyOf', 'oneOf'] as const;

/**
 * `schema` in which every object refuses properties that it does not name, unless it says itself what happens to them. Parts of
 * an intersection (`allOf`) are left alone: each of them sees the properties of the others.
 */
export function closeObjects(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema;
  const copy: Record<string, unknown> = { ...schema };
  for (const keyword of nested) {
    if (typeof copy[keyword] !== 'object' || copy[keyword] === null) continue;
    copy[keyword] = Object.fromEntries(Object.entries(copy[keyword]).map(([name, part]) => [name, closeObjects(part)]));
  }
  for (const keyword of branches) {
    const list = copy[keyword];
    if (Array.isArray(list)) copy[keyword] = list.map(closeObjects);
  }
  if (copy.items !== undefined)
    copy.items = Array.isArray(copy.items) ? copy.items.map(closeObjects) : closeObjects(copy.items);
  const open = copy.additionalProperties === undefined && copy.patternProperties === undefined;
  if (copy.type === 'object' && copy.properties !== undefined && open) copy.additionalProperties = false;
  return copy;
}

function coerceText(schema: PlainSchema, text: string): unknown {
  if (schema.anyOf) {
    const results = schema.anyOf.map((option) => coerceText(option, text));
    return results.find((result) => typeof result !== 'string') ?? text;
  }
  if (schema.type === 'integer' || schema.type === 'number')
    return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : text;
  if (schema.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

function coerce(schema: PlainSchema, value: unknown): unknown {
  if (schema.type === 'array') {
    const items = Array.isArray(value) ? value : [value];
    return items.map((item) => coerce(schema.items ?? {}, item));
  }
  return typeof value === 'string' ? coerceText(schema, value) : value;
}

function withDefaults(schema: PlainSchema, value: unknown, convert: boolean): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !schema.properties) return value;
  const result: Record<string, unknown> = { ...value };
  for (const [name, property] of Object.entries(schema.properties)) {
    if (!Object.hasOwn(result, name)) {
      if (property.default !== undefined) result[name] = structuredClone(property.default);
    } else if (convert) result[name] = coerce(property, result[name]);
  }
  return result;
}

/**
 * Checks each part of a request by its schema. Texts become numbers and booleans in query and path only, never in a body; missing
 * members with a default get it.
 */
export const validatorCompiler: FastifySchemaCompiler<unknown> = ({ schema, httpPart }) => {
  Settings.Set({ maxErrors: maxReportedErrors });
  const validator = Compile(schema as TSchema);
  const convert = httpPart !== 'body';
  return (value: unknown) => {
    const prepared = withDefaults(schema as PlainSchema, value, convert);
    if (validator.Check(prepared)) return { value: prepared };
    return { error: validator.Errors(prepared) as unknown as Error };
  };
};

const language = {
  type: 'string',
  enum: ['th', 'en'],
  description: 'Language of the answer, in place of Accept-Language.',
} as const;

/** Whether the route takes a multipart body, which is read part by part and not by a schema. */
export function takesMultipart(schema: { readonly consumes?: readonly string[] } | undefined): boolean {
  return schema?.consumes?.some((type) => type.startsWith('multipart/')) ?? false;
}

/** Makes the schemas of a route strict: unknown fields are refused, and every query may carry `lang`. */
export function tightenRoute(route: RouteOptions): void {
  const { schema } = route;
  if (!schema) return;
  const tight: Record<string, unknown> = { ...schema };
  if (tight.query !== undefined && tight.querystring === undefined) tight.querystring = tight.query;
  delete tight.query;
  for (const part of ['body', 'querystring', 'params'] as const) {
    if (tight[part] !== undefined) tight[part] = closeObjects(tight[part]);
  }
  const query = tight.querystring as { properties?: Record<string, unknown> } | undefined;
  if (query?.properties)
    tight.querystring = { ...query, properties: { ...query.properties, lang: query.properties.lang ?? language } };
  route.schema = tight;
  if (takesMultipart(schema)) {
    route.validatorCompiler = (part) =>
      part.httpPart === 'body' ? (value: unknown) => ({ value }) : validatorCompiler(part);
  }
}
