import { defineConfig } from 'vitest/config';

const conditions = ['tra-source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      '{engines,platform,systems,apps}/*/test/**/*.test.{ts,tsx}',
      '{tools,conformance,bench}/test/**/*.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
