import { describe } from 'vitest';
import type { Database } from './database.ts';
import { openTestDatabase, type TestDatabaseOptions, testServerUrl } from './test-database.ts';

/** Opens one more empty database of the dialect under test. */
export type OpenEachDatabase = (options?: Omit<TestDatabaseOptions, 'dialect'>) => Promise<Database>;

/**
 * Runs the same suite on the embedded database and on a PostgreSQL server; the second part is skipped, visibly, unless
 * TRA_TEST_DATABASE_URL is set.
 *
 * @example
 * describeOnEachDatabase('store', (open) => {
 *   it('keeps a note', async () => {
 *     const database = await open({ migrations: [migrations] });
 *   });
 * });
 */
export function describeOnEachDatabase(
  name: string,
  body: (open: OpenEachDatabase, dialect: Database['dialect']) => void,
): void {
  for (const dialect of ['embedded', 'server'] as const) {
    const run = dialect === 'server' && testServerUrl === undefined ? describe.skip : describe;
    run(`${name} (${dialect})`, () => body((options) => openTestDatabase({ ...options, dialect }), dialect));
  }
}
