import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.tsx';

const parent = { getParentRoute: () => rootRoute };

const stamp = createRoute({
  ...parent,
  path: '/timestamp',
  component: lazyRouteComponent(() => import('./stamp-page.tsx'), 'StampPage'),
});
const verify = createRoute({
  ...parent,
  path: '/timestamp/verify',
  component: lazyRouteComponent(() => import('./verify-page.tsx'), 'VerifyTokenPage'),
});
const authority = createRoute({
  ...parent,
  path: '/timestamp/authority',
  component: lazyRouteComponent(() => import('./authority-page.tsx'), 'AuthorityPage'),
});
const mine = createRoute({
  ...parent,
  path: '/subscriptions',
  component: lazyRouteComponent(() => import('./subscriptions-page.tsx'), 'SubscriptionsPage'),
});
const ask = createRoute({
  ...parent,
  path: '/subscriptions/new',
  component: lazyRouteComponent(() => import('./new-subscription-page.tsx'), 'NewSubscriptionPage'),
});
const one = createRoute({
  ...parent,
  path: '/subscriptions/$id',
  component: lazyRouteComponent(() => import('./subscription-page.tsx'), 'SubscriptionPage'),
});
const all = createRoute({
  ...parent,
  path: '/officer/subscribers',
  component: lazyRouteComponent(() => import('./subscriptions-page.tsx'), 'SubscribersPage'),
});

export const timestampRoutes = [stamp, verify, authority, mine, ask, one, all] as const satisfies readonly AnyRoute[];
