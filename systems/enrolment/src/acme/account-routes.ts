import { changeAccountKey, openAccount, updateAccount } from './accounts.ts';
import { readKeyChange, refusePayload, requireAccount, requirePayload } from './authenticate.ts';
import { listOrders } from './orders.ts';
import { AcmeError, malformed } from './problem.ts';
import { revokeCertificate } from './revoke.ts';
import type { AcmeCall, AcmeRoute } from './routes.ts';
import { acmeUrls } from './urls.ts';
import { accountView } from './views.ts';

async function open({ enrolment, request, reply, path }: AcmeCall): Promise<unknown> {
  if (request.account) throw malformed('enrolment.key_required');
  const urls = acmeUrls(enrolment);
  const { account, created } = await openAccount(enrolment, request.jwk, {
    payload: requirePayload(request),
    url: urls.of(path),
  });
  reply.code(created ? 201 : 200).header('location', urls.account(account.id));
  return accountView(enrolment, account);
}

async function update(call: AcmeCall): Promise<unknown> {
  const { enrolment, request, id } = call;
  const account = requireOwn(call, id);
  const changed = request.payload ? await updateAccount(enrolment, account, request.payload) : account;
  return accountView(enrolment, changed);
}

function requireOwn({ request }: AcmeCall, id: string): ReturnType<typeof requireAccount> {
  const account = requireAccount(request);
  if (account.id !== id) throw new AcmeError('unauthorized', 'enrolment.account_other');
  return account;
}

async function orders(call: AcmeCall): Promise<unknown> {
  const { enrolment, reply, id, request } = call;
  refusePayload(request);
  const account = requireOwn(call, id);
  const urls = acmeUrls(enrolment);
  const after = new URL(reply.request.url, 'http://localhost').searchParams.get('after') ?? undefined;
  const found = await listOrders(enrolment, account, after);
  const shown = found.slice(0, 100);
  if (found.length > shown.length) {
    reply.header('link', `<${urls.orders(account.id)}?after=${shown.at(-1)}>;rel="next"`);
  }
  return { orders: shown.map((order) => urls.order(order)) };
}

async function changeKey({ enrolment, request, path }: AcmeCall): Promise<unknown> {
  const jwk = await readKeyChange(enrolment, request, path);
  return accountView(enrolment, await changeAccountKey(enrolment, requireAccount(request), jwk));
}

async function revoke({ enrolment, request, reply }: AcmeCall): Promise<undefined> {
  const { account, jwk } = request;
  await revokeCertificate(enrolment, account ? { account } : { jwk }, requirePayload(request));
  await reply.code(200).send();
}

/** What ACME accounts are asked for. */
export function mountAccountRoutes(): readonly AcmeRoute[] {
  return [
    { path: '/new-account', summary: 'Open or find an account', handle: open },
    { path: '/account/:id', summary: 'Account: read, change, close', handle: update },
    { path: '/account/:id/orders', summary: 'Orders of an account', handle: orders },
    { path: '/key-change', summary: 'Change the key of an account', handle: changeKey },
    { path: '/revoke-certificate', summary: 'Revoke a certificate', handle: revoke },
  ];
}
