import { fromHex, type Language, toBase64, toHex } from '@tra/kernel';
import { networkOf, type RouteApp } from '@tra/platform-http';
import { IMPRINT_ALGORITHMS, type Imprint, type ImprintAlgorithm, type IssuedToken, MAX_BATCH } from '@tra/timestamp';
import { Type } from 'typebox';
import type { TimestampService } from './service.ts';
import type { Caller, Gate } from './subscribers/gate.ts';

const example = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const Digest = {
  algorithm: Type.Optional(
    Type.Union(
      IMPRINT_ALGORITHMS.map((name) => Type.Literal(name)),
      { description: 'Algorithm that made the digest; sha256 unless told.' },
    ),
  ),
  digest: Type.String({
    pattern: '^(?:[0-9a-f]{2}){32,64}$',
    maxLength: 128,
    description: 'The digest, hexadecimal. The data itself stays where it is.',
    examples: [example],
  }),
};

const Policy = Type.Optional(
  Type.String({
    pattern: '^[0-2](\\.(0|[1-9][0-9]*))+$',
    maxLength: 128,
    description: 'Policy OID; the default one unless told.',
  }),
);

const Token = {
  token: Type.String({ description: 'Time-stamp token (RFC 3161, CMS ContentInfo) in DER, base64.' }),
  serial: Type.String({ description: 'Serial number, hexadecimal.' }),
  genTime: Type.String({ format: 'date-time', description: 'The time that the token states.' }),
  policy: Type.String(),
};

interface DigestBody {
  readonly algorithm?: ImprintAlgorithm;
  readonly digest: string;
}

function imprintOf({ algorithm = 'sha256', digest }: DigestBody): Imprint {
  return { algorithm, value: fromHex(digest) };
}

function tokenOf({ token, serial, genTime, policy }: IssuedToken): Record<string, string> {
  return { token: toBase64(token), serial: toHex(serial), genTime: genTime.toISOString(), policy };
}

interface Asking {
  readonly headers: { readonly authorization?: string };
  readonly ip: string;
  readonly language: Language;
}

function callerOf({ headers, ip, language }: Asking): Caller {
  return { authorization: headers.authorization, address: networkOf(ip), language };
}

/** Who shows a good key goes by the limits of the subscriber, not of the network address. */
function limitsOf(gate: Gate): { readonly ownLimits: (headers: { readonly authorization?: string }) => boolean } {
  return { ownLimits: ({ authorization }) => gate.knows(authorization) };
}

/** Octets of the largest body of a batch: each digest with its punctuation, and some to spare. */
const batchBytes = MAX_BATCH * 200 + 4096;

/** Mounts the JSON variants: one digest, and many under one token. */
export function mountTokenRoutes(app: RouteApp, service: TimestampService, gate: Gate): void {
  const common = { tags: ['timestamp'], security: [] };
  const config = limitsOf(gate);
  const single: Record<string, unknown> = {
    ...common,
    summary: 'Time-stamp a digest, in JSON',
    description:
      'As POST /timestamp: the token is the same, certificates inside. It is on record before it is returned. Beyond a quota the answer is 429 with Retry-After.',
    body: Type.Object({ ...Digest, policy: Policy, nonce: nonceSchema() }, { additionalProperties: false }),
    response: { 200: Type.Object(Token) },
  };
  app.post('/api/v1/timestamp/tokens', { schema: single, bodyLimit: 4096, config }, async (request, reply) => {
    const body = request.body as DigestBody & { policy?: string; nonce?: string };
    const { policy, nonce } = body;
    const order = {
      ...imprintOf(body),
      ...(policy ? { policy } : {}),
      ...(nonce ? { nonce: unsigned(fromHex(nonce)) } : {}),
    };
    const issued = await gate.pass({ count: 1, policy }, callerOf(request), async () => {
      const result = await service.issue(order);
      return { policy: result.policy, result };
    });
    return reply.header('cache-control', 'no-store').send(tokenOf(issued));
  });
  mountBatches(app, { service, gate }, common);
}

function mountBatches(
  app: RouteApp,
  { service, gate }: { readonly service: TimestampService; readonly gate: Gate },
  common: Record<string, unknown>,
): void {
  const batch: Record<string, unknown> = {
    ...common,
    summary: 'Time-stamp many digests with one token',
    description:
      'The digests become the entries of a Merkle tree (RFC 9162: each entry is the encoded MessageImprint of a digest), whose root is stamped. Each digest gets its way to the root, in the order they were given, and counts against the quota of a subscriber.',
    body: Type.Object(
      {
        digests: Type.Array(Type.Object(Digest, { additionalProperties: false }), { minItems: 1, maxItems: MAX_BATCH }),
        policy: Policy,
      },
      { additionalProperties: false },
    ),
    response: {
      200: Type.Object({
        ...Token,
        root: Type.String({ description: 'SHA-256 root of the tree, hexadecimal: what the token stamps.' }),
        size: Type.Integer(),
        proofs: Type.Array(
          Type.Object({
            index: Type.Integer(),
            path: Type.Array(Type.String({ description: 'SHA-256 hash, base64.' })),
          }),
        ),
      }),
    },
  };
  app.post(
    '/api/v1/timestamp/batches',
    { schema: batch, bodyLimit: batchBytes, config: limitsOf(gate) },
    async (request, reply) => {
      const { digests, policy } = request.body as { digests: readonly DigestBody[]; policy?: string };
      const { root, proofs, issued } = await gate.pass(
        { count: digests.length, policy },
        callerOf(request),
        async () => {
          const result = await service.issueBatch(digests.map(imprintOf), policy);
          return { policy: result.issued.policy, result };
        },
      );
      return reply.header('cache-control', 'no-store').send({
        ...tokenOf(issued),
        root: toHex(root),
        size: proofs.length,
        proofs: proofs.map(({ index, path }) => ({ index, path: path.map(toBase64) })),
      });
    },
  );
}

function nonceSchema(): ReturnType<typeof Type.Optional> {
  return Type.Optional(
    Type.String({
      pattern: '^(?:[0-9a-f]{2}){1,32}$',
      maxLength: 64,
      description: 'A number of the caller’s, hexadecimal, which the token then carries.',
    }),
  );
}

/** Content octets of an INTEGER that is not negative (X.690 clause 8.3). */
function unsigned(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const rest = bytes.subarray(start);
  return (rest[0] ?? 0) < 0x80 ? rest : Uint8Array.of(0, ...rest);
}
