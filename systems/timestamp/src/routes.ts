import { toPem } from '@tra/pki';
import { networkOf, type RouteApp } from '@tra/platform-http';
import { MAX_REQUEST_BYTES } from '@tra/timestamp';
import { Type } from 'typebox';
import type { TimestampService } from './service.ts';
import type { Gate } from './subscribers/gate.ts';
import { mountTokenRoutes } from './token-routes.ts';

const QUERY = 'application/timestamp-query';
const REPLY = 'application/timestamp-reply';
const PEM = 'application/pem-certificate-chain';

/** Mounts POST /timestamp (RFC 3161 section 3.4) and the chain that verifies its tokens. */
export async function mountTimestampRoutes(app: RouteApp, service: TimestampService, gate: Gate): Promise<void> {
  await app.register(async (scope) => {
    // Only time-stamp queries are taken here: anything else is refused with 415 before it is read.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      QUERY,
      { parseAs: 'buffer', bodyLimit: MAX_REQUEST_BYTES },
      async (_request: unknown, body: unknown) => body,
    );
    const schema: Record<string, unknown> = {
      summary: 'Time-stamp a digest',
      description:
        'RFC 3161 over HTTP. A request that cannot be granted is answered with status 200 and a PKIStatus of rejection.',
      tags: ['timestamp'],
      security: [],
      consumes: [QUERY],
      response: {
        200: { description: 'TimeStampResp', content: { [REPLY]: { schema: Type.String({ format: 'binary' }) } } },
      },
    };
    scope.post('/timestamp', { schema, config: { prompt: true } }, async (request, reply) => {
      const body: unknown = request.body;
      const caller = { authorization: request.headers.authorization, address: networkOf(request.ip) };
      const response = await gate.respond(body instanceof Uint8Array ? body : new Uint8Array(0), caller);
      return reply.header('cache-control', 'no-store').type(REPLY).send(Buffer.from(response));
    });
  });
  mountChain(app, service);
  mountTokenRoutes(app, service, gate);
}

function mountChain(app: RouteApp, service: TimestampService): void {
  const summary = 'Certificates of the time-stamping authority';
  const schema: Record<string, unknown> = {
    summary,
    description: 'Time-stamping units, present and past, issuing CAs and root CAs in PEM, to verify tokens with.',
    tags: ['timestamp'],
    security: [],
    response: { 200: { description: summary, content: { [PEM]: { schema: Type.String() } } } },
  };
  app.get('/timestamp/chain.pem', { schema, config: { anonymous: true } }, async (_request, reply) => {
    const chain = await service.chain();
    const text = chain.map((certificate) => toPem('CERTIFICATE', certificate)).join('');
    return reply.header('cache-control', 'public, max-age=300').type(PEM).send(text);
  });
}
