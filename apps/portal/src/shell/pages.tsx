import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from './root-route.tsx';

const home = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('../home/home-page.tsx'), 'HomePage'),
});

const accessibility = createRoute({
  getParentRoute: () => rootRoute,
  path: '/accessibility',
  component: lazyRouteComponent(() => import('../accessibility/accessibility-page.tsx'), 'AccessibilityPage'),
});

const style = createRoute({
  getParentRoute: () => rootRoute,
  path: '/style',
  component: lazyRouteComponent(() => import('../style/style-page.tsx'), 'StylePage'),
});

/** Pages that belong to no system. */
export const ownPages = [home, accessibility, style] as const satisfies readonly AnyRoute[];
