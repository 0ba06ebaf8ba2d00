import type { Enrolment } from '../context.ts';

/** Where ACME is served, below the public address. */
export const ACME_PATH = '/acme';

/** The addresses of ACME objects; clients are told these, and sign exactly these. */
export interface AcmeUrls {
  of(path: string): string;
  account(id: string): string;
  orders(id: string): string;
  order(id: string): string;
  finalize(id: string): string;
  certificate(id: string): string;
  authorization(id: string): string;
  challenge(id: string): string;
  /** The id of the account that a `kid` names, or undefined when it names none. */
  accountOf(kid: string): string | undefined;
}

/** Addresses below the public address of this server. */
export function acmeUrls({ context }: Enrolment): AcmeUrls {
  const base = `${context.server.publicUrl}${ACME_PATH}`;
  const prefix = `${base}/account/`;
  return {
    of: (path) => `${context.server.publicUrl}${path}`,
    account: (id) => `${prefix}${id}`,
    orders: (id) => `${prefix}${id}/orders`,
    order: (id) => `${base}/order/${id}`,
    finalize: (id) => `${base}/order/${id}/finalize`,
    certificate: (id) => `${base}/order/${id}/certificate`,
    authorization: (id) => `${base}/authorization/${id}`,
    challenge: (id) => `${base}/challenge/${id}`,
    accountOf: (kid) => {
      const id = kid.startsWith(prefix) ? kid.slice(prefix.length) : '';
      return /^[A-Za-z0-9_-]{22}$/.test(id) ? id : undefined;
    },
  };
}
