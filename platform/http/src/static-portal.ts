import { existsSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RouteIndex } from './missing.ts';

// Below these lie files only, never pages.
const fileFolders = ['/assets', '/.well-known'];
const immutable = 'public, max-age=31536000, immutable';
const compressed = /\.(?:br|gz)$/;

/** The built portal. */
export interface StaticPortal {
  readonly directory: string;
  /** Pages whose address lies among routes of systems (`/pki` beside `/pki/root.crt`), where no other address is a page. */
  readonly pages?: readonly string[];
}

function filesIn(directory: string): ReadonlySet<string> {
  if (!existsSync(directory)) return new Set();
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !compressed.test(entry.name));
  const depth = directory.endsWith(sep) ? directory.length : directory.length + 1;
  return new Set(files.map((entry) => join(entry.parentPath, entry.name).slice(depth).split(sep).join('/')));
}

function isPage(request: FastifyRequest, path: string): boolean {
  if (fileFolders.some((folder) => path === folder || path.startsWith(`${folder}/`))) return false;
  const last = path.slice(path.lastIndexOf('/') + 1);
  const accept = request.headers.accept ?? '*/*';
  return !/\.[a-z0-9]{1,8}$/i.test(last) && (accept.includes('text/html') || accept.includes('*/*'));
}

function nameOf(path: string): string {
  try {
    return decodeURIComponent(path.slice(1)) || 'index.html';
  } catch {
    return '';
  }
}

/**
 * Serves the built portal: its files as they are (compressed ones where they lie beside them), hashed assets for ever, and
 * `index.html` for every other page address, so that the portal finds its own way. Files are looked up in the list made at start,
 * never on the disk by name.
 */
export async function registerStaticPortal(
  app: FastifyInstance,
  { directory, pages = [] }: StaticPortal,
  index: RouteIndex,
): Promise<void> {
  const files = filesIn(directory);
  await app.register(fastifyStatic, {
    root: directory,
    serve: false,
    preCompressed: true,
    cacheControl: false,
    index: false,
  });
  const send = (reply: FastifyReply, name: string): FastifyReply =>
    reply.header('cache-control', name.startsWith('assets/') ? immutable : 'no-cache').sendFile(name);
  for (const page of pages.flatMap((path) => [path, `${path}/`])) {
    app.get(page, { schema: { hide: true }, config: { anonymous: true } }, async (_request, reply) =>
      send(reply, 'index.html'),
    );
  }
  app.get('/*', { schema: { hide: true }, config: { anonymous: true } }, async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const name = nameOf(path);
    if (files.has(name)) return send(reply, name);
    const problem = index.problemFor(request);
    if (problem.code === 'http.not_found' && !index.owns(path) && isPage(request, path) && files.has('index.html'))
      return send(reply, 'index.html');
    throw problem;
  });
}
