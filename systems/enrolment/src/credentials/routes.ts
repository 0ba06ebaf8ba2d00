import { PageQuery, page, type RouteApp, requirePrincipal, Timestamp } from '@tra/platform-http';
import { Type } from 'typebox';
import type { Enrolment } from '../context.ts';
import { EnrolmentError } from '../errors.ts';
import type { CredentialRow } from '../tables.ts';
import { createCredential, listCredentials, revokeCredential } from './credentials.ts';

const base = '/api/v1/enrolment/credentials';
const tags = ['enrolment'];
const security = [{ session: [] }];
const role = 'registrar';

const members = {
  id: Type.String({ description: 'Key identifier of the ACME external account binding, or user name of EST.' }),
  kind: Type.Unsafe<'acme' | 'est'>({ type: 'string', enum: ['acme', 'est'] }),
  label: Type.String(),
  profile: Type.Unsafe<'tls-server' | 'document-signer'>({ type: 'string', enum: ['tls-server', 'document-signer'] }),
  names: Type.Array(Type.String()),
  organization: Type.Optional(Type.String()),
  createdBy: Type.String(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
  revokedAt: Type.Optional(Timestamp),
  lastUsedAt: Type.Optional(Timestamp),
};
const Credential = Type.Object(members);
const CredentialWithSecret = Type.Object({
  ...members,
  secret: Type.String({ description: 'MAC key in base64url, or password. Shown this once.' }),
});

const NewCredential = Type.Object(
  {
    kind: members.kind,
    label: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'Who or what it is for; the common name of a document signer.',
    }),
    profile: members.profile,
    names: Type.Array(Type.String({ maxLength: 253 }), {
      maxItems: 100,
      description: 'Domain names, each with everything below it.',
    }),
    organization: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    expiresAt: Timestamp,
  },
  {
    examples: [
      {
        kind: 'acme',
        label: 'กรมตัวอย่าง',
        profile: 'tls-server',
        names: ['example.go.th'],
        expiresAt: '2027-11-20T00:00:00.000Z',
      },
    ],
  },
);

function view(row: CredentialRow) {
  return {
    id: row.id,
    kind: row.kind,
    label: row.label,
    profile: row.profile as 'tls-server' | 'document-signer',
    names: [...row.names],
    ...(row.organization ? { organization: row.organization } : {}),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    ...(row.revoked_at ? { revokedAt: row.revoked_at.toISOString() } : {}),
    ...(row.last_used_at ? { lastUsedAt: row.last_used_at.toISOString() } : {}),
  };
}

function writeCursor({ created_at, id }: CredentialRow): string {
  return `${created_at.getTime().toString(36)}.${id}`;
}

function readCursor(text: string | undefined): { readonly createdAt: Date; readonly id: string } | undefined {
  const [, time, id] = /^([0-9a-z]{1,9})\.([\w-]{22})$/.exec(text ?? '') ?? [];
  if (time !== undefined && id !== undefined) return { createdAt: new Date(Number.parseInt(time, 36)), id };
  if (text === undefined) return undefined;
  throw new EnrolmentError('enrolment.cursor_invalid');
}

/** Mounts what registrars manage: the credentials that let software enrol by itself. */
export function mountCredentialRoutes(app: RouteApp, enrolment: Enrolment): void {
  app.get(
    base,
    {
      schema: {
        tags,
        security,
        summary: 'Credentials for automatic enrolment',
        description: 'Needs the role registrar.',
        querystring: PageQuery,
        response: { 200: page(Credential) },
      },
    },
    async (request) => {
      requirePrincipal(request, role, 'auditor');
      const { limit = 50, after } = request.query;
      const rows = await listCredentials(enrolment, { limit: limit + 1, after: readCursor(after) });
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return { items: shown.map(view), next: rows.length > limit && last ? writeCursor(last) : null };
    },
  );
  app.post(
    base,
    {
      bodyLimit: 64 * 1024,
      schema: {
        tags,
        security,
        summary: 'Hand out a credential',
        description: 'Needs the role registrar. The answer holds the secret, which is not shown again.',
        body: NewCredential,
        response: { 201: CredentialWithSecret },
      },
    },
    async (request, reply) => {
      const { accountId } = requirePrincipal(request, role);
      const { expiresAt, ...wanted } = request.body;
      const { row, secret } = await createCredential(
        enrolment,
        { ...wanted, expiresAt: new Date(expiresAt) },
        accountId,
      );
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...view(row), secret });
    },
  );
  app.post(
    `${base}/:id/actions`,
    {
      bodyLimit: 4 * 1024,
      schema: {
        tags,
        security,
        summary: 'End a credential',
        description: 'Needs the role registrar. Certificates that it enrolled stay valid.',
        params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
        body: Type.Object(
          { action: Type.Unsafe<'revoke'>({ type: 'string', enum: ['revoke'] }) },
          { examples: [{ action: 'revoke' }] },
        ),
        response: { 200: Credential },
      },
    },
    async (request) => {
      const { accountId } = requirePrincipal(request, role);
      return view(await revokeCredential(enrolment, request.params.id, accountId));
    },
  );
}
