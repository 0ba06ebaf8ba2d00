import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.tsx';

const validate = createRoute({
  getParentRoute: () => rootRoute,
  path: '/validate',
  component: lazyRouteComponent(() => import('./validate-page.tsx'), 'ValidatePage'),
});

const results = createRoute({
  getParentRoute: () => rootRoute,
  path: '/validate/results/$id',
  component: lazyRouteComponent(() => import('./results-page.tsx'), 'ResultsPage'),
});

const record = createRoute({
  getParentRoute: () => rootRoute,
  path: '/v/$publicId',
  component: lazyRouteComponent(() => import('./record-page.tsx'), 'RecordPage'),
});

export const validationRoutes = [validate, results, record] as const satisfies readonly AnyRoute[];
