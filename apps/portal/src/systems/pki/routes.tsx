import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.tsx';
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

export const pkiRoutes = [repository, status] as const satisfies readonly AnyRoute[];
