import { type Language, toHex } from '@tra/kernel';
import { PROFILES } from '@tra/pki';
import { httpProblem, Localized, list, type RouteApp, type RouteReply, Sha256, Timestamp } from '@tra/platform-http';
import { Type } from 'typebox';
import { type PkiCore, tablesOf } from '../core.ts';
import { policyTitle } from '../policies/compose.ts';
import type { PolicyEdition } from '../policies/edition.ts';
import { POLICY_STYLE, POLICY_STYLE_PATH, policyPage } from '../policies/page.ts';
import { cpsUrl, POLICY_DOCUMENTS, POLICY_PROFILES, type PolicyDocument, policyOid } from '../policies/policy-oids.ts';
import { findNewestPolicy, findPolicy, listPolicies, type PolicyVersionRow } from '../store/policy-store.ts';

const tags = ['pki'];
const HTML = 'text/html';
const JSON_TYPE = 'application/json';
const Query = Type.Object({
  version: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'The one in force when absent.' }),
  ),
  lang: Type.Optional(Type.String({ maxLength: 35, description: '`th` or `en`; by Accept-Language when absent.' })),
});

interface Asked {
  readonly document: PolicyDocument;
  readonly version: number | undefined;
}

async function editionFor(core: PkiCore, { document, version }: Asked): Promise<PolicyVersionRow> {
  const tables = tablesOf(core);
  const row =
    version === undefined ? await findNewestPolicy(tables, document) : await findPolicy(tables, document, version);
  if (!row) throw httpProblem('http.not_found');
  return row;
}

/** Sets the validators; true when the reader has it already. */
function isKnown(reply: RouteReply, tag: string, ifNoneMatch: string | undefined): boolean {
  const etag = `"${tag}"`;
  reply.header('etag', etag).header('cache-control', 'no-cache');
  return ifNoneMatch === etag;
}

async function pageOf(core: PkiCore, language: Language, row: PolicyVersionRow): Promise<string> {
  const history = (await listPolicies(tablesOf(core))).filter(({ document }) => document === row.document);
  const { texts } = JSON.parse(row.content) as PolicyEdition;
  return policyPage({
    document: row.document,
    language,
    text: texts[language],
    version: row.version,
    newestVersion: history[0]?.version ?? row.version,
    effectiveAt: row.effective_at,
    oid: row.oid,
    sha256: toHex(row.sha256),
    history: history.map(({ version, effective_at }) => ({ version, effectiveAt: effective_at })),
  });
}

function mountDocument(app: RouteApp, core: PkiCore, document: PolicyDocument): void {
  const { en } = policyTitle(document);
  const config = { anonymous: true };
  app.get(
    `/pki/${document}`,
    {
      config,
      schema: {
        ...{ tags, security: [], summary: `${en}, as a page`, querystring: Query, produces: [HTML] },
        description: 'In the outline of RFC 3647, generated from the configuration. Every version stays readable.',
      },
    },
    async (request, reply) => {
      const { language } = request;
      const row = await editionFor(core, { document, version: request.query.version });
      reply.header('vary', 'Accept-Language').header('content-language', language);
      return reply.type(`${HTML}; charset=utf-8`).send(await pageOf(core, language, row));
    },
  );
  const schema: Record<string, unknown> = {
    ...{ tags, security: [], summary: `${en}, in both languages as data`, querystring: Query },
    description: 'Canonical JSON (RFC 8785): the SHA-256 of a version is that of these bytes.',
    response: { 200: { description: 'The text.', content: { [JSON_TYPE]: { schema: Type.String() } } } },
  };
  app.get(`/pki/${document}.json`, { config, schema }, async (request, reply) => {
    const { version } = request.query as { readonly version?: number };
    const row = await editionFor(core, { document, version });
    if (isKnown(reply, toHex(row.sha256), request.headers['if-none-match'])) return reply.code(304).send();
    return reply.type(JSON_TYPE).send(Buffer.from(row.content));
  });
}

const VersionView = Type.Object({
  version: Type.Integer(),
  effectiveAt: Timestamp,
  sha256: Sha256,
  page: Type.String({ description: 'Path of the page of this version.' }),
  data: Type.String({ description: 'Path of the bytes that the hash is taken over.' }),
});

function versionView({ document, version, effective_at, sha256 }: Omit<PolicyVersionRow, 'content'>) {
  return {
    version,
    effectiveAt: effective_at.toISOString(),
    sha256: toHex(sha256),
    page: `/pki/${document}?version=${version}`,
    data: `/pki/${document}.json?version=${version}`,
  };
}

function mountList(app: RouteApp, core: PkiCore): void {
  const Policy = Type.Object({ profile: Type.String(), oid: Type.String(), cps: Type.String(), clause: Type.String() });
  app.get(
    '/api/v1/pki/policies',
    {
      schema: {
        tags,
        security: [],
        summary: 'Certificate policy and practice statement: versions, hashes, OIDs',
        response: {
          200: Type.Object({
            ...list(
              Type.Object({
                document: Type.String({ description: '`cp` or `cps`.' }),
                title: Localized,
                oid: Type.String(),
                page: Type.String({ description: 'Path of the page that is in force.' }),
                current: VersionView,
                versions: Type.Array(VersionView, { description: 'All of them, the newest first.' }),
              }),
            ).properties,
            policies: Type.Array(Policy, { description: 'What certificates of each profile state.' }),
          }),
        },
      },
    },
    async () => {
      const rows = await listPolicies(tablesOf(core));
      const items = POLICY_DOCUMENTS.flatMap((document) => {
        const versions = rows.filter((row) => row.document === document).map(versionView);
        const [current] = versions;
        const oid = rows.find((row) => row.document === document)?.oid ?? '';
        return current
          ? [{ document, title: policyTitle(document), oid, page: `/pki/${document}`, current, versions }]
          : [];
      });
      const policies = POLICY_PROFILES.map((profile) => ({
        profile,
        oid: policyOid(core.context.config, profile) ?? '',
        cps: cpsUrl(core.context),
        clause: PROFILES[profile].clause,
      }));
      return { items, policies };
    },
  );
}

/** Mounts the policy documents: pages and data, open to everybody. */
export function mountPolicyRoutes(app: RouteApp, core: PkiCore): void {
  for (const document of POLICY_DOCUMENTS) mountDocument(app, core, document);
  app.get(POLICY_STYLE_PATH, { schema: { hide: true }, config: { anonymous: true } }, async (_request, reply) =>
    reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .type('text/css; charset=utf-8')
      .send(POLICY_STYLE),
  );
  mountList(app, core);
}
