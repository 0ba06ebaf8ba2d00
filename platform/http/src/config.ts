import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { Type } from 'typebox';

/** The section `http` of the configuration. */
export interface HttpSettings {
  readonly trustProxy: readonly string[];
  readonly bodyLimitBytes: number;
  readonly requestTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly handlerTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly drainDelayMs: number;
  readonly closeGraceMs: number;
  readonly rateLimitPerAddress: number;
  readonly rateLimitPerAccount: number;
  readonly rateLimitWindowMs: number;
  readonly idempotencyHours: number;
  readonly metricsToken?: string;
}

/** All that {@link createHttpServer} needs to know: the section `http` and where to listen. */
export interface HttpConfig extends HttpSettings {
  readonly host: string;
  readonly port: number;
  /** No slash at the end. */
  readonly publicUrl: string;
}

const milliseconds = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 0, maximum: 3_600_000, description: `${description}, milliseconds.` });

/** The section `http`. */
export const httpConfig: ConfigSection<HttpSettings> = defineConfig<HttpSettings>(
  'http',
  Type.Object({
    trustProxy: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Addresses or networks (CIDR) of proxies whose X-Forwarded-* headers are believed.',
    }),
    bodyLimitBytes: Type.Integer({
      default: 1_048_576,
      minimum: 1024,
      maximum: 104_857_600,
      description: 'Largest request body, bytes, for routes that state no other.',
    }),
    requestTimeoutMs: milliseconds(120_000, 'Time in which a request must have arrived completely'),
    headersTimeoutMs: milliseconds(10_000, 'Time in which the headers of a request must have arrived'),
    handlerTimeoutMs: Type.Integer({
      default: 120_000,
      minimum: 1,
      maximum: 3_600_000,
      description: 'Time a route has for its answer before 503, milliseconds.',
    }),
    idleTimeoutMs: milliseconds(60_000, 'Time after which a connection on which nothing moves is cut'),
    keepAliveTimeoutMs: milliseconds(5_000, 'Time a connection is kept open between requests'),
    drainDelayMs: milliseconds(0, 'Time between /readyz saying no and the end of accepting connections'),
    closeGraceMs: milliseconds(15_000, 'Time running requests have to finish at shutdown'),
    rateLimitPerAddress: Type.Integer({
      default: 12_000,
      minimum: 0,
      description: 'Requests per window from one network address; 0 for no limit.',
    }),
    rateLimitPerAccount: Type.Integer({
      default: 12_000,
      minimum: 0,
      description: 'Requests per window of one account; 0 for no limit.',
    }),
    rateLimitWindowMs: Type.Integer({
      default: 60_000,
      minimum: 100,
      maximum: 86_400_000,
      description: 'Window of the rate limits, milliseconds.',
    }),
    idempotencyHours: Type.Integer({
      default: 24,
      minimum: 1,
      maximum: 720,
      description: 'How long the answer to a request with an Idempotency-Key is kept, hours.',
    }),
    metricsToken: Type.Optional(
      Type.String({ minLength: 16, description: 'Bearer token that /metrics asks for; open when absent.' }),
    ),
  }),
  { secret: ['metricsToken'] },
);

/** The defaults of the section `http` with a port the system chooses; for tests. */
export function defaultHttpSettings(): HttpSettings {
  const settings: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(httpConfig.schema.properties)) {
    const { default: value } = property as { default?: unknown };
    if (value !== undefined) settings[key] = value;
  }
  return settings as unknown as HttpSettings;
}
