import { createHash } from 'node:crypto';
import { toHex } from '@tra/kernel';
import { toPem } from '@tra/pki';
import { Localized, type RouteApp, type RouteReply, type RouteRequest, Sha256, Timestamp } from '@tra/platform-http';
import type { Multilingual } from '@tra/trust-list';
import { Type } from 'typebox';
import type { PublishedList, TrustListService } from './service.ts';

const TSL = 'application/vnd.etsi.tsl+xml';
const PEM = 'application/pem-certificate-chain';
const tags = ['trust-list'];

const State = Type.Object({
  status: Type.String({ description: 'Last word of the status URI, such as `granted`.' }),
  since: Timestamp,
});
const Service = Type.Object({
  type: Type.String({ description: 'Service type URI (ETSI TS 119 612 clause 5.5.1).' }),
  name: Localized,
  provider: Localized,
  certificates: Type.Array(Type.Object({ sha256: Sha256 })),
  ...State.properties,
  history: Type.Array(State),
});
const Summary = Type.Object({
  sequence: Type.Integer(),
  territory: Type.String(),
  operator: Localized,
  issuedAt: Timestamp,
  nextUpdate: Timestamp,
  sha256: Sha256,
  url: Type.String(),
  signer: Type.Object({ sha256: Sha256, url: Type.String() }),
  services: Type.Array(Service),
});

function words(texts: Multilingual): { th: string; en: string } {
  const of = (language: string): string => texts.find((text) => text.language === language)?.text ?? '';
  return { th: of('th') || of('en'), en: of('en') };
}

const digest = (bytes: Uint8Array): string => toHex(createHash('sha256').update(bytes).digest());
const lastWord = (uri: string): string => uri.slice(uri.lastIndexOf('/') + 1);

function summary({ list, sha256, signer }: PublishedList) {
  return {
    sequence: list.sequenceNumber,
    territory: list.territory ?? '',
    operator: words(list.operatorName),
    issuedAt: list.issuedAt.toISOString(),
    nextUpdate: list.nextUpdate?.toISOString() ?? '',
    sha256,
    url: '/pki/trusted-list.xml',
    signer: { sha256: digest(signer), url: '/pki/trusted-list-signer.pem' },
    services: list.providers.flatMap((provider) =>
      provider.services.map((service) => ({
        type: service.type,
        name: words(service.name),
        provider: words(provider.name),
        certificates: service.identity.certificates.map((certificate) => ({ sha256: digest(certificate) })),
        status: lastWord(service.status),
        since: service.startingTime.toISOString(),
        history: service.history.map((state) => ({
          status: lastWord(state.status),
          since: state.startingTime.toISOString(),
        })),
      })),
    ),
  };
}

function sendCached(
  request: RouteRequest,
  reply: RouteReply,
  { etag, type, body }: { etag: string; type: string; body: string | Uint8Array },
): RouteReply {
  reply.header('etag', `"${etag}"`).header('cache-control', 'public, max-age=300');
  if (request.headers['if-none-match'] === `"${etag}"`) return reply.code(304).send();
  return reply.type(type).send(typeof body === 'string' ? body : Buffer.from(body));
}

/** Mounts the list, its hash, its signers, and what it says as JSON. */
export function mountTrustListRoutes(app: RouteApp, service: TrustListService): void {
  const open = (name: string, type: string): Record<string, unknown> => ({
    summary: name,
    description: 'ETSI TS 119 612; open to everybody.',
    tags,
    security: [],
    response: { 200: { description: name, content: { [type]: { schema: Type.String({ format: 'binary' }) } } } },
  });
  const config = { anonymous: true };
  app.get(
    '/pki/trusted-list.xml',
    { schema: open('Trusted list of the national trust services', TSL), config },
    async (request, reply) => {
      const { xml, sha256 } = await service.current();
      return sendCached(request, reply, { etag: sha256, type: TSL, body: xml });
    },
  );
  app.get(
    '/pki/trusted-list.sha2',
    { schema: open('SHA-256 of the trusted list, 32 octets', 'application/octet-stream'), config },
    async (request, reply) => {
      const { sha256 } = await service.current();
      return sendCached(request, reply, {
        etag: sha256,
        type: 'application/octet-stream',
        body: Buffer.from(sha256, 'hex'),
      });
    },
  );
  app.get(
    '/pki/trusted-list-signer.pem',
    { schema: open('Certificates that may sign the list, PEM', PEM), config },
    async (request, reply) => {
      const body = (await service.signers()).map((der) => toPem('CERTIFICATE', der)).join('');
      return sendCached(request, reply, { etag: digest(Buffer.from(body)), type: PEM, body });
    },
  );
  const schema = {
    tags,
    security: [],
    summary: 'What the trusted list says',
    description: 'For people and pages; whoever relies on it verifies the signed list itself.',
    response: { 200: Summary },
  };
  app.get('/api/v1/trust-list', { schema, config }, async (_request, reply) => {
    reply.header('cache-control', 'public, max-age=60');
    return summary(await service.current());
  });
}
