import { describe, expect, it } from 'vitest';
import { createHealth } from '../src/index.ts';

describe('health', () => {
  it('is ready without checks', async () => {
    expect(await createHealth().ready()).toEqual({ ready: true, checks: {} });
  });

  it('is ready when all checks pass', async () => {
    const health = createHealth();
    health.addCheck('database', async () => undefined);
    expect(await health.ready()).toEqual({ ready: true, checks: { database: { ok: true } } });
  });

  it('is not ready when one fails, and tells its code but not its words', async () => {
    const health = createHealth();
    health.addCheck('good', async () => undefined);
    health.addCheck('bad', async () => {
      throw Object.assign(new Error('secret words'), { code: 'storage.unreachable' });
    });
    health.addCheck('thrown', () => {
      throw new TypeError('secret words');
    });
    const { ready, checks } = await health.ready();
    expect(ready).toBe(false);
    expect(checks).toEqual({
      good: { ok: true },
      bad: { ok: false, message: 'storage.unreachable' },
      thrown: { ok: false, message: 'TypeError' },
    });
  });

  it('does not wait for a check that hangs', async () => {
    const health = createHealth({ checkTimeoutMs: 20 });
    health.addCheck('slow', () => new Promise(() => undefined));
    expect((await health.ready()).checks.slow).toEqual({ ok: false, message: 'no answer within 20 ms' });
  });

  it('is not ready once it drains', async () => {
    const health = createHealth();
    health.setDraining();
    expect(health.draining).toBe(true);
    expect((await health.ready()).ready).toBe(false);
  });

  it('tells of one system by its own check and those that it needs', async () => {
    const health = createHealth();
    health.addCheck('keys', async () => undefined);
    health.addCheck('database', () => Promise.reject(new TypeError('away')));
    health.addCheck('timestamp', async () => undefined);
    health.serve('timestamp', ['keys']);
    health.serve('licensing', ['database', 'keys']);
    expect(await health.readyOf('timestamp')).toEqual({
      ready: true,
      checks: { keys: { ok: true }, timestamp: { ok: true } },
    });
    expect(await health.readyOf('licensing')).toMatchObject({ ready: false, checks: { database: { ok: false } } });
    expect((await health.ready()).ready).toBe(false);
    expect(await health.readyOf('keys')).toBeUndefined();
    health.setDraining();
    expect((await health.readyOf('timestamp'))?.ready).toBe(false);
  });
});
