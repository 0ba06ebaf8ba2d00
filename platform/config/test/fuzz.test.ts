import * as fc from 'fast-check';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { ConfigError, defineConfig, loadConfig } from '../src/index.ts';

const section = defineConfig<{ count: number; name: string; secret: string }>(
  'fuzz',
  Type.Object({
    count: Type.Integer({ default: 1, minimum: 0, maximum: 10, description: 'Count.' }),
    name: Type.String({ default: 'x', maxLength: 5, description: 'Name.' }),
    secret: Type.String({ default: 'ssssssss', minLength: 8, description: 'Secret.' }),
  }),
  { secret: ['secret'] },
);

describe('whatever the environment holds', () => {
  it('is a configuration that fits or a ConfigError', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (count, name) => {
        try {
          const loaded = loadConfig([section], { env: { TRA_FUZZ_COUNT: count, TRA_FUZZ_NAME: name } }).get(section);
          expect(Number.isInteger(loaded.count) && loaded.count >= 0 && loaded.count <= 10).toBe(true);
          expect(loaded.name === name || name === '').toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });

  it('never puts a secret into the words of an error', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^§{4,7}$/), (secret) => {
        try {
          loadConfig([section], { env: { TRA_FUZZ_SECRET: secret } });
          throw new Error('was not refused');
        } catch (error) {
          expect(JSON.stringify([String(error), (error as ConfigError).params])).not.toContain(secret);
        }
      }),
    );
  });
});
