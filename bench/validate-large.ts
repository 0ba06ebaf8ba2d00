// npm run -s bench -- validate-large
// A signature and the 400 MB file that it was made over are sent to the built server and given to the built command line; the memory of both
// processes before, at most, and after. What a person waits for is the time beside the bare rate of the hash.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSignedData } from '@tra/cms';
import { toPem } from '@tra/pki';
import { testHierarchy } from '@tra/pki/testing';
import { freePort, startServerProcess } from '../tools/server-process.ts';
import type { BenchResult } from './main.ts';
import { build } from './timestamp-server.ts';

const megabytes = Number(process.env.TRA_TEST_BENCH_MEGABYTES ?? 400);
const piece = randomBytes(1_000_000);
const passes = 3;

interface Memory {
  readonly resident: number;
  readonly peak: number;
}

/** Megabytes of a process, as Linux counts them. */
async function memoryOf(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const value = (name: string): number =>
    Math.round((Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) * 1024) / 1e6);
  return { resident: value('VmRSS'), peak: value('VmHWM') };
}

/** Lets the peak begin anew (proc(5), clear_refs). */
const forgetPeak = (pid: number): Promise<void> => writeFile(`/proc/${pid}/clear_refs`, '5');

interface Signed {
  readonly signature: Uint8Array;
  readonly root: Uint8Array;
}

async function sign(): Promise<Signed> {
  const hierarchy = await testHierarchy();
  const { certificate, signer } = await hierarchy.issue('document-signer');
  const content = new Uint8Array(megabytes * piece.length);
  for (let at = 0; at < content.length; at += piece.length) content.set(piece, at);
  const certificates = [certificate, hierarchy.issuing.certificate];
  const builder = await createSignedData({ content, detached: true, signer, certificate, certificates });
  return { signature: builder.toDer(), root: hierarchy.root.certificate };
}

/** Sends the form a piece at a time, as a browser does, and says whether the file was found to be what was signed. */
async function upload(url: string, { signature, root }: Signed): Promise<boolean> {
  const boundary = 'x-bench-boundary';
  const head = (name: string, file: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${file}"\r\ncontent-type: application/octet-stream\r\n\r\n`;
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  const sent = request(`${url}/api/v1/validations`, { method: 'POST', headers });
  const answered = once(sent, 'response');
  const write = async (part: Uint8Array | string): Promise<void> => {
    if (!sent.write(part)) await once(sent, 'drain');
  };
  await write(`${head('trust', 'root.pem')}${toPem('CERTIFICATE', root)}\r\n`);
  await write(head('detached', 'big.bin'));
  for (let sentPieces = 0; sentPieces < megabytes; sentPieces += 1) await write(piece);
  await write(`\r\n${head('file', 'big.p7s')}`);
  await write(signature);
  sent.end(`\r\n--${boundary}--\r\n`);
  const [response] = await answered;
  let text = '';
  for await (const part of response) text += part;
  return text.includes('signature.hash_matches');
}

interface Measured {
  readonly before: number;
  readonly peak: number;
  readonly after: number;
  readonly seconds: number;
}

async function measureServer(data: string, signed: Signed): Promise<readonly Measured[]> {
  const env = { TRA_VALIDATION_ONLINE: 'off', TRA_SYSTEMS: 'validation' };
  const server = await startServerProcess(data, await freePort(), env, { built: true });
  const pid = server.child.pid ?? 0;
  try {
    const measured: Measured[] = [];
    for (let pass = 0; pass < passes; pass += 1) {
      await forgetPeak(pid);
      const before = (await memoryOf(pid)).resident;
      const started = performance.now();
      if (!(await upload(server.url, signed))) throw new Error('the file was not found to be what was signed');
      const seconds = (performance.now() - started) / 1000;
      const { peak, resident } = await memoryOf(pid);
      measured.push({ before, peak, after: resident, seconds: Number(seconds.toFixed(2)) });
    }
    return measured;
  } finally {
    await server.stop();
  }
}

async function measureCommand(folder: string, { signature, root }: Signed): Promise<{ peak: number; seconds: number }> {
  const at = (name: string): string => join(folder, name);
  const big = await open(at('big.bin'), 'w');
  for (let written = 0; written < megabytes; written += 1) await big.write(piece);
  await big.close();
  await writeFile(at('big.p7s'), signature);
  await writeFile(at('root.pem'), toPem('CERTIFICATE', root));
  const argv = [
    'validate',
    at('big.p7s'),
    '--detached',
    at('big.bin'),
    '--trust',
    at('root.pem'),
    '--offline',
    '--json',
  ];
  const main = fileURLToPath(new URL('../apps/cli/dist/main.js', import.meta.url));
  const started = performance.now();
  const child = spawn(process.execPath, [main, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (part) => {
    text += part;
  });
  let peak = 0;
  const timer = setInterval(() => {
    memoryOf(child.pid ?? 0).then(
      (memory) => {
        peak = Math.max(peak, memory.peak || 0);
      },
      () => undefined,
    );
  }, 10);
  await once(child, 'close');
  clearInterval(timer);
  if (!text.includes('signature.hash_matches')) throw new Error('the command line found another file than was signed');
  return { peak, seconds: Number(((performance.now() - started) / 1000).toFixed(2)) };
}

function hashSeconds(): number {
  const hash = createHash('sha256');
  const started = performance.now();
  for (let hashed = 0; hashed < megabytes; hashed += 1) hash.update(piece);
  hash.digest();
  return (performance.now() - started) / 1000;
}

/** Measures the memory; the ratio is that of the largest growth of the server to the size of the file. */
export async function run(): Promise<BenchResult> {
  await build();
  const folder = await mkdtemp(join(tmpdir(), 'tra-bench-'));
  try {
    const signed = await sign();
    const server = await measureServer(join(folder, 'data'), signed);
    const commandLine = await measureCommand(folder, signed);
    const growth = Math.max(...server.map(({ before, peak }) => peak - before));
    return {
      bench: 'validate-large',
      rate: growth,
      limit: megabytes,
      ratio: Number((growth / megabytes).toPrecision(3)),
      unit: 'megabytes by which the server grew at most beside those of the file',
      server,
      commandLine,
      hashSeconds: Number(hashSeconds().toFixed(2)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
