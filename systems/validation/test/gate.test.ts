import { describe, expect, it } from 'vitest';
import { createGate } from '../src/gate.ts';

describe('the gate', () => {
  it('lets no more through than it has places, and gives places back after a failure', async () => {
    const gate = createGate(2);
    let inside = 0;
    let most = 0;
    const work = async (fail: boolean): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
      if (fail) throw new Error('no');
    };
    const results = await Promise.allSettled(
      Array.from({ length: 9 }, (_, index) => gate.run(() => work(index % 3 === 0))),
    );
    expect(most).toBe(2);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(3);
  });
});
