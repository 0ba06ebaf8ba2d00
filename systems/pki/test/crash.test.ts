import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseCertificate } from '@tra/pki';
import { openDatabase } from '@tra/platform-storage';
import { expect, it } from 'vitest';
import { abandonPrepared } from '../src/store/certificate-store.ts';
import type { PkiTables } from '../src/store/tables.ts';

const KILLS = 10;

interface Issuer {
  readonly process: ChildProcessWithoutNullStreams;
  readonly lines: string[];
  readonly ended: Promise<void>;
  until(count: number): Promise<void>;
}

function startIssuer(directory: string): Issuer {
  const file = fileURLToPath(new URL('./issuing-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=tra-source', '--import', 'tsx', file, directory]);
  const lines: string[] = [];
  let errors = '';
  let over = false;
  child.stderr.on('data', (text) => {
    errors += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const ended = new Promise<void>((done) => child.once('close', () => done())).then(() => {
    over = true;
  });
  const until = async (count: number) => {
    while (lines.length < count) {
      if (over) throw new Error(`the issuer ended: ${lines.at(-1)} ${errors}`);
      await new Promise((done) => setTimeout(done, 5));
    }
  };
  return { process: child, lines, ended, until };
}

it(`${KILLS} kill -9 in a row: what a client holds is stored, no serial comes twice, CRL numbers never go back`, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tra-pki-crash-'));
  await writeFile(join(directory, 'key'), randomBytes(32));
  const held: string[] = [];
  const numbers: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const issuer = startIssuer(directory);
    await issuer.until(4 + ((kill * 5) % 11));
    await new Promise((done) => setTimeout(done, (kill * 13) % 29));
    issuer.process.kill('SIGKILL');
    await issuer.ended;
    for (const line of issuer.lines) {
      // A line without its full stop was cut off by the kill: the client has not got it.
      if (!line.endsWith(' .')) continue;
      const [kind, first = '', second = ''] = line.split(' ');
      if (kind === 'certificate') held.push(first);
      if (kind === 'crl') numbers.push(Number.parseInt(second, 16));
    }
  }
  const database = await openDatabase({ directory: join(directory, 'database') });
  try {
    const tables = database.tables<PkiTables>();
    const rows = await tables.selectFrom('pki_certificates').selectAll().execute();
    const stored = new Map(rows.map((row) => [row.serial_hex, row]));
    const whole = held.map((text) => Buffer.from(text, 'base64'));
    expect(whole.length).toBeGreaterThan(KILLS * 3);
    for (const der of whole) {
      const row = stored.get(parseCertificate(der).serialHex);
      expect(row?.state).toBe('issued');
      expect(Buffer.from(row?.certificate ?? []).equals(der)).toBe(true);
    }
    expect(new Set(whole.map((der) => parseCertificate(der).serialHex)).size).toBe(whole.length);
    expect([...numbers].sort((left, right) => left - right)).toEqual(numbers);
    const { number } = await tables
      .selectFrom('pki_crls')
      .select(({ fn }) => fn.max('number').as('number'))
      .where('authority', '=', 'issuing')
      .executeTakeFirstOrThrow();
    expect(number).toBeGreaterThanOrEqual(numbers.at(-1) ?? 0);
    // What was prepared when the kill came is given up, and nobody holds it.
    const prepared = rows.filter((row) => row.state === 'prepared');
    await abandonPrepared(tables, new Date(Date.now() + 120_000));
    const left = await tables.selectFrom('pki_certificates').select('state').where('state', '=', 'prepared').execute();
    expect(left).toEqual([]);
    const unreleased = new Set(whole.map((der) => parseCertificate(der).serialHex));
    expect(prepared.filter((row) => unreleased.has(row.serial_hex))).toEqual([]);
  } finally {
    await database.close();
  }
}, 400_000);
