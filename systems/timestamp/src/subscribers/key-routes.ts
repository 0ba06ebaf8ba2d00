import { list, type RouteApp, requirePrincipal, Timestamp, Uuid } from '@tra/platform-http';
import { Type } from 'typebox';
import { TimestampSystemError } from '../errors.ts';
import type { Subscribers } from './context.ts';
import { createKey, type IssuedKey, listKeys, revokeKey, rotateKey } from './keys.ts';
import { isOfficer, keyHolder, OFFICER, readableSubscriber } from './rights.ts';
import type { KeyRow } from './tables.ts';

const base = '/api/v1/timestamp/subscribers/:id/keys';
const tags = ['timestamp'];
const security = [{ session: [] }];
const bodyLimit = 4 * 1024;

const members = {
  id: Type.String({ description: 'The part of the key that is no secret: `tsk_<id>_…`.' }),
  label: Type.String(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
  revokedAt: Type.Optional(Timestamp),
  lastUsedAt: Type.Optional(Timestamp),
  replaces: Type.Optional(Type.String({ description: 'The key that this one takes over from.' })),
};
const Key = Type.Object(members);
const KeyWithSecret = Type.Object({
  ...members,
  key: Type.String({
    description:
      'The key itself, shown this once. Send it as `Authorization: Bearer tsk_…`; clients that know only Basic take it as user name or as password: `https://tsk_…@host/timestamp`.',
    examples: [`tsk_${'0'.repeat(24)}_${'0'.repeat(64)}`],
  }),
});
const label = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'What the key is for.',
  examples: ['document server'],
});
const NewKey = Type.Object({ label, expiresAt: Timestamp }, { additionalProperties: false });
const Action = Type.Union(
  [
    Type.Object({ action: Type.Literal('revoke') }, { additionalProperties: false }),
    Type.Object(
      {
        action: Type.Literal('rotate'),
        expiresAt: Timestamp,
        overlapHours: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 720,
            default: 24,
            description: 'Hours for which the old key still works.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
  ],
  { examples: [{ action: 'revoke' }, { action: 'rotate', expiresAt: '2027-11-21T00:00:00.000Z', overlapHours: 24 }] },
);
const ById = Type.Object({ id: Uuid });
const ByKey = Type.Object({ id: Uuid, key: Type.String({ pattern: '^[0-9a-f]{24}$' }) });

function view(row: KeyRow) {
  return {
    ...{ id: row.id, label: row.label },
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    ...(row.revoked_at ? { revokedAt: row.revoked_at.toISOString() } : {}),
    ...(row.last_used_at ? { lastUsedAt: row.last_used_at.toISOString() } : {}),
    ...(row.replaces ? { replaces: row.replaces } : {}),
  };
}

function issuedView({ row, text }: IssuedKey) {
  return { ...view(row), key: text };
}

/** The answer would be stored to be given again, and with it the key in clear. */
function refuseRepeat(headers: Readonly<Record<string, unknown>>): void {
  if (headers['idempotency-key'] !== undefined) throw new TimestampSystemError('timestamp.key_not_repeatable');
}

/** Mounts the keys of a subscriber: list, make, rotate, end. */
export function mountKeyRoutes(app: RouteApp, subscribers: Subscribers): void {
  const about = 'The owner makes and ends keys; officers those of subscribers without owner, and end any.';
  app.get(
    base,
    {
      schema: {
        tags,
        security,
        summary: 'Keys of a subscriber',
        description: about,
        params: ById,
        response: { 200: list(Key) },
      },
    },
    async (request, reply) => {
      const { id } = await readableSubscriber(subscribers, request, request.params.id);
      reply.header('cache-control', 'no-store');
      return { items: (await listKeys(subscribers, id)).map(view) };
    },
  );
  app.post(
    base,
    {
      bodyLimit,
      schema: {
        ...{ tags, security, summary: 'Make a key', params: ById, body: NewKey, response: { 201: KeyWithSecret } },
        description: `${about} The answer holds the key, which is kept as a hash only and not shown again; an Idempotency-Key is refused.`,
      },
    },
    async (request, reply) => {
      refuseRepeat(request.headers);
      const { id } = await keyHolder(subscribers, request, request.params.id);
      const { accountId } = requirePrincipal(request);
      const { label: name, expiresAt } = request.body;
      const wanted = { label: name, expiresAt: new Date(expiresAt) };
      const issued = await createKey(subscribers, id, { wanted, actor: accountId });
      return reply.code(201).header('cache-control', 'no-store').send(issuedView(issued));
    },
  );
  mountActions(app, subscribers, about);
}

function mountActions(app: RouteApp, subscribers: Subscribers, about: string): void {
  const schema = {
    ...{ tags, security, summary: 'End or rotate a key', params: ByKey, body: Action },
    description: `${about} To end a key counts at once in every process. To rotate makes a new key and lets the old one work for a while.`,
    response: { 200: Key, 201: KeyWithSecret },
  };
  app.post(`${base}/:key/actions`, { bodyLimit, schema }, async (request, reply) => {
    const { accountId: actor } = requirePrincipal(request);
    const { id, key } = request.params;
    const { body } = request;
    reply.header('cache-control', 'no-store');
    if (body.action === 'revoke') {
      const { owner } = await readableSubscriber(subscribers, request, id);
      if (owner !== actor && !isOfficer(requirePrincipal(request))) requirePrincipal(request, OFFICER);
      return reply.send(view(await revokeKey(subscribers, id, { key, actor })));
    }
    refuseRepeat(request.headers);
    await keyHolder(subscribers, request, id);
    const { overlapHours = 24, expiresAt } = body;
    const issued = await rotateKey(subscribers, id, { key, overlapHours, expiresAt: new Date(expiresAt), actor });
    return reply.code(201).send(issuedView(issued));
  });
}
