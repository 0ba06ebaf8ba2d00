// Starts a throwaway PostgreSQL server, runs a command beside it, and takes everything away again.
//   node tools/with-postgres.mjs [--if-available] -- <command> [arguments…]
// The command finds the server in TRA_TEST_DATABASE_URL and TRA_DATABASE_URL; its exit code is passed on. When no server is
// installed, the Debian package `postgresql` is installed where that is allowed; where it is not, --if-available skips the
// command with a notice.
import { spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const INSTALLED = '/usr/lib/postgresql';
const START_LIMIT_MS = 30_000;
const isRoot = process.getuid?.() === 0;

function say(text) {
  process.stderr.write(`with-postgres: ${text}\n`);
}

/** The folder with the newest installed server, if there is one. */
function findServer() {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED) : [];
  const folders = versions
    .sort((left, right) => Number(right) - Number(left))
    .map((version) => join(INSTALLED, version, 'bin'));
  const onPath = (process.env.PATH ?? '').split(':').filter(Boolean);
  return [...folders, ...onPath].find((folder) =>
    ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
  );
}

function installServer() {
  if (!isRoot || !existsSync('/usr/bin/apt-get')) return;
  say('installing the Debian package postgresql');
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  };
  spawnSync('apt-get', ['update', '-qq'], options);
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'], options);
}

/** User and group under which the server runs: it refuses to run as root. */
function unprivileged() {
  if (!isRoot) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = ['postgres', 'nobody'].map((name) => users.find(([known]) => known === name)).find(Boolean);
  if (!user) throw new Error('neither the user postgres nor nobody exists to run the server as');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

async function freePort() {
  const server = createServer();
  await new Promise((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

function createCluster(bin, folder, owner) {
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (owner.uid !== undefined) for (const path of [folder, data]) chownSync(path, owner.uid, owner.gid);
  const args = ['-D', data, '-U', 'tra', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-instructions'];
  const result = spawnSync(join(bin, 'initdb'), args, { ...owner, cwd: folder, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`initdb failed: ${result.error?.message ?? result.stderr}`);
  // Throwaway data: nobody needs it after a crash of the machine. TRA_POSTGRES_FSYNC=on keeps the disk honest for benches.
  const fsync = process.env.TRA_POSTGRES_FSYNC === 'on' ? 'on' : 'off';
  writeFileSync(
    join(data, 'postgresql.auto.conf'),
    [
      `fsync = ${fsync}`,
      `full_page_writes = ${fsync}`,
      "listen_addresses = '127.0.0.1'",
      `unix_socket_directories = '${folder}'`,
      'max_connections = 200',
      "timezone = 'UTC'",
      '',
    ].join('\n'),
  );
  return data;
}

async function startServer(bin, folder, owner) {
  const data = createCluster(bin, folder, owner);
  const port = await freePort();
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port)], {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (text) => {
      log = (log + text).slice(-20_000);
    });
  }
  const end = Date.now() + START_LIMIT_MS;
  while (!log.includes('ready to accept connections')) {
    if (server.exitCode !== null || Date.now() > end) {
      server.kill('SIGKILL');
      throw new Error(`the server did not start:\n${log}`);
    }
    await delay(50);
  }
  return { server, url: `postgresql://tra@127.0.0.1:${port}/postgres` };
}

async function stopServer(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((done) => server.once('exit', done));
  server.kill('SIGINT');
  const late = setTimeout(() => server.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(late);
}

/** Runs the command and resolves to its exit code; 128 + signal when a signal ended it. */
async function runCommand(command, args, url) {
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, TRA_TEST_DATABASE_URL: url, TRA_DATABASE_URL: url },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return await new Promise((done) => {
    child.once('error', (error) => {
      say(`cannot run ${command}: ${error.message}`);
      done(127);
    });
    child.once('exit', (code, signal) => done(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

async function main() {
  const args = process.argv.slice(2);
  const split = args.indexOf('--');
  const [command, ...rest] = split < 0 ? [] : args.slice(split + 1);
  const options = split < 0 ? args : args.slice(0, split);
  if (!command || options.some((option) => option !== '--if-available')) {
    process.stderr.write('usage: node tools/with-postgres.mjs [--if-available] -- <command> [arguments…]\n');
    return 64;
  }
  if (!findServer()) installServer();
  const bin = findServer();
  if (!bin) {
    say('no PostgreSQL server is installed, and it may not be installed here');
    if (!options.includes('--if-available')) return 1;
    say(`skipped: ${command} ${rest.join(' ')}`);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tra-postgres-'));
  let server;
  try {
    const started = await startServer(bin, folder, unprivileged());
    server = started.server;
    return await runCommand(command, rest, started.url);
  } finally {
    if (server) await stopServer(server);
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main().catch((error) => {
  say(error.message);
  return 1;
});
