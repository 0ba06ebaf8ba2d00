import { fromBase64 } from '@tra/kernel';
import { PROFILES, parsePem, toPem } from '@tra/pki';
import { etagOf, list, type RouteApp, requirePrincipal } from '@tra/platform-http';
import { Type } from 'typebox';
import type { Authority } from '../authorities/authority.ts';
import { importCertificate, importCrl } from '../authorities/import.ts';
import { actOnAuthority, createAuthority } from '../authorities/manage.ts';
import { END_PROFILES } from '../certificates/enrolment.ts';
import { tablesOf } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { CA_OPERATOR } from '../requests/caller.ts';
import { findNewestCrlFacts } from '../store/crl-store.ts';
import { certificateFromPem, versionSeen } from './request-routes.ts';
import { AuthorityId, AuthorityView, SubjectBody, words } from './schemas.ts';
import { authorityView, type ViewParts } from './views.ts';

const base = '/api/v1/pki/authorities';
const tags = ['pki'];
const security = [{ session: [] }];
const ById = Type.Object({ id: AuthorityId });
const PEM = 'application/x-pem-file';
const algorithms = ['ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'rsa-pkcs1-sha256', 'rsa-pkcs1-sha384'] as const;

async function show({ core }: ViewParts, authority: Authority) {
  return authorityView(authority, await findNewestCrlFacts(tablesOf(core), authority.id));
}

/** Octets of a CRL that came as PEM or as base64 of DER. Throws `pki.import_invalid`. */
function crlFrom(text: string): Uint8Array {
  try {
    const der = text.includes('-----BEGIN') ? parsePem(text, 'X509 CRL')[0] : fromBase64(text.replace(/\s/g, ''));
    if (der) return der;
  } catch (cause) {
    throw new PkiSystemError('pki.import_invalid', { params: { reason: 'crl' }, cause });
  }
  throw new PkiSystemError('pki.import_invalid', { params: { reason: 'crl' } });
}

function mountReading(app: RouteApp, parts: ViewParts): void {
  const { core } = parts;
  app.get(
    '/api/v1/pki/profiles',
    {
      schema: {
        tags,
        security: [],
        summary: 'Kinds of end certificates that can be applied for',
        response: {
          200: list(
            Type.Object({
              profile: Type.String(),
              required: Type.Array(Type.String(), { description: 'Attributes that the subject must have.' }),
              optional: Type.Array(Type.String()),
              keys: Type.Array(Type.String()),
              alternativeNames: Type.Array(Type.String()),
              alternativeNamesRequired: Type.Boolean(),
              clause: Type.String(),
            }),
          ),
        },
      },
    },
    async () => ({
      items: END_PROFILES.map((profile) => {
        const { subject, keys, alternativeNames, clause } = PROFILES[profile];
        return {
          profile,
          required: [...subject.required],
          optional: [...(subject.recommended ?? []), ...subject.optional],
          keys: [...keys],
          alternativeNames: [...alternativeNames.kinds],
          alternativeNamesRequired: alternativeNames.required,
          clause,
        };
      }),
    }),
  );
  app.get(
    base,
    { schema: { tags, security: [], summary: 'Certification authorities', response: { 200: list(AuthorityView) } } },
    async () => {
      const all = await core.authorities.all();
      return { items: await Promise.all(all.map((authority) => show(parts, authority))) };
    },
  );
  app.get(
    `${base}/:id`,
    {
      schema: {
        tags,
        security: [],
        summary: 'One certification authority',
        params: ById,
        response: { 200: AuthorityView },
      },
    },
    async (request, reply) => {
      const authority = await core.authorities.get(request.params.id);
      reply.header('etag', etagOf(authority.version));
      return await show(parts, authority);
    },
  );
  app.get(
    `${base}/:id/csr`,
    {
      schema: {
        tags,
        security,
        summary: 'Request of an authority that waits for its certificate, PEM',
        description: 'What the ceremony signs. Needs the role ca-operator.',
        params: ById,
        produces: [PEM],
      },
    },
    async (request, reply) => {
      requirePrincipal(request, CA_OPERATOR);
      const { csr, id } = await core.authorities.get(request.params.id);
      if (!csr) throw new PkiSystemError('pki.authority_state', { params: { state: id } });
      return reply.header('cache-control', 'no-store').type(PEM).send(toPem('CERTIFICATE REQUEST', csr));
    },
  );
}

function mountImports(app: RouteApp, parts: ViewParts): void {
  const { core } = parts;
  const pem = Type.String({ maxLength: 100_000, description: 'PEM.' });
  app.post(
    `${base}/:id/certificate`,
    {
      bodyLimit: 40 * 1024 * 1024,
      schema: {
        tags,
        security,
        summary: 'Import what the ceremony of an offline root signed',
        description:
          'The path is validated with the CRL, and the fingerprint compared, before the authority becomes active. Needs the role ca-operator.',
        params: ById,
        body: Type.Object({
          certificate: pem,
          root: pem,
          rootCrl: Type.String({ maxLength: 30_000_000, description: 'CRL of the root: PEM, or base64 of DER.' }),
          rootFingerprint: Type.String({
            maxLength: 200,
            description: 'SHA-256 of the root certificate as it stands in the transcript.',
          }),
        }),
        response: { 200: AuthorityView },
      },
    },
    async (request, reply) => {
      const caller = requirePrincipal(request, CA_OPERATOR);
      const { certificate, root, rootCrl, rootFingerprint } = request.body;
      const given = {
        certificate: certificateFromPem(certificate),
        root: certificateFromPem(root),
        rootCrl: crlFrom(rootCrl),
        rootFingerprint,
      };
      const authority = await importCertificate(core, caller, request.params.id, given);
      reply.header('etag', etagOf(authority.version)).header('cache-control', 'no-store');
      return await show(parts, authority);
    },
  );
  app.post(
    `${base}/:id/crl`,
    {
      bodyLimit: 40 * 1024 * 1024,
      schema: {
        tags,
        security,
        summary: 'Import a CRL that an offline authority signed',
        description: 'Its number must be higher than every one before. Needs the role ca-operator.',
        params: ById,
        body: Type.Object({ crl: Type.String({ maxLength: 30_000_000, description: 'PEM, or base64 of DER.' }) }),
        response: { 200: AuthorityView },
      },
    },
    async (request, reply) => {
      const caller = requirePrincipal(request, CA_OPERATOR);
      await importCrl(core, caller, request.params.id, crlFrom(request.body.crl));
      reply.header('cache-control', 'no-store');
      return await show(parts, await core.authorities.get(request.params.id));
    },
  );
}

function mountWriting(app: RouteApp, parts: ViewParts): void {
  const { core } = parts;
  app.post(
    base,
    {
      bodyLimit: 64 * 1024,
      schema: {
        tags,
        security,
        summary: 'Make a further issuing CA',
        description:
          'Its key is made here; it waits until its request was approved and signed. Needs the role ca-operator.',
        body: Type.Object({ id: AuthorityId, subject: SubjectBody, algorithm: words(algorithms) }),
        response: { 201: AuthorityView },
      },
    },
    async (request, reply) => {
      const caller = requirePrincipal(request, CA_OPERATOR);
      const authority = await createAuthority(core, caller, request.body);
      reply.code(201).header('location', `${base}/${authority.id}`).header('etag', etagOf(authority.version));
      return await show(parts, authority);
    },
  );
  app.post(
    `${base}/:id/actions`,
    {
      bodyLimit: 16 * 1024,
      schema: {
        tags,
        security,
        summary: 'Suspend, resume or retire an authority',
        description: 'It goes on signing CRLs. Needs the role ca-operator and If-Match.',
        params: ById,
        body: Type.Object({ action: words(['suspend', 'resume', 'retire']) }),
        response: { 200: AuthorityView },
      },
    },
    async (request, reply) => {
      const caller = requirePrincipal(request, CA_OPERATOR);
      const wanted = { ...request.body, id: request.params.id, precondition: versionSeen(request) };
      const authority = await actOnAuthority(core, caller, wanted);
      reply.header('etag', etagOf(authority.version)).header('cache-control', 'no-store');
      return await show(parts, authority);
    },
  );
}

/** Mounts the routes of authorities. */
export function mountAuthorityRoutes(app: RouteApp, parts: ViewParts): void {
  mountReading(app, parts);
  mountImports(app, parts);
  mountWriting(app, parts);
}
