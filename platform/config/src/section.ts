import type { TObject, TSchema } from 'typebox';

declare const value: unique symbol;

/** The settings of one part of the product: a schema with default and meaning beside each key. */
export interface ConfigSection<T> {
  /** Lower-case word, such as `http`: the object in the file and the second word of environment names. */
  readonly name: string;
  readonly schema: TObject;
  /** Keys whose values are never shown. */
  readonly secret?: readonly string[];
  /** Keys with an environment name of their own, in place of `TRA_<SECTION>_<KEY>`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Carries the type only; absent at run time. */
  readonly [value]?: T;
}

/** What else can be said about a section. */
export type ConfigSectionOptions = Pick<ConfigSection<unknown>, 'secret' | 'environment'>;

/**
 * A section of the configuration. Each key is a TypeBox type with `default` and `description`; a key without a default that
 * is not `Type.Optional` must be given. Kinds of values: string, integer, number, boolean, unions of literals, arrays of strings.
 *
 * @example
 * export const config: ConfigSection<TimestampConfig> = defineConfig<TimestampConfig>('timestamp', Type.Object({
 *   accuracyMs: Type.Integer({ default: 500, minimum: 1, description: 'Accuracy stated in each token, milliseconds.' }),
 * }));
 */
export function defineConfig<T>(name: string, schema: TObject, options: ConfigSectionOptions = {}): ConfigSection<T> {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new TypeError(`not a section name: ${name}`);
  for (const [key, property] of Object.entries(schema.properties)) {
    if (!('description' in property)) throw new TypeError(`${name}.${key} has no description`);
  }
  return { name, schema, ...options };
}

/** One key of a section as its readers see it. */
export interface ConfigKey {
  readonly section: string;
  readonly key: string;
  /** Name of the environment variable. */
  readonly variable: string;
  readonly schema: TSchema & {
    default?: unknown;
    description?: string;
  };
  readonly secret: boolean;
  readonly required: boolean;
}

function variableOf(section: string, key: string): string {
  const words = `${section}_${key.replace(/([a-z0-9])([A-Z])/g, '$1_$2')}`;
  return `TRA_${words.replaceAll('-', '_').toUpperCase()}`;
}

/** All keys of a section in the order of its schema. */
export function keysOf(section: ConfigSection<unknown>): ConfigKey[] {
  const required = new Set<string>((section.schema.required as readonly string[] | undefined) ?? []);
  return Object.entries(section.schema.properties).map(([key, schema]) => ({
    section: section.name,
    key,
    variable: section.environment?.[key] ?? variableOf(section.name, key),
    schema: schema as ConfigKey['schema'],
    secret: section.secret?.includes(key) ?? false,
    required: required.has(key) && !('default' in schema),
  }));
}
