import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '../src/api/problem.ts';
import type { ValidationAnswer } from '../src/api/types.ts';
import { type CheckOptions, createFileChecks } from '../src/systems/validation/file-checks.ts';
import { readableParams } from '../src/systems/validation/readable-params.ts';

function waiting() {
  const started: {
    file: File;
    detached: readonly File[];
    options: CheckOptions;
    done(): void;
    fail(cause: unknown): void;
  }[] = [];
  const checks = createFileChecks(
    ({ file, detached }, options) =>
      new Promise((resolve, reject) => {
        const answer = { id: 'a', reports: [{ verdict: 'passed' }] } as unknown as ValidationAnswer;
        started.push({ file, detached, options, done: () => resolve(answer), fail: reject });
      }),
  );
  return { started, checks };
}
const file = (name: string) => ({ file: new File(['x'], name), detached: [] });
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('checking chosen files', () => {
  it('runs two at a time, in order', async () => {
    const { started, checks } = waiting();
    checks.add([file('a'), file('b'), file('c')]);
    expect(checks.get().map((item) => item.status)).toEqual(['sending', 'sending', 'waiting']);
    started[0]?.options.onProgress(0.5);
    expect(checks.get()[0]).toMatchObject({ status: 'sending', progress: 0.5 });
    started[0]?.options.onProgress(1);
    expect(checks.get()[0]?.status).toBe('checking');
    started[0]?.done();
    await settle();
    expect(checks.get().map((item) => item.status)).toEqual(['done', 'sending', 'sending']);
  });

  it('keeps a failure beside its file and tries again when asked', async () => {
    const { started, checks } = waiting();
    checks.add([file('a')]);
    started[0]?.fail(new Error('broken'));
    await settle();
    expect(checks.get()[0]).toMatchObject({ status: 'failed' });
    checks.again(checks.get()[0]?.key ?? '');
    expect(checks.get()[0]).toMatchObject({ status: 'sending' });
    expect(checks.get()[0]?.problem).toBeUndefined();
    checks.again('unknown');
    expect(started).toHaveLength(2);
  });

  it('stops what is removed and starts the next', async () => {
    const { started, checks } = waiting();
    checks.add([file('a'), file('b'), file('c')]);
    checks.remove(checks.get()[0]?.key ?? '');
    expect(started[0]?.options.signal.aborted).toBe(true);
    started[0]?.fail(new DOMException('x', 'AbortError'));
    await settle();
    expect(checks.get().map((item) => item.name)).toEqual(['b', 'c']);
    expect(checks.get()[1]?.status).toBe('sending');
    checks.clear();
    expect(checks.get()).toEqual([]);
  });
});

describe('checks that meet a busy server or no connection', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const busy = (retryAfterSeconds: number) =>
    new ApiProblem({ code: 'http.rate_limited', status: 429, retryAfterSeconds });

  it('wait as long as the server asks and go on by themselves, a few times', async () => {
    const { started, checks } = waiting();
    checks.add([file('a')]);
    for (const attempt of [1, 2, 3]) {
      started.at(-1)?.fail(busy(5));
      await vi.advanceTimersByTimeAsync(4_900);
      expect(checks.get()[0]?.status).toBe('held');
      await vi.advanceTimersByTimeAsync(200);
      expect(started).toHaveLength(attempt + 1);
    }
    started.at(-1)?.fail(busy(5));
    await vi.advanceTimersByTimeAsync(0);
    expect(checks.get()[0]?.status).toBe('failed');
  });

  it('do not wait for hours, and forget the wait of a file that was removed', async () => {
    const { started, checks } = waiting();
    checks.add([file('a'), file('b')]);
    started[0]?.fail(busy(3600));
    started[1]?.fail(busy(1));
    await vi.advanceTimersByTimeAsync(0);
    expect(checks.get().map(({ status }) => status)).toEqual(['failed', 'held']);
    checks.remove(checks.get()[1]?.key ?? '');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(started).toHaveLength(2);
  });

  it('go on when the connection is back, and take files beside a signature that were given later', async () => {
    const { started, checks } = waiting();
    checks.add([file('a'), file('b')]);
    started[0]?.fail(new ApiProblem({ code: 'client.offline', status: 0 }));
    started[1]?.fail(new ApiProblem({ code: 'validation.field_invalid', status: 422 }));
    await vi.advanceTimersByTimeAsync(0);
    checks.reconnect();
    expect(checks.get().map(({ status }) => status)).toEqual(['sending', 'failed']);
    checks.again(checks.get()[1]?.key ?? '', { detached: [new File(['y'], 'y')] });
    expect(started.at(-1)?.detached.map(({ name }) => name)).toEqual(['y']);
    checks.againAll();
    expect(started).toHaveLength(6);
  });
});

describe('parameters of a code', () => {
  it('show times in the calendar of the reader', () => {
    const params = { at: '2026-11-20T07:05:00.000Z', on: '2026-11-20', count: 2, name: 'CN=A' };
    expect(readableParams(params, 'th')).toEqual({
      at: '20 พ.ย. 2569 เวลา 14.05\u00a0น.',
      on: '20 พ.ย. 2569',
      count: 2,
      name: 'CN=A',
    });
    expect(readableParams(undefined, 'en')).toEqual({});
  });
});
