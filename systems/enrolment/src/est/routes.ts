import { createCertsOnly } from '@tra/cms';
import { CodedError, type ErrorParams, fromBase64, toBase64 } from '@tra/kernel';
import type { RouteApp, RouteReply, RouteRequest } from '@tra/platform-http';
import { AcmeError } from '../acme/problem.ts';
import type { Enrolment } from '../context.ts';
import { type Applicant, authenticateDevice } from './authenticate-device.ts';
import { attributesWanted } from './csr-attributes.ts';
import { enrolDevice } from './enrol-device.ts';
import { EstError } from './est-error.ts';

const BASE = '/.well-known/est';
const PKCS10 = 'application/pkcs10';
const PKCS7 = 'application/pkcs7-mime';
const ATTRIBUTES = 'application/csrattrs';
const maxBodyBytes = 96 * 1024;
const tags = ['est'];

/** Mounts EST (RFC 7030): CA certificates, enrolment, re-enrolment, CSR attributes. */
export async function mountEst(app: RouteApp, enrolment: Enrolment): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      PKCS10,
      { parseAs: 'string', bodyLimit: maxBodyBytes },
      async (_request: unknown, body: unknown) => String(body),
    );
    scope.setErrorHandler((error, request, reply) => sendText(enrolment, { error, request, reply }));
    mountReading(scope as unknown as RouteApp, enrolment);
    mountEnrolling(scope as unknown as RouteApp, enrolment);
  });
}

/** Bodies of EST are base64 text (RFC 8951 section 3.1). */
function sendBase64(reply: RouteReply, type: string, der: Uint8Array): RouteReply {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return reply
    .headers({ 'content-transfer-encoding': 'base64' })
    .type(type)
    .send(`${lines.join('\r\n')}\r\n`);
}

function mountReading(app: RouteApp, enrolment: Enrolment): void {
  app.get(
    `${BASE}/cacerts`,
    { schema: { tags, security: [], summary: 'CA certificates', description: 'RFC 7030 section 4.1.' } },
    async (_request, reply) => {
      const certificates = await enrolment.ports.certificates.caCertificates();
      reply.header('cache-control', 'public, max-age=300');
      return sendBase64(reply, PKCS7, createCertsOnly(certificates));
    },
  );
  app.get(
    `${BASE}/csrattrs`,
    { schema: { tags, security: [], summary: 'What a request should contain', description: 'RFC 7030 section 4.5.' } },
    async (_request, reply) => sendBase64(reply, ATTRIBUTES, attributesWanted()),
  );
}

function mountEnrolling(app: RouteApp, enrolment: Enrolment): void {
  const ways = [
    { path: 'simpleenroll', summary: 'Enrol', description: 'RFC 7030 section 4.2.1.', renewal: false },
    { path: 'simplereenroll', summary: 'Renew or re-key', description: 'RFC 7030 section 4.2.2.', renewal: true },
  ] as const;
  for (const { path, summary, description, renewal } of ways) {
    const schema: Record<string, unknown> = { tags, security: [], summary, description, consumes: [PKCS10] };
    app.post(`${BASE}/${path}`, { schema }, async (request, reply) => {
      const applicant: Applicant = await authenticateDevice(enrolment, request.headers);
      const certificate = await enrolDevice(enrolment, { applicant, csr: readCsr(request.body), renewal });
      reply.header('cache-control', 'no-store');
      return sendBase64(reply, `${PKCS7}; smime-type=certs-only`, createCertsOnly([certificate]));
    });
  }
}

function readCsr(body: unknown): Uint8Array {
  const text = typeof body === 'string' ? body : '';
  const lines = text.replaceAll(/-----(?:BEGIN|END) (?:NEW )?CERTIFICATE REQUEST-----/g, '').replaceAll(/\s/g, '');
  if (lines === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(lines)) throw new EstError('enrolment.est_body_invalid', 400);
  return fromBase64(lines);
}

/** RFC 7030 section 4.2.3: an error is a text that a person can read. */
function sendText(
  enrolment: Enrolment,
  { error, request, reply }: { readonly error: unknown; readonly request: RouteRequest; readonly reply: RouteReply },
): RouteReply {
  const { status, code, params, headers } = toRefusal(error);
  const { messages, logger } = enrolment.context;
  if (status >= 500) logger.error({ err: error, traceId: request.traceId }, 'an EST request failed');
  const words = messages.has(code) ? messages.translate(code, request.language, params ?? {}) : code;
  return reply
    .code(status)
    .headers({ ...headers, 'content-language': request.language, 'cache-control': 'no-store' })
    .type('text/plain; charset=utf-8')
    .send(`${words}\n`);
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly params: ErrorParams;
  readonly headers?: Readonly<Record<string, string>>;
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof EstError) {
    return { status: error.status, code: error.code, params: error.params, headers: error.headers };
  }
  if (error instanceof AcmeError) return { status: 400, code: error.code, params: error.params };
  const { statusCode, status } = error as { statusCode?: number; status?: number };
  const http = statusCode ?? status;
  if (error instanceof CodedError) {
    if (/^pki\.(authority_|not_ready|key_unavailable)/.test(error.code)) {
      return { status: 503, code: error.code, params: error.params, headers: { 'retry-after': '60' } };
    }
    if (error.code.startsWith('pki.')) return { status: 400, code: error.code, params: error.params };
  }
  if (http !== undefined && http >= 400 && http < 500) {
    const code =
      http === 415 ? 'enrolment.est_media_type' : http === 429 ? 'enrolment.est_later' : 'enrolment.est_body_invalid';
    return { status: http, code, params: {} };
  }
  return { status: 500, code: 'http.internal', params: {} };
}
