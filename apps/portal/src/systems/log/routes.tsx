import { type AnyRoute, createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../shell/lazy-page.ts';
import { rootRoute } from '../../shell/root-route.tsx';
import type { LogSearch } from './log-page.tsx';

const log = createRoute({
  getParentRoute: () => rootRoute,
  path: '/log',
  validateSearch: (search: Record<string, unknown>): LogSearch =>
    typeof search.sha256 === 'string' && /^[0-9a-f]{64}$/.test(search.sha256) ? { sha256: search.sha256 } : {},
  component: lazyPage(['log'], () => import('./log-page.tsx'), 'LogPage'),
});

export const logRoutes = [log] as const satisfies readonly AnyRoute[];
