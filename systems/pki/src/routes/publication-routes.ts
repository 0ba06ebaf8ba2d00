import { createHash } from 'node:crypto';
import { toPem } from '@tra/pki';
import { httpProblem, type RouteApp } from '@tra/platform-http';
import { Type } from 'typebox';
import { PkiSystemError } from '../errors.ts';
import type { PkiService } from '../service.ts';

const PEM = 'application/pem-certificate-chain';
const CERTIFICATE = 'application/pkix-cert';
const CRL = 'application/pkix-crl';

interface Published {
  readonly type: string;
  /** How long a cache may keep it without asking, seconds. */
  readonly maxAge: number;
  readonly body: Uint8Array | string;
}

interface Publication {
  readonly path: string;
  readonly types: readonly string[];
  readonly summary: string;
  /** The content behind the last part of the path; undefined when there is none. */
  find(file: string, folder: string): Promise<Published | undefined>;
}

const idPattern = '([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)';
const certificateFile = new RegExp(`^${idPattern}\\.(crt|pem)$`);
const idForm = new RegExp(`^${idPattern}$`);
const partialFile = /^(delta|partition-[1-9]\d{0,4})\.crl$/;
const crlFile = new RegExp(`^${idPattern}\\.crl$`);

/** Undefined for what is not there, or not there yet; other errors go on. */
async function orNothing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const missing = ['pki.authority_unknown', 'pki.authority_awaiting', 'pki.crl_missing'];
    if (error instanceof PkiSystemError && missing.includes(error.code)) return undefined;
    throw error;
  }
}

function publications(service: PkiService): readonly Publication[] {
  const pem = (certificate: Uint8Array): string => toPem('CERTIFICATE', certificate);
  return [
    {
      path: '/pki/chain.pem',
      types: [PEM],
      summary: 'Certificates from the issuing CA up to the root, PEM',
      find: async () => {
        const chain = await orNothing(service.chain());
        return chain && { type: PEM, maxAge: 3600, body: chain.map(pem).join('') };
      },
    },
    {
      path: '/pki/:file',
      types: [CERTIFICATE, PEM],
      summary:
        'Certificate of an authority: `<id>.crt` is DER, `<id>.pem` is PEM; `root` and `issuing` are always there',
      find: async (file) => {
        const [, id, form] = certificateFile.exec(file) ?? [];
        const certificate = id === undefined ? undefined : await orNothing(service.certificateOf(id));
        if (!certificate) return undefined;
        return form === 'pem'
          ? { type: PEM, maxAge: 3600, body: pem(certificate) }
          : { type: CERTIFICATE, maxAge: 3600, body: certificate };
      },
    },
    {
      path: '/pki/crl/:file',
      types: [CRL],
      summary: 'Newest complete CRL of an authority, DER: `<id>.crl`',
      find: async (file) => {
        const [, id] = crlFile.exec(file) ?? [];
        const body = id === undefined ? undefined : await orNothing(service.crlOf(id));
        return body && { type: CRL, maxAge: 0, body };
      },
    },
    {
      path: '/pki/crl/:authority/:file',
      types: [CRL],
      summary: 'Delta CRL of an authority, or one part of its CRL, DER: `delta.crl`, `partition-<n>.crl`',
      find: async (file, folder) => {
        const [, scope] = partialFile.exec(file) ?? [];
        if (scope === undefined || !idForm.test(folder)) return undefined;
        const body = await orNothing(service.partialCrlOf(folder, scope));
        return body && { type: CRL, maxAge: 0, body };
      },
    },
  ];
}

/** Mounts what is published under /pki: certificates and CRLs, open to everybody. */
export function mountPublicationRoutes(app: RouteApp, service: PkiService): void {
  for (const { path, types, summary, find } of publications(service)) {
    const binary = { schema: Type.String({ format: 'binary' }) };
    const schema: Record<string, unknown> = {
      summary,
      description: 'Published for everybody who verifies signatures and time-stamps of this platform (RFC 5280).',
      tags: ['pki'],
      security: [],
      response: { 200: { description: summary, content: Object.fromEntries(types.map((type) => [type, binary])) } },
      ...paramsOf(path),
    };
    app.get(path, { schema, config: { anonymous: true } }, async (request, reply) => {
      const { file = '', authority = '' } = request.params as { readonly file?: string; readonly authority?: string };
      const found = await find(file, authority);
      if (!found) throw httpProblem('http.not_found');
      const content = Buffer.from(found.body);
      const etag = `"${createHash('sha256').update(content).digest('hex').slice(0, 32)}"`;
      const cache = found.maxAge > 0 ? `public, max-age=${found.maxAge}` : 'no-cache';
      reply.header('etag', etag).header('cache-control', cache);
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(found.type).send(content);
    });
  }
}

function paramsOf(path: string): Record<string, unknown> {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  if (names.length === 0) return {};
  return { params: Type.Object(Object.fromEntries(names.map((name) => [name, Type.String({ maxLength: 80 })]))) };
}
