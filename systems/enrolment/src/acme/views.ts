import { fromBase64 } from '@tra/kernel';
import { toPem } from '@tra/pki';
import type { Enrolment } from '../context.ts';
import type { AccountRow, ChallengeRow, OrderRow } from '../tables.ts';
import type { AuthorizationWithChallenges } from './authorizations.ts';
import { authorizationStatus, type OrderWithAuthorizations } from './orders.ts';
import { type Wording, writeProblem } from './problem.ts';
import { acmeUrls } from './urls.ts';

/** Times of this protocol have no fraction (RFC 8555 asks for RFC 3339). */
const seconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

/** Account object (RFC 8555 section 7.1.2). */
export function accountView(enrolment: Enrolment, account: AccountRow): Record<string, unknown> {
  return {
    status: account.status,
    contact: account.contact,
    ...(account.terms_agreed_at ? { termsOfServiceAgreed: true } : {}),
    orders: acmeUrls(enrolment).orders(account.id),
  };
}

/** Order object (RFC 8555 section 7.1.3). */
export function orderView(
  enrolment: Enrolment,
  { order, authorizations }: OrderWithAuthorizations,
  say: Wording,
): Record<string, unknown> {
  const urls = acmeUrls(enrolment);
  return {
    status: order.status,
    expires: seconds(order.expires_at),
    identifiers: order.identifiers,
    authorizations: authorizations.map(({ id }) => urls.authorization(id)),
    finalize: urls.finalize(order.id),
    ...(order.error ? { error: writeProblem(order.error, say) } : {}),
    ...(order.certificate ? { certificate: urls.certificate(order.id) } : {}),
    ...(order.replaces ? { replaces: order.replaces } : {}),
  };
}

/** Challenge object (RFC 8555 section 7.1.5). */
export function challengeView(enrolment: Enrolment, challenge: ChallengeRow, say: Wording): Record<string, unknown> {
  return {
    type: challenge.type,
    url: acmeUrls(enrolment).challenge(challenge.id),
    status: challenge.status,
    token: challenge.token,
    ...(challenge.validated_at ? { validated: seconds(challenge.validated_at) } : {}),
    ...(challenge.error ? { error: writeProblem(challenge.error, say) } : {}),
  };
}

/** Authorization object (RFC 8555 section 7.1.4). Once it is proven or refused only what was tried is shown. */
export function authorizationView(
  enrolment: Enrolment,
  { authorization, challenges }: AuthorizationWithChallenges,
  say: Wording,
): Record<string, unknown> {
  const status = authorizationStatus(authorization, enrolment.context.clock.now());
  const tried = challenges.filter((challenge) => challenge.status !== 'pending');
  const shown = status === 'pending' ? challenges : tried;
  return {
    status,
    expires: seconds(authorization.expires_at),
    identifier: { type: authorization.type, value: authorization.value },
    ...(authorization.wildcard ? { wildcard: true } : {}),
    challenges: shown.map((challenge) => challengeView(enrolment, challenge, say)),
  };
}

/** The certificate and its issuers in PEM, without the root (RFC 8555 section 7.4.2). */
export function chainPem(order: OrderRow): string {
  const issuers = (order.chain ?? []).slice(0, -1).map((one) => toPem('CERTIFICATE', fromBase64(one)));
  return toPem('CERTIFICATE', order.certificate ?? new Uint8Array(0)) + issuers.join('');
}
