// Judges documents in a thread of its own: what a hostile document costs is paid here, and can be stopped from outside.
import { parentPort } from 'node:worker_threads';
import { judgeDocument, type Registers, type TrustSet } from './judge-document.ts';
import { ownThreadFolder } from './thread-time.ts';
import type { FromThread, ToThread } from './worker-messages.ts';

type Answer = Extract<ToThread, { kind: 'answer' }>;
type Question = Extract<FromThread, { kind: 'licence' | 'structure' }>;

const waiting = new Map<number, (answer: Answer) => void>();
let calls = 0;
let trust: TrustSet | undefined;

function post(message: FromThread): void {
  parentPort?.postMessage(message);
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

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'answer') {
    waiting.get(message.call)?.(message);
    waiting.delete(message.call);
    return;
  }
  const { id, task } = message;
  trust = message.trust ?? trust;
  if (!trust) throw new TypeError('no trust was sent');
  judgeDocument({ ...task, trust }, registers).then(
    (judged) => post({ kind: 'judged', id, judged }),
    (error: unknown) => post({ kind: 'failed', id, text: error instanceof Error ? error.message : String(error) }),
  );
});

const folder = ownThreadFolder();
post({ kind: 'ready', ...(folder === undefined ? {} : { folder }) });
