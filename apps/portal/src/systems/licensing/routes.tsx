import { type AnyRoute, createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../shell/lazy-page.ts';
import { rootRoute } from '../../shell/root-route.tsx';
import type { QueueSearch } from './officer-queue-page.tsx';

const parent = { getParentRoute: () => rootRoute };
const texts = ['licensing', 'licence', 'codes:licensing'] as const;

const service = createRoute({
  ...parent,
  path: '/services/$id',
  component: lazyPage(texts, () => import('./service-page.tsx'), 'ServicePage'),
});
const applications = createRoute({
  ...parent,
  path: '/applications',
  component: lazyPage(texts, () => import('./applications-page.tsx'), 'ApplicationsPage'),
});
const application = createRoute({
  ...parent,
  path: '/applications/$id',
  component: lazyPage(texts, () => import('./application-page.tsx'), 'ApplicationPage'),
});
const step = createRoute({
  ...parent,
  path: '/applications/$id/steps/$step',
  component: lazyPage(texts, () => import('./step-page.tsx'), 'StepPage'),
});
const check = createRoute({
  ...parent,
  path: '/applications/$id/check',
  component: lazyPage(texts, () => import('./check-page.tsx'), 'CheckPage'),
});
const pay = createRoute({
  ...parent,
  path: '/applications/$id/pay',
  component: lazyPage(texts, () => import('./pay-page.tsx'), 'PayPage'),
});
const done = createRoute({
  ...parent,
  path: '/applications/$id/done',
  component: lazyPage(texts, () => import('./done-page.tsx'), 'DonePage'),
});
const licences = createRoute({
  ...parent,
  path: '/licences',
  component: lazyPage(texts, () => import('./licences-page.tsx'), 'LicencesPage'),
});
const licence = createRoute({
  ...parent,
  path: '/licences/$id',
  component: lazyPage(texts, () => import('./licence-page.tsx'), 'LicencePage'),
});
const queue = createRoute({
  ...parent,
  path: '/officer/queue',
  validateSearch: (search: Record<string, unknown>): QueueSearch => ({
    ...(typeof search.state === 'string' ? { state: search.state } : {}),
    // A hand-written address may hold a bare number, which the router reads as one.
    ...(typeof search.q === 'string' || typeof search.q === 'number' ? { q: String(search.q) } : {}),
  }),
  component: lazyPage(texts, () => import('./officer-queue-page.tsx'), 'OfficerQueuePage'),
});
const officerCase = createRoute({
  ...parent,
  path: '/officer/cases/$id',
  component: lazyPage(texts, () => import('./officer-case-page.tsx'), 'OfficerCasePage'),
});
const officerLicences = createRoute({
  ...parent,
  path: '/officer/licences',
  component: lazyPage(texts, () => import('./officer-licences-page.tsx'), 'OfficerLicencesPage'),
});

export const licensingRoutes = [
  service,
  applications,
  application,
  step,
  check,
  pay,
  done,
  licences,
  licence,
  queue,
  officerCase,
  officerLicences,
] as const satisfies readonly AnyRoute[];
