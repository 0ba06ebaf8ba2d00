// Writes without pause and acknowledges each commit on standard output, until it is killed.
import { openDatabase, sql } from '../src/index.ts';

const [directory = '', first = '0'] = process.argv.slice(2);
const database = await openDatabase({ directory });
await sql`CREATE TABLE IF NOT EXISTS written (n int8 PRIMARY KEY, filler text)`.execute(database.tables());
process.stdout.write('open\n');
for (let n = Number(first); ; n += 1) {
  await database.transaction(async (trx) => {
    await sql`INSERT INTO written VALUES (${n}, repeat('x', ${n % 500}))`.execute(trx);
  });
  process.stdout.write(`${n}\n`);
}
