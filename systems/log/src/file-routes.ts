import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { RouteApp } from '@tra/platform-http';
import { Type } from 'typebox';
import { LogSystemError } from './errors.ts';
import type { LogService } from './service.ts';

const compress = promisify(gzip);

const TEXT = 'text/plain; charset=utf-8';
const BINARY = 'application/octet-stream';
// What a tile's path names never changes, partial tiles included.
const FOR_EVER = 'public, max-age=31536000, immutable';
const BRIEFLY = 'public, max-age=2';
const NOTE_LIMIT = 65_536;

function fileSchema(summary: string, description: string, type: string): Record<string, unknown> {
  const content = { [type]: { schema: type === BINARY ? Type.String({ format: 'binary' }) : Type.String() } };
  return { summary, description, tags: ['log'], security: [], response: { 200: { description: summary, content } } };
}

/** Mounts the files of the log under /log (c2sp.org/tlog-tiles), the text of proofs, and the place where witnesses hand in. */
export async function mountFileRoutes(app: RouteApp, service: LogService): Promise<void> {
  mountCheckpoint(app, service);
  mountTiles(app, service);
  mountProofText(app, service);
  await mountCosignatures(app, service);
}

function mountCheckpoint(app: RouteApp, service: LogService): void {
  const schema = fileSchema(
    'Newest checkpoint of the public log',
    'Size and root of the log as a signed note with the cosignatures of witnesses (c2sp.org/tlog-checkpoint).',
    TEXT,
  );
  app.get('/log/checkpoint', { schema, config: { anonymous: true } }, async (_request, reply) => {
    const { note } = await service.newest();
    return reply.header('cache-control', BRIEFLY).header('access-control-allow-origin', '*').type(TEXT).send(note);
  });
  const keySchema = fileSchema(
    'Key of the public log',
    'The key that verifies checkpoints, as text (vkey, c2sp.org/signed-note).',
    TEXT,
  );
  app.get('/log/key', { schema: keySchema }, async (_request, reply) => {
    const { key } = await service.status();
    return reply.header('cache-control', 'public, max-age=300').type(TEXT).send(`${key}\n`);
  });
}

function mountTiles(app: RouteApp, service: LogService): void {
  const schema = {
    ...fileSchema(
      'Tile or entry bundle of the public log',
      'Hashes (`tile/0/x001/234`) or entries (`tile/entries/x001/234`), 256 in a full tile, fewer in a partial one (`.p/17`).',
      BINARY,
    ),
    params: Type.Object({ '*': Type.String({ maxLength: 60, description: 'Level or `entries`, place, width.' }) }),
  };
  app.get('/log/tile/*', { schema, config: { anonymous: true } }, async (request, reply) => {
    const path = `tile/${request.params['*']}`;
    const bytes = await service.file(path);
    if (!bytes) throw new LogSystemError('log.entry_unknown');
    reply.header('cache-control', FOR_EVER).header('access-control-allow-origin', '*').type(BINARY);
    // Hashes cannot be made smaller; certificates can.
    if (!path.startsWith('tile/entries/')) return reply.send(Buffer.from(bytes));
    reply.header('vary', 'Accept-Encoding');
    if (!/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(request.headers['accept-encoding'] ?? '')) {
      return reply.send(Buffer.from(bytes));
    }
    const packed = await compress(bytes, { level: constants.Z_BEST_SPEED });
    return reply.header('content-encoding', 'gzip').send(packed);
  });
}

function mountProofText(app: RouteApp, service: LogService): void {
  const schema = {
    ...fileSchema(
      'Proof that something was logged',
      'Evidence for the newest entry whose data has this SHA-256 (c2sp.org/tlog-proof): keep it beside the file, and anyone can verify it without us.',
      TEXT,
    ),
    params: Type.Object({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, hexadecimal.' }) }),
  };
  app.get('/log/proof/:sha256', { schema }, async (request, reply) => {
    const { sha256 } = request.params as { sha256: string };
    const newest = (await service.find(sha256)).at(-1);
    if (!newest) throw new LogSystemError('log.entry_unknown');
    const { proof } = await service.prove(newest.index);
    reply.header('content-disposition', `inline; filename="${sha256}.tlog-proof"`);
    return reply.header('cache-control', BRIEFLY).type(TEXT).send(proof);
  });
}

async function mountCosignatures(app: RouteApp, service: LogService): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'text/plain',
      { parseAs: 'string', bodyLimit: NOTE_LIMIT },
      async (_request: unknown, body: unknown) => body,
    );
    const schema: Record<string, unknown> = {
      summary: 'Hand in cosignatures',
      description:
        'A checkpoint of this log with the cosignatures of configured witnesses (c2sp.org/tlog-cosignature). They are published with it; signatures of others are passed over.',
      tags: ['log'],
      security: [],
      consumes: ['text/plain'],
      response: { 200: Type.Object({ witnesses: Type.Array(Type.String({ description: 'Name of a witness.' })) }) },
    };
    scope.post('/log/cosignatures', { schema }, async (request) => {
      const body: unknown = request.body;
      return { witnesses: await service.addCosignatures(typeof body === 'string' ? body : '') };
    });
  });
}
