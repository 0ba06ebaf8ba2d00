import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import type { PGliteOptions } from '@electric-sql/pglite';

/** The engine's WebAssembly, compiled. */
export type EngineCode = NonNullable<PGliteOptions['pgliteWasmModule']>;

// The types of Node 20 leave it out, those of browsers come with all the rest.
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { compile(bytes: Uint8Array): Promise<EngineCode> };
};

/**
 * Reads and compiles the engine's WebAssembly, in threads of V8, while the caller loads the JavaScript around it.
 *
 * Before that it tells V8 to optimise a function of the engine eleven times later than by itself: a start would otherwise spend a fifth of a
 * CPU-second on functions that it runs a few times. What queries use often is optimised within the first few thousand of them, as before.
 */
export async function compileEngine(): Promise<EngineCode> {
  setFlagsFromString('--wasm-tiering-budget=20000000');
  const file = new URL('pglite.wasm', import.meta.resolve('@electric-sql/pglite'));
  return await WebAssembly.compile(await readFile(file));
}
