import { fromBase64 } from '@tra/kernel';
import { parsePem } from '@tra/pki';
import { httpProblem, type RouteApp } from '@tra/platform-http';
import { Type } from 'typebox';
import { statusByCertificate, statusBySerial } from '../status/lookup.ts';
import { AuthorityId, StatusView } from './schemas.ts';
import { statusView, type ViewParts } from './views.ts';

const base = '/api/v1/pki/status';
const tags = ['pki'];
const DER = 'application/pkix-cert';
const PEM = 'application/x-pem-file';
const fileLimit = 256 * 1024;

function mountBySerial(app: RouteApp, { core }: ViewParts): void {
  const { messages, clock } = core.context;
  app.get(
    base,
    {
      schema: {
        tags,
        security: [],
        summary: 'Status of a certificate by its serial number',
        description: 'For everybody. A serial that this platform never gave is answered with `unknown`.',
        querystring: Type.Object({
          serial: Type.String({
            minLength: 1,
            maxLength: 200,
            description: 'Hexadecimal, as printed: colons, spaces and capitals do not matter.',
          }),
          authority: Type.Optional(AuthorityId),
        }),
        response: { 200: StatusView },
      },
    },
    async (request, reply) => {
      const { serial, authority } = request.query;
      const found = await statusBySerial(core, serial, authority);
      if (!found) {
        const errors = [{ pointer: 'query/serial', code: 'pki.field.serial' }];
        throw httpProblem('http.request_invalid', { errors });
      }
      reply.header('cache-control', 'no-store').header('vary', 'Accept-Language');
      const items = found.map((answer) => statusView(messages, request.language, answer));
      return { items, checkedAt: clock.now().toISOString() };
    },
  );
}

/** A certificate as DER, as PEM, or as base64 of DER. Throws `http.body_invalid`. */
function certificateIn(body: unknown): Uint8Array {
  if (!(body instanceof Uint8Array) || body.length === 0) throw httpProblem('http.body_invalid');
  if (body[0] === 0x30) return body;
  try {
    const text = Buffer.from(body).toString('latin1');
    const der = text.includes('-----BEGIN') ? parsePem(text, 'CERTIFICATE')[0] : fromBase64(text.replace(/\s/g, ''));
    if (der) return der;
  } catch (cause) {
    throw httpProblem('http.body_invalid', { cause });
  }
  throw httpProblem('http.body_invalid');
}

async function mountByFile(app: RouteApp, { core }: ViewParts): Promise<void> {
  const { messages, clock } = core.context;
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    const options = { parseAs: 'buffer', bodyLimit: fileLimit } as const;
    scope.addContentTypeParser(
      [DER, PEM, 'application/octet-stream'],
      options,
      async (_request: unknown, body: unknown) => body,
    );
    const schema: Record<string, unknown> = {
      tags,
      security: [],
      summary: 'Status of a certificate by its file',
      description:
        'For everybody: DER or PEM. One that only looks like ours is answered with `unknown`. Nothing is kept.',
      consumes: [DER, PEM, 'application/octet-stream'],
      response: { 200: StatusView },
    };
    scope.post(base, { schema }, async (request, reply) => {
      const answer = await statusByCertificate(core, certificateIn(request.body));
      reply.header('cache-control', 'no-store').header('vary', 'Accept-Language');
      return {
        items: [statusView(messages, request.language, answer)],
        checkedAt: clock.now().toISOString(),
      };
    });
  });
}

/** Mounts the public status check. */
export async function mountStatusRoutes(app: RouteApp, parts: ViewParts): Promise<void> {
  mountBySerial(app, parts);
  await mountByFile(app, parts);
}
