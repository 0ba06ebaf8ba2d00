import type { Language } from '@tra/kernel';
import { HttpProblem } from '@tra/platform-http';
import { formatDateTime } from '@tra/platform-i18n';
import type { AuthorityReply, IssuedToken, StampOrder } from '@tra/timestamp';
import { encodeRejection, parseRequest, rejection } from '@tra/timestamp';
import { TimestampSystemError } from '../errors.ts';
import { waitText } from '../words.ts';
import type { Admission, AdmissionDesk, Admitted, Refused, Settlement } from './admission.ts';

/** Who asks. */
export interface Caller {
  /** The Authorization header. */
  readonly authorization: string | undefined;
  /** The network address, as limits count it. */
  readonly address: string;
  /** The reader's language, for what a problem says of a wait; Thai without it. */
  readonly language?: Language;
}

/** The service behind the gate. */
export interface Stamping {
  answer(request: Uint8Array): AuthorityReply | Promise<AuthorityReply>;
  issue(order: StampOrder): Promise<IssuedToken>;
}

/** What a caller may ask through HTTP: within its limits, counted. */
export interface Gate {
  /**
   * As `respond` of the service. Who has used up a quota gets a PKIStatus of rejection (systemFailure, with the reason as text), as time-stamp
   * clients understand it. At once where nothing has to be waited for. Throws or rejects with a 401 problem for a wrong or missing key.
   */
  respond(request: Uint8Array, caller: Caller): Uint8Array | Promise<Uint8Array>;
  /** Runs `work` for a JSON request over `count` digests. Rejects with a 401, 403 or 429 problem, or as `work` does. */
  pass<R>(
    order: { readonly count: number; readonly policy: string | undefined },
    caller: Caller,
    work: () => Promise<{ readonly policy: string; readonly result: R }>,
  ): Promise<R>;
  /** Whether the header holds a key that goes by limits of its own. */
  knows(authorization: string | undefined): boolean;
}

/** Makes the gate. `policy`: what a request asks for that names none. */
export function createGate(desk: AdmissionDesk, service: Stamping, { policy }: { readonly policy: string }): Gate {
  const answer = (request: Uint8Array, admission: Admission): Uint8Array | Promise<Uint8Array> => {
    if (admission.refusal !== undefined) return refuseQuery(admission);
    if (admission.policies && !admission.policies.has(policyAsked(request) ?? policy)) {
      admission.settle({ failure: 'unacceptedPolicy' });
      return rejection('unacceptedPolicy').response;
    }
    return settled(admission, () => service.answer(request), { settlementOf, resultOf: responseOf });
  };
  return {
    respond: (request, { authorization, address }) => {
      const admission = desk.admit({ authorization, address });
      return admission instanceof Promise
        ? admission.then((decided) => answer(request, decided))
        : answer(request, admission);
    },
    pass: async (order, { authorization, address, language }, work) => {
      const admission = await desk.admit({ authorization, address, count: order.count });
      if (admission.refusal !== undefined) throw problemOf(admission, language);
      const asked = order.policy ?? policy;
      if (admission.policies && !admission.policies.has(asked)) {
        admission.settle({ failure: 'unacceptedPolicy' });
        throw new TimestampSystemError('timestamp.policy_not_subscribed', { params: { policy: asked } });
      }
      return settled(admission, work, { settlementOf: policyOf, resultOf: (made) => made.result });
    },
    knows: (authorization) => desk.knows(authorization),
  };
}

function responseOf({ response }: AuthorityReply): Uint8Array {
  return response;
}

function policyOf({ policy }: { readonly policy: string }): Settlement {
  return { policy };
}

function settlementOf({ issued, failure }: AuthorityReply): Settlement {
  return { policy: issued?.policy, failure };
}

function settled<W, R>(
  admission: Admitted,
  work: () => W | Promise<W>,
  made: { readonly settlementOf: (work: W) => Settlement; readonly resultOf: (work: W) => R },
): R | Promise<R> {
  const done = (result: W): R => {
    admission.settle(made.settlementOf(result));
    return made.resultOf(result);
  };
  const failed = (error: unknown): never => {
    const { code } = error as { code?: unknown };
    admission.settle({ failure: typeof code === 'string' ? code : 'systemFailure' });
    throw error;
  };
  let result: W | Promise<W>;
  try {
    result = work();
  } catch (error) {
    return failed(error);
  }
  return result instanceof Promise ? result.then(done, failed) : done(result);
}

/** The policy that a request names; an unreadable request is refused by the authority itself. */
function policyAsked(request: Uint8Array): string | undefined {
  try {
    return parseRequest(request).policy;
  } catch {
    return undefined;
  }
}

const challenge = 'Bearer realm="timestamp", Basic realm="timestamp", charset="UTF-8"';
const withoutKey = new Set<Refused['refusal']>(['key_invalid', 'key_required']);

const texts: Readonly<Partial<Record<Refused['refusal'], string>>> = {
  subscriber_inactive: 'the subscription is not active',
  rate: 'rate of requests exceeded',
  quota_day: 'daily quota used up',
  quota_month: 'monthly quota used up',
  anonymous_quota: 'daily quota of this address used up',
};

/** The answer to a time-stamp query of somebody who may not stamp now. Throws a 401 or 503 problem. */
function refuseQuery(refused: Refused): Uint8Array {
  const text = texts[refused.refusal];
  if (text === undefined) throw problemOf(refused);
  const { retryAfter, until } = refused;
  const at = until === undefined ? '' : ` (${formatDateTime(new Date(until), 'en')}, Bangkok)`;
  const wait = retryAfter === undefined ? '' : `; retry after ${waitText(retryAfter, 'en')}${at}`;
  return encodeRejection('systemFailure', text + wait);
}

const statuses: Readonly<Record<Refused['refusal'], number>> = {
  key_invalid: 401,
  key_required: 401,
  subscriber_inactive: 403,
  rate: 429,
  quota_day: 429,
  quota_month: 429,
  anonymous_quota: 429,
  keys_unavailable: 503,
};
const codes = {
  key_invalid: 'timestamp.key_invalid',
  key_required: 'timestamp.key_required',
  subscriber_inactive: 'timestamp.subscriber_inactive',
  rate: 'timestamp.rate',
  quota_day: 'timestamp.quota_day',
  quota_month: 'timestamp.quota_month',
  anonymous_quota: 'timestamp.anonymous_quota',
  keys_unavailable: 'timestamp.keys_unavailable',
} as const satisfies Record<Refused['refusal'], string>;

function problemOf({ refusal, retryAfter, until }: Refused, language: Language = 'th'): HttpProblem {
  return new HttpProblem(codes[refusal], statuses[refusal], {
    params: {
      ...(retryAfter === undefined ? {} : { wait: waitText(retryAfter, language) }),
      ...(until === undefined ? {} : { until: formatDateTime(new Date(until), language) }),
    },
    headers: {
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      ...(withoutKey.has(refusal) ? { 'www-authenticate': challenge } : {}),
    },
  });
}
