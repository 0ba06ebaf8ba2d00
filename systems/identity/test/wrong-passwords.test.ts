import { describe, expect, it } from 'vitest';
import { officer, real, signIn, start } from './world.ts';

describe('wrong passwords', () => {
  it('make one account wait at one address, and no other', async () => {
    const started = await start({ config: { maxFailures: 3, failureWindowMinutes: 10 } });
    await started.services.accounts.create(officer);
    const wrong = { ...real, password: 'wrong' };
    for (let index = 0; index < 3; index += 1)
      expect((await signIn(started, wrong)).code).toBe('identity.credentials_invalid');
    const blocked = await signIn(started, real);
    expect([blocked.reply.statusCode, blocked.code]).toEqual([429, 'identity.too_many_attempts']);
    expect(Number(blocked.reply.headers['retry-after'])).toBeGreaterThan(500);
    expect((await signIn(started, real, { remoteAddress: '10.0.0.9' })).reply.statusCode).toBe(201);
    started.context.testClock.advance(10 * 60_000 + 1);
    expect((await signIn(started, real)).reply.statusCode).toBe(201);
    await started.close();
  });

  it('are counted for accounts that do not exist, too', async () => {
    const started = await start({ config: { maxFailures: 2 } });
    const absent = { username: 'nobody', password: 'wrong' };
    await signIn(started, absent);
    await signIn(started, absent);
    expect((await signIn(started, absent)).code).toBe('identity.too_many_attempts');
    await started.close();
  });

  it('are forgotten after the right one', async () => {
    const started = await start({ config: { maxFailures: 2 } });
    await started.services.accounts.create(officer);
    for (let round = 0; round < 3; round += 1) {
      await signIn(started, { ...real, password: 'wrong' });
      expect((await signIn(started, real)).reply.statusCode).toBe(201);
    }
    await started.close();
  });

  it('for many accounts from one address make it wait', async () => {
    const started = await start({ config: { maxFailuresPerAddress: 3 } });
    for (let index = 0; index < 3; index += 1) await signIn(started, { username: `guess.${index}`, password: 'wrong' });
    expect((await signIn(started, { username: 'guess.9', password: 'wrong' })).code).toBe('identity.too_many_attempts');
    await started.close();
  });

  it('sent all at once get hardly more tries than one after the other', async () => {
    const started = await start({ config: { maxFailures: 3, hashingConcurrency: 2 } });
    await started.services.accounts.create(officer);
    const tries = await Promise.all(Array.from({ length: 20 }, () => signIn(started, { ...real, password: 'wrong' })));
    expect(tries.filter((attempt) => attempt.reply.statusCode === 401).length).toBeLessThanOrEqual(5);
    await started.close();
  });
});
