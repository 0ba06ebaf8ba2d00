import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Starts a module as a process of its own with a bounded heap. A thread would not do: where it reaches its limit, or a key that the cryptographic
 * library cannot stand aborts, the whole process ends. It gets no environment, so no secrets; messages are copied with their types.
 *
 * @param module URL of the module without its ending, which is `.js` in the build and `.ts` in the sources.
 */
export function startChild(module: URL, { megabytes }: { readonly megabytes: number }): ChildProcess {
  const fromSource = import.meta.url.endsWith('.ts');
  const loader = fromSource ? pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href : '';
  const child = fork(`${fileURLToPath(module)}${fromSource ? '.ts' : '.js'}`, {
    execArgv: [
      `--max-old-space-size=${megabytes}`,
      ...(fromSource ? ['--conditions=tra-source', '--import', loader] : []),
    ],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  hold(child, false);
  return child;
}

/** Whether a child keeps this process alive: only while it works on something. */
export function hold(child: ChildProcess, held: boolean): void {
  const error = child.stderr as { ref?(): void; unref?(): void } | null;
  for (const handle of [child, child.channel, error]) {
    if (held) handle?.ref?.();
    else handle?.unref?.();
  }
}

/** Resolves with why a child ended: `memory` when it said so before it was aborted, which is all that it ever says there. */
export function endOf(child: ChildProcess): Promise<'memory' | 'failed'> {
  let said = '';
  child.stderr?.on('data', (part: Buffer) => {
    said = (said + part.toString('latin1')).slice(-16_384);
  });
  return new Promise((resolve) => {
    const ended = (): void => resolve(said.includes('heap out of memory') ? 'memory' : 'failed');
    child.once('error', ended);
    child.once('close', ended);
  });
}
