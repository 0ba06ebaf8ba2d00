import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { enrolmentRoutes } from '../systems/enrolment/routes.tsx';
import { identityRoutes } from '../systems/identity/routes.tsx';
import { licensingRoutes } from '../systems/licensing/routes.tsx';
import { logRoutes } from '../systems/log/routes.tsx';
import { pkiRoutes } from '../systems/pki/routes.tsx';
import { timestampRoutes } from '../systems/timestamp/routes.tsx';
import { validationRoutes } from '../systems/validation/routes.tsx';
import { ErrorPage } from './error-page.tsx';
import { NotFound } from './not-found.tsx';
import { ownPages } from './pages.tsx';
import { rootRoute } from './root-route.tsx';

const routeTree = rootRoute.addChildren([
  ...ownPages,
  ...identityRoutes,
  ...licensingRoutes,
  ...validationRoutes,
  ...pkiRoutes,
  ...logRoutes,
  ...enrolmentRoutes,
  ...timestampRoutes,
]);

export function createPortalRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFound,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPortalRouter>;
  }
}
