// Judges documents in a process of its own: what a hostile document costs is paid here, and can be stopped from outside.
import { closeSync, openSync, readdirSync } from 'node:fs';
import {
  type AnchorList,
  type Judged,
  type JudgeTask,
  judgeDocument,
  type Registers,
  type TrustSet,
} from './judge-document.ts';
import type { FromChild, ToChild } from './judge-messages.ts';

type Answer = Extract<ToChild, { kind: 'answer' }>;
type Question = Extract<FromChild, { kind: 'licence' | 'structure' }>;

const waiting = new Map<number, (answer: Answer) => void>();
let calls = 0;
let trust: TrustSet | undefined;
let requestTrust: AnchorList | undefined;

function post(message: FromChild): void {
  process.send?.(message);
}

async function ask(question: (call: number) => Question): Promise<Answer> {
  calls += 1;
  const call = calls;
  const answer = await new Promise<Answer>((resolve) => {
    waiting.set(call, resolve);
    post(question(call));
  });
  if (answer.failed) throw new Error('the register did not answer');
  return answer;
}

const registers: Registers = {
  findLicence: async (sha256, xml) =>
    (await ask((call) => ({ kind: 'licence', call, sha256, ...(xml ? { xml } : {}) }))).licence,
  checkStructure: async (carried) => (await ask((call) => ({ kind: 'structure', call, carried }))).structure,
};

const lent = `/proc/${process.ppid}/fd`;

/** Large files have no name; Linux shows those that the serving process has open, unless that process was given privileges. */
function canReadLent(): boolean {
  try {
    return readdirSync(lent).length > 0;
  } catch {
    return false;
  }
}

async function judge(task: JudgeTask): Promise<Judged> {
  const large: JudgeTask['large'][number][] = [];
  try {
    for (const file of task.large) large.push({ ...file, descriptor: openSync(`${lent}/${file.descriptor}`, 'r') });
    return await judgeDocument({ ...task, large }, registers);
  } finally {
    for (const { descriptor } of large) closeSync(descriptor);
  }
}

// The serving process says when: a signal for both of them, as a terminal or systemd sends it, must not end what it still waits for.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (message: ToChild) => {
  if (message.kind === 'answer') {
    waiting.get(message.call)?.(message);
    waiting.delete(message.call);
    return;
  }
  const { id, task } = message;
  trust = message.trust ?? trust;
  requestTrust = message.requestTrust ?? requestTrust;
  if (!trust || !requestTrust) throw new TypeError('no trust was sent');
  judge({ ...task, trust, requestTrust }).then(
    (judged) => post({ kind: 'judged', id, judged }),
    (error: unknown) => post({ kind: 'failed', id, text: error instanceof Error ? error.message : String(error) }),
  );
});

post({ kind: 'ready', reads: canReadLent() });
