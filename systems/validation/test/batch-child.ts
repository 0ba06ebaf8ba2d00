// A process of its own that works on a batch in a folder: `begin` sends one and works on it until it is killed, `resume` finishes what is there.
import { readdirSync } from 'node:fs';
import { migrations as auditMigrations } from '@tra/platform-audit';
import { createFileBlobStore } from '@tra/platform-blobs';
import { migrations as httpMigrations } from '@tra/platform-http';
import { migrations as jobsMigrations } from '@tra/platform-jobs';
import { migrations as logMigrations } from '@tra/platform-log';
import { openDatabase } from '@tra/platform-storage';
import { migrationsOf, systemClock } from '@tra/platform-system';
import { startTestSystem } from '@tra/platform-system/testing';
import { validation } from '../src/index.ts';
import { multipart, type Part, portsOf } from './world.ts';

const filesBelow = (path: string): number =>
  readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;

const [mode = '', folder = '', known = ''] = process.argv.slice(2);
const path = '/api/v1/validations';
const database = await openDatabase({ directory: `${folder}/database` });
const platform = [auditMigrations, jobsMigrations, logMigrations, httpMigrations];
await database.migrate([...platform, migrationsOf(validation)]);
const blobs = createFileBlobStore({ directory: `${folder}/blobs` });
const ports = portsOf([], async () => []);
const config = { requestsPerMinute: 0, processes: 1, online: 'off' } as const;
const { app, context } = await startTestSystem(validation, ports, { database, blobs, clock: systemClock, config });

async function begin(): Promise<string> {
  const files: Part[] = Array.from({ length: 80 }, (_, index) => ['file', `document ${index}`, `${index}.txt`]);
  const { payload, headers } = multipart([['batch', 'true'], ...files]);
  return (await app.inject({ method: 'POST', url: path, payload, headers })).json().id;
}

const id = mode === 'begin' ? await begin() : known;
await context.jobs.start();
for (let last = ''; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
  const reply = await app.inject({ url: `${path}/${id}` });
  if (reply.body !== last) process.stdout.write(`${reply.body}\n`);
  last = reply.body;
  // The documents go after the last answer is there: a process that runs on deletes them at once.
  if (mode === 'resume' && reply.json().state === 'done' && filesBelow(`${folder}/blobs`) === 0) break;
}
process.exit(0);
