export { describeOnEachDatabase, type OpenEachDatabase } from './describe-on-each-database.ts';
export { openTestDatabase, type TestDatabaseOptions, testServerUrl } from './test-database.ts';
