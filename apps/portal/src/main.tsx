import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { session } from './api/portal-client.ts';
import { worthRetrying } from './api/queries.ts';
import { LanguageProvider, loadTexts, onLanguageChange, startLanguage } from './i18n/index.ts';
import { createPortalRouter } from './shell/router.tsx';
import './ui/fonts.css';
import './ui/tokens.css';
import './ui/base.css';

const language = startLanguage();
const texts = loadTexts(language);
void session.load();

const queries = new QueryClient({
  defaultOptions: { queries: { retry: worthRetrying, staleTime: 10_000 }, mutations: { retry: false } },
});
// Labels that the server words (states, actions, problems) are asked for again in the new language.
onLanguageChange(() => void queries.invalidateQueries());
const router = createPortalRouter(queries);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <LanguageProvider language={language} texts={await texts}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </LanguageProvider>
  </StrictMode>,
);
