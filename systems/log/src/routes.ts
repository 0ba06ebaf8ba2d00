import { toBase64, utf8Decode } from '@tra/kernel';
import { httpProblem, PageQuery, page, type RouteApp, Sha256, Timestamp } from '@tra/platform-http';
import { type LogContent, type LogEntryType, type LoggedEntry, logEntryTypes } from '@tra/platform-log';
import { Type } from 'typebox';
import { mountFileRoutes } from './file-routes.ts';
import type { EntryProof, LogService, PublishedEntry } from './service.ts';

const tags = ['log'];
const Index = Type.Integer({ minimum: 0, description: 'Place in the log, from 0.' });
const Size = Type.Integer({ minimum: 0, description: 'Number of entries.' });
const Hash = Type.String({
  description: 'SHA-256, base64.',
  examples: ['47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
});
const EntryType = Type.Union(
  Object.keys(logEntryTypes).map((name) => Type.Literal(name)),
  { description: 'What was logged.', examples: ['pki.certificate'] },
);

const entryFields = {
  index: Index,
  type: Type.String({ description: 'What was logged.', examples: ['pki.certificate'] }),
  at: Timestamp,
  sha256: Sha256,
};
const Entry = Type.Object(entryFields, { description: 'An entry without its data.' });
const FullEntry = Type.Object({
  ...entryFields,
  data: Type.String({ description: 'The data, base64: DER or JSON, as the type says.' }),
  json: Type.Optional(Type.Unknown({ description: 'The data of a type that is written in JSON.' })),
});
const Proof = Type.Object({
  ...entryFields,
  size: Size,
  leafHash: Hash,
  path: Type.Array(Hash, { description: 'Inclusion proof (RFC 6962 section 2.1.1), from the leaf up.' }),
  checkpoint: Type.String({ description: 'Signed checkpoint with its cosignatures.' }),
  proof: Type.String({ description: 'All of it as text (c2sp.org/tlog-proof); keep this one.' }),
});
const Witness = Type.Object({
  name: Type.String({ description: 'Name of the witness.' }),
  size: Type.Union([Size, Type.Null()], { description: 'Size of the newest checkpoint that it cosigned.' }),
  at: Type.Union([Timestamp, Type.Null()], { description: 'When it cosigned that.' }),
});
const Status = Type.Object({
  origin: Type.String({ description: 'Name of the log.' }),
  key: Type.String({ description: 'Key that verifies checkpoints (vkey).' }),
  size: Type.Integer({ minimum: 0, description: 'Entries that the newest checkpoint covers.' }),
  waiting: Type.Integer({ minimum: 0, description: 'Entries that will be in the next checkpoint.' }),
  signedAt: Timestamp,
  root: Hash,
  checkpoint: Type.String({ description: 'The newest checkpoint with its cosignatures.' }),
  witnesses: Type.Array(Witness),
});

const indexParams = Type.Object({ index: Index });
const open = { tags, security: [] };

const entryOf = ({ index, type, at, sha256 }: LoggedEntry): Record<string, unknown> => ({
  ...{ index, type, sha256 },
  at: at.toISOString(),
});

function fullEntryOf(entry: PublishedEntry): Record<string, unknown> {
  const content: LogContent | undefined = logEntryTypes[entry.type as LogEntryType];
  const json = content === 'json' ? { json: JSON.parse(utf8Decode(entry.data)) as unknown } : {};
  return { ...entryOf(entry), data: toBase64(entry.data), ...json };
}

function proofOf({ entry, size, leafHash, path, checkpoint, proof }: EntryProof): Record<string, unknown> {
  return { ...entryOf(entry), size, leafHash: toBase64(leafHash), path: path.map(toBase64), checkpoint, proof };
}

/** Mounts the files of the log under /log and what programs and pages ask of it under /api/v1/log. */
export async function mountLogRoutes(app: RouteApp, service: LogService): Promise<void> {
  await mountFileRoutes(app, service);
  mountStatus(app, service);
  mountList(app, service);
  mountEntry(app, service);
  mountConsistency(app, service);
}

function mountStatus(app: RouteApp, service: LogService): void {
  const schema = { summary: 'How the public log stands', ...open, response: { 200: Status } };
  app.get('/api/v1/log', { schema: schema as Record<string, unknown> }, async () => {
    const { origin, key, waiting, witnesses } = await service.status();
    const { size, root, signedAt, note } = await service.newest();
    return {
      ...{ origin, key, size, waiting },
      signedAt: signedAt.toISOString(),
      root: toBase64(root),
      checkpoint: note,
      witnesses: witnesses.map((witness) => ({ ...witness, at: witness.at?.toISOString() ?? null })),
    };
  });
}

function mountList(app: RouteApp, service: LogService): void {
  const schema = {
    summary: 'Entries of the public log',
    description: 'Newest first; with `sha256` only those whose data has this hash, oldest first, on one page.',
    ...open,
    querystring: Type.Object({
      ...PageQuery.properties,
      sha256: Type.Optional(Sha256),
      type: Type.Optional(EntryType),
    }),
    response: { 200: page(Entry) },
  };
  app.get('/api/v1/log/entries', { schema: schema as Record<string, unknown> }, async (request) => {
    const {
      limit = 50,
      after,
      sha256,
      type,
    } = request.query as {
      limit?: number;
      after?: string;
      sha256?: string;
      type?: string;
    };
    if (sha256 !== undefined) {
      const found = (await service.find(sha256)).filter((entry) => type === undefined || entry.type === type);
      return { items: found.map(entryOf), next: null };
    }
    if (after !== undefined && !/^\d{1,15}$/.test(after)) throw httpProblem('http.request_invalid');
    const before = after === undefined ? {} : { before: Number(after) };
    const items = await service.list({ ...before, limit: limit + 1, ...(type ? { type } : {}) });
    const shown = items.slice(0, limit);
    return { items: shown.map(entryOf), next: items.length > limit ? String(shown.at(-1)?.index) : null };
  });
}

function mountEntry(app: RouteApp, service: LogService): void {
  const schema = { summary: 'One entry of the public log', ...open, params: indexParams, response: { 200: FullEntry } };
  app.get('/api/v1/log/entries/:index', { schema: schema as Record<string, unknown> }, async (request) =>
    fullEntryOf(await service.entry((request.params as { index: number }).index)),
  );
  const proofSchema = {
    summary: 'Proof that an entry is in the public log',
    description: 'With a checkpoint that a witness cosigned, when there is one that covers the entry.',
    ...open,
    params: indexParams,
    response: { 200: Proof },
  };
  app.get('/api/v1/log/entries/:index/proof', { schema: proofSchema as Record<string, unknown> }, async (request) =>
    proofOf(await service.prove((request.params as { index: number }).index)),
  );
}

function mountConsistency(app: RouteApp, service: LogService): void {
  const schema = {
    summary: 'Proof that one state of the public log continues another',
    ...open,
    querystring: Type.Object({ from: Size, to: Size }),
    response: {
      200: Type.Object({
        from: Size,
        to: Size,
        path: Type.Array(Hash, { description: 'Consistency proof (RFC 6962 section 2.1.2).' }),
      }),
    },
  };
  app.get('/api/v1/log/consistency', { schema: schema as Record<string, unknown> }, async (request) => {
    const { from, to } = request.query as { from: number; to: number };
    return { from, to, path: (await service.consistency(from, to)).map(toBase64) };
  });
}
