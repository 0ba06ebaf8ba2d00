import type { FastifyInstance, FastifyRequest } from 'fastify';
import { httpProblem } from './errors.ts';

const maxDepth = 64;
const suspicious = /\\u(?:0000|[dD][89a-fA-F])/;
const loneSurrogate = /\p{Surrogate}/u;
const decoder = new TextDecoder('utf-8', { fatal: true });

function checkText(text: string): void {
  if (text.includes('\u0000') || loneSurrogate.test(text)) throw httpProblem('http.body_invalid');
}

/** Refuses JSON that is nested too deep, and texts with characters that are none (U+0000, half of a surrogate pair). */
function checkJson(value: unknown, texts: boolean): void {
  const waiting: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (texts && typeof next.value === 'string') checkText(next.value);
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= maxDepth) throw httpProblem('http.body_invalid');
    for (const [name, item] of Object.entries(next.value)) {
      if (texts) checkText(name);
      if (texts || typeof item === 'object') waiting.push({ value: item, depth: next.depth + 1 });
    }
  }
}

function checkCharset(request: FastifyRequest): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw httpProblem('http.media_type_unsupported');
}

/**
 * Reads JSON bodies: UTF-8 that is broken is refused, not replaced; so are nesting beyond 64 levels, `__proto__` members and
 * characters that no database keeps.
 */
export function registerJsonParser(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (bytes.length === 0) return done(null, undefined);
    let text: string;
    try {
      checkCharset(request);
      text = decoder.decode(bytes as Buffer);
    } catch (cause) {
      return done(cause instanceof TypeError ? httpProblem('http.body_invalid', { cause }) : (cause as Error));
    }
    parse(request, text, (error, value) => {
      if (error) return done(httpProblem('http.body_invalid', { cause: error }));
      try {
        checkJson(value, suspicious.test(text) || text.includes('\u0000'));
      } catch (cause) {
        return done(cause as Error);
      }
      return done(null, value);
    });
  });
}
