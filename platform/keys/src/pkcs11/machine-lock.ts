import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const longestWaitMs = 60_000;

/**
 * Runs `work` while no other process of this machine runs work of the same name. The lock is a socket name of the Linux kernel, which frees
 * it when its holder dies; elsewhere, and between machines, nothing is locked.
 */
export async function withMachineLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const lock = process.platform === 'linux' ? await acquire(`\0${name}`) : undefined;
  try {
    return await work();
  } finally {
    lock?.close();
  }
}

async function acquire(path: string): Promise<Server | undefined> {
  const until = performance.now() + longestWaitMs;
  for (;;) {
    const result = await tryListen(path);
    if (result !== 'taken') return result;
    if (performance.now() > until) return undefined;
    await sleep(randomInt(5, 30));
  }
}

function tryListen(path: string): Promise<Server | 'taken' | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'EADDRINUSE' ? 'taken' : undefined));
    server.listen({ path }, () => resolve(server));
  });
}
