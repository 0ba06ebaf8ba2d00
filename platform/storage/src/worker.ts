// Runs the embedded engine in a thread of its own: a long query would otherwise block the event loop of the whole product.
// Speaks PostgreSQL's wire protocol with the main thread, so that one driver serves both dialects.
import { writeFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { CodedError } from '@tra/kernel';
import type { EngineOptions } from './engine.ts';
import { compileEngine } from './engine-code.ts';
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

async function answer(engine: PGlite, request: Exclude<EngineRequest, { kind: 'open' }>): Promise<void> {
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

// The thread may be started before anybody knows which directory it is to open: what takes longest begins at once.
async function load(): Promise<(options: EngineOptions) => Promise<PGlite>> {
  const compiling = compileEngine();
  compiling.catch(() => undefined);
  const { openEngine } = await import('./engine.ts');
  return async (options) => await openEngine(options, await compiling);
}

const loading = load();
loading.catch(() => undefined);
let engine: Promise<PGlite> = Promise.reject(new Error('nothing was opened'));
engine.catch(() => undefined);

async function take(request: EngineRequest): Promise<void> {
  if (request.kind !== 'open') return await answer(await engine, request);
  engine = loading.then((open) => open(request.options));
  await engine;
  post({ kind: 'done' });
}

let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (request: EngineRequest) => {
  last = last.then(() => take(request)).catch(fail);
});
