import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A `tra start` of its own process, so that it can be killed. */
export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  kill(): Promise<void>;
  stop(): Promise<number | null>;
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

const fromSource = ['--conditions=tra-source', '--import', 'tsx', 'apps/cli/src/main.ts'];
const fromBuild = ['apps/cli/bin/tra.js'];

/**
 * Starts `tra start` and waits until it is ready: from source, or as it was `built`. Rejects with what it wrote when it ends before.
 */
export async function startServerProcess(
  data: string,
  port: number,
  env: NodeJS.ProcessEnv = {},
  { built = false }: { readonly built?: boolean } = {},
): Promise<ServerProcess> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(TRA_(?!TEST_)|VITEST|NODE_OPTIONS)/.test(name));
  const child = spawn(
    process.execPath,
    [...(built ? fromBuild : fromSource), 'start', '--port', String(port), '--data', data, '--lang', 'en'],
    {
      cwd: root,
      env: { ...Object.fromEntries(kept), TRA_TELEMETRY_LEVEL: 'error', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  const url = `http://127.0.0.1:${port}`;
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the server ended early:\n${output}`);
  });
  await Promise.race([untilReady(url), ended]);
  ended.catch(() => undefined);
  const exited = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, 'exit');
    child.kill(signal);
    return ((await exit) as [number | null])[0];
  };
  return { url, child, kill: async () => void (await exited('SIGKILL')), stop: () => exited('SIGTERM') };
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
