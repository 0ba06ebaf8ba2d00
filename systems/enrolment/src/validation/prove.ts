import { createHash } from 'node:crypto';
import { AcmeError } from '../acme/problem.ts';
import type { Enrolment } from '../context.ts';
import type { AuthorizationRow, ChallengeRow } from '../tables.ts';
import { proveByDns } from './dns-01.ts';
import { proveByHttp } from './http-01.ts';
import { proveByTls } from './tls-alpn-01.ts';

/** What is to be proven, and the answer that proves it. */
export interface Proof {
  readonly name: string;
  readonly token: string;
  /** Token and key thumbprint (RFC 8555 section 8.1). */
  readonly keyAuthorization: string;
  /** SHA-256 of the key authorization. */
  readonly digest: Uint8Array;
}

/** Looks at the place where the proof must lie. Rejects with {@link AcmeError} when it does not. */
export async function prove(
  enrolment: Enrolment,
  challenge: Pick<ChallengeRow, 'type' | 'token'>,
  { authorization, thumbprint }: { readonly authorization: AuthorizationRow; readonly thumbprint: string },
): Promise<void> {
  const keyAuthorization = `${challenge.token}.${thumbprint}`;
  const digest = new Uint8Array(createHash('sha256').update(keyAuthorization).digest());
  const proof: Proof = { name: authorization.value, token: challenge.token, keyAuthorization, digest };
  const ways = { 'http-01': proveByHttp, 'dns-01': proveByDns, 'tls-alpn-01': proveByTls };
  await ways[challenge.type](enrolment, proof);
}

/** An `incorrectResponse` error: something answered, but not with the proof. */
export function wrongAnswer(code: string, params: Readonly<Record<string, string | number>>): AcmeError {
  return new AcmeError('incorrectResponse', code, { params });
}
