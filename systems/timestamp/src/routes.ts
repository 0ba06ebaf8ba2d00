import { toPem } from '@tra/pki';
import { type DirectAnswer, type DirectRoute, networkOf, postDirect, type RouteApp } from '@tra/platform-http';
import { MAX_REQUEST_BYTES } from '@tra/timestamp';
import { Type } from 'typebox';
import type { TimestampService } from './service.ts';
import type { Gate } from './subscribers/gate.ts';
import { mountTokenRoutes } from './token-routes.ts';

const QUERY = 'application/timestamp-query';
const REPLY = 'application/timestamp-reply';
const PEM = 'application/pem-certificate-chain';

const replyHeaders = { 'content-type': REPLY, 'cache-control': 'no-store' };

function answerOf(body: Uint8Array): DirectAnswer {
  return { headers: replyHeaders, body };
}

/** Mounts POST /timestamp (RFC 3161 section 3.4) and the chain that verifies its tokens. */
export async function mountTimestampRoutes(app: RouteApp, service: TimestampService, gate: Gate): Promise<void> {
  const schema: Record<string, unknown> = {
    summary: 'Time-stamp a digest',
    description:
      'RFC 3161 over HTTP. A request that cannot be granted is answered with status 200 and a PKIStatus of rejection; so is one beyond the quota of a subscriber (systemFailure, the reason as text). Subscribers send their key as `Authorization: Bearer tsk_…`, or as user name or password of Basic (`https://tsk_…@host/timestamp`); a wrong key is refused with 401, never taken for none.',
    tags: ['timestamp'],
    security: [],
    response: {
      200: { description: 'TimeStampResp', content: { [REPLY]: { schema: Type.String({ format: 'binary' }) } } },
    },
  };
  // Only time-stamp queries are taken here: anything else is refused with 415 before it is read.
  const route: DirectRoute = {
    mediaType: QUERY,
    bodyLimit: MAX_REQUEST_BYTES,
    answer: ({ body, headers, address }) => {
      const caller = { authorization: headers.authorization, address: networkOf(address) };
      const response = gate.respond(body, caller);
      return response instanceof Promise ? response.then(answerOf) : answerOf(response);
    },
  };
  const config = { ownLimits: ({ authorization }: { readonly authorization?: string }) => gate.knows(authorization) };
  await postDirect(app, '/timestamp', { schema, route, config });
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
