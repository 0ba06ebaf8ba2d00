import type { IncomingHttpHeaders } from 'node:http';
import { negotiateLanguage } from '@tra/platform-i18n';
import type { Logger } from '@tra/platform-telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_TYPE, type ProblemWriter } from './problem-document.ts';
import { toProblem } from './problem-mapping.ts';

/** A problem as it leaves: status, headers and the document. */
export interface FailedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Puts errors into the words of whoever asked, and failures of ours into the log. `lang` is what the address asks for. */
export type FailedAnswers = (
  error: unknown,
  headers: IncomingHttpHeaders,
  traceId: string,
  lang?: string,
) => FailedAnswer;

/** The one place where an error becomes an answer, whichever way the request came. */
export function createFailedAnswers(options: {
  readonly logger: Logger;
  readonly problems: ReadonlyMap<string, number>;
  readonly writer: ProblemWriter;
}): FailedAnswers {
  const { logger, problems, writer } = options;
  return (error, headers, traceId, lang) => {
    const problem = toProblem(error, problems);
    if (problem.status >= 500)
      logger.error({ err: problem.cause ?? problem, traceId, code: problem.code }, 'a request failed');
    const language = negotiateLanguage(headers['accept-language'], lang);
    return {
      status: problem.status,
      headers: {
        'cache-control': 'no-store',
        ...problem.headers,
        'content-language': language,
        vary: 'Accept-Language',
        'content-type': PROBLEM_TYPE,
      },
      body: Buffer.from(JSON.stringify(writer.write(problem, language, traceId))),
    };
  };
}

/** Answers an error by a reply of the framework. */
export type ErrorResponder = (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/** The responder that answers as `failed` says. */
export function createResponder(failed: FailedAnswers): ErrorResponder {
  return (error, request, reply) => {
    const { lang } = (request.query ?? {}) as { lang?: unknown };
    const answer = failed(error, request.headers, request.id, typeof lang === 'string' ? lang : undefined);
    return reply.code(answer.status).headers(answer.headers).send(answer.body.toString());
  };
}
