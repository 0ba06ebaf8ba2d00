import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../src/api/problem.ts';
import type { Application } from '../src/api/types.ts';
import { createDraft, type DraftApi } from '../src/systems/licensing/draft.ts';
import { daysFromToday } from '../src/systems/licensing/due.ts';
import { latestReason, nextStepKey } from '../src/systems/licensing/next-step.ts';

function serverWith(version: number) {
  let held = { id: 'a', version, data: {}, attachments: [] } as unknown as Application;
  const calls: string[] = [];
  const write = async (name: string, given: number, change: object): Promise<Application> => {
    calls.push(`${name}@${given}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (given !== held.version) throw new ApiProblem({ code: 'http.precondition_failed', status: 412 });
    held = { ...held, ...change, version: held.version + 1 };
    return held;
  };
  const api: DraftApi = {
    save: (_id, data, at) => write('save', at, { data }),
    attach: (_id, _field, _file, options) => write('attach', options.version, {}),
    detach: async (_id, _attachment, at) => void (await write('detach', at, {})),
    application: async () => held,
  };
  return {
    api,
    calls,
    held: () => held,
    elsewhere: () => write('other tab', held.version, { data: { name: 'other' } }),
  };
}
const options = { signal: new AbortController().signal, onProgress: () => undefined };

describe('an application being filled in', () => {
  it('sends answers and files one after the other, each on the version before it', async () => {
    const server = serverWith(3);
    const draft = createDraft(server.held(), () => undefined, server.api);
    const file = new File(['x'], 'a.pdf');
    await Promise.all([draft.attach('f', file, options), draft.store({ name: 'ก' }), draft.attach('f', file, options)]);
    await draft.detach('1');
    expect(server.calls).toEqual(['attach@3', 'save@4', 'attach@5', 'detach@6']);
    expect(server.held().data).toEqual({ name: 'ก' });
  });

  it('overwrites a change from elsewhere only when told to', async () => {
    const server = serverWith(1);
    const draft = createDraft(server.held(), () => undefined, server.api);
    await server.elsewhere();
    await expect(draft.store({ name: 'mine' })).rejects.toMatchObject({ status: 412 });
    expect(server.held().data).toEqual({ name: 'other' });
    await draft.settle('mine');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.held().data).toEqual({ name: 'mine' });
  });

  it('takes the change from elsewhere over when told so', async () => {
    const server = serverWith(1);
    let shown: Application | undefined;
    const draft = createDraft(
      server.held(),
      (next) => {
        shown = next;
      },
      server.api,
    );
    await server.elsewhere();
    await expect(draft.store({ name: 'mine' })).rejects.toMatchObject({ status: 412 });
    await draft.settle('theirs');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(shown?.data).toEqual({ name: 'other' });
    expect(server.held().data).toEqual({ name: 'other' });
    await draft.leave();
  });
});

describe('words that follow from the state', () => {
  const entry = (from: string | null, to: string, reason?: string) => ({ from, to, ...(reason ? { reason } : {}) });
  const of = (state: string, timeline: object[]) => ({ state, timeline }) as unknown as Application;

  it('tell a draft that was returned from a new one', () => {
    expect(nextStepKey(of('draft', [entry(null, 'draft')]))).toBe('request.next_draft');
    const returned = of('draft', [entry(null, 'draft'), entry('screening', 'draft', 'เพิ่มภาพ')]);
    expect(nextStepKey(returned)).toBe('request.next_returned');
    expect(latestReason(returned)).toBe('เพิ่มภาพ');
    expect(nextStepKey(of('something new', []))).toBe('request.next_other');
  });

  it('count days as the calendar in Bangkok does', () => {
    const lateEvening = new Date('2026-11-21T16:30:00.000Z');
    expect(daysFromToday('2026-11-21T16:59:59.999Z', lateEvening)).toBe(0);
    expect(daysFromToday('2026-11-21T17:00:00.000Z', lateEvening)).toBe(1);
    expect(daysFromToday('2026-11-20T16:59:59.999Z', lateEvening)).toBe(-1);
  });
});
