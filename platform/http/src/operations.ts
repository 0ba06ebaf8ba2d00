import { timingSafeEqual } from 'node:crypto';
import type { Health, Metrics } from '@tra/platform-telemetry';
import { httpProblem } from './errors.ts';
import type { RouteApp } from './route-app.ts';

function holdsToken(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const open = { schema: { hide: true }, config: { anonymous: true } };

/** What operators ask: `/healthz` (the process runs), `/readyz` (it should be given work, or, with
 * `?system=`, that of one system) and `/metrics`. */
export function registerOperations(
  app: RouteApp,
  options: { readonly health: Health; readonly metrics: Metrics; readonly metricsToken?: string | undefined },
): void {
  const { health, metrics, metricsToken } = options;
  app.get('/healthz', open, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  );
  app.get('/readyz', open, async (request, reply) => {
    const { system } = request.query as { readonly system?: unknown };
    const found = system === undefined ? await health.ready() : await health.readyOf(String(system));
    if (!found) throw httpProblem('http.not_found');
    const { ready, checks } = found;
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: ready ? 'ready' : 'not ready', checks });
  });
  app.get('/metrics', open, async (request, reply) => {
    if (metricsToken !== undefined && !holdsToken(request.headers.authorization, metricsToken)) {
      throw httpProblem('http.sign_in_required', { headers: { 'www-authenticate': 'Bearer' } });
    }
    return reply
      .header('cache-control', 'no-store')
      .type(metrics.contentType)
      .send(await metrics.render());
  });
}
