import { execFileSync } from 'node:child_process';
import { defaultPolicy } from '@tra/signature';
import { type TestSigning, testPdf, testSigning } from '@tra/signature/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JudgeTask, noEvidence, type Registers } from '../src/judging/judge-document.ts';
import { createJudgePool } from '../src/judging/judge-pool.ts';

let signing: TestSigning;
let task: JudgeTask;
const asked: string[] = [];
let answerLate = false;
const registers: Registers = {
  findLicence: async (sha256) => {
    asked.push(sha256);
    if (answerLate) await new Promise(() => undefined);
    return undefined;
  },
  checkStructure: async ({ name }) =>
    name === undefined ? undefined : { name, structure: 'test', release: '1', status: 'failed', faults: [] },
};
const limits = { milliseconds: 60_000, wallMilliseconds: 240_000, megabytes: 512 };
const pools: { close(): Promise<void> }[] = [];

function poolOf(options: Partial<typeof limits> & { processes?: number } = {}) {
  const pool = createJudgePool({ processes: 1, registers, ...limits, ...options });
  pools.push(pool);
  return pool;
}

beforeAll(async () => {
  signing = await testSigning();
  const anchors = signing.anchors.map((certificate) => ({ certificate }));
  task = {
    bytes: await signing.sign(testPdf()),
    name: 'a.pdf',
    at: signing.clock.now(),
    policy: defaultPolicy,
    trust: { key: 'one', anchors, crls: await signing.crls() },
    requestTrust: { key: '', anchors: [] },
    detached: [],
    hashed: [],
    large: [],
    evidence: noEvidence,
    wantNeeds: false,
  };
});

afterAll(() => Promise.all(pools.map((pool) => pool.close())));

describe('processes that judge', () => {
  it('ask the registers of the serving process, and keep the trust that they were sent until it changes', async () => {
    const pool = poolOf();
    const first = await pool.judge(task);
    expect(first).toMatchObject({ report: { verdict: 'passed' }, basis: 'service' });
    expect(first.structures).toEqual([
      { name: 'licence.xml', structure: 'test', release: '1', status: 'failed', faults: [] },
    ]);
    expect(asked).toContain(first.report.document.sha256);
    expect((await pool.judge(task)).report.verdict).toBe('passed');
    const none = { ...task, trust: { key: 'two', anchors: [], crls: [] } };
    expect((await pool.judge(none)).report.verdict).toBe('indeterminate');
    expect((await pool.judge(task)).report.verdict).toBe('passed');
  });

  it('believe each asker alone, whoever came before', async () => {
    const pool = poolOf();
    const own = { ...task, trust: { key: 'none', anchors: [], crls: task.trust.crls } };
    const theirs = { key: 'theirs', anchors: task.trust.anchors };
    const nobody = { key: 'nobody', anchors: [] };
    for (const [requestTrust, basis] of [
      [nobody, 'service'],
      [theirs, 'request'],
      [theirs, 'request'],
      [nobody, 'service'],
    ] as const) {
      const judged = await pool.judge({ ...own, requestTrust });
      expect([judged.basis, judged.report.verdict]).toEqual([basis, basis === 'request' ? 'passed' : 'indeterminate']);
    }
  });

  it('are ended when a document works too long', async () => {
    // The first document of a process takes far more than that: its program is still slow.
    const pool = poolOf({ milliseconds: 20 });
    await expect(pool.judge(task)).rejects.toMatchObject({ code: 'validation.document_time', params: { seconds: 1 } });
  });

  it('are not ended for waiting, but when all of it takes too long', async () => {
    const pool = poolOf({ wallMilliseconds: 6000 });
    answerLate = true;
    await expect(pool.judge(task)).rejects.toMatchObject({ code: 'validation.document_time', params: { seconds: 6 } });
    answerLate = false;
    expect((await pool.judge(task)).report.verdict).toBe('passed');
  });

  it('are ended when a document needs too much memory; the next document gets a new one', async () => {
    const pool = poolOf({ megabytes: 128 });
    const wide = Buffer.from(`<a>${'<b/>'.repeat(990_000)}</a>`);
    await expect(pool.judge({ ...task, bytes: wide })).rejects.toMatchObject({ code: 'validation.document_memory' });
    expect((await pool.judge(task)).report.verdict).toBe('passed');
  });

  it('do not mind the signals that a terminal or a service manager sends to all processes of a server', async () => {
    const pool = poolOf();
    await pool.judge(task);
    for (const signal of ['-INT', '-TERM'])
      execFileSync('pkill', [signal, '-P', `${process.pid}`, '-f', 'judge-child']);
    expect((await pool.judge(task)).report.verdict).toBe('passed');
  });

  it('let documents that a person waits for go before those of batches', async () => {
    const pool = poolOf();
    const order: string[] = [];
    const judge = (name: string, urgency: 'now' | 'later') => pool.judge(task, urgency).then(() => order.push(name));
    await Promise.all([judge('first', 'later'), judge('batch', 'later'), judge('person', 'now')]);
    expect(order).toEqual(['first', 'person', 'batch']);
  });
});
