import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, newIdempotencyKey, type Page } from '../../api/index.ts';

export interface Credential {
  readonly id: string;
  readonly kind: 'acme' | 'est';
  readonly label: string;
  readonly profile: 'tls-server' | 'document-signer';
  readonly names: readonly string[];
  readonly organization?: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt?: string;
  readonly lastUsedAt?: string;
}

/** A credential just handed out; its secret is never shown again. */
export interface NewCredential extends Credential {
  readonly secret: string;
}

export type CredentialWish = Pick<Credential, 'kind' | 'label' | 'profile' | 'names' | 'organization' | 'expiresAt'>;

const base = '/enrolment/credentials';

export const enrolment = {
  // No idempotency key: the answer holds a secret, which must not be kept to be given again.
  create: (wish: CredentialWish): Promise<NewCredential> => api.json(base, { method: 'POST', body: wish }),
  end: (id: string): Promise<Credential> =>
    api.json(`${base}/${encodeURIComponent(id)}/actions`, {
      method: 'POST',
      body: { action: 'revoke' },
      idempotencyKey: newIdempotencyKey(),
    }),
};

export const enrolmentQueries = {
  credentials: () =>
    infiniteQueryOptions({
      queryKey: ['enrolment', 'credentials'],
      queryFn: ({ pageParam, signal }) =>
        api.json<Page<Credential>>(base, { query: { limit: 30, ...(pageParam ? { after: pageParam } : {}) }, signal }),
      initialPageParam: '',
      getNextPageParam: (page) => page.next,
    }),
};

/** How a credential stands at a moment. */
export function standingOf(credential: Credential, now: Date): 'active' | 'expired' | 'ended' {
  if (credential.revokedAt) return 'ended';
  return new Date(credential.expiresAt) <= now ? 'expired' : 'active';
}
