import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Starts a module of this folder as a thread. From the build it is a plain file; from TypeScript source it first registers the loader itself. */
export function startWorker(name: string, options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, import.meta.url), options);
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href.replace(/\.cjs$/, '.mjs');
  const entry = new URL(`./${name}.ts`, import.meta.url).href;
  const source = `import('${loader}').then(({ register }) => { register(); return import('${entry}'); })`;
  return new Worker(source, { ...options, eval: true, execArgv: ['--conditions=tra-source'] });
}
