// Runs the embedded engine in a thread of its own: a long query would otherwise block the event loop of the whole product.
// Speaks PostgreSQL's wire protocol with the main thread, so that one driver serves both dialects.
import { writeFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { CodedError } from '@tra/kernel';
import { type EngineOptions, openEngine } from './engine.ts';
import type { EngineReply, EngineRequest } from './worker-messages.ts';

function post(reply: EngineReply): void {
  parentPort?.postMessage(reply, 'bytes' in reply ? [reply.bytes.buffer as ArrayBuffer] : []);
}

async function exchange(engine: PGlite, request: Uint8Array): Promise<void> {
  const parts: Uint8Array[] = [];
  await engine.execProtocolRawStream(request, { onRawData: (part) => void parts.push(part.slice()) });
  post({ kind: 'wire', bytes: new Uint8Array(Buffer.concat(parts)) });
}

// Ends what a former connection left: an open transaction, channels, settings, temporary tables, locks.
async function reset(engine: PGlite): Promise<void> {
  await engine.exec('ROLLBACK');
  await engine.exec('DISCARD ALL');
}

async function wipe(engine: PGlite): Promise<void> {
  await reset(engine);
  await engine.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
}

async function answer(engine: PGlite, request: EngineRequest): Promise<void> {
  if (request.kind === 'wire') return await exchange(engine, request.bytes);
  if (request.kind === 'reset') await reset(engine);
  if (request.kind === 'wipe') await wipe(engine);
  if (request.kind === 'dump')
    await writeFile(request.path, (await engine.dumpDataDir('none')).stream(), { mode: 0o600 });
  if (request.kind === 'close') await engine.close();
  post({ kind: 'done' });
}

function fail(error: unknown): void {
  const coded = error instanceof CodedError ? { code: error.code as string, params: error.params } : {};
  post({ kind: 'failed', ...coded, message: error instanceof Error ? error.message : String(error) });
}

async function run(): Promise<void> {
  const engine = await openEngine(workerData as EngineOptions);
  let last: Promise<void> = Promise.resolve();
  parentPort?.on('message', (request: EngineRequest) => {
    last = last.then(() => answer(engine, request)).catch(fail);
  });
  post({ kind: 'ready' });
}

await run().catch(fail);
