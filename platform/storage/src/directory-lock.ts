import { randomUUID } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StorageError } from './errors.ts';

/** Who holds a directory. Start time and boot tell a process from a later one with the same number. */
interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly startedAt?: string;
  readonly boot?: string;
  readonly space: string;
}

/** A held directory. */
export interface DirectoryLock {
  /** Gives the directory back; safe to call twice. */
  release(): void;
}

const HEARTBEAT_MS = 2_000;
const SILENT_MS = 10_000;

function readText(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function startOf(pid: number): string | undefined {
  const stat = readText(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function currentHolder(): Holder {
  const boot = readText(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim());
  const namespace = readText(() => readlinkSync('/proc/self/ns/pid')) ?? 'host';
  const startedAt = startOf(process.pid);
  return {
    token: randomUUID(),
    pid: process.pid,
    space: `${hostname()} ${namespace}`,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(boot === undefined ? {} : { boot }),
  };
}

function readHolder(path: string): Holder | undefined {
  const text = readText(() => readFileSync(path, 'utf8'));
  if (text === undefined) return undefined;
  try {
    const holder = JSON.parse(text) as Holder;
    if (typeof holder.token === 'string' && typeof holder.pid === 'number') return holder;
  } catch {
    // Not ours or cut short by a crash of the machine: falls through to the holder that nobody is.
  }
  return { token: 'unreadable', pid: 0, space: currentHolder().space, startedAt: 'never' };
}

function processLives(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

// A holder in another container or on another machine cannot be asked; it shows that it lives by touching the file.
async function isTouched(path: string): Promise<boolean> {
  const first = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  const end = Date.now() + SILENT_MS;
  while (first !== undefined && Date.now() < end) {
    await delay(500);
    if (statSync(path, { throwIfNoEntry: false })?.mtimeMs !== first) return true;
  }
  return false;
}

async function isAlive(path: string, holder: Holder, self: Holder): Promise<boolean> {
  if (holder.space !== self.space) return await isTouched(path);
  if (holder.boot !== undefined && holder.boot !== self.boot) return false;
  if (!processLives(holder.pid)) return false;
  const startedAt = startOf(holder.pid);
  return startedAt === undefined || holder.startedAt === undefined || startedAt === holder.startedAt;
}

function tryLink(source: string, target: string): boolean {
  try {
    linkSync(source, target);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

// Only one process may remove a stale file: the one that made the claim, which names the token of that very file. A
// process that looked earlier and comes later finds another token and leaves the new holder alone.
async function removeStale(own: string, path: string, stale: Holder, self: Holder): Promise<void> {
  const claim = `${path}.stale-${stale.token}`;
  if (!tryLink(own, claim)) {
    const claimant = readHolder(claim);
    if (claimant && !(await isAlive(claim, claimant, self))) await removeStale(own, claim, claimant, self);
    else await delay(20);
    return;
  }
  try {
    if (readHolder(path)?.token === stale.token) unlinkSync(path);
  } finally {
    unlinkSync(claim);
  }
}

function hold(path: string, token: string): DirectoryLock {
  const timer = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch {
      // The file is gone with its directory: nothing is left to protect.
    }
  }, HEARTBEAT_MS);
  timer.unref();
  return {
    release: () => {
      clearInterval(timer);
      if (readHolder(path)?.token === token) rmSync(path, { force: true });
    },
  };
}

/**
 * Takes `directory` for this process alone, made when missing. The lock of a process that no longer lives is replaced.
 * Throws `storage.directory_locked` with `directory` and `pid` when another process (or this one) holds it.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const self = currentHolder();
  const path = join(directory, 'tra.lock');
  const own = join(directory, `tra.lock.${self.token}`);
  writeFileSync(own, JSON.stringify(self), { flag: 'wx', mode: 0o600 });
  try {
    while (!tryLink(own, path)) {
      const holder = readHolder(path);
      if (holder === undefined) continue;
      if (await isAlive(path, holder, self)) {
        throw new StorageError('storage.directory_locked', { params: { directory, pid: holder.pid } });
      }
      await removeStale(own, path, holder, self);
    }
  } finally {
    rmSync(own, { force: true });
  }
  return hold(path, self.token);
}
