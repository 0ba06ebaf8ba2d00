import type { Clock, Random, Signer } from '@tra/kernel';
import type { Certificate } from '@tra/pki';
import { TimestampError, type TimestampErrorCode } from './errors.ts';
import { FAILURE_TEXTS, type FailureName } from './failure.ts';
import { createGenTimeWriter, type GenTimeWriter } from './gen-time.ts';
import { encodeImprint, type ImprintAlgorithm } from './imprint.ts';
import { type CompiledPolicy, compilePolicy } from './policy.ts';
import { parseRequest, RequestRefusal, type TimestampRequest } from './request.ts';
import { encodeRejection } from './response.ts';
import { createSelfChecker, type SelfCheck, type SelfChecker } from './self-check.ts';
import { createSerialSource, type SerialSource } from './serial.ts';
import { createInfoWriter, createTokenWriter, type InfoWriter, type TokenWriter } from './token-writer.ts';
import { checkUnit, type TimestampingUnit } from './unit.ts';

/** Input of {@link createAuthority}. */
export interface AuthorityOptions {
  /** Keys with the policies that each stamps under. The first policy of the first unit is that of requests which name none. */
  readonly units: readonly TimestampingUnit[];
  readonly clock: Clock;
  readonly random: Random;
  /** Whether time can be vouched for to `accuracyMs` now; asked for every token. Always unless told. */
  readonly timeAvailable?: (accuracyMs: number) => boolean;
  /** `sampled` unless told. */
  readonly selfCheck?: SelfCheck;
}

/** One token with the facts that a record of it needs. */
export interface IssuedToken {
  /** CMS ContentInfo in DER. */
  readonly token: Uint8Array;
  /** TSTInfo in DER: all that was vouched for. */
  readonly info: Uint8Array;
  /** Content octets, 20. */
  readonly serial: Uint8Array;
  readonly genTime: Date;
  readonly policy: string;
  readonly digestAlgorithm: ImprintAlgorithm;
  readonly digest: Uint8Array;
}

/** Answer to a request: a granted one carries the issued token, a rejected one the failure. */
export interface AuthorityReply {
  /** TimeStampResp in DER. */
  readonly response: Uint8Array;
  readonly issued?: IssuedToken;
  readonly failure?: FailureName;
}

/** What to stamp directly. */
export interface StampOrder {
  readonly algorithm: ImprintAlgorithm;
  /** The digest. */
  readonly value: Uint8Array;
  /** The default policy unless told. */
  readonly policy?: string;
  /** Content octets of an INTEGER. */
  readonly nonce?: Uint8Array;
}

/** A time-stamping authority (RFC 3161 with RFC 5816). */
export interface TimestampAuthority {
  /** Answers any bytes with a TimeStampResp; never throws on a bad request. Rejects only when a signer does or a self check fails. */
  respond(request: Uint8Array): Promise<AuthorityReply>;
  /** As `respond`; at once, throwing where that rejects, when there is nothing to sign or the signer signs at once. */
  answer(request: Uint8Array): AuthorityReply | Promise<AuthorityReply>;
  /** Stamps a digest directly, certificates included. Throws {@link TimestampError}. */
  stamp(order: StampOrder): Promise<IssuedToken>;
  /** Throws {@link TimestampError} when a unit cannot issue now: expired, or found wrong by a self check. */
  check(): void;
}

/** Constant answers, made once. */
const rejections: ReadonlyMap<FailureName, AuthorityReply> = new Map(
  (Object.keys(FAILURE_TEXTS) as FailureName[]).map((failure) => [
    failure,
    { response: encodeRejection(failure, FAILURE_TEXTS[failure]), failure },
  ]),
);

/** The answer that refuses with `failure`; the same bytes every time. */
export function rejection(failure: FailureName): AuthorityReply {
  return rejections.get(failure) ?? { response: encodeRejection(failure, FAILURE_TEXTS[failure]), failure };
}

/** Which failure stands for what is thrown while a token is made. */
const failureOf: Partial<Record<TimestampErrorCode, FailureName>> = {
  'timestamp.policy_unsupported': 'unacceptedPolicy',
  'timestamp.digest_unsupported': 'badAlg',
  'timestamp.time_unavailable': 'timeNotAvailable',
  'timestamp.unit_expired': 'systemFailure',
};

/**
 * Makes an authority from keys, their certificates and policies. A request is routed by the policy it names; imprints, extensions,
 * accuracy and the statement of a qualified token are the policy's. Nothing is stamped while time cannot be vouched for or the
 * certificate is not valid. Throws {@link TimestampError} `timestamp.unit_invalid` when key, certificate and purpose do not belong
 * together, `timestamp.policy_invalid`.
 *
 * @example
 * const units = [{ signer, certificate, chain: [issuing], policies: [{ oid: '1.2.3.4', accuracy: { seconds: 1 } }] }];
 * const authority = createAuthority({ units, clock, random });
 * const { response } = await authority.respond(requestDer);
 */
export function createAuthority(options: AuthorityOptions): TimestampAuthority {
  const routes = routesOf(options);
  const [first] = routes.values();
  if (!first) throw new TimestampError('timestamp.policy_invalid', { params: { policy: '', reason: 'none' } });
  const issue = issuer(options);
  const route = (policy: string | undefined): Route => {
    const found = policy === undefined ? first : routes.get(policy);
    if (!found) throw new TimestampError('timestamp.policy_unsupported', { params: { policy: String(policy) } });
    return found;
  };
  const answer = (bytes: Uint8Array): AuthorityReply | Promise<AuthorityReply> => {
    try {
      const request = parseRequest(bytes);
      const found = route(request.policy);
      const { acceptedExtensions } = found.policy;
      if (!request.extensions.every((oid) => acceptedExtensions.has(oid))) return rejection('unacceptedExtension');
      return issue(found, request);
    } catch (error) {
      return refused(error);
    }
  };
  return {
    answer,
    respond: async (bytes) => answer(bytes),
    stamp: async ({ algorithm, value, policy, nonce }) => {
      const imprint = { algorithm, value, der: encodeImprint(algorithm, value) };
      return (await issue(route(policy), { imprint, certReq: true, ...(nonce ? { nonce } : {}) })).issued;
    },
    check: () => {
      for (const { unit } of routes.values()) {
        unit.checker.requireSound();
        checkValidity(unit.certificate, options.clock.now().getTime());
      }
    },
  };
}

/** The rejection that stands for `error`; throws what none stands for. */
function refused(error: unknown): AuthorityReply {
  const failure =
    error instanceof RequestRefusal
      ? error.failure
      : error instanceof TimestampError
        ? failureOf[error.code]
        : undefined;
  if (!failure) throw error;
  return rejection(failure);
}

interface RunningUnit {
  readonly certificate: Certificate;
  readonly signer: Signer;
  readonly writer: TokenWriter;
  readonly checker: SelfChecker;
}

interface Route {
  readonly policy: CompiledPolicy;
  readonly writeInfo: InfoWriter;
  readonly unit: RunningUnit;
}

function routesOf({ units, selfCheck = 'sampled' }: AuthorityOptions): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>();
  for (const unit of units) {
    const certificate = checkUnit(unit);
    const { signer } = unit;
    const checker = createSelfChecker(selfCheck, certificate);
    const running = { certificate, signer, writer: createTokenWriter(unit), checker };
    for (const rules of unit.policies) {
      if (routes.has(rules.oid))
        throw new TimestampError('timestamp.policy_invalid', { params: { policy: rules.oid, reason: 'twice' } });
      const policy = compilePolicy(rules);
      routes.set(rules.oid, { policy, writeInfo: createInfoWriter(policy), unit: running });
    }
  }
  return routes;
}

function checkValidity(certificate: Certificate, now: number): void {
  if (now < certificate.notBefore.getTime() || now > certificate.notAfter.getTime())
    throw new TimestampError('timestamp.unit_expired', { params: { notAfter: certificate.notAfter.toISOString() } });
}

type Order = Pick<TimestampRequest, 'nonce' | 'certReq'> & {
  readonly imprint: Pick<TimestampRequest['imprint'], 'algorithm' | 'value' | 'der'>;
};
type Granted = AuthorityReply & { readonly issued: IssuedToken };

type Issuer = (route: Route, order: Order) => Granted | Promise<Granted>;

function issuer({ clock, random, timeAvailable }: AuthorityOptions): Issuer {
  const serials: SerialSource = createSerialSource(random);
  const genTimes: GenTimeWriter = createGenTimeWriter();
  // Microseconds since 1970 of the newest time under a policy with ordering: below 2^53 until the year 2255.
  let newest = 0;
  const genTimeOf = (now: number, ordering: boolean): Uint8Array => {
    if (!ordering) return genTimes.write(now);
    newest = Math.max(now * 1000, newest + 1);
    return genTimes.write(Math.floor(newest / 1000), newest % 1000);
  };
  return ({ policy, writeInfo, unit }, { imprint, nonce, certReq }) => {
    const { algorithm } = imprint;
    if (algorithm === undefined || !policy.imprints.has(algorithm))
      throw new TimestampError('timestamp.digest_unsupported', { params: { algorithm: String(algorithm) } });
    if (timeAvailable && !timeAvailable(policy.accuracyMs)) throw new TimestampError('timestamp.time_unavailable');
    const genTime = clock.now();
    const now = genTime.getTime();
    checkValidity(unit.certificate, now);
    unit.checker.requireSound();
    const serial = serials.next(now);
    const info = writeInfo({ imprint: imprint.der, serial, genTime: genTimeOf(now, policy.ordering), nonce });
    const prepared = unit.writer.prepare(info);
    const finish = (signature: Uint8Array): Granted => {
      const { response, tokenStart } = unit.writer.finish(prepared, signature, certReq);
      const facts = { info, serial, genTime, policy: policy.oid, digestAlgorithm: algorithm as ImprintAlgorithm };
      const issued = new Issued(facts, { response, tokenStart, imprint });
      unit.checker.check(issued, now);
      return { response, issued };
    };
    const { signer } = unit;
    return signer.signNow ? finish(signer.signNow(prepared.signed)) : signer.sign(prepared.signed).then(finish);
  };
}

/** What a token is cut out of. */
interface Sources {
  readonly response: Uint8Array;
  readonly tokenStart: number;
  readonly imprint: Order['imprint'];
}

/** An issued token; views that only some records need are made when they are asked for. */
class Issued implements IssuedToken {
  readonly info: Uint8Array;
  readonly serial: Uint8Array;
  readonly genTime: Date;
  readonly policy: string;
  readonly digestAlgorithm: ImprintAlgorithm;
  readonly #sources: Sources;

  constructor(facts: Omit<IssuedToken, 'token' | 'digest'>, sources: Sources) {
    this.info = facts.info;
    this.serial = facts.serial;
    this.genTime = facts.genTime;
    this.policy = facts.policy;
    this.digestAlgorithm = facts.digestAlgorithm;
    this.#sources = sources;
  }

  get token(): Uint8Array {
    return this.#sources.response.subarray(this.#sources.tokenStart);
  }

  get digest(): Uint8Array {
    return this.#sources.imprint.value;
  }
}
