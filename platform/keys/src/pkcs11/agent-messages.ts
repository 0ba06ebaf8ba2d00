import type { ErrorParams, SignatureAlgorithm } from '@tra/kernel';
import type { KeysErrorCode } from '../errors.ts';
import type { KeyInfo, KeyPurpose } from '../key-store.ts';

/** Which token to use, and how. */
export interface TokenSettings {
  /** Path of the PKCS#11 library. */
  readonly library: string;
  /** CKA label of the token; its position in the slot list is no identity. */
  readonly tokenLabel: string;
  readonly sessions: number;
}

/** What the store asks of the process that holds the token. */
export type AgentRequest =
  | { readonly op: 'open'; readonly settings: TokenSettings; readonly pin: string }
  | { readonly op: 'load'; readonly label: string }
  | { readonly op: 'find'; readonly label: string }
  | { readonly op: 'list' }
  | {
      readonly op: 'generate';
      readonly label: string;
      readonly purpose: KeyPurpose;
      readonly algorithm: SignatureAlgorithm;
      readonly rsaBits: number;
    }
  | { readonly op: 'ping' };

/** A key that is ready to sign: its number holds for this agent process only. */
export interface LoadedKey extends KeyInfo {
  readonly key: number;
  /** SubjectPublicKeyInfo; the private key proved by a signature that it belongs to it. */
  readonly publicKey: Uint8Array;
}

/** The answer's value by operation. */
export interface AgentValues {
  readonly open: undefined;
  readonly load: LoadedKey | undefined;
  readonly find: KeyInfo | undefined;
  readonly list: readonly KeyInfo[];
  readonly generate: LoadedKey;
  readonly ping: undefined;
}

/** Why the agent refused. With `dead` the agent is of no further use. */
export interface AgentFailure {
  readonly code: KeysErrorCode;
  readonly params?: ErrorParams;
  readonly dead?: boolean;
}

/** Requests on their way; they travel together, and those for signatures packed into frames. */
export interface RequestBatch {
  readonly requests: readonly { readonly id: number; readonly request: AgentRequest }[];
  readonly signs?: Uint8Array;
}

/** One answer on its way. */
export interface NumberedReply {
  readonly id: number;
  readonly value?: unknown;
  readonly failure?: AgentFailure;
}

/** Answers on their way; signatures are packed into frames. */
export interface ReplyBatch {
  readonly replies: readonly NumberedReply[];
  readonly signatures?: Uint8Array;
}

/** Thrown inside the agent for an answer with a code. */
export class AgentRefusal extends Error {
  readonly failure: AgentFailure;

  constructor(code: KeysErrorCode, params: ErrorParams = {}, dead = false) {
    super(code);
    this.failure = { code, params, dead };
  }
}
