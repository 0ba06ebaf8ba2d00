import { fromBase64 } from '@tra/kernel';
import type { DirectAnswer, RouteApp } from '@tra/platform-http';
import type { SystemContext } from '@tra/platform-system';
import { Type } from 'typebox';
import type { PkiConfig } from '../config.ts';
import type { ReadyAnswer } from './answer-cache.ts';
import { failedReply, type OcspReply, type OcspService } from './responder-service.ts';

const REQUEST = 'application/ocsp-request';
const RESPONSE = 'application/ocsp-response';

/** Greatest request, octets: some fifty questions, or one with the longest nonce. */
const maxRequestBytes = 4096;

const plain = { 'content-type': RESPONSE };
const uncached = { ...plain, 'cache-control': 'no-store' };

const binary: object = Type.String({ format: 'binary' });

function schemaOf(summary: string): Record<string, unknown> {
  return {
    summary,
    description:
      'RFC 6960 over HTTP. Status 200 also when there is no answer: then the OCSP response status says why (malformedRequest, unauthorized, tryLater).',
    tags: ['pki'],
    security: [],
    response: { 200: { description: 'OCSPResponse', content: { [RESPONSE]: { schema: binary } } } },
  };
}

/** What a reply of Fastify offers here. */
interface Sink {
  code(status: number): Sink;
  header(name: string, value: string): Sink;
  send(body?: Buffer): Sink;
}

/** Mounts POST /pki/ocsp and GET /pki/ocsp/{request} (RFC 6960 appendix A.1), with the caching headers of RFC 5019 section 6.2 for GET. */
export async function mountOcspRoutes(
  app: RouteApp,
  service: OcspService,
  { metrics, logger, config }: Pick<SystemContext<PkiConfig>, 'metrics' | 'logger' | 'config'>,
): Promise<void> {
  const answered = metrics.counter({
    name: 'tra_pki_ocsp_responses_total',
    help: 'OCSP answers: ready beforehand, made for the request, or failed by OCSP status.',
    labels: ['kind'],
  });
  const labels = { ready: { kind: 'ready' }, made: { kind: 'made' } } as const;
  const ready = answered.of(labels.ready);
  const cacheControl = `max-age=${config.ocspMaxAgeMinutes * 60}, public, no-transform, must-revalidate`;

  const send = (reply: Sink, result: OcspReply): Sink => {
    if (result.kind === 'ready') return sendReady(reply, result.answer);
    answered.inc(result.kind === 'made' ? labels.made : { kind: result.failure });
    return reply.header('cache-control', 'no-store').header('content-type', RESPONSE).send(result.bytes);
  };
  const sendReady = (reply: Sink, { bytes }: ReadyAnswer): Sink => {
    ready.inc();
    return reply.header('content-type', RESPONSE).send(bytes);
  };
  const sendCacheable = (reply: Sink, answer: ReadyAnswer, ifNoneMatch: string | undefined): Sink => {
    reply
      .header('cache-control', cacheControl)
      .header('etag', answer.etag)
      .header('last-modified', answer.lastModified)
      .header('expires', answer.expires);
    if (ifNoneMatch === answer.etag) {
      ready.inc();
      return reply.code(304).send();
    }
    return sendReady(reply, answer);
  };

  const directAnswer = (result: OcspReply): DirectAnswer => {
    if (result.kind === 'ready') return directReady(result.answer);
    answered.inc(result.kind === 'made' ? labels.made : { kind: result.failure });
    return { headers: uncached, body: result.bytes };
  };
  const failed = (error: unknown): OcspReply => {
    logger.error({ err: error }, 'an OCSP request failed');
    return failedReply('internalError');
  };
  const directReady = ({ bytes }: ReadyAnswer): DirectAnswer => {
    ready.inc();
    return { headers: plain, body: bytes };
  };
  const direct = {
    mediaType: REQUEST,
    bodyLimit: maxRequestBytes,
    answer: ({ body }: { readonly body: Buffer }): DirectAnswer | Promise<DirectAnswer> => {
      const text = body.toString('latin1');
      const quick = service.quick(text);
      return quick ? directReady(quick) : service.respond(body, text).catch(failed).then(directAnswer);
    },
  };

  await app.register(async (scope) => {
    // Every body is taken, so that what is no OCSP request is answered as OCSP says.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: maxRequestBytes },
      (_request: unknown, body: unknown, done: (error: null, body: unknown) => void) => done(null, body),
    );
    scope.setErrorHandler((error: { readonly statusCode?: number }, _request, reply) => {
      const status = (error as { readonly status?: number }).status ?? error.statusCode ?? 500;
      if (status >= 500) logger.error({ err: error }, 'an OCSP request failed');
      const result = failedReply(status >= 500 ? 'internalError' : 'malformedRequest');
      return send(reply.code(200) as unknown as Sink, result);
    });

    scope.post(
      '/pki/ocsp',
      { schema: schemaOf('Status of a certificate (OCSP)'), config: { anonymous: true, direct } },
      (request, reply) => {
        const sink = reply as unknown as Sink;
        const { body } = request;
        const type = request.headers['content-type'];
        if (!Buffer.isBuffer(body) || (type !== REQUEST && type?.split(';', 1)[0]?.trim().toLowerCase() !== REQUEST)) {
          return send(sink, failedReply('malformedRequest'));
        }
        const text = body.toString('latin1');
        const quick = service.quick(text);
        if (quick) return sendReady(sink, quick);
        return service.respond(body, text).then((result) => send(sink, result));
      },
    );

    scope.get(
      '/pki/ocsp/*',
      {
        schema: schemaOf('Status of a certificate (OCSP), the request as base64 in the path'),
        config: { anonymous: true },
      },
      (request, reply) => {
        const sink = reply as unknown as Sink;
        const ifNoneMatch = request.headers['if-none-match'];
        const { url } = request.raw;
        const text = url ?? '';
        const quick = service.quick(text);
        if (quick) return sendCacheable(sink, quick, ifNoneMatch);
        const body = decodePath((request.params as { readonly '*': string })['*']);
        if (!body) return send(sink, failedReply('malformedRequest'));
        return service
          .respond(body, text)
          .then((result) =>
            result.kind === 'ready' ? sendCacheable(sink, result.answer, ifNoneMatch) : send(sink, result),
          );
      },
    );
  });
}

/** The request in a path: base64, percent-encoded or not, at most 4 KiB. */
function decodePath(text: string): Uint8Array | undefined {
  try {
    const bytes = fromBase64(text);
    return bytes.length > 0 && bytes.length <= maxRequestBytes ? bytes : undefined;
  } catch {
    return undefined;
  }
}
