import { refusePayload, requireAccount, requirePayload } from './authenticate.ts';
import { beginChallenge, deactivateAuthorization, getAuthorization, getChallenge } from './authorizations.ts';
import { beginIssue, issueOrder } from './finalize.ts';
import { getOrder, openOrder } from './orders.ts';
import { AcmeError } from './problem.ts';
import type { AcmeCall, AcmeRoute } from './routes.ts';
import { acmeUrls } from './urls.ts';
import { authorizationView, chainPem, challengeView, orderView } from './views.ts';

/** How long a client should wait before it asks again, seconds. */
const pollSeconds = '1';

async function open({ enrolment, request, reply, say }: AcmeCall): Promise<unknown> {
  const opened = await openOrder(enrolment, requireAccount(request), requirePayload(request));
  reply.code(201).header('location', acmeUrls(enrolment).order(opened.order.id));
  return orderView(enrolment, opened, say);
}

async function read({ enrolment, request, reply, id, say }: AcmeCall): Promise<unknown> {
  refusePayload(request);
  const found = await getOrder(enrolment, requireAccount(request), id);
  if (found.order.status === 'processing') reply.header('retry-after', pollSeconds);
  return orderView(enrolment, found, say);
}

async function finalize({ enrolment, request, reply, id, say }: AcmeCall): Promise<unknown> {
  const account = requireAccount(request);
  const found = await getOrder(enrolment, account, id);
  await beginIssue(enrolment, account, { found, payload: requirePayload(request) });
  await issueOrder(enrolment, id).catch((error: unknown) => {
    // The order stays in processing; the job tries again, and the client asks again.
    enrolment.context.logger.error({ err: error, order: id }, 'an ACME order could not be issued yet');
  });
  const settled = await getOrder(enrolment, account, id);
  reply.header('location', acmeUrls(enrolment).order(id));
  if (settled.order.status === 'processing') reply.header('retry-after', pollSeconds);
  return orderView(enrolment, settled, say);
}

async function certificate({ enrolment, request, reply, id }: AcmeCall): Promise<undefined> {
  refusePayload(request);
  const { order } = await getOrder(enrolment, requireAccount(request), id);
  if (!order.certificate) {
    throw new AcmeError('orderNotReady', 'enrolment.order_not_ready', { params: { status: order.status } });
  }
  await reply.type('application/pem-certificate-chain').send(chainPem(order));
}

async function authorization({ enrolment, request, reply, id, say }: AcmeCall): Promise<unknown> {
  const found = await getAuthorization(enrolment, requireAccount(request), id);
  const shown = request.payload ? await deactivateAuthorization(enrolment, found, request.payload) : found;
  if (shown.challenges.some(({ status }) => status === 'processing')) reply.header('retry-after', pollSeconds);
  return authorizationView(enrolment, shown, say);
}

async function challenge({ enrolment, request, reply, id, say }: AcmeCall): Promise<unknown> {
  const found = await getChallenge(enrolment, requireAccount(request), id);
  const begun = request.payload
    ? await beginChallenge(enrolment, found.challenge, found.authorization)
    : found.challenge;
  reply.header('link', `<${acmeUrls(enrolment).authorization(found.authorization.id)}>;rel="up"`);
  if (begun.status === 'processing') reply.header('retry-after', pollSeconds);
  return challengeView(enrolment, begun, say);
}

/** What orders, authorizations and challenges are asked for. */
export function mountOrderRoutes(): readonly AcmeRoute[] {
  return [
    { path: '/new-order', summary: 'Order a certificate', handle: open },
    { path: '/order/:id', summary: 'Order', handle: read },
    { path: '/order/:id/finalize', summary: 'Hand in the certification request', handle: finalize },
    { path: '/order/:id/certificate', summary: 'Certificate with its chain', handle: certificate },
    { path: '/authorization/:id', summary: 'Authorization: read, give up', handle: authorization },
    { path: '/challenge/:id', summary: 'Challenge: read, begin', handle: challenge },
  ];
}
