import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const tool = fileURLToPath(new URL('../with-postgres.mjs', import.meta.url));
const installed = existsSync('/usr/lib/postgresql') && readdirSync('/usr/lib/postgresql').length > 0;

function run(...args: string[]) {
  const env = { ...process.env, CI: 'true' };
  return spawnSync(process.execPath, [tool, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env });
}

describe('with-postgres', () => {
  it.each([[[]], [['--']], [['echo']], [['--unknown', '--', 'true']]])('explains itself when called as %j', (args) => {
    const { status, stderr } = run(...args);
    expect(status).toBe(64);
    expect(stderr).toContain('usage:');
  });

  it.skipIf(!installed)('gives the command a server, passes its exit code on and leaves nothing behind', async () => {
    const script = 'process.stdout.write(process.env.TRA_TEST_DATABASE_URL); process.exit(7)';
    const { status, stdout } = run('--', process.execPath, '-e', script);
    expect(status).toBe(7);
    expect(stdout).toMatch(/^postgresql:\/\/tra@127\.0\.0\.1:\d+\/postgres$/);
    const { port } = new URL(stdout);
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch((error: Error) => error);
    expect(answer).toBeInstanceOf(Error);
  });

  it.skipIf(!installed)('says so when there is no such command', () => {
    const { status, stderr } = run('--', 'no-such-command');
    expect(status).toBe(127);
    expect(stderr).toContain('cannot run no-such-command');
  });

  it.skipIf(!installed)('passes a death by signal on', () => {
    expect(run('--', process.execPath, '-e', 'process.kill(process.pid, "SIGTERM")').status).toBe(128 + 15);
  });
});
