// Issues and revokes without pause and hands every certificate to its client on standard output, until it is killed.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseCrl } from '@tra/pki';
import { testSigner } from '@tra/pki/testing';
import { openFileKeyStore } from '@tra/platform-keys';
import { openDatabase } from '@tra/platform-storage';
import { migrationsOf } from '@tra/platform-system';
import { createTestContext } from '@tra/platform-system/testing';
import { pki } from '../src/index.ts';

const [directory = '', url = ''] = process.argv.slice(2);
mkdirSync(join(directory, 'database'), { recursive: true });
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const database = await openDatabase(url ? { url } : { directory: join(directory, 'database') });
const keys = await openFileKeyStore({
  directory: join(directory, 'keys'),
  secret: { keyFile: join(directory, 'key') },
  random,
});
const migrationsIn = (owner: string) => ({
  owner,
  directory: new URL(`../../../platform/${owner}/migrations/`, import.meta.url),
});
await database.migrate([...['audit', 'jobs', 'log', 'http'].map(migrationsIn), migrationsOf(pki)]);
const context = await createTestContext(pki, { database, keys });
const instance = await pki.create(context, {});
await instance.start?.();
const { services } = instance;
process.stdout.write('open\n');
const { publicKey } = testSigner();
const subject = { commonName: 'crash', country: 'TH' };

async function client(revoking: boolean): Promise<void> {
  for (;;) {
    const { certificate, serialHex } = await services.issue({ profile: 'document-signer', subject, publicKey });
    process.stdout.write(`certificate ${Buffer.from(certificate).toString('base64')} .\n`);
    if (!revoking) continue;
    await services.revoke(serialHex, 'superseded', { authority: 'issuing' });
    const [crl = new Uint8Array(0)] = await services.currentCrls();
    process.stdout.write(`crl ${serialHex} ${parseCrl(crl).numberHex} .\n`);
  }
}

await Promise.all([client(true), client(false), client(false), client(false)]);
