import { CodedError } from '@tra/kernel';
import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { requirePrincipal } from '@tra/platform-http';
import { sql } from '@tra/platform-storage';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messagesOf, migrationsOf, type System, systemClock, systemRandom } from '../src/index.ts';
import { asPrincipal, createTestContext, type StartedSystem, startTestSystem } from '../src/testing.ts';

interface GreetingConfig {
  readonly word: string;
  readonly times: number;
}

interface GreetingServices {
  greet(): string;
}

const config: ConfigSection<GreetingConfig> = defineConfig<GreetingConfig>(
  'greeting',
  Type.Object({
    word: Type.String({ default: 'hello', description: 'Word.' }),
    times: Type.Integer({ default: 1, minimum: 1, description: 'Times.' }),
  }),
);

const happened: string[] = [];

/** The smallest system that uses everything a system has. */
const greeting: System<GreetingConfig, { readonly name: string }, GreetingServices> = {
  name: 'greeting',
  root: new URL('./fixtures/greeting/', import.meta.url),
  config,
  problems: { 'greeting.shy': 409 },
  create: ({ config: settings, jobs, database, blobs, keys, audit }, { name }) => {
    jobs.register({ kind: 'greeting.count', handle: async () => void happened.push('job') });
    return {
      services: { greet: () => Array.from({ length: settings.times }, () => `${settings.word} ${name}`).join(', ') },
      routes: async (app) => {
        app.get('/api/v1/greeting', async (request) => ({ who: requirePrincipal(request, 'citizen').accountId }));
        app.get('/api/v1/greeting/shy', async () => {
          throw new CodedError('greeting.shy');
        });
      },
      start: async () => {
        happened.push('start');
        await sql`INSERT INTO greeting_words (word) VALUES ('สวัสดี')`.execute(database.tables());
        await blobs.put(Uint8Array.of(1));
        await keys.create('greeting', { algorithm: 'ecdsa-p256-sha256', purpose: 'document-signing' });
        await database.transaction(async (trx) => {
          await audit.append(trx, { stream: 'greeting', actor: 'system', action: 'start', object: 'greeting' });
          await jobs.enqueue(trx, { kind: 'greeting.count', payload: null });
        });
      },
      stop: async () => void happened.push('stop'),
    };
  },
};

describe('a system in a test', () => {
  let started: StartedSystem<GreetingConfig, GreetingServices>;
  beforeAll(async () => {
    started = await startTestSystem(greeting, { name: 'Somchai' }, { config: { times: 2 } });
  });
  afterAll(async () => {
    await started.close();
    expect(happened.at(-1)).toBe('stop');
  });

  it('has its settings, given or by default, and its ports', () => {
    expect(started.services.greet()).toBe('hello Somchai, hello Somchai');
    expect(happened[0]).toBe('start');
  });

  it('has its tables', async () => {
    const { rows } = await sql`SELECT word FROM greeting_words`.execute(started.context.database.tables());
    expect(rows).toEqual([{ word: 'สวัสดี' }]);
  });

  it('answers by its routes, with its words, to whom the test names', async () => {
    const { app } = started;
    const url = '/api/v1/greeting';
    expect((await app.inject({ url, headers: asPrincipal('7', 'citizen') })).json()).toEqual({ who: '7' });
    expect((await app.inject({ url, headers: asPrincipal('7', 'officer') })).statusCode).toBe(403);
    expect((await app.inject(url)).statusCode).toBe(401);
    expect((await app.inject('/api/v1/greeting/shy?lang=en')).json()).toMatchObject({
      status: 409,
      code: 'greeting.shy',
      detail: 'Too shy.',
    });
  });

  it('runs its jobs when told', async () => {
    await started.context.jobs.idle();
    expect(happened).toContain('job');
  });

  it('has a clock that can be moved', () => {
    const before = started.context.clock.now().getTime();
    started.context.testClock.advance(3_600_000);
    expect(started.context.clock.now().getTime() - before).toBeGreaterThanOrEqual(3_600_000);
  });
});

describe('createTestContext', () => {
  it('refuses settings that the section refuses', async () => {
    await expect(createTestContext(greeting, { config: { times: 0 } })).rejects.toMatchObject({
      code: 'config.invalid_value',
    });
  });

  it('takes what the test hands in', async () => {
    const clock = { now: () => new Date(0) };
    const context = await createTestContext(greeting, { clock, server: { demo: true } });
    expect(context.clock).toBe(clock);
    expect(context.server).toEqual({ publicUrl: 'http://localhost:8420', environment: 'development', demo: true });
    await context.close();
  });
});

describe('what the machine gives', () => {
  it('is the time and bytes that differ', () => {
    expect(Math.abs(systemClock.now().getTime() - Date.now())).toBeLessThan(1000);
    expect(systemRandom.bytes(16)).toHaveLength(16);
    expect(systemRandom.bytes(16)).not.toEqual(systemRandom.bytes(16));
    expect(systemRandom.bytes(0)).toHaveLength(0);
  });
});

describe('the folders of a system', () => {
  it('are found below its root', () => {
    const root = new URL('file:///systems/x/');
    expect(migrationsOf({ name: 'x', root })).toEqual({
      owner: 'x',
      directory: new URL('file:///systems/x/migrations/'),
    });
    expect(messagesOf({ root }).href).toBe('file:///systems/x/messages/');
  });
});
