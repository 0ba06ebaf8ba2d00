import { type AnyRoute, createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../shell/lazy-page.ts';
import { rootRoute } from '../../shell/root-route.tsx';

const parent = { getParentRoute: () => rootRoute };
const stamping = ['timestamp'] as const;
const subscribers = ['timestamp', 'subscribers'] as const;

const stamp = createRoute({
  ...parent,
  path: '/timestamp',
  component: lazyPage(stamping, () => import('./stamp-page.tsx'), 'StampPage'),
});
const verify = createRoute({
  ...parent,
  path: '/timestamp/verify',
  component: lazyPage(stamping, () => import('./verify-page.tsx'), 'VerifyTokenPage'),
});
const authority = createRoute({
  ...parent,
  path: '/timestamp/authority',
  component: lazyPage(stamping, () => import('./authority-page.tsx'), 'AuthorityPage'),
});
const mine = createRoute({
  ...parent,
  path: '/subscriptions',
  component: lazyPage(subscribers, () => import('./subscriptions-page.tsx'), 'SubscriptionsPage'),
});
const ask = createRoute({
  ...parent,
  path: '/subscriptions/new',
  component: lazyPage(subscribers, () => import('./new-subscription-page.tsx'), 'NewSubscriptionPage'),
});
const one = createRoute({
  ...parent,
  path: '/subscriptions/$id',
  component: lazyPage(subscribers, () => import('./subscription-page.tsx'), 'SubscriptionPage'),
});
const all = createRoute({
  ...parent,
  path: '/officer/subscribers',
  component: lazyPage(subscribers, () => import('./subscriptions-page.tsx'), 'SubscribersPage'),
});

export const timestampRoutes = [stamp, verify, authority, mine, ask, one, all] as const satisfies readonly AnyRoute[];
