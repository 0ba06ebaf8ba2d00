import { createHash } from 'node:crypto';
import { toPem } from '@tra/pki';
import type { RouteApp } from '@tra/platform-http';
import { Type } from 'typebox';
import type { PkiService } from './service.ts';

const PEM = 'application/pem-certificate-chain';
const CERTIFICATE = 'application/pkix-cert';
const CRL = 'application/pkix-crl';

interface Publication {
  readonly path: string;
  readonly type: string;
  readonly summary: string;
  /** How long a cache may keep it without asking, seconds. */
  readonly maxAge: number;
  body(): Promise<Uint8Array | string>;
}

function publications(service: PkiService): readonly Publication[] {
  const pem = (certificate: Uint8Array): string => toPem('CERTIFICATE', certificate);
  const root = (): Promise<Uint8Array> => service.rootCertificate();
  const issuing = (): Promise<Uint8Array> => service.issuingCertificate();
  return [
    {
      path: '/pki/root.pem',
      type: PEM,
      summary: 'Root certificate, PEM',
      maxAge: 3600,
      body: async () => pem(await root()),
    },
    { path: '/pki/root.crt', type: CERTIFICATE, summary: 'Root certificate, DER', maxAge: 3600, body: root },
    {
      path: '/pki/issuing.pem',
      type: PEM,
      summary: 'Issuing CA certificate, PEM',
      maxAge: 3600,
      body: async () => pem(await issuing()),
    },
    {
      path: '/pki/issuing.crt',
      type: CERTIFICATE,
      summary: 'Issuing CA certificate, DER',
      maxAge: 3600,
      body: issuing,
    },
    {
      path: '/pki/chain.pem',
      type: PEM,
      summary: 'Issuing CA and root certificates, PEM',
      maxAge: 3600,
      body: async () => pem(await issuing()) + pem(await root()),
    },
    {
      path: '/pki/crl/root.crl',
      type: CRL,
      summary: 'CRL of the root CA, DER',
      maxAge: 0,
      body: () => service.crlOf('root'),
    },
    {
      path: '/pki/crl/issuing.crl',
      type: CRL,
      summary: 'CRL of the issuing CA, DER',
      maxAge: 0,
      body: () => service.crlOf('issuing'),
    },
  ];
}

/** Mounts what is published under /pki: certificates and CRLs, open to everybody. */
export async function mountPkiRoutes(app: RouteApp, service: PkiService): Promise<void> {
  for (const { path, type, summary, maxAge, body } of publications(service)) {
    const schema: Record<string, unknown> = {
      summary,
      description: 'Published for everybody who verifies signatures and time-stamps of this platform (RFC 5280).',
      tags: ['pki'],
      security: [],
      response: { 200: { description: summary, content: { [type]: { schema: Type.String({ format: 'binary' }) } } } },
    };
    app.get(path, { schema, config: { anonymous: true } }, async (request, reply) => {
      const content = Buffer.from(await body());
      const etag = `"${createHash('sha256').update(content).digest('hex').slice(0, 32)}"`;
      reply.header('etag', etag).header('cache-control', maxAge > 0 ? `public, max-age=${maxAge}` : 'no-cache');
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(type).send(content);
    });
  }
}
