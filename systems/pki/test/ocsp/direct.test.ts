import { ocspFailure } from '@tra/pki';
import type { HttpServer } from '@tra/platform-http';
import { createTestHttpServer } from '@tra/platform-http/testing';
import { createTelemetry } from '@tra/platform-telemetry';
import { afterEach, describe, expect, it } from 'vitest';
import type { PkiConfig } from '../../src/config.ts';
import type { OcspReply, OcspService } from '../../src/ocsp/responder-service.ts';
import { mountOcspRoutes } from '../../src/ocsp/routes.ts';

const bytes = Buffer.from('answer');
const answer = { bytes, etag: '"x"', lastModified: 'x', expires: 'x' };
const { logger, metrics } = createTelemetry({ level: 'silent', processMetrics: false });

let server: HttpServer;
afterEach(() => server.close());

async function start(service: Partial<OcspService>): Promise<string> {
  server = await createTestHttpServer({ logger, metrics });
  const whole = { quick: () => undefined, ...service } as OcspService;
  await mountOcspRoutes(server.app, whole, {
    metrics,
    logger,
    config: { ocspMaxAgeMinutes: 60 } as PkiConfig,
  });
  return await server.listen();
}

/** Asks past the framework, and with a cookie through it. */
async function both(origin: string): Promise<string[]> {
  const ask = async (own: Record<string, string>): Promise<string> => {
    const headers = { 'content-type': 'application/ocsp-request', ...own };
    const reply = await fetch(`${origin}/pki/ocsp`, { method: 'POST', headers, body: 'question' });
    const text = Buffer.from(await reply.arrayBuffer()).toString('base64');
    return [reply.status, reply.headers.get('content-type'), reply.headers.get('cache-control'), text].join(' ');
  };
  return [await ask({}), await ask({ cookie: 'a=b' })];
}

describe('an answer to POST without the framework', () => {
  it.each<[string, Partial<OcspService>, string]>([
    ['ready', { quick: () => answer as never }, 'ready'],
    ['made', { respond: async (): Promise<OcspReply> => ({ kind: 'made', bytes }) }, 'made'],
    [
      'failed',
      {
        respond: async (): Promise<OcspReply> => ({
          ...{ kind: 'failed', failure: 'tryLater', bytes: Buffer.from(ocspFailure('tryLater')) },
        }),
      },
      'tryLater',
    ],
    ['thrown', { respond: () => Promise.reject(new Error('broken')) }, 'internalError'],
  ])('that is %s equals the one with it, and is counted as it is', async (_name, service, kind) => {
    const counted = async (): Promise<number> => {
      const line = new RegExp(`^tra_pki_ocsp_responses_total\\{kind="${kind}"\\} (\\d+)`, 'm');
      return Number(line.exec(await metrics.render())?.[1] ?? 0);
    };
    const origin = await start(service);
    const before = await counted();
    const [direct, ordinary] = await both(origin);
    expect(direct).toBe(ordinary);
    expect(direct).toMatch(/^200 application\/ocsp-response /);
    expect(await counted()).toBe(before + 2);
  });
});
