// npm run -s bench -- issue
// Licences per CPU-second of the server through the whole path over HTTP (apply, pay, recommend, approve, issue: PDF/A-3, XML,
// signature, time-stamp, durable commits), beside the bare rate of the same signature algorithm in the same run.
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../apps/cli/src/api-client.ts';
import { demoApplication } from '../apps/cli/src/demo-application.ts';
import { type ApplicationView, act, apply, untilIssued } from '../apps/cli/src/licence-path.ts';
import { freePort, startServerProcess } from '../tools/server-process.ts';
import type { BenchResult } from './main.ts';

const documents = Number(process.env.TRA_TEST_BENCH_DOCUMENTS ?? 100);
const warmUp = 10;
const atOnce = 16;

/** CPU seconds that a process and its threads have used (Linux: /proc/PID/stat, 100 ticks a second). */
async function cpuSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function bareSigningRate(): number {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const data = Buffer.alloc(256, 7);
  const rates = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    for (let index = 0; index < 4000; index += 1) sign('sha256', data, privateKey);
    const used = process.cpuUsage(before);
    return 4000 / ((used.user + used.system) / 1e6);
  });
  return rates.sort((a, b) => a - b)[2] ?? 0;
}

async function signedIn(url: string, username: string): Promise<ApiClient> {
  const accounts = await new ApiClient(url).json<{ items: { username: string; password: string }[] }>(
    '/api/v1/identity/demo-accounts',
  );
  const client = new ApiClient(url);
  await client.signIn(username, accounts.items.find((item) => item.username === username)?.password ?? '');
  return client;
}

/** Issues licences through the whole path and reports the rate per CPU-second of the server. */
export async function run(): Promise<BenchResult> {
  const data = await mkdtemp(join(tmpdir(), 'tra-bench-'));
  const env = { TRA_HTTP_RATE_LIMIT_PER_ADDRESS: '0', TRA_HTTP_RATE_LIMIT_PER_ACCOUNT: '0' };
  const server = await startServerProcess(data, await freePort(), env);
  try {
    const citizen = await signedIn(server.url, 'somchai');
    const officer = await signedIn(server.url, 'officer.anong');
    const approver = await signedIn(server.url, 'head.wichai');
    const issueOne = async (): Promise<ApplicationView> => {
      const applied = await apply(
        citizen,
        demoApplication.service,
        demoApplication.data,
        demoApplication.attachments(),
      );
      const recommended = await act(officer, await act(citizen, applied, 'pay'), 'recommend');
      return untilIssued(citizen, await act(approver, recommended, 'approve'), 500);
    };
    const issueMany = async (count: number): Promise<void> => {
      let left = count;
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          while (left-- > 0) await issueOne();
        }),
      );
    };
    await issueMany(warmUp);
    const pid = server.child.pid ?? 0;
    const [cpuBefore, wallBefore] = [await cpuSeconds(pid), performance.now()];
    await issueMany(documents);
    const cpu = (await cpuSeconds(pid)) - cpuBefore;
    const wall = (performance.now() - wallBefore) / 1000;
    const limit = bareSigningRate();
    const rate = documents / cpu;
    return {
      bench: 'issue',
      rate: round(rate),
      limit: round(limit),
      ratio: Number((rate / limit).toPrecision(3)),
      unit: 'documents per CPU-second of the server; limit: bare P-256 signatures per CPU-second',
      documents,
      millisecondsPerDocument: round((cpu / documents) * 1000),
      wallRate: round(documents / wall),
    };
  } finally {
    await server.stop();
    await rm(data, { recursive: true, force: true });
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
