import { describe, expect, it } from 'vitest';
import type { ValidationReport } from '../src/api/types.ts';
import { type CheckOptions, createFileChecks } from '../src/systems/validation/file-checks.ts';
import { readableParams } from '../src/systems/validation/readable-params.ts';

function waiting() {
  const started: { file: File; options: CheckOptions; done(): void; fail(cause: unknown): void }[] = [];
  const checks = createFileChecks(
    (file, options) =>
      new Promise((resolve, reject) => {
        started.push({ file, options, done: () => resolve({ verdict: 'passed' } as ValidationReport), fail: reject });
      }),
  );
  return { started, checks };
}
const file = (name: string) => new File(['x'], name);
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
    expect(checks.get().map((item) => item.file.name)).toEqual(['b', 'c']);
    expect(checks.get()[1]?.status).toBe('sending');
    checks.clear();
    expect(checks.get()).toEqual([]);
  });
});

describe('parameters of a code', () => {
  it('show times in the calendar of the reader', () => {
    const params = { at: '2026-11-20T07:05:00.000Z', on: '2026-11-20', count: 2, name: 'CN=A' };
    expect(readableParams(params, 'th')).toEqual({
      at: '20 พ.ย. 2569 เวลา 14.05 น.',
      on: '20 พ.ย. 2569',
      count: 2,
      name: 'CN=A',
    });
    expect(readableParams(undefined, 'en')).toEqual({});
  });
});
