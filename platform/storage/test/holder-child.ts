// Holds a data directory until its standard input ends; says what happened on standard output.
import { openDatabase, StorageError } from '../src/index.ts';

const [directory = ''] = process.argv.slice(2);
try {
  const database = await openDatabase({ directory });
  process.stdout.write('open\n');
  process.stdin.resume();
  process.stdin.on('end', () => void database.close());
} catch (error) {
  if (!(error instanceof StorageError)) throw error;
  process.stdout.write(`${JSON.stringify({ code: error.code, params: error.params })}\n`);
  process.exitCode = 1;
}
