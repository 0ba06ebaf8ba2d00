import type { Socket } from 'node:net';
import { type HttpProblem, httpProblem } from './errors.ts';
import { PROBLEM_TYPE, type ProblemWriter } from './problem-document.ts';

const parserProblems: Readonly<Record<string, () => HttpProblem>> = {
  HPE_HEADER_OVERFLOW: () => httpProblem('http.header_too_large'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: () => httpProblem('http.body_too_large'),
  ERR_HTTP_REQUEST_TIMEOUT: () => httpProblem('http.request_timeout'),
};

/**
 * Answers a connection whose bytes are no HTTP request, or came too slowly: a problem in Thai (nothing is known about the reader),
 * then the end of the connection.
 */
export function createClientErrorHandler(
  writer: ProblemWriter,
  nextTraceId: () => string,
): (error: Error, socket: Socket) => void {
  return (error, socket) => {
    const { code } = error as { code?: string };
    if (code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const problem = parserProblems[code ?? '']?.() ?? httpProblem('http.request_invalid');
    const body = JSON.stringify(writer.write(problem, 'th', nextTraceId()));
    const head = [
      `HTTP/1.1 ${problem.status} ${writer.title(problem, 'en')}`,
      `content-type: ${PROBLEM_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'content-language: th',
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  };
}
