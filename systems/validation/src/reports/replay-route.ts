import { networkOf, type RouteApp, Sha256 } from '@tra/platform-http';
import { type DetailedReport, type DiagnosticData, processPolicyOf } from '@tra/signature';
import { Type } from 'typebox';
import type { ValidationConfig } from '../config.ts';
import { refusedWith } from '../errors.ts';
import type { Gate } from '../gate.ts';
import { type ChosenPolicy, policyNamed, readUploadedPolicy } from '../policies.ts';
import type { RequestLimit } from '../request-limit.ts';
import { compareVerdicts, replay, type StatedVerdict, type VerdictDifference } from './replay.ts';

const anything = { additionalProperties: true } as const;
const Verdict = Type.Object(
  {
    token: Type.String({ maxLength: 1000, description: 'Id of the signature in the data.' }),
    indication: Type.String({ maxLength: 100, examples: ['TOTAL_PASSED'] }),
    subIndication: Type.Optional(Type.String({ maxLength: 100 })),
  },
  anything,
);

/** Body of POST /api/v1/validations/replays. */
const Asked = Type.Object({
  diagnostic: Type.Object({}, { ...anything, description: 'Diagnostic data, as the format `diagnostic` gives them.' }),
  policy: Type.Optional(
    Type.Union([Type.String({ maxLength: 100 }), Type.Object({}, anything)], {
      description: 'Key of a policy of the service, or a policy as JSON; the default one when absent.',
      examples: ['thailand'],
    }),
  ),
  expected: Type.Optional(
    Type.Object(
      { signatures: Type.Array(Verdict, { maxItems: 10_000 }) },
      { ...anything, description: 'Verdicts to compare with: a detailed report, or its signatures alone.' },
    ),
  ),
});

const Difference = Type.Object({
  token: Type.String(),
  stated: Type.Optional(Type.String({ description: 'Absent for a signature that was not stated.' })),
  found: Type.Optional(Type.String({ description: 'Absent for a signature that is not in the data.' })),
});

const Answer = Type.Object({
  policy: Type.Object({ name: Type.String(), sha256: Sha256 }),
  diagnosticDataSha256: Sha256,
  same: Type.Optional(
    Type.Boolean({ description: 'Whether every verdict is the stated one; absent when none was stated.' }),
  ),
  differences: Type.Array(Difference),
  detailed: Type.Object(
    {},
    { ...anything, description: 'The detailed report; the same data and policy give the same.' },
  ),
});

const schema = {
  summary: 'Judge again what was judged before',
  description:
    'Runs the validation process of EN 319 102-1 over diagnostic data of a former validation: nothing is fetched, no clock is read, and the same data and ' +
    'policy give the same report years later. With another policy it tells what that would have said. With `expected` the answer says whether the verdicts ' +
    'are the stated ones. Nothing is kept. It says nothing about whether the data are true: only the document does.' +
    refusedWith(
      ...(['validation.replay_invalid', 'validation.replay_too_large', 'validation.replay_time'] as const),
      ...(['validation.policy_unknown', 'validation.policy_invalid'] as const),
    ),
  tags: ['validation'],
  security: [],
  body: Asked,
  response: { 200: Answer },
};

interface Body {
  readonly diagnostic: DiagnosticData;
  readonly policy?: string | object;
  readonly expected?: { readonly signatures: readonly StatedVerdict[] };
}

const largestBody = 16 * 1024 * 1024;

/** What the route stands on. */
export interface ReplayParts {
  readonly config: ValidationConfig;
  readonly gate: Gate;
  readonly limit: RequestLimit;
}

/** Mounts POST /api/v1/validations/replays. */
export function mountReplayRoute(app: RouteApp, { config, gate, limit }: ReplayParts): void {
  const limits = { milliseconds: config.secondsPerDocument * 1000, megabytes: config.megabytesPerProcess };
  app.post('/api/v1/validations/replays', { schema, bodyLimit: largestBody }, async (request, reply) => {
    limit.count(networkOf(request.ip));
    const { diagnostic, policy, expected } = request.body as Body;
    const rules = processPolicyOf(chosen(policy).rules);
    const detailed = await gate.run(() => replay({ diagnostic, policy: rules }, limits));
    reply.header('cache-control', 'no-store');
    return replayAnswer(detailed, expected?.signatures);
  });
}

function chosen(policy: string | object | undefined): ChosenPolicy {
  if (typeof policy !== 'object') return policyNamed(policy);
  return readUploadedPolicy(new TextEncoder().encode(JSON.stringify(policy)));
}

/** What a replay is answered with. */
export interface ReplayAnswer {
  readonly policy: DetailedReport['policy'];
  readonly diagnosticDataSha256: string;
  readonly same?: boolean;
  readonly differences: VerdictDifference[];
  readonly detailed: DetailedReport;
}

/** The answer about a replay. */
export function replayAnswer(detailed: DetailedReport, stated: readonly StatedVerdict[] | undefined): ReplayAnswer {
  const differences = stated ? [...compareVerdicts(detailed, stated)] : [];
  const { diagnosticDataSha256, policy } = detailed;
  return { policy, diagnosticDataSha256, ...(stated ? { same: differences.length === 0 } : {}), differences, detailed };
}
