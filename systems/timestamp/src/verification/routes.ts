import { createHash } from 'node:crypto';
import { type ErrorParams, toHex } from '@tra/kernel';
import type { Certificate, DigestName } from '@tra/pki';
import { type RouteApp, Sha256, Timestamp } from '@tra/platform-http';
import type { Messages } from '@tra/platform-i18n';
import type { Accuracy } from '@tra/timestamp';
import { type Static, type TSchema, Type } from 'typebox';
import { wordsOf } from '../words.ts';
import {
  plainChecks,
  type Verification,
  type VerificationOrder,
  type VerificationSources,
  verifyOrder,
} from './verify.ts';

const digests: readonly DigestName[] = ['sha1', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512'];
const maxTokenText = 131_072;

const Verdict = Type.Unsafe<'passed' | 'failed' | 'indeterminate'>({
  type: 'string',
  enum: ['passed', 'failed', 'indeterminate'],
});
const Params: TSchema = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
  description: 'Values for the message; times among them are RFC 3339 in UTC.',
});
const base64 = (maxLength: number, description: string) =>
  Type.String({ minLength: 4, maxLength, pattern: '^[A-Za-z0-9+/]+={0,2}$', description });

const Order = Type.Object(
  {
    token: base64(maxTokenText, 'The token (CMS ContentInfo), or the whole TimeStampResp, in DER, base64.'),
    digest: Type.Optional(
      Type.Object(
        {
          algorithm: Type.Optional(
            Type.Unsafe<DigestName>({
              type: 'string',
              enum: [...digests],
              default: 'sha256',
              description: 'What made the digest.',
            }),
          ),
          digest: Type.String({
            pattern: '^(?:[0-9a-f]{2}){20,64}$',
            maxLength: 128,
            description: 'Of the data, hexadecimal.',
          }),
        },
        {
          additionalProperties: false,
          description: 'Without it the token is judged, but not whose it is: the verdict is then indeterminate.',
        },
      ),
    ),
    proof: Type.Optional(
      Type.Object(
        {
          index: Type.Integer({ minimum: 0, maximum: 9_999 }),
          size: Type.Integer({ minimum: 1, maximum: 10_000 }),
          path: Type.Array(base64(44, 'SHA-256 hash, base64.'), { maxItems: 14 }),
        },
        {
          additionalProperties: false,
          description: 'Where the digest stands in the batch that was stamped. It needs the digest.',
        },
      ),
    ),
    trust: Type.Optional(
      Type.Array(base64(32_768, 'Certificate in DER, base64.'), {
        maxItems: 10,
        description: 'Certificates that you trust, such as the root of a foreign time-stamping authority.',
      }),
    ),
  },
  { additionalProperties: false },
);

const Report = Type.Object({
  verdict: Verdict,
  code: Type.String({ description: 'The decisive check, `timestamp.token_valid` when all passed.' }),
  message: Type.String({ description: 'The same in a sentence, in the language that Accept-Language asks for.' }),
  params: Params,
  checks: Type.Array(
    Type.Object({
      code: Type.String({ description: 'Stable code of the check.' }),
      status: Verdict,
      message: Type.String({ description: 'What was found, in a sentence.' }),
      clause: Type.Optional(Type.String({ description: 'The clause of the standard that demands it.' })),
      params: Type.Optional(Params),
    }),
  ),
  token: Type.Optional(
    Type.Object(
      {
        genTime: Timestamp,
        accuracyMs: Type.Optional(Type.Number({ description: 'By how much the time may be wrong, milliseconds.' })),
        serial: Type.String({ description: 'Hexadecimal.' }),
        policy: Type.String(),
        algorithm: Type.String({ description: 'What made the digest, by name or OID.' }),
        digest: Type.String({ description: 'What was stamped, hexadecimal.' }),
        nonce: Type.Optional(Type.String({ description: 'Hexadecimal.' })),
        qualified: Type.Boolean({
          description: 'Whether the token calls itself qualified (ETSI EN 319 422 clause 9.1).',
        }),
        ordering: Type.Boolean(),
      },
      { description: 'What the token states; proven only when the verdict is passed.' },
    ),
  ),
  authority: Type.Optional(
    Type.Object({
      subject: Type.String(),
      issuer: Type.String(),
      notBefore: Timestamp,
      notAfter: Timestamp,
      sha256: Sha256,
      own: Type.Boolean({ description: 'Whether it is a unit of this authority.' }),
      trustedByCaller: Type.Boolean({ description: 'Whether it is trusted because of `trust` in the request only.' }),
    }),
  ),
});

/** Mounts the verification of tokens: the data itself stays where it is. */
export function mountVerificationRoutes(app: RouteApp, sources: VerificationSources, messages: Messages): void {
  const schema = {
    ...{
      tags: ['timestamp'],
      security: [],
      summary: 'Verify a time-stamp token',
      body: Order,
      response: { 200: Report },
    },
    description:
      'Judges a token of this authority or of another by its digest: imprint, signature, certificate identifier, purpose, path and revocation at the stated time. Trusted are the roots of this authority and what the request brings. Nothing is stored.',
  };
  app.post('/api/v1/timestamp/verifications', { bodyLimit: 512 * 1024, schema }, async (request, reply) => {
    const { digest, ...rest } = request.body as Static<typeof Order>;
    const order: VerificationOrder = {
      ...rest,
      ...(digest ? { digest: { algorithm: digest.algorithm ?? 'sha256', digest: digest.digest } } : {}),
    };
    const say: Say = (item) => wordsOf(messages, request.language, item);
    return reply.header('cache-control', 'no-store').send(view(await verifyOrder(sources, order), say));
  });
}

type Say = (item: { readonly code: string; readonly params?: ErrorParams }) => string;

function view({ report, own, trustedByCaller }: Verification, say: Say): Static<typeof Report> {
  const { verdict, code, params, checks, info, certificate } = report;
  return {
    ...{ verdict, code, params: textParams(params), message: say({ code, params: textParams(params) }) },
    checks: plainChecks(checks).map((check) => {
      const worded = { ...check, params: textParams(check.params ?? {}) };
      return { ...worded, message: say(worded) };
    }) as Static<typeof Report>['checks'],
    ...(info
      ? {
          token: {
            genTime: info.genTime.toISOString(),
            ...(info.accuracy ? { accuracyMs: millisecondsOf(info.accuracy) } : {}),
            ...{ serial: info.serialHex, policy: info.policy, qualified: info.qualified, ordering: info.ordering },
            algorithm: info.imprint.algorithm ?? info.imprint.algorithmOid,
            digest: toHex(info.imprint.value),
            ...(info.nonce ? { nonce: toHex(info.nonce) } : {}),
          },
        }
      : {}),
    ...(certificate ? { authority: { ...authorityView(certificate), own, trustedByCaller } } : {}),
  };
}

function authorityView({ subject, issuer, notBefore, notAfter, der }: Certificate) {
  return {
    ...{ subject: subject.text, issuer: issuer.text },
    ...{ notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() },
    sha256: createHash('sha256').update(der).digest('hex'),
  };
}

function textParams(params: ErrorParams): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === 'number' ? value : String(value)]),
  );
}

function millisecondsOf({ seconds = 0, millis = 0, micros = 0 }: Accuracy): number {
  return seconds * 1000 + millis + micros / 1000;
}
