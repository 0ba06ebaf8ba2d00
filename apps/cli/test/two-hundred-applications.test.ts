import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort, type ServerProcess, startServerProcess } from '../../../tools/server-process.ts';
import { ApiClient, ApiFault } from '../src/api-client.ts';
import { demoApplication } from '../src/demo-application.ts';
import { type ApplicationView, act, apply, fillIn } from '../src/licence-path.ts';

const total = Number(process.env.TRA_TEST_APPLICATIONS ?? 200);
const atOnce = 12;

interface People {
  readonly citizen: ApiClient;
  readonly officer: ApiClient;
  readonly approver: ApiClient;
}

async function signInAll(url: string): Promise<People> {
  const accounts = await new ApiClient(url).json<{ items: { username: string; password: string }[] }>(
    '/api/v1/identity/demo-accounts',
  );
  const as = async (username: string): Promise<ApiClient> => {
    const client = new ApiClient(url);
    await client.signIn(username, accounts.items.find((item) => item.username === username)?.password ?? '');
    return client;
  };
  return { citizen: await as('somchai'), officer: await as('officer.anong'), approver: await as('head.wichai') };
}

/** Does `work` for every number below `count`, `atOnce` at a time. */
async function forEach(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Takes the next step of an application, whatever state it is in. A draft that was cut off is filled in again first. */
async function step(people: People, application: ApplicationView): Promise<ApplicationView> {
  const { citizen, officer, approver } = people;
  if (application.state === 'draft') {
    return act(
      citizen,
      await fillIn(citizen, application, demoApplication.data, demoApplication.attachments()),
      'submit',
    );
  }
  if (application.state === 'payment') return act(citizen, application, 'pay');
  if (application.state === 'screening') return act(officer, application, 'recommend');
  if (application.state === 'decision') return act(approver, application, 'approve');
  return application;
}

async function allApplications(citizen: ApiClient): Promise<ApplicationView[]> {
  const items: ApplicationView[] = [];
  let after: string | null = '';
  do {
    const page: { items: ApplicationView[]; next: string | null } = await citizen.json(
      `/api/v1/licensing/applications?scope=mine&limit=100${after ? `&after=${encodeURIComponent(after)}` : ''}`,
    );
    items.push(...page.items);
    after = page.next;
  } while (after);
  return items;
}

/** Steps every application on until all are issued or nothing moves for 30 seconds. */
async function driveToTheEnd(people: People, ids: readonly string[]): Promise<void> {
  const deadline = Date.now() + 180_000;
  for (;;) {
    const open = (await allApplications(people.citizen)).filter(
      (item) => ids.includes(item.id) && item.state !== 'active',
    );
    if (open.length === 0) return;
    if (Date.now() > deadline) throw new Error(`${open.length} applications did not end: ${open[0]?.state}`);
    await forEach(open.length, async (index) => {
      let current = await people.citizen.json<ApplicationView>(`/api/v1/licensing/applications/${open[index]?.id}`);
      while (!['issuing', 'active'].includes(current.state)) current = await step(people, current);
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

test(`${total} applications decided at once all end issued, no number twice, none lost by kill -9 in the middle`, async () => {
  const data = await mkdtemp(join(tmpdir(), 'tra-load-'));
  const port = await freePort();
  const serverUrl = process.env.TRA_TEST_DATABASE_URL;
  const env = {
    TRA_HTTP_RATE_LIMIT_PER_ADDRESS: '0',
    TRA_HTTP_RATE_LIMIT_PER_ACCOUNT: '0',
    ...(serverUrl ? { TRA_DATABASE_URL: serverUrl } : {}),
  };
  let server: ServerProcess = await startServerProcess(data, port, env);
  const acknowledged = new Map<string, string>();
  try {
    const before = await signInAll(server.url);
    let killed: Promise<void> | undefined;
    await forEach(total, async (index) => {
      if (killed) return;
      try {
        let application = await apply(
          before.citizen,
          demoApplication.service,
          demoApplication.data,
          demoApplication.attachments(),
        );
        acknowledged.set(application.id, application.state);
        for (let round = 0; round < 3; round += 1) {
          application = await step(before, application);
          acknowledged.set(application.id, application.state);
        }
      } catch (error) {
        if (error instanceof ApiFault || !killed) throw error;
      }
      if (index === Math.floor(total / 2)) killed ??= server.kill();
    });
    await killed;
    expect(acknowledged.size).toBeGreaterThan(total / 3);

    server = await startServerProcess(data, port, env);
    const people = await signInAll(server.url);
    const survivors = new Set((await allApplications(people.citizen)).map((item) => item.id));
    for (const id of acknowledged.keys())
      expect(survivors.has(id), `application ${id} was acknowledged and is lost`).toBe(true);
    await forEach(total - survivors.size, async () => {
      await apply(people.citizen, demoApplication.service, demoApplication.data, demoApplication.attachments());
    });
    const ids = (await allApplications(people.citizen)).map((item) => item.id);
    await driveToTheEnd(people, ids);

    const ended = await Promise.all(
      ids.map((id) => people.citizen.json<ApplicationView>(`/api/v1/licensing/applications/${id}`)),
    );
    const numbers = ended.map((item) => item.licence?.number);
    expect(ended.length).toBeGreaterThanOrEqual(total);
    expect(ended.every((item) => item.state === 'active' && item.licence?.status === 'active')).toBe(true);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(await server.stop()).toBe(0);
  } finally {
    await server.kill();
    await rm(data, { recursive: true, force: true });
  }
}, 480_000);
