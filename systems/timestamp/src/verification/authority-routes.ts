import { createHash } from 'node:crypto';
import { parseCertificate } from '@tra/pki';
import { type RouteApp, Sha256, Timestamp } from '@tra/platform-http';
import type { SystemContext } from '@tra/platform-system';
import { IMPRINT_ALGORITHMS } from '@tra/timestamp';
import { Type } from 'typebox';
import type { TimestampConfig } from '../config.ts';
import { policyLines } from '../policies.ts';
import type { TimestampPorts } from '../ports.ts';
import type { TimestampServices } from '../service.ts';

const Certificate = Type.Object({
  subject: Type.String(),
  issuer: Type.String(),
  serial: Type.String({ description: 'Hexadecimal.' }),
  notBefore: Timestamp,
  notAfter: Timestamp,
  sha256: Sha256,
  kind: Type.Unsafe<'signing' | 'past' | 'authority'>({
    type: 'string',
    enum: ['signing', 'past', 'authority'],
    description: 'A unit that signs now, one that signed before, or a certification authority above them.',
  }),
  revoked: Type.Optional(
    Type.Boolean({
      description: 'Whether the certificate of a unit is revoked or suspended; missing where that is not known.',
    }),
  ),
  certificate: Type.String({ description: 'DER, base64.' }),
});

const Policy = Type.Object({
  oid: Type.String(),
  default: Type.Boolean({ description: 'Whether requests that name none get this one.' }),
  accuracyMs: Type.Optional(
    Type.Integer({ description: 'By how much the time may be wrong; none stated when absent.' }),
  ),
  digests: Type.Array(Type.String(), { description: 'Algorithms of digests that are taken.' }),
  algorithm: Type.String({ description: 'Key and signature of the unit.' }),
  qualified: Type.Boolean(),
});

const Authority = Type.Object({
  clock: Type.Unsafe<ReturnType<NonNullable<TimestampPorts['time']>['status']>['state']>({
    type: 'string',
    enum: ['unsupervised', 'in-sync', 'soon-out', 'out', 'unknown'],
    description: 'Whether time can be vouched for now; nothing is stamped while out or unknown.',
  }),
  anonymous: Type.Boolean({ description: 'Whether stamping needs no key.' }),
  anonymousPerDay: Type.Optional(
    Type.Integer({ description: 'Digests in a day for one network address without a key.' }),
  ),
  subscribers: Type.Boolean({ description: 'Whether there are subscriptions.' }),
  endpoints: Type.Object({ query: Type.String(), tokens: Type.String(), batches: Type.String(), chain: Type.String() }),
  policies: Type.Array(Policy),
  certificates: Type.Array(Certificate),
});

/** What the page about the authority is made of. */
export interface AuthoritySources {
  readonly context: SystemContext<TimestampConfig>;
  readonly service: Pick<TimestampServices, 'chain'>;
  readonly ports: TimestampPorts;
}

/** Mounts what everybody may know of the authority: certificates, policies, addresses, and how its clock stands. */
export function mountAuthorityRoutes(app: RouteApp, { context, service, ports }: AuthoritySources): void {
  const { config, server, clock } = context;
  const schema = {
    ...{ tags: ['timestamp'], security: [], summary: 'The time-stamping authority', response: { 200: Authority } },
    description: 'Units with their certificates, policies, addresses and the state of the clock.',
  };
  app.get('/api/v1/timestamp/authority', { schema }, async (_request, reply) => {
    const lines = policyLines(config);
    const chain = await service.chain();
    reply.header('cache-control', 'no-store');
    return {
      clock: ports.time?.status().state ?? 'unsupervised',
      anonymous: config.anonymous === 'allowed',
      ...(config.anonymousPerDay > 0 ? { anonymousPerDay: config.anonymousPerDay } : {}),
      subscribers: config.subscribers === 'on',
      endpoints: {
        query: `${server.publicUrl}/timestamp`,
        tokens: `${server.publicUrl}/api/v1/timestamp/tokens`,
        batches: `${server.publicUrl}/api/v1/timestamp/batches`,
        chain: `${server.publicUrl}/timestamp/chain.pem`,
      },
      policies: lines.flatMap(({ algorithm, policies }) =>
        policies.map(({ oid, accuracy = { seconds: 1 }, imprints = IMPRINT_ALGORITHMS, qualified = false }) => ({
          ...{ oid, default: oid === config.policy, digests: [...imprints], algorithm, qualified },
          accuracyMs: (accuracy.seconds ?? 0) * 1000 + (accuracy.millis ?? 0),
        })),
      ),
      certificates: await Promise.all(
        chain.map(async (der, index) => ({
          ...certificateView(der, index < lines.length, clock.now()),
          ...(await standingOf(ports, der, chain)),
        })),
      ),
    };
  });
}

/** Whether a unit is revoked; nothing of authorities, and where nobody here knows. */
async function standingOf({ certificates }: TimestampPorts, der: Uint8Array, chain: readonly Uint8Array[]) {
  const { isCa, issuer, serialHex } = parseCertificate(der);
  const issuing = chain.find((one) => !isCa && parseCertificate(one).subject.text === issuer.text);
  if (!issuing) return {};
  const revoked = await certificates.isRevoked?.({ serialHex, issuing }).catch(() => undefined);
  return revoked === undefined ? {} : { revoked };
}

function certificateView(der: Uint8Array, signs: boolean, now: Date) {
  const { subject, issuer, serialHex, notBefore, notAfter, isCa } = parseCertificate(der);
  const signing = signs && notBefore <= now && now <= notAfter;
  return {
    ...{ subject: subject.text, issuer: issuer.text, serial: serialHex },
    ...{ notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() },
    sha256: createHash('sha256').update(der).digest('hex'),
    kind: isCa ? ('authority' as const) : signing ? ('signing' as const) : ('past' as const),
    certificate: Buffer.from(der).toString('base64'),
  };
}
