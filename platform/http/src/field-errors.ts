import type { ErrorParams } from '@tra/kernel';
import type { FieldProblem } from './errors.ts';

/** An error as TypeBox and ajv report it. */
export interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const maxProblems = 100;
const types = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']);
const formats = new Set(['date', 'date-time', 'email', 'uri', 'uuid']);
const limits: Readonly<Record<string, string>> = {
  minLength: 'min_length',
  maxLength: 'max_length',
  minimum: 'minimum',
  maximum: 'maximum',
  exclusiveMinimum: 'exclusive_minimum',
  exclusiveMaximum: 'exclusive_maximum',
  minItems: 'min_items',
  maxItems: 'max_items',
  minProperties: 'min_properties',
  maxProperties: 'max_properties',
  multipleOf: 'multiple_of',
};

function child(pointer: string, name: string): string {
  return `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function field(pointer: string, rule: string, params?: ErrorParams): FieldProblem {
  return { pointer, code: `http.field.${rule}`, ...(params ? { params } : {}) };
}

function limitOf(params: SchemaError['params']): ErrorParams {
  const limit = params.limit ?? params.multipleOf;
  return { limit: typeof limit === 'number' ? limit : String(limit ?? '') };
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function typeRule(params: SchemaError['params']): string {
  const type = String(params.type);
  return types.has(type) ? `type_${type}` : 'invalid';
}

function problemsOf(error: SchemaError): FieldProblem[] {
  const { keyword, instancePath: pointer, params } = error;
  const limit = limits[keyword];
  if (limit) return [field(pointer, limit, limitOf(params))];
  switch (keyword) {
    case 'required':
      return namesOf(params.requiredProperties).map((name) => field(child(pointer, name), 'required'));
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return namesOf(params.additionalProperties ?? params.unevaluatedProperties).map((name) =>
        field(child(pointer, name), 'unknown'),
      );
    case 'type':
      return [field(pointer, typeRule(params))];
    case 'format':
      return [field(pointer, formats.has(String(params.format)) ? `format_${String(params.format)}` : 'format')];
    case 'const':
      return [field(pointer, 'choice', { allowed: String(params.allowedValue) })];
    case 'enum':
      return [field(pointer, 'choice', { allowed: namesOf(params.allowedValues).join(', ') })];
    case 'pattern':
      return [field(pointer, 'pattern')];
    case 'uniqueItems':
      return [field(pointer, 'unique_items')];
    default:
      return [field(pointer, 'invalid')];
  }
}

function isNoise(error: SchemaError): boolean {
  return error.keyword === 'boolean' || error.keyword === 'if' || error.keyword === 'allOf';
}

/** Replaces what the branches of one union said by the one thing a person can act on. */
function unionProblems(union: SchemaError, branches: readonly SchemaError[]): FieldProblem[] {
  const own = branches.filter((branch) => branch.instancePath === union.instancePath);
  const choices = own
    .filter((branch) => branch.keyword === 'const')
    .map((branch) => String(branch.params.allowedValue));
  if (choices.length > 0 && own.length === branches.length) {
    return [field(union.instancePath, 'choice', { allowed: [...new Set(choices)].join(', ') })];
  }
  const telling = branches.filter(
    (branch) => branch.keyword !== 'type' && branch.keyword !== 'const' && !isNoise(branch),
  );
  return telling.length > 0 ? telling.flatMap(problemsOf) : [field(union.instancePath, 'invalid')];
}

function within(error: SchemaError, union: SchemaError): boolean {
  return ['anyOf', 'oneOf'].some((keyword) => error.schemaPath.startsWith(`${union.schemaPath}/${keyword}/`));
}

/**
 * What is wrong with each field, one problem per field and rule, at most 100. `part` other than `body` is put in front of the
 * pointers: `/query/limit`.
 */
export function fieldProblems(errors: readonly SchemaError[], part: string): FieldProblem[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf');
  const found: FieldProblem[] = [];
  for (const error of errors) {
    if (isNoise(error) || unions.some((union) => union !== error && within(error, union))) continue;
    const branches = errors.filter((other) => other !== error && within(other, error));
    found.push(...(unions.includes(error) ? unionProblems(error, branches) : problemsOf(error)));
  }
  const prefix = part === 'body' ? '' : `/${part === 'querystring' ? 'query' : part}`;
  const byPlace = new Map<string, FieldProblem>();
  for (const problem of found) {
    const placed = { ...problem, pointer: `${prefix}${problem.pointer}` };
    byPlace.set(`${placed.pointer} ${placed.code}`, placed);
  }
  return [...byPlace.values()].slice(0, maxProblems);
}
