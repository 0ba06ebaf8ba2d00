import type { JWK } from 'jose';
import { type Enrolment, tablesOf } from '../context.ts';
import type { AccountRow } from '../tables.ts';
import { findAccountByKey, getActiveAccount } from './accounts.ts';
import { type Jws, readJws, readPayload, readPublicJwk, verifyJws } from './jws.ts';
import { useNonce } from './nonces.ts';
import { AcmeError, malformed } from './problem.ts';
import { acmeUrls } from './urls.ts';

/** A request whose signature, address and nonce are right. */
export interface SignedRequest {
  /** The account that signed; undefined when the request carries its key instead. */
  readonly account: AccountRow | undefined;
  /** The key that signed. */
  readonly jwk: JWK;
  /** The signed payload; undefined for POST-as-GET (RFC 8555 section 6.3). */
  readonly payload: Record<string, unknown> | undefined;
}

async function readKey(enrolment: Enrolment, { header }: Jws): Promise<Pick<SignedRequest, 'account' | 'jwk'>> {
  if (header.jwk !== undefined) return { account: undefined, jwk: readPublicJwk(header.jwk) };
  const account = await getActiveAccount(enrolment, acmeUrls(enrolment).accountOf(header.kid ?? ''));
  return { account, jwk: account.jwk };
}

/**
 * Authenticates one POST (RFC 8555 section 6): form, address, nonce, signature. The nonce is used up even when the signature is
 * wrong. Throws {@link AcmeError}.
 */
export async function authenticate(enrolment: Enrolment, body: unknown, path: string): Promise<SignedRequest> {
  const jws = readJws(body);
  const url = acmeUrls(enrolment).of(path);
  if (jws.header.url !== url) {
    throw new AcmeError('unauthorized', 'enrolment.jws_url_mismatch', {
      params: { signed: jws.header.url.slice(0, 200), asked: url },
      status: 401,
    });
  }
  await useNonce(enrolment, jws.header.nonce);
  const key = await readKey(enrolment, jws);
  const payload = await verifyJws(jws, key.jwk);
  return { ...key, payload: payload.length === 0 ? undefined : readPayload(payload) };
}

/** The account that signed. Throws {@link AcmeError} `malformed` when the request carries a key instead. */
export function requireAccount({ account }: SignedRequest): AccountRow {
  if (!account) throw malformed('enrolment.account_required');
  return account;
}

/** The payload. Throws {@link AcmeError} `malformed` for a POST-as-GET. */
export function requirePayload({ payload }: SignedRequest): Record<string, unknown> {
  if (!payload) throw malformed('enrolment.payload_required');
  return payload;
}

/** Refuses a payload where RFC 8555 wants POST-as-GET. */
export function refusePayload({ payload }: SignedRequest): void {
  if (payload) throw malformed('enrolment.payload_refused');
}

/**
 * Reads the inner request of a key change (RFC 8555 section 7.3.5): signed by the new key, naming the account and its old key.
 * Resolves to the new key. Throws {@link AcmeError} `malformed`.
 */
export async function readKeyChange(enrolment: Enrolment, request: SignedRequest, path: string): Promise<JWK> {
  const account = requireAccount(request);
  const inner = readJws(requirePayload(request));
  const urls = acmeUrls(enrolment);
  if (inner.header.url !== urls.of(path) || inner.header.jwk === undefined || inner.header.nonce !== undefined) {
    throw malformed('enrolment.key_change_invalid');
  }
  const jwk = readPublicJwk(inner.header.jwk);
  const payload = readPayload(await verifyJws(inner, jwk));
  const oldKey = await findAccountByKey(tablesOf(enrolment), readPublicJwk(payload.oldKey));
  if (payload.account !== urls.account(account.id) || oldKey?.id !== account.id) {
    throw malformed('enrolment.key_change_invalid');
  }
  return jwk;
}
