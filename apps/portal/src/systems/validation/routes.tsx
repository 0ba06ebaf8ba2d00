import { type AnyRoute, createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../shell/lazy-page.ts';
import { rootRoute } from '../../shell/root-route.tsx';

const validate = createRoute({
  getParentRoute: () => rootRoute,
  path: '/validate',
  component: lazyPage(['validation', 'licence'], () => import('./validate-page.tsx'), 'ValidatePage'),
});

const results = createRoute({
  getParentRoute: () => rootRoute,
  path: '/validate/results/$id',
  component: lazyPage(['validation', 'licence', 'report'], () => import('./results-page.tsx'), 'ResultsPage'),
});

const record = createRoute({
  getParentRoute: () => rootRoute,
  path: '/v/$publicId',
  component: lazyPage(['record', 'licence'], () => import('./record-page.tsx'), 'RecordPage'),
});

export const validationRoutes = [validate, results, record] as const satisfies readonly AnyRoute[];
