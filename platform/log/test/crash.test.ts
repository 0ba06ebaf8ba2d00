import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as merkle from '@tra/merkle';
import { openFileKeyStore } from '@tra/platform-keys';
import { openDatabase } from '@tra/platform-storage';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHeadFile } from '../src/index.ts';
import { openNode, random } from './open-log.ts';

const KILLS = 2;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tra-log-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function killedAfter(count: number, first: number): Promise<string[]> {
  const file = fileURLToPath(new URL('./writer-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=tra-source', '--import', 'tsx', file, directory, String(first)]);
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    if (lines.length === count) setTimeout(() => child.kill('SIGKILL'), count % 13);
  });
  await new Promise((done) => child.once('close', done));
  expect(child.signalCode, errors).toBe('SIGKILL');
  return lines.slice(1);
}

it(`after ${KILLS} kill -9 every committed entry is in the log once, and no checkpoint was taken back`, async () => {
  const lines: string[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) lines.push(...(await killedAfter(30 + kill * 17, kill * 1_000_000)));
  const said = lines.map((line) => JSON.parse(line) as { serial?: number; checkpoint?: string });
  const acknowledged = said.flatMap(({ serial }) => (serial === undefined ? [] : [serial]));
  const checkpoints = said.flatMap(({ checkpoint }) => checkpoint ?? []);

  const database = await openDatabase({ directory: join(directory, 'database') });
  const keys = await openFileKeyStore({
    directory: join(directory, 'keys'),
    secret: { passphrase: 'killed at any moment' },
    random,
  });
  const { sequencer, reader, audit } = openNode(database, { keys, memory: createHeadFile(join(directory, 'head')) });
  await sequencer.run();
  expect(await audit(...checkpoints)).toMatchObject({ verdict: 'passed', findings: [] });

  const { size } = await reader.newest();
  const logged: number[] = [];
  for (let index = 0; index < size; index += 1) {
    const found = await reader.entry(index);
    logged.push(JSON.parse(new TextDecoder().decode(merkle.decodeEntry(found?.entry as Uint8Array).data)).serial);
  }
  expect(new Set(logged).size).toBe(logged.length);
  expect(acknowledged.filter((serial) => !logged.includes(serial))).toEqual([]);
  expect(logged.length - acknowledged.length).toBeLessThanOrEqual(KILLS);
  expect(acknowledged.length).toBeGreaterThan(KILLS * 10);
  await database.close();
}, 300_000);
