import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyContextConfig, FastifySchema } from 'fastify';
import type { RouteApp } from './route-app.ts';

/** A request as a direct route sees it. */
export interface DirectRequest {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** Network address of the client, behind trusted proxies too. */
  readonly address: string;
}

/** What a direct route answers. Keep `headers` constant where they are: they are prepared once for each object. */
export interface DirectAnswer {
  /** 200 unless told. */
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A POST route that takes small binary bodies of one media type from machines, and answers with bytes. */
export interface DirectRoute {
  readonly mediaType: string;
  /** Octets of a body at most. */
  readonly bodyLimit: number;
  /** Answers; what it throws is answered as a problem. */
  answer(request: DirectRequest): DirectAnswer | Promise<DirectAnswer>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Usual requests are answered without the framework; see {@link postDirect}. */
    direct?: DirectRoute;
  }
}

/**
 * Mounts `route` at `url`. It is a route as every other: what is refused, and how, is decided by the same hooks. A request in which there
 * is nothing for them to decide is answered without them.
 */
export async function postDirect(
  app: RouteApp,
  url: string,
  {
    schema,
    route,
    config = {},
  }: { readonly schema: FastifySchema; readonly route: DirectRoute; readonly config?: FastifyContextConfig },
): Promise<void> {
  const { mediaType, bodyLimit } = route;
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    const take = async (_request: unknown, body: unknown): Promise<unknown> => body;
    scope.addContentTypeParser(mediaType, { parseAs: 'buffer', bodyLimit }, take);
    const full = { ...schema, consumes: [mediaType] };
    scope.post(url, { schema: full, config: { ...config, prompt: true, direct: route } }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const answer = await route.answer({ body, headers: request.headers, address: request.ip });
      return reply
        .code(answer.status ?? 200)
        .headers(answer.headers)
        .send(answer.body);
    });
  });
}
