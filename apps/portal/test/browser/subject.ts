import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** The running product under test. */
export interface Subject {
  readonly url: string;
  readonly output: () => string;
  stop(): Promise<void>;
}

/** Starts `tra start` on a free port with a data folder of its own; TRA_BROWSER_URL names a running one instead. */
export async function startSubject(): Promise<Subject> {
  const running = process.env.TRA_BROWSER_URL;
  if (running) return { url: running.replace(/\/$/, ''), output: () => '', stop: async () => undefined };
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const data = mkdtempSync(join(tmpdir(), 'tra-browser-'));
  const args = ['apps/cli/bin/tra.js', 'start', '--port', String(port), '--data', data, '--public-url', url];
  const child = spawn(process.execPath, args, {
    cwd: repository,
    env: { ...process.env, TRA_ENV: 'development', TRA_DEMO: 'true', TRA_TIMESTAMP_SEAL_SECONDS: '5' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (part: Buffer): void => {
    output = (output + part.toString()).slice(-20_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await untilReady(`${url}/readyz`, child);
  } catch (cause) {
    await stop();
    throw new Error(`${String(cause)}\n${output.slice(-3000)}`);
  }
  return { url, output: () => output, stop };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`tra start ended with ${child.exitCode}`);
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('tra start was not ready within 60 s');
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
