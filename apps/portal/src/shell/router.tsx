import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { identityRoutes } from '../systems/identity/routes.tsx';
import { ownPages } from './pages.tsx';
import { rootRoute } from './root-route.tsx';

const routeTree = rootRoute.addChildren([...ownPages, ...identityRoutes]);

export function createPortalRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  });
}
