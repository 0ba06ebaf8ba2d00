import { CodedError, type ErrorParams } from '@tra/kernel';
import type { Identifier } from './identifiers.ts';

/** Error types of RFC 8555 section 6.7 and RFC 9773 section 7.4 with the status they are answered with. */
export const ACME_PROBLEMS = {
  accountDoesNotExist: 400,
  alreadyReplaced: 409,
  alreadyRevoked: 400,
  badCSR: 400,
  badNonce: 400,
  badPublicKey: 400,
  badRevocationReason: 400,
  badSignatureAlgorithm: 400,
  caa: 403,
  connection: 400,
  dns: 400,
  externalAccountRequired: 403,
  incorrectResponse: 403,
  invalidContact: 400,
  malformed: 400,
  orderNotReady: 403,
  rateLimited: 429,
  rejectedIdentifier: 403,
  serverInternal: 500,
  tls: 400,
  unauthorized: 403,
  unsupportedContact: 400,
  unsupportedIdentifier: 400,
  userActionRequired: 403,
} as const;

/** The last word of an ACME error type. */
export type AcmeProblemType = keyof typeof ACME_PROBLEMS;

/** A problem as it is stored with an order or a challenge; the words are chosen when it is shown. */
export interface ProblemObject {
  readonly type: AcmeProblemType;
  readonly code: string;
  readonly params?: ErrorParams;
  readonly identifier?: Identifier;
  readonly subproblems?: readonly ProblemObject[];
}

/** What else an {@link AcmeError} carries. */
export interface AcmeErrorOptions {
  readonly params?: ErrorParams;
  readonly identifier?: Identifier;
  readonly subproblems?: readonly ProblemObject[];
  /** Status other than the one of the type. */
  readonly status?: number;
  /** Members that the type asks for, such as `algorithms` (RFC 8555 section 6.2). */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A refusal as ACME words it: an error type of the protocol, and a code whose words a person understands. */
export class AcmeError extends CodedError<string> {
  readonly type: AcmeProblemType;
  readonly status: number;
  readonly options: AcmeErrorOptions;

  constructor(type: AcmeProblemType, code: string, options: AcmeErrorOptions = {}) {
    super(code, { ...(options.params ? { params: options.params } : {}), cause: options.cause });
    this.type = type;
    this.status = options.status ?? ACME_PROBLEMS[type];
    this.options = options;
  }

  /** What is stored of it. */
  toObject(): ProblemObject {
    const { params, identifier, subproblems } = this.options;
    return {
      type: this.type,
      code: this.code,
      ...(params ? { params } : {}),
      ...(identifier ? { identifier } : {}),
      ...(subproblems ? { subproblems } : {}),
    };
  }
}

/** A `malformed` error for a request that is not what RFC 8555 demands. */
export function malformed(code: string, params?: ErrorParams): AcmeError {
  return new AcmeError('malformed', code, params ? { params } : {});
}

/** Finds the words of a code. */
export type Wording = (code: string, params?: ErrorParams) => string;

/** The problem document (RFC 9457) that stands for `problem`. */
export function writeProblem(problem: ProblemObject, say: Wording): Record<string, unknown> {
  return {
    type: `urn:ietf:params:acme:error:${problem.type}`,
    detail: say(problem.code, problem.params),
    status: ACME_PROBLEMS[problem.type],
    code: problem.code,
    ...(problem.identifier ? { identifier: problem.identifier } : {}),
    ...(problem.subproblems ? { subproblems: problem.subproblems.map((part) => writeProblem(part, say)) } : {}),
  };
}
