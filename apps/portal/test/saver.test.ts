import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '../src/api/problem.ts';
import type { Application, FormValues } from '../src/api/types.ts';
import { createSaver } from '../src/systems/licensing/saver.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function saverWith(replies: (Error | number)[]) {
  const sent: { values: FormValues; version: number }[] = [];
  const saver = createSaver({
    version: 1,
    delayMs: 100,
    retryMs: 1000,
    saved: () => undefined,
    save: async (values, version) => {
      sent.push({ values, version });
      await new Promise((resolve) => setTimeout(resolve, 50));
      const reply = replies.shift() ?? version + 1;
      if (reply instanceof Error) throw reply;
      return { version: reply } as Application;
    },
  });
  return { saver, sent };
}
const offline = () => new ApiProblem({ code: 'client.offline', status: 0 });
const stale = () => new ApiProblem({ code: 'http.precondition_failed', status: 412 });

describe('answers are kept while they are typed', () => {
  it('once after the last change, with the newest answers', async () => {
    const { saver, sent } = saverWith([]);
    saver.change({ a: 1 });
    await vi.advanceTimersByTimeAsync(60);
    saver.change({ a: 2 });
    await vi.advanceTimersByTimeAsync(200);
    expect(sent).toEqual([{ values: { a: 2 }, version: 1 }]);
    expect(saver.state().status).toBe('idle');
    expect(saver.state().savedAt).toBeInstanceOf(Date);
  });

  it('one request at a time, each on the version of the one before', async () => {
    const { saver, sent } = saverWith([]);
    saver.change({ a: 1 });
    await vi.advanceTimersByTimeAsync(110);
    saver.change({ a: 2 });
    const flushed = saver.flush();
    await vi.advanceTimersByTimeAsync(200);
    await flushed;
    expect(sent.map((one) => one.version)).toEqual([1, 2]);
  });

  it('again by itself when the connection came back', async () => {
    const { saver, sent } = saverWith([offline()]);
    saver.change({ a: 1 });
    await vi.advanceTimersByTimeAsync(200);
    expect(saver.state().status).toBe('failed');
    await vi.advanceTimersByTimeAsync(1200);
    expect(saver.state().status).toBe('idle');
    expect(sent).toHaveLength(2);
  });

  it('never over the change of somebody else', async () => {
    const { saver, sent } = saverWith([stale()]);
    saver.change({ a: 1 });
    await vi.advanceTimersByTimeAsync(200);
    expect(saver.state().status).toBe('conflict');
    saver.change({ a: 2 });
    await vi.advanceTimersByTimeAsync(5000);
    await expect(saver.flush()).rejects.toMatchObject({ status: 412 });
    expect(sent).toHaveLength(1);
    saver.restart(9);
    await vi.advanceTimersByTimeAsync(200);
    expect(sent[1]).toEqual({ values: { a: 2 }, version: 9 });
  });

  it('and a refusal is told to whoever asked to store now', async () => {
    const refused = new ApiProblem({ code: 'http.request_invalid', status: 422 });
    const { saver } = saverWith([refused]);
    saver.change({ a: 1 });
    const flushed = expect(saver.flush()).rejects.toBe(refused);
    await vi.advanceTimersByTimeAsync(200);
    await flushed;
    expect(saver.state()).toMatchObject({ status: 'failed', problem: refused });
  });
});
