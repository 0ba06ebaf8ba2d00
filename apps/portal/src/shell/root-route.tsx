import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext } from '@tanstack/react-router';
import { currentLanguage, loadReportTexts, loadSystemTexts } from '../i18n/index.ts';
import { ErrorPage } from './error-page.tsx';
import { NotFound } from './not-found.tsx';
import { Shell } from './shell.tsx';

const firstViews = new Set(['/', '/sign-in', '/accessibility']);

/** The route above all others; systems hang their routes below it. */
export const rootRoute = createRootRouteWithContext<{ readonly queries: QueryClient }>()({
  // The texts of the systems are no part of the first view; whoever comes straight to a page of one waits for them.
  beforeLoad: async ({ location }) => {
    if (firstViews.has(location.pathname)) return;
    const language = currentLanguage();
    const reports = loadReportTexts(language);
    // Documents can be chosen before the words for what is found in them are there.
    if (location.pathname.startsWith('/validate')) reports.catch(() => undefined);
    else await reports;
    await loadSystemTexts(language);
  },
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: ErrorPage,
});
