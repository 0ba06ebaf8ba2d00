import { open, readFile, unlink } from 'node:fs/promises';
import { UsageError } from '../usage-error.ts';
import { isFileError } from './durable.ts';

/**
 * Runs `work` while no other process of this machine works on `path`. What a process that ended without tidying up left behind is taken
 * away. Rejects with `cli.pki.locked`.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  await take(lock, path);
  try {
    return await work();
  } finally {
    await unlink(lock);
  }
}

async function take(lock: string, path: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const file = await open(lock, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return;
    } catch (error) {
      if (!isFileError(error, 'EEXIST')) throw error;
      const pid = Number(await readFile(lock, 'utf8').catch(() => ''));
      if (attempt > 0 || !(pid > 0) || isAlive(pid)) {
        throw new UsageError('cli.pki.locked', { params: { file: path, pid: pid || '?' }, cause: error });
      }
      await unlink(lock).catch(() => undefined);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isFileError(error, 'ESRCH');
  }
}
