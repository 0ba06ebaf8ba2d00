import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { checkMessages } from './build/check-messages.ts';
import { groups } from './build/chunks.ts';
import { precompress } from './build/precompress.ts';
import { preloadFirstView } from './build/preload-first-view.ts';
import { sizeBudget } from './build/size-budget.ts';
import { trimAriaLocales } from './build/trim-aria-locales.ts';

const api = process.env.TRA_PORTAL_API ?? 'http://localhost:8420';
// /pki, /pki/status, /log, /timestamp and two below it are pages among files that the server has.
const proxied = [
  '/api',
  '^/pki/(?!status)',
  '^/log/',
  '^/timestamp/(?!verify|authority)',
  '/healthz',
  '/readyz',
  '/problems',
];

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: {
    conditions: ['tra-source', 'module', 'browser', 'development|production'],
  },
  plugins: [checkMessages(), react(), trimAriaLocales(), preloadFirstView(), precompress(), sizeBudget()],
  build: {
    target: ['chrome111', 'edge111', 'firefox114', 'safari16.4'],
    // A strict content security policy allows no data: fonts or scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    rolldownOptions: { output: { codeSplitting: { groups } } },
    sourcemap: false,
    // pdf.js is larger than the warning limit, but is fetched only when a document is opened; build/size-budget.ts guards the rest.
    chunkSizeWarningLimit: 1500,
  },
  server: { proxy: Object.fromEntries(proxied.map((path) => [path, api])) },
  preview: { proxy: Object.fromEntries(proxied.map((path) => [path, api])) },
});
