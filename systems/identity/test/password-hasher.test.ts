import { scryptSync } from 'node:crypto';
import { seededRandom } from '@tra/kernel/testing';
import { describe, expect, it } from 'vitest';
import { createPasswordHasher } from '../src/password-hasher.ts';

const parameters = { cost: 1024, blockSize: 8, parallelism: 1 };
const hasher = createPasswordHasher({ random: seededRandom(1), parameters, concurrency: 2 });

describe('the password hasher', () => {
  it('takes the right password and no other', async () => {
    const stored = await hasher.hash('รหัสผ่านที่ยาวพอ');
    expect(await hasher.verify('รหัสผ่านที่ยาวพอ', stored)).toBe(true);
    expect(await hasher.verify('รหัสผ่านที่ยาวพ', stored)).toBe(false);
    expect(await hasher.verify('', stored)).toBe(false);
  });

  it('takes a password however its marks were composed', async () => {
    const stored = await hasher.hash('คำว่าน้ำ é');
    expect(await hasher.verify('คำว่าน้ำ e\u0301'.normalize('NFD'), stored)).toBe(true);
  });

  it('is scrypt with the parameters stored beside the hash (RFC 7914)', async () => {
    const stored = await hasher.hash('password', { cost: 2048, blockSize: 4, parallelism: 2 });
    const [scheme, cost, blockSize, parallelism, salt, key] = stored.split('$');
    expect([scheme, cost, blockSize, parallelism]).toEqual(['scrypt', '2048', '4', '2']);
    const expected = scryptSync('password', Buffer.from(salt!, 'base64url'), 32, { N: 2048, r: 4, p: 2 });
    expect(key).toBe(expected.toString('base64url'));
    expect(await hasher.verify('password', stored)).toBe(true);
  });

  it('salts each hash anew', async () => {
    expect(await hasher.hash('same')).not.toBe(await hasher.hash('same'));
  });

  it('says no without a stored hash', async () => {
    expect(await hasher.verify('anything', undefined)).toBe(false);
  });

  it('takes as long without a stored hash', async () => {
    const costly = createPasswordHasher({
      random: seededRandom(2),
      parameters: { ...parameters, cost: 16_384 },
      concurrency: 1,
    });
    const stored = await costly.hash('right');
    const best = { present: Number.POSITIVE_INFINITY, absent: Number.POSITIVE_INFINITY };
    for (let round = 0; round < 8; round += 1) {
      for (const [kind, hash] of [
        ['present', stored],
        ['absent', undefined],
      ] as const) {
        const begun = performance.now();
        await costly.verify('wrong', hash);
        best[kind] = Math.min(best[kind], performance.now() - begun);
      }
    }
    expect(best.absent / best.present).toBeGreaterThan(0.2);
    expect(best.absent / best.present).toBeLessThan(5);
  });

  it('refuses a hash that is none', async () => {
    await expect(hasher.verify('x', 'md5$abc')).rejects.toThrow(TypeError);
  });

  it('works on no more than its number at a time', async () => {
    let running = 0;
    let most = 0;
    const before = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    };
    await Promise.all(Array.from({ length: 12 }, () => hasher.verify('x', undefined, before)));
    expect(most).toBe(2);
  });

  it('turns people away when too many wait, and goes on afterwards', async () => {
    const crowd = await Promise.allSettled(Array.from({ length: 600 }, () => hasher.verify('x', undefined)));
    const refused = crowd.filter((result) => result.status === 'rejected');
    expect(refused.length).toBe(98);
    expect(refused[0]).toMatchObject({ reason: { code: 'identity.busy' } });
    expect(await hasher.verify('x', undefined)).toBe(false);
  });

  it('passes on what stops it before the work', async () => {
    await expect(hasher.verify('x', undefined, () => Promise.reject(new Error('stop')))).rejects.toThrow('stop');
    expect(await hasher.verify('x', undefined)).toBe(false);
  });
});
