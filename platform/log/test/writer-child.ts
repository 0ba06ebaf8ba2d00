// Appends, sequences and signs without pause, and says on standard output what was committed and published, until it is killed.
import { join } from 'node:path';
import { canonicalJson, utf8Encode } from '@tra/kernel';
import { openFileKeyStore } from '@tra/platform-keys';
import { openDatabase } from '@tra/platform-storage';
import { createHeadFile, migrations } from '../src/index.ts';
import { openNode, random } from './open-log.ts';

const [directory = '', first = '0'] = process.argv.slice(2);
const database = await openDatabase({ directory: join(directory, 'database') });
await database.migrate([migrations]);
const keys = await openFileKeyStore({
  directory: join(directory, 'keys'),
  secret: { passphrase: 'killed at any moment' },
  random,
});
const memory = createHeadFile(join(directory, 'head'));
const { log, sequencer } = openNode(database, { keys, memory, batch: 7, everyMs: 1 });
await sequencer.start();
process.stdout.write('open\n');
for (let serial = Number(first); ; serial += 1) {
  const data = utf8Encode(canonicalJson({ serial }));
  await database.transaction((trx) => log.append(trx, { type: 'pki.revocation', data }));
  process.stdout.write(`${JSON.stringify({ serial })}\n`);
  process.stdout.write(`${JSON.stringify({ checkpoint: await log.checkpoint() })}\n`);
}
