import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tra } from './timestamp-world.ts';

/** The product itself, from a file to the audit of its record by somebody who has the files and the key of the log alone. */
describe('the time-stamping server and the command line', () => {
  let folder = '';
  let child: ChildProcess;
  let origin = '';
  const at = (...names: string[]): string => join(folder, ...names);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tra-timestamp-server-'));
    const kept = Object.entries(process.env).filter(([name]) => !/^(TRA_|VITEST|NODE_OPTIONS)/.test(name));
    const serve = ['timestamp', 'serve', '--with-log', '--records', 'file', '--port', '0', '--data', at('data')];
    // What the client reads from the environment is none of the server's settings.
    const env = { TRA_TELEMETRY_LEVEL: 'error', TRA_TIMESTAMP_SEAL_SECONDS: '1', TRA_TIMESTAMP_KEY: 'tsk_x' };
    child = spawn(
      process.execPath,
      ['--conditions=tra-source', '--import', 'tsx', 'apps/cli/src/main.ts', ...serve, '--lang', 'en'],
      { cwd: fileURLToPath(new URL('../../..', import.meta.url)), env: { ...Object.fromEntries(kept), ...env } },
    );
    let output = '';
    child.stderr?.on('data', (text: Buffer) => (output += text.toString()));
    origin = await new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error(output)));
      child.stdout?.on('data', (text: Buffer) => {
        output += text.toString();
        const ready = /is ready: (\S+)/.exec(output)?.[1];
        if (ready) resolve(ready);
      });
    });
  }, 60_000);
  afterAll(async () => {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await exit)[0]).toBe(0);
    await rm(folder, { recursive: true, force: true });
  }, 30_000);

  test('nothing but the authority and its log is served', async () => {
    const status = async (path: string): Promise<number> => (await fetch(`${origin}${path}`)).status;
    expect([await status('/log/checkpoint'), await status('/timestamp/chain.pem')]).toEqual([200, 200]);
    expect([await status('/api/v1/licensing/services'), await status('/api/v1/validation')]).toEqual([404, 404]);
  });

  test('what serve cannot start with', async () => {
    expect(await tra(['timestamp', 'serve', 'more'])).toMatchObject({ status: 64 });
    expect(await tra(['timestamp', 'serve', '--systems', 'pki'])).toMatchObject({ status: 64 });
    const wrong = await tra(['timestamp', 'serve', '--agree', 'some', '--data', at('few'), '--port', '0']);
    expect(wrong.status).not.toBe(0);
    expect(wrong.err).toContain('agree');
  });

  test('stamps, verifies, mirrors the log and audits', async () => {
    for (const name of ['a', 'b', 'c']) await writeFile(at(name), name);
    const url = `${origin}/timestamp`;
    const files = ['a', 'b', 'c'].map((name) => at(name));
    expect(await tra(['timestamp', 'create', ...files, '--url', url])).toMatchObject({ status: 0 });
    expect(await tra(['timestamp', 'create', ...files, '--url', url, '--bundle', at('all.json')])).toMatchObject({
      status: 0,
    });
    await writeFile(at('chain.pem'), await (await fetch(`${url}/chain.pem`)).text());
    expect(await tra(['timestamp', 'verify', ...files, '--trust', at('chain.pem')])).toMatchObject({ status: 0 });
    const bundled = ['--proof', at('all.json'), '--trust', at('chain.pem')];
    expect(await tra(['timestamp', 'verify', ...files, ...bundled])).toMatchObject({ status: 0 });

    await writeFile(at('key'), await (await fetch(`${origin}/log/key`)).text());
    const records = at('data', 'timestamp-records');
    const audit = async (): Promise<{ status: number; report: Record<string, unknown> }> => {
      const mirror = await tra(['log', 'mirror', `${origin}/log`, '--key', at('key'), '--out', at('log')]);
      expect(mirror.err).toBe('');
      const { status, out } = await tra([
        'timestamp',
        'audit',
        records,
        '--log',
        at('log'),
        '--key',
        at('key'),
        '--json',
      ]);
      return { status, report: JSON.parse(out) };
    };
    await expect
      .poll(async () => (await audit()).report, { timeout: 20_000, interval: 500 })
      .toMatchObject({ records: 4, unsealed: 0 });
    expect(await audit()).toMatchObject({ status: 0, report: { verdict: 'passed', chains: 1 } });

    const [segment = ''] = (await readdir(records)).filter((name) => name.endsWith('.segment'));
    const bytes = await readFile(join(records, segment));
    const changed = Buffer.from(bytes);
    // Room for more follows the records while the server runs.
    const last = changed.findLastIndex((octet) => octet !== 0) - 50;
    changed[last] = (changed[last] ?? 0) ^ 1;
    await writeFile(join(records, segment), changed);
    expect(await audit()).toMatchObject({ status: 1 });
    await writeFile(join(records, segment), bytes);
    expect(await audit()).toMatchObject({ status: 0 });
  }, 60_000);
});
