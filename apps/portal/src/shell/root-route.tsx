import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext } from '@tanstack/react-router';
import { currentLanguage, loadSystemTexts } from '../i18n/index.ts';
import { ErrorPage } from './error-page.tsx';
import { NotFound } from './not-found.tsx';
import { Shell } from './shell.tsx';

const firstViews = new Set(['/', '/sign-in', '/accessibility']);

/** The route above all others; systems hang their routes below it. */
export const rootRoute = createRootRouteWithContext<{ readonly queries: QueryClient }>()({
  // The texts of the systems are no part of the first view; whoever comes straight to a page of one waits for them.
  beforeLoad: async ({ location }) => {
    if (!firstViews.has(location.pathname)) await loadSystemTexts(currentLanguage());
  },
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: ErrorPage,
});
