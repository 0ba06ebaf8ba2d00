import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.tsx';
import type { CertificateSearch } from './certificates-page.tsx';
import type { RequestSearch } from './requests-page.tsx';
import type { StatusSearch } from './status-page.tsx';

const parent = { getParentRoute: () => rootRoute };

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
  component: lazyRouteComponent(() => import('./repository-page.tsx'), 'RepositoryPage'),
});
const status = createRoute({
  ...parent,
  path: '/pki/status',
  validateSearch: (search: Record<string, unknown>): StatusSearch => textIn(search, 'serial'),
  component: lazyRouteComponent(() => import('./status-page.tsx'), 'StatusPage'),
});

const requests = createRoute({
  ...parent,
  path: '/officer/certificate-requests',
  validateSearch: (search: Record<string, unknown>): RequestSearch => textIn(search, 'scope', 'kind', 'state', 'q'),
  component: lazyRouteComponent(() => import('./requests-page.tsx'), 'RequestsPage'),
});
const request = createRoute({
  ...parent,
  path: '/officer/certificate-requests/$id',
  component: lazyRouteComponent(() => import('./request-page.tsx'), 'RequestPage'),
});
const certificates = createRoute({
  ...parent,
  path: '/officer/certificates',
  validateSearch: (search: Record<string, unknown>): CertificateSearch => textIn(search, 'q'),
  component: lazyRouteComponent(() => import('./certificates-page.tsx'), 'CertificatesPage'),
});
const certificate = createRoute({
  ...parent,
  path: '/officer/certificates/$authority/$serial',
  component: lazyRouteComponent(() => import('./certificate-page.tsx'), 'OfficerCertificatePage'),
});
const mine = createRoute({
  ...parent,
  path: '/certificates',
  component: lazyRouteComponent(() => import('./my-certificates-page.tsx'), 'MyCertificatesPage'),
});
const apply = createRoute({
  ...parent,
  path: '/certificates/new',
  component: lazyRouteComponent(() => import('./request-form-page.tsx'), 'NewRequestPage'),
});
const myRequest = createRoute({
  ...parent,
  path: '/certificates/requests/$id',
  component: lazyRouteComponent(() => import('./my-request-page.tsx'), 'MyRequestPage'),
});
const correct = createRoute({
  ...parent,
  path: '/certificates/requests/$id/correct',
  component: lazyRouteComponent(() => import('./request-form-page.tsx'), 'CorrectRequestPage'),
});
const myCertificate = createRoute({
  ...parent,
  path: '/certificates/$authority/$serial',
  component: lazyRouteComponent(() => import('./certificate-page.tsx'), 'OwnCertificatePage'),
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
