// One start of the built server, until it has answered a time-stamp query.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseResponse } from '../engines/timestamp/src/index.ts';
import { freePort } from '../tools/server-process.ts';
import { cpuSecondsOf } from './cpu-time.ts';
import { requestOf } from './timestamp-requests.ts';

const program = fileURLToPath(new URL('../apps/cli/bin/tra.js', import.meta.url));

/** What a start took. */
export interface Start {
  readonly milliseconds: number;
  /** Of all threads of the process. */
  readonly cpuMilliseconds: number;
}

async function isStamped(url: string): Promise<boolean> {
  const headers = { 'content-type': 'application/timestamp-query' };
  const reply = await fetch(`${url}/timestamp`, { method: 'POST', headers, body: requestOf() as BodyInit }).then(
    async (response) => (response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined),
    () => undefined,
  );
  return reply !== undefined && parseResponse(reply).status === 'granted';
}

/** Starts `tra start` with its data in `data`, waits for its first time-stamp, lets `work` use it, and stops it. */
export async function startOnce(
  data: string,
  env: NodeJS.ProcessEnv,
  work: (url: string) => Promise<void> = async () => undefined,
): Promise<Start> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const kept = Object.entries(process.env).filter(([name]) => !/^(TRA_|NODE_OPTIONS)/.test(name));
  const begun = performance.now();
  const child = spawn(process.execPath, [program, 'start', '--port', String(port), '--data', data], {
    env: { ...Object.fromEntries(kept), TRA_TELEMETRY_LEVEL: 'error', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  while (!(await isStamped(url))) {
    if (child.exitCode !== null) throw new Error(`the server ended before it stamped:\n${said}`);
    await delay(5);
  }
  const milliseconds = Math.round(performance.now() - begun);
  const cpuMilliseconds = Math.round(cpuSecondsOf(child.pid ?? 0) * 1000);
  await work(url);
  child.kill();
  await ended;
  return { milliseconds, cpuMilliseconds };
}
