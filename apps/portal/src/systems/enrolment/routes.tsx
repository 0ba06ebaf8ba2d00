import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.tsx';

const parent = { getParentRoute: () => rootRoute };

const credentials = createRoute({
  ...parent,
  path: '/officer/credentials',
  component: lazyRouteComponent(() => import('./credentials-page.tsx'), 'CredentialsPage'),
});
const create = createRoute({
  ...parent,
  path: '/officer/credentials/new',
  component: lazyRouteComponent(() => import('./new-credential-page.tsx'), 'NewCredentialPage'),
});

export const enrolmentRoutes = [credentials, create] as const satisfies readonly AnyRoute[];
