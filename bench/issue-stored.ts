// Bulk issuing with everything that belongs to it: serials prepared and committed, signed, stored with audit record, public log and
// event, on the durable embedded database (or the server of TRA_TEST_DATABASE_URL). Part of `bench issue-certificate`.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testSigner } from '@tra/pki/testing';
import { openDatabase } from '@tra/platform-storage';
import { migrationsOf } from '@tra/platform-system';
import { createTestContext } from '@tra/platform-system/testing';
import { pki } from '@tra/system-pki';

const batch = 1_000;
const passes = 5;

/** Certificates per CPU-second and per second, medians of several batches. */
export interface StoredRate {
  readonly dialect: string;
  readonly perCpuSecond: number;
  readonly perSecond: number;
}

const migrationsIn = (owner: string) => ({
  owner,
  directory: new URL(`../platform/${owner}/migrations/`, import.meta.url),
});

function median(rates: readonly number[]): number {
  return Math.round([...rates].sort((a, b) => a - b)[rates.length >> 1] ?? 0);
}

/** Measures {@link StoredRate}. */
export async function measureStored(): Promise<StoredRate> {
  const directory = await mkdtemp(join(tmpdir(), 'tra-bench-pki-'));
  const url = process.env.TRA_TEST_DATABASE_URL;
  const database = await openDatabase(url ? { url } : { directory });
  try {
    await database.migrate([...['audit', 'jobs', 'log', 'http'].map(migrationsIn), migrationsOf(pki)]);
    const context = await createTestContext(pki, { database });
    const { services } = await pki.create(context, {});
    await services.trustAnchors();
    const { publicKey } = testSigner();
    const subject = { commonName: 'เจ้าหน้าที่', surname: 'ก', givenName: 'ข', country: 'TH' };
    const cpu: number[] = [];
    const wall: number[] = [];
    for (let pass = 0; pass <= passes; pass += 1) {
      const items = Array.from({ length: batch }, () => ({
        subject: { ...subject, serialNumber: randomBytes(6).toString('hex') },
        publicKey,
      }));
      const before = process.cpuUsage();
      const began = performance.now();
      await services.issueMany({ profile: 'officer', items });
      const used = process.cpuUsage(before);
      // The first batch warms up.
      if (pass === 0) continue;
      cpu.push(batch / ((used.user + used.system) / 1e6));
      wall.push(batch / ((performance.now() - began) / 1e3));
    }
    return { dialect: database.dialect, perCpuSecond: median(cpu), perSecond: median(wall) };
  } finally {
    await database.close();
    await rm(directory, { recursive: true, force: true });
  }
}
