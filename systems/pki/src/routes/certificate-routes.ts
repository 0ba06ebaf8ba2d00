import { fromHex } from '@tra/kernel';
import { etagOf, PageQuery, page, type RouteApp, requirePrincipal, Sha256 } from '@tra/platform-http';
import { Type } from 'typebox';
import { tablesOf } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { type Caller, mayReadCertificates } from '../requests/caller.ts';
import { renewFor } from '../requests/renew.ts';
import {
  certificateFor,
  reinstateFor,
  revokeFor,
  type StatusOutcome,
  suspendFor,
} from '../requests/status-requests.ts';
import { normaliseSerial } from '../status/lookup.ts';
import { type CertificateSearch, decodeCertificateCursor, searchCertificates } from '../store/certificate-search.ts';
import { listStatusChanges } from '../store/certificate-store.ts';
import {
  AuthorityId,
  CertificateActionBody,
  type CertificateActionFields,
  CertificateView,
  RequestView,
  SerialHex,
  words,
} from './schemas.ts';
import { certificateView, requestView, type ViewParts } from './views.ts';

const base = '/api/v1/pki/certificates';
const tags = ['pki'];
const security = [{ session: [] }];
const ByKey = Type.Object({ authority: AuthorityId, serial: SerialHex });

interface SearchWish {
  readonly serial?: string;
  readonly fingerprint?: string;
  readonly q?: string;
  readonly authority?: string;
  readonly scope?: 'mine' | 'all';
  readonly limit?: number;
  readonly after?: string;
}

function searchOf(caller: Caller, wish: SearchWish): CertificateSearch {
  const { serial, fingerprint, q, authority, after, limit = 50 } = wish;
  const serialHex = serial === undefined ? undefined : normaliseSerial(serial);
  if (serial !== undefined && serialHex === undefined) {
    throw new PkiSystemError('pki.not_found', { params: { serial: serial.slice(0, 64) } });
  }
  const all = mayReadCertificates(caller) && wish.scope !== 'mine';
  return {
    limit,
    ...(serialHex === undefined ? {} : { serialHex }),
    ...(fingerprint === undefined ? {} : { sha256: fromHex(fingerprint) }),
    ...(q ? { q } : {}),
    ...(authority === undefined ? {} : { authority }),
    ...(all ? {} : { holder: caller.accountId }),
    ...(after === undefined ? {} : { after: decodeCertificateCursor(after) }),
  };
}

function mountReading(app: RouteApp, parts: ViewParts): void {
  const { core } = parts;
  const querystring = Type.Object({
    ...PageQuery.properties,
    scope: Type.Optional(words(['mine', 'all'], 'Own ones, or all: the second for officers and auditors.')),
    serial: Type.Optional(Type.String({ maxLength: 200, description: 'Serial number as printed, colons or not.' })),
    fingerprint: Type.Optional(Sha256),
    authority: Type.Optional(AuthorityId),
    q: Type.Optional(Type.String({ maxLength: 100, description: 'Words in the subject.' })),
  });
  app.get(
    base,
    { schema: { tags, security, summary: 'Certificates', querystring, response: { 200: page(CertificateView) } } },
    async (request, reply) => {
      const caller = requirePrincipal(request);
      const found = await searchCertificates(tablesOf(core), searchOf(caller, request.query));
      const now = core.context.clock.now();
      reply.header('cache-control', 'no-store');
      return { items: found.items.map((row) => certificateView(row, now)), next: found.next };
    },
  );
  app.get(
    `${base}/:authority/:serial`,
    { schema: { tags, security, summary: 'One certificate', params: ByKey, response: { 200: CertificateView } } },
    async (request, reply) => {
      const caller = requirePrincipal(request);
      const key = { authority: request.params.authority, serialHex: request.params.serial };
      const row = await certificateFor(core, caller, key);
      reply.header('cache-control', 'no-store');
      return certificateView(row, core.context.clock.now(), await listStatusChanges(tablesOf(core), key));
    },
  );
}

async function act(
  { core }: ViewParts,
  caller: Caller,
  key: { readonly authority: string; readonly serialHex: string },
  wish: CertificateActionFields,
): Promise<StatusOutcome> {
  const { action, reason = '', note = '', invalidityDate, csr } = wish;
  switch (action) {
    case 'revoke': {
      const since = invalidityDate === undefined ? {} : { invalidityDate: new Date(invalidityDate) };
      return await revokeFor(core, caller, { ...key, reason, note, ...since });
    }
    case 'suspend':
      return await suspendFor(core, caller, key);
    case 'reinstate':
      return await reinstateFor(core, caller, { ...key, note });
    default:
      return { done: false, request: await renewFor(core, caller, { ...key, csr, evidence: note }) };
  }
}

/** Mounts the routes of certificates. */
export function mountCertificateRoutes(app: RouteApp, parts: ViewParts): void {
  mountReading(app, parts);
  const Outcome = Type.Object({
    done: Type.Boolean({ description: 'Whether it is done already; otherwise officers decide.' }),
    certificate: CertificateView,
    request: Type.Union([RequestView, Type.Null()]),
  });
  app.post(
    `${base}/:authority/:serial/actions`,
    {
      bodyLimit: 256 * 1024,
      schema: {
        tags,
        security,
        summary: 'Revoke, suspend, reinstate or renew',
        description:
          'Holders revoke and suspend their own certificates at once. What an officer asks for needs a second officer, except a compromised key: that is revoked at once and confirmed later.',
        params: ByKey,
        body: CertificateActionBody,
        response: { 200: Outcome },
      },
    },
    async (request, reply) => {
      const caller = requirePrincipal(request);
      const key = { authority: request.params.authority, serialHex: request.params.serial };
      const outcome = await act(parts, caller, key, request.body);
      const row = await certificateFor(parts.core, caller, key);
      reply.header('cache-control', 'no-store');
      if (outcome.request) reply.header('etag', etagOf(outcome.request.version));
      return {
        done: outcome.done,
        certificate: certificateView(row, parts.core.context.clock.now()),
        request: outcome.request ? await requestView(parts, caller, outcome.request) : null,
      };
    },
  );
}
