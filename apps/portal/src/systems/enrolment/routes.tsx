import { type AnyRoute, createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../shell/lazy-page.ts';
import { rootRoute } from '../../shell/root-route.tsx';

const parent = { getParentRoute: () => rootRoute };
const texts = ['enrolment', 'pki'] as const;

const credentials = createRoute({
  ...parent,
  path: '/officer/credentials',
  component: lazyPage(texts, () => import('./credentials-page.tsx'), 'CredentialsPage'),
});
const create = createRoute({
  ...parent,
  path: '/officer/credentials/new',
  component: lazyPage(texts, () => import('./new-credential-page.tsx'), 'NewCredentialPage'),
});

export const enrolmentRoutes = [credentials, create] as const satisfies readonly AnyRoute[];
