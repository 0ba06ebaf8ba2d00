import { readFileSync } from 'node:fs';
import { Value } from 'typebox/value';
import { allowedValues, parseText } from './allowed.ts';
import { ConfigError } from './errors.ts';
import { nearest } from './nearest.ts';
import { type ConfigKey, type ConfigSection, keysOf } from './section.ts';
import { serverConfig } from './server-config.ts';

/** A configuration that was read and checked completely. It does not change. */
export interface Configuration {
  /** The settings of `section`. Throws a TypeError when the section was not among those loaded. */
  get<T>(section: ConfigSection<T>): T;
}

/** Where settings come from; the later wins: defaults, file, environment, overrides. */
export interface ConfigSource {
  readonly env: NodeJS.ProcessEnv;
  /** Path of a JSON file with one object per section. It must exist. */
  readonly file?: string;
  /** Values given in code or on a command line, by section and key. */
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Beginnings of `TRA_` names that belong to somebody else; `TRA_TEST_` when absent. */
  readonly ignoredPrefixes?: readonly string[];
}

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const maxFileBytes = 1024 * 1024;

function readFile(path: string): Sections {
  let text: string;
  try {
    const bytes = readFileSync(path);
    if (bytes.length > maxFileBytes) throw new RangeError('too large');
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ConfigError('config.file_unreadable', { params: { file: path }, cause });
  }
  try {
    const parsed: unknown = JSON.parse(text);
    const sections = Object.values(Object(parsed) as object);
    const isObject = (item: unknown) => typeof item === 'object' && item !== null && !Array.isArray(item);
    if (!isObject(parsed) || !sections.every(isObject)) throw new TypeError('not an object of objects');
    return parsed as Sections;
  } catch (cause) {
    throw new ConfigError('config.file_invalid', { params: { file: path }, cause });
  }
}

function refuseUnknown(name: string, known: readonly string[]): never {
  throw new ConfigError('config.unknown_key', { params: { key: name, nearest: nearest(name, known) ?? '-' } });
}

function checkNames(keys: readonly ConfigKey[], source: ConfigSource, layers: readonly Sections[]): void {
  const variables = keys.map((key) => key.variable);
  const ignored = source.ignoredPrefixes ?? ['TRA_TEST_'];
  for (const name of Object.keys(source.env).sort()) {
    if (!name.startsWith('TRA_') || ignored.some((prefix) => name.startsWith(prefix))) continue;
    if (!variables.includes(name)) refuseUnknown(name, variables);
  }
  const paths = keys.map((key) => `${key.section}.${key.key}`);
  for (const layer of layers) {
    for (const [section, values] of Object.entries(layer)) {
      for (const name of Object.keys(values)) {
        if (!paths.includes(`${section}.${name}`)) refuseUnknown(`${section}.${name}`, paths);
      }
    }
  }
}

function givenValue(key: ConfigKey, source: ConfigSource, file: Sections): { name: string; value: unknown } {
  const override = source.overrides?.[key.section]?.[key.key];
  if (override !== undefined) return { name: `${key.section}.${key.key}`, value: override };
  const text = source.env[key.variable];
  if (text !== undefined && text !== '') return { name: key.variable, value: parseText(key.schema, text) };
  const written = file[key.section]?.[key.key];
  return { name: `${key.section}.${key.key}`, value: written ?? structuredClone(key.schema.default) };
}

function checkValue(key: ConfigKey, name: string, value: unknown): void {
  if (value === undefined && !key.required) return;
  if (value !== undefined && Value.Check(key.schema, value)) return;
  const given = key.secret || value === undefined ? '' : `, not ${JSON.stringify(value)?.slice(0, 100)}`;
  const shownName = value === undefined ? key.variable : name;
  throw new ConfigError('config.invalid_value', {
    params: { key: shownName, reason: `${allowedValues(key.schema)}${given}` },
  });
}

function withDemo(server: Record<string, unknown>): Record<string, unknown> {
  const production = server.environment === 'production';
  if (production && server.demo === true) throw new ConfigError('server.demo_in_production');
  return { ...server, demo: server.demo ?? !production };
}

/**
 * Reads and checks the settings of all `sections`, plus the section `server`. Pure but for reading `source.file`.
 *
 * Throws a {@link ConfigError}: `config.invalid_value` names the key and what it may hold, `config.unknown_key` names the
 * nearest known key, `server.demo_in_production` when both are asked for. The values of secrets never stand in an error.
 *
 * @example
 * const configuration = loadConfig([httpConfig, timestamp.config], { env: process.env });
 * const { port } = configuration.get(serverConfig);
 */
export function loadConfig(sections: readonly ConfigSection<unknown>[], source: ConfigSource): Configuration {
  const all = [serverConfig, ...sections.filter((section) => section.name !== serverConfig.name)];
  const file = source.file === undefined ? {} : readFile(source.file);
  const keys = all.map(keysOf);
  checkNames(keys.flat(), source, [file, source.overrides ?? {}]);
  const loaded = new Map<string, unknown>();
  for (const [index, section] of all.entries()) {
    const values: Record<string, unknown> = {};
    for (const key of keys[index] ?? []) {
      const { name, value } = givenValue(key, source, file);
      checkValue(key, name, value);
      if (value !== undefined) values[key.key] = value;
    }
    loaded.set(section.name, Object.freeze(section === serverConfig ? withDemo(values) : values));
  }
  return {
    get: <T>(section: ConfigSection<T>): T => {
      if (!loaded.has(section.name)) throw new TypeError(`section ${section.name} was not loaded`);
      return loaded.get(section.name) as T;
    },
  };
}
