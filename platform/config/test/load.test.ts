import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, type ConfigSection, defineConfig, loadConfig, serverConfig } from '../src/index.ts';

interface Sample {
  readonly accuracyMs: number;
  readonly ratio: number;
  readonly policy: string;
  readonly mode: 'strict' | 'lax';
  readonly enabled: boolean;
  readonly origins: readonly string[];
  readonly apiKey?: string;
}

const sample: ConfigSection<Sample> = defineConfig<Sample>(
  'sample',
  Type.Object({
    accuracyMs: Type.Integer({ default: 500, minimum: 1, maximum: 1000, description: 'Accuracy.' }),
    ratio: Type.Number({ default: 0.5, description: 'Ratio.' }),
    policy: Type.String({ default: '1.2.3', pattern: '^[0-9.]+$', description: 'Policy.' }),
    mode: Type.Union([Type.Literal('strict'), Type.Literal('lax')], { default: 'strict', description: 'Mode.' }),
    enabled: Type.Boolean({ default: true, description: 'Enabled.' }),
    origins: Type.Array(Type.String(), { default: [], description: 'Origins.' }),
    apiKey: Type.Optional(Type.String({ minLength: 8, description: 'Key.' })),
  }),
  { secret: ['apiKey'] },
);

const folder = mkdtempSync(join(tmpdir(), 'tra-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: string | Uint8Array): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, content);
  return path;
}

const load = (env: NodeJS.ProcessEnv, more: object = {}) => loadConfig([sample], { env, ...more });

function refusal(work: () => unknown): ConfigError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error('was not refused');
}

describe('loadConfig', () => {
  it('gives the defaults', () => {
    expect(load({}).get(sample)).toEqual({
      accuracyMs: 500,
      ratio: 0.5,
      policy: '1.2.3',
      mode: 'strict',
      enabled: true,
      origins: [],
    });
  });

  it('reads each kind of value from the environment', () => {
    const env = {
      TRA_SAMPLE_ACCURACY_MS: '20',
      TRA_SAMPLE_RATIO: '0.25',
      TRA_SAMPLE_MODE: 'lax',
      TRA_SAMPLE_ENABLED: 'false',
      TRA_SAMPLE_ORIGINS: 'https://a.example, https://b.example',
      TRA_SAMPLE_API_KEY: 'long enough',
      HOME: '/nowhere',
    };
    expect(load(env).get(sample)).toMatchObject({
      accuracyMs: 20,
      ratio: 0.25,
      mode: 'lax',
      enabled: false,
      origins: ['https://a.example', 'https://b.example'],
      apiKey: 'long enough',
    });
  });

  it('lets the environment win over the file and overrides over both', () => {
    const file = fileWith(JSON.stringify({ sample: { accuracyMs: 1, ratio: 1, mode: 'lax' }, server: { port: 1 } }));
    const configuration = load(
      { TRA_SAMPLE_RATIO: '2', TRA_SAMPLE_ACCURACY_MS: '2' },
      { file, overrides: { sample: { accuracyMs: 3 } } },
    );
    expect(configuration.get(sample)).toMatchObject({ accuracyMs: 3, ratio: 2, mode: 'lax' });
    expect(configuration.get(serverConfig).port).toBe(1);
  });

  it('takes an empty variable for an absent one', () => {
    expect(load({ TRA_SAMPLE_RATIO: '' }).get(sample).ratio).toBe(0.5);
  });

  it.each([
    ['TRA_SAMPLE_ACCURACY_MS', '0', 'whole number from 1 to 1000'],
    ['TRA_SAMPLE_ACCURACY_MS', '1.5', 'whole number'],
    ['TRA_SAMPLE_ACCURACY_MS', 'abc', 'whole number'],
    ['TRA_SAMPLE_ACCURACY_MS', '1e2', 'whole number'],
    ['TRA_SAMPLE_MODE', 'loose', 'strict | lax'],
    ['TRA_SAMPLE_ENABLED', 'yes', 'true | false'],
    ['TRA_SAMPLE_POLICY', 'x', 'matching'],
    ['TRA_PORT', '70000', 'from 0 to 65535'],
    ['TRA_PUBLIC_URL', 'http://localhost:8420/', 'matching'],
    ['TRA_ENV', 'staging', 'development | production'],
  ])('refuses %s=%s and says what is allowed', (name, value, allowed) => {
    const error = refusal(() => load({ [name]: value }));
    expect(error.code).toBe('config.invalid_value');
    expect(error.params.key).toBe(name);
    expect(error.params.reason).toContain(allowed);
    expect(error.params.reason).toContain(value);
  });

  it.each([
    ['TRA_SAMPLE_API_KEY', 'hush'],
    ['TRA_DATABASE_URL', 'mysql://tra:hush@host/db'],
  ])('never shows the value of the secret %s', (name, value) => {
    const error = refusal(() => load({ [name]: value }));
    expect(error.params.key).toBe(name);
    expect(JSON.stringify([error.message, error.params])).not.toContain('hush');
  });

  it('refuses wrong types in the file under the name they have there', () => {
    const file = fileWith('{"sample":{"accuracyMs":"20"}}');
    expect(refusal(() => load({}, { file })).params.key).toBe('sample.accuracyMs');
  });

  it.each([
    ['TRA_SAMPLE_ACURACY_MS', 'TRA_SAMPLE_ACCURACY_MS'],
    ['TRA_PROT', 'TRA_PORT'],
    ['TRA_SOMETHING_ENTIRELY_DIFFERENT', '-'],
  ])('refuses the unknown name %s and suggests %s', (name, nearest) => {
    const error = refusal(() => load({ [name]: '1' }));
    expect(error.code).toBe('config.unknown_key');
    expect(error.params).toEqual({ key: name, nearest });
  });

  it('refuses unknown keys and sections of the file', () => {
    const key = refusal(() => load({}, { file: fileWith('{"sample":{"acuracyMs":1}}') }));
    expect(key.params).toEqual({ key: 'sample.acuracyMs', nearest: 'sample.accuracyMs' });
    const section = refusal(() => load({}, { file: fileWith('{"smaple":{"ratio":1}}') }));
    expect(section.code).toBe('config.unknown_key');
  });

  it('leaves names of tests alone', () => {
    expect(() => load({ TRA_TEST_DATABASE_URL: 'postgres://x' })).not.toThrow();
  });

  it.each(['not json', '[]', '"text"', '{"sample":1}', '{"sample":[]}', 'null'])('refuses the file %s', (content) => {
    expect(refusal(() => load({}, { file: fileWith(content) })).code).toBe('config.file_invalid');
  });

  it('refuses a file that is missing or no UTF-8', () => {
    expect(refusal(() => load({}, { file: join(folder, 'absent.json') })).code).toBe('config.file_unreadable');
    expect(refusal(() => load({}, { file: fileWith(Uint8Array.of(0x7b, 0xff, 0x7d)) })).code).toBe(
      'config.file_unreadable',
    );
  });

  it('demands what has no default', () => {
    const strict = defineConfig(
      'strict',
      Type.Object({ region: Type.String({ minLength: 1, description: 'Region.' }) }),
    );
    const error = refusal(() => loadConfig([strict], { env: {} }));
    expect(error.params.key).toBe('TRA_STRICT_REGION');
  });

  it('knows only sections that were loaded', () => {
    const other = defineConfig('other', Type.Object({}));
    expect(() => load({}).get(other)).toThrow(TypeError);
  });

  it('does not let anybody change it', () => {
    expect(() => Object.assign(load({}).get(sample), { ratio: 9 })).toThrow(TypeError);
  });
});

describe('the section server', () => {
  it('is a demo in development and none in production', () => {
    expect(load({}).get(serverConfig)).toMatchObject({
      demo: true,
      environment: 'development',
      port: 8420,
      data: './data',
    });
    expect(load({ TRA_ENV: 'production' }).get(serverConfig).demo).toBe(false);
    expect(load({ TRA_DEMO: 'false' }).get(serverConfig).demo).toBe(false);
  });

  it('refuses a demo in production', () => {
    expect(refusal(() => load({ TRA_ENV: 'production', TRA_DEMO: 'true' })).code).toBe('server.demo_in_production');
  });
});

describe('defineConfig', () => {
  it('demands a description of each key', () => {
    expect(() => defineConfig('x', Type.Object({ key: Type.String() }))).toThrow('x.key');
  });

  it('refuses names that are none', () => {
    expect(() => defineConfig('Upper Case', Type.Object({}))).toThrow(TypeError);
  });
});
