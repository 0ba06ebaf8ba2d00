import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const file = fileURLToPath(new URL('./batch-child.ts', import.meta.url));
const tsx = createRequire(import.meta.url).resolve('tsx');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tra-batch-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Status {
  readonly id: string;
  readonly state: string;
  readonly done: number;
  readonly problems: number;
}

/** Runs the child, hears every change of the batch, and kills it without notice when `enough` says so. */
async function run(mode: string, id: string, enough: (status: Status) => boolean): Promise<readonly Status[]> {
  const child = spawn(process.execPath, ['--conditions=tra-source', '--import', tsx, file, mode, folder, id], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const heard: Status[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const status = JSON.parse(line) as Status;
    heard.push(status);
    if (enough(status)) child.kill('SIGKILL');
  }
  return heard;
}

function filesBelow(path: string): number {
  return readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

describe('a process that is killed', () => {
  it('leaves a batch that the next one finishes, every document once, and no document behind', async () => {
    const before = await run('begin', '', ({ done }) => done > 0);
    const cut = before.at(-1) as Status;
    expect(cut.state).toBe('running');
    expect(cut.done).toBeLessThan(80);
    expect(filesBelow(join(folder, 'blobs'))).toBeGreaterThan(0);
    const after = await run('resume', cut.id, () => false);
    expect(after[0]?.done).toBeGreaterThanOrEqual(cut.done);
    expect(after.at(-1)).toMatchObject({ state: 'done', done: 80, problems: 0 });
    expect(filesBelow(join(folder, 'blobs'))).toBe(0);
  }, 300_000);
});
