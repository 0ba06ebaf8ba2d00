import { type AnyRoute, createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../shell/lazy-page.ts';
import { rootRoute } from '../../shell/root-route.tsx';
import type { CertificateSearch } from './certificates-page.tsx';
import type { RequestSearch } from './requests-page.tsx';
import type { StatusSearch } from './status-page.tsx';

const parent = { getParentRoute: () => rootRoute };
const texts = ['pki', 'licensing', 'codes:pki'] as const;

/** A hand-written address may hold a bare number, which the router reads as one. */
function textIn<K extends string>(
  search: Record<string, unknown>,
  ...names: readonly K[]
): { readonly [N in K]?: string } {
  const given = names.flatMap((name) => {
    const value = search[name];
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
  });
  return Object.fromEntries(given);
}

const repository = createRoute({
  ...parent,
  path: '/pki',
  component: lazyPage(texts, () => import('./repository-page.tsx'), 'RepositoryPage'),
});
const status = createRoute({
  ...parent,
  path: '/pki/status',
  validateSearch: (search: Record<string, unknown>): StatusSearch => textIn(search, 'serial'),
  component: lazyPage(texts, () => import('./status-page.tsx'), 'StatusPage'),
});

const requests = createRoute({
  ...parent,
  path: '/officer/certificate-requests',
  validateSearch: (search: Record<string, unknown>): RequestSearch => textIn(search, 'scope', 'kind', 'state', 'q'),
  component: lazyPage(texts, () => import('./requests-page.tsx'), 'RequestsPage'),
});
const request = createRoute({
  ...parent,
  path: '/officer/certificate-requests/$id',
  component: lazyPage(texts, () => import('./request-page.tsx'), 'RequestPage'),
});
const certificates = createRoute({
  ...parent,
  path: '/officer/certificates',
  validateSearch: (search: Record<string, unknown>): CertificateSearch => textIn(search, 'q'),
  component: lazyPage(texts, () => import('./certificates-page.tsx'), 'CertificatesPage'),
});
const certificate = createRoute({
  ...parent,
  path: '/officer/certificates/$authority/$serial',
  component: lazyPage(texts, () => import('./certificate-page.tsx'), 'OfficerCertificatePage'),
});
const mine = createRoute({
  ...parent,
  path: '/certificates',
  component: lazyPage(texts, () => import('./my-certificates-page.tsx'), 'MyCertificatesPage'),
});
const apply = createRoute({
  ...parent,
  path: '/certificates/new',
  component: lazyPage(texts, () => import('./request-form-page.tsx'), 'NewRequestPage'),
});
const myRequest = createRoute({
  ...parent,
  path: '/certificates/requests/$id',
  component: lazyPage(texts, () => import('./my-request-page.tsx'), 'MyRequestPage'),
});
const correct = createRoute({
  ...parent,
  path: '/certificates/requests/$id/correct',
  component: lazyPage(texts, () => import('./request-form-page.tsx'), 'CorrectRequestPage'),
});
const myCertificate = createRoute({
  ...parent,
  path: '/certificates/$authority/$serial',
  component: lazyPage(texts, () => import('./certificate-page.tsx'), 'OwnCertificatePage'),
});

export const pkiRoutes = [
  repository,
  status,
  requests,
  request,
  certificates,
  certificate,
  mine,
  apply,
  myRequest,
  correct,
  myCertificate,
] as const satisfies readonly AnyRoute[];
