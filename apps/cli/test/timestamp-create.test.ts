import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequest, parseRequest, rejection } from '@tra/timestamp';
import { TEST_POLICY } from '@tra/timestamp/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reply, startWorld, tra, type World } from './timestamp-world.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
let folder = '';
let world: World;
const at = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tra-timestamp-'));
  await writeFile(at('root.pem'), world.root);
  await writeFile(at('chain.pem'), world.chain);
  await writeFile(at('file'), 'content');
  Object.assign(world, { handler: undefined, asked: 0 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const create = (...argv: string[]) => tra(['timestamp', 'create', '--url', world.url, '--retries', '0', ...argv]);
const left = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => !['root.pem', 'chain.pem', 'file'].includes(name)).sort();
const openssl = (...argv: string[]): string => {
  const { stdout, stderr } = spawnSync('openssl', argv, { encoding: 'utf8', cwd: folder });
  return `${stdout}${stderr}`;
};

describe('tra timestamp create', () => {
  test.each(['sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512'])(
    'stamps a file by %s, and verify agrees',
    async (digest) => {
      const { status, out } = await create(at('file'), '--digest', digest);
      expect(status).toBe(0);
      expect(out).toContain('file.tsr');
      const verified = await tra(['timestamp', 'verify', at('file'), '--trust', at('root.pem')]);
      expect(verified.out).toContain('PASSED');
      expect(verified.status).toBe(0);
    },
  );

  test
    .skipIf(!hasOpenssl)
    .each([
      [[]],
      [['--digest', 'sha512']],
      [['--no-nonce']],
      [['--policy', TEST_POLICY]],
      [['--no-cert', '--intermediate', 'chain.pem']],
    ])('openssl accepts what it wrote with %j', async (options) => {
    const named = options.map((text) => (text === 'chain.pem' ? at(text) : text));
    expect((await create(at('file'), ...named)).status).toBe(0);
    const more = ['-CAfile', 'root.pem', '-untrusted', 'chain.pem'];
    expect(openssl('ts', '-verify', '-data', 'file', '-in', 'file.tsr', ...more)).toContain('Verification: OK');
  });

  test('says what it did as JSON', async () => {
    const { status, out } = await create(at('file'), '--json', '--policy', TEST_POLICY);
    expect(status).toBe(0);
    const value = createHash('sha256').update('content').digest('hex');
    expect(JSON.parse(out)).toMatchObject([
      { result: 'stamped', out: at('file.tsr'), digest: { value }, token: { policy: TEST_POLICY }, verified: true },
    ]);
  });

  test('never replaces a stamp without being told, nor asks for another', async () => {
    await create(at('file'));
    const first = await readFile(at('file.tsr'));
    const { status, err } = await create(at('file'));
    expect(status).toBe(1);
    expect(err).toContain('is there already');
    expect((await create(at('file'), '--skip-existing')).status).toBe(0);
    expect(world.asked).toBe(1);
    expect(await readFile(at('file.tsr'))).toEqual(first);
    expect((await create(at('file'), '--force')).status).toBe(0);
    expect(await readFile(at('file.tsr'))).not.toEqual(first);
    expect(await left()).toEqual(['file.tsr']);
  });

  test('stamps folders, but not what it wrote and not through links', async () => {
    await mkdir(at('in', 'deep'), { recursive: true });
    for (const name of ['a', 'b', join('deep', 'c')]) await writeFile(at('in', name), name);
    await symlink(at('file'), at('in', 'link'));
    expect(await create(at('in'))).toMatchObject({ status: 64 });
    expect((await create(at('in'), '--recursive', '--out', at('out'))).status).toBe(0);
    expect((await readdir(at('out'), { recursive: true })).sort()).toEqual(['a.tsr', 'b.tsr', 'deep', 'deep/c.tsr']);
    expect((await create(at('in'), '--recursive')).status).toBe(0);
    expect((await create(at('in'), '--recursive', '--skip-existing')).status).toBe(0);
    expect(world.asked).toBe(6);
    const verified = await tra([
      'timestamp',
      'verify',
      at('in'),
      '--recursive',
      '--tokens',
      at('out'),
      '--trust',
      at('root.pem'),
    ]);
    expect(verified.out.match(/PASSED/g)).toHaveLength(3);
  });

  test('writes the response to standard output', async () => {
    const { status, out } = await create(at('file'), '--stdout');
    expect(status).toBe(0);
    await writeFile(at('token'), out, 'latin1');
    const verified = await tra(['timestamp', 'verify', at('file'), '--token', at('token'), '--trust', at('root.pem')]);
    expect(verified.status).toBe(0);
    expect(await left()).toEqual(['token']);
  });

  test('a key goes in a header, from a file or the environment, and never in the clear to another machine', async () => {
    await writeFile(at('key'), 'tsk_abc\nmore\n');
    await create(at('file'), '--key-file', at('key'));
    expect(world.headers.authorization).toBe('Bearer tsk_abc');
    const argv = ['timestamp', 'create', at('file'), '--force', '--retries', '0'];
    const env = { TRA_TIMESTAMP_KEY: 'tsk_env', TRA_TIMESTAMP_URL: world.url };
    expect((await tra(argv, env)).status).toBe(0);
    expect(world.headers.authorization).toBe('Bearer tsk_env');
    const exposed = await tra([...argv, '--url', 'http://tsa.example/timestamp'], env);
    expect(exposed).toMatchObject({ status: 64 });
    expect(exposed.err).toContain('https');
    await writeFile(at('key'), 'with blanks in it');
    expect((await create(at('file'), '--key-file', at('key'))).status).toBe(64);
  });
});

describe('many files under one token', () => {
  test('each with its proof, and every one is verified', async () => {
    const files = Array.from({ length: 11 }, (_, index) => at(`f${index}`));
    for (const file of files) await writeFile(file, file);
    expect((await create(...files, '--bulk', '--digest', 'sha384')).status).toBe(0);
    expect(world.asked).toBe(1);
    const verified = await tra(['timestamp', 'verify', ...files, '--trust', at('root.pem')]);
    expect(verified.status).toBe(0);
    expect(verified.out.match(/PASSED/g)).toHaveLength(11);
    await writeFile(at('f3'), 'changed');
    const changed = await tra(['timestamp', 'verify', at('f3'), '--trust', at('root.pem')]);
    expect(changed.status).toBe(1);
    const other = ['--proof', at('f4.tsp.json'), '--token', at('f5.tsr'), '--trust', at('root.pem')];
    expect((await tra(['timestamp', 'verify', at('f5'), ...other])).status).toBe(1);
    await rm(at('f6.tsp.json'));
    expect((await tra(['timestamp', 'verify', at('f6'), '--trust', at('root.pem')])).status).toBe(1);
  });

  test('more files than a machine may have open at once', async () => {
    await mkdir(at('in'));
    for (let index = 0; index < 700; index += 1) await writeFile(at('in', `f${index}`), String(index));
    expect((await create(at('in'), '--recursive', '--bulk', '--out', at('out'))).status).toBe(0);
    expect(await readdir(at('out'))).toHaveLength(1400);
    expect(world.asked).toBe(1);
  }, 60_000);

  test('in one bundle', async () => {
    for (const name of ['a', 'b', 'c']) await writeFile(at(name), name);
    const files = ['a', 'b', 'c'].map((name) => at(name));
    expect((await create(...files, '--bundle', at('all.json'))).status).toBe(0);
    expect((await create(...files, '--bundle', at('all.json'))).status).toBe(1);
    const verify = ['timestamp', 'verify', ...files, '--proof', at('all.json'), '--trust', at('root.pem'), '--json'];
    expect(JSON.parse((await tra(verify)).out)).toMatchObject([{ verdict: 'passed' }, { verdict: 'passed' }, {}]);
    await writeFile(at('b'), 'other');
    const changed = await tra(verify);
    expect(changed.status).toBe(1);
    expect(JSON.parse(changed.out)[1]).toMatchObject({ verdict: 'failed', code: 'cli.timestamp.not_in_proof' });
    for (const text of ['', '{}', '{"format":"tra-timestamp-bundle-1","entries":[{}]}', 'x']) {
      await writeFile(at('all.json'), text);
      expect((await tra(verify)).status).toBe(64);
    }
  });

  test('one that cannot be read does not keep the others from it', async () => {
    await mkdir(at('sub'));
    await writeFile(at('sub', 'a'), 'a');
    expect((await create(at('sub', 'a'), at('file'), '--bulk')).status).toBe(0);
    expect((await create(at('none'))).status).toBe(64);
  });
});

describe('refused, and nothing is written, is', () => {
  afterEach(async () => expect((await left()).filter((name) => name !== 'other.pem')).toEqual([]));

  test.each([
    ['timeNotAvailable', 'clock cannot be vouched for'],
    ['unacceptedPolicy', 'policy'],
    ['badAlg', 'kind of digest'],
    ['systemFailure', 'cannot stamp at the moment'],
  ] as const)('an answer that says %s', async (failure, words) => {
    world.handler = (_request, _body, response) => reply(response, rejection(failure).response);
    const { status, err } = await create(at('file'));
    expect(status).toBe(1);
    expect(err).toContain(failure);
    expect(err).toContain(words);
  });

  test.each([
    ['another nonce', { nonce: new Uint8Array([1, 2, 3]) }, 'timestamp.nonce_mismatch'],
    ['no nonce', { nonce: undefined }, 'timestamp.nonce_mismatch'],
    ['another digest', { value: new Uint8Array(32) }, 'timestamp.imprint_mismatch'],
    ['no certificate', { certReq: false }, 'cms.signer_certificate_missing'],
  ] as const)('an answer with %s', async (_, change, code) => {
    world.handler = async (_request, body, response) => {
      const { imprint, nonce } = parseRequest(body);
      const changed = createRequest({
        algorithm: 'sha256',
        value: imprint.value,
        ...(nonce ? { nonce } : {}),
        ...change,
      } as never);
      reply(response, (await world.authority.respond(changed)).response);
    };
    const { status, err } = await create(at('file'));
    expect(status).toBe(1);
    expect(err).toContain(code);
  });

  test('an answer with a nonce that nobody asked for, or under another policy', async () => {
    world.handler = async (_request, body, response) => {
      const changed = createRequest({
        algorithm: 'sha256',
        value: parseRequest(body).imprint.value,
        nonce: new Uint8Array([7]),
      });
      reply(response, (await world.authority.respond(changed)).response);
    };
    expect((await create(at('file'), '--no-nonce')).err).toContain('timestamp.nonce_mismatch');
    expect((await create(at('file'), '--policy', '1.2.3')).err).toContain('timestamp.policy_not_accepted');
  });

  test('an answer with one octet of the signature changed, or cut off', async () => {
    world.handler = async (_request, body, response) => {
      const bytes = (await world.authority.respond(body)).response.slice();
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      reply(response, bytes);
    };
    expect((await create(at('file'))).status).toBe(1);
    world.handler = async (_request, body, response) =>
      reply(response, (await world.authority.respond(body)).response.subarray(0, -40));
    const cut = await create(at('file'));
    expect(cut).toMatchObject({ status: 1 });
    expect(cut.err).toContain('no time-stamp response');
  });

  test('an authority that does not lead to the roots that were given', async () => {
    const other = await startWorld();
    await writeFile(at('other.pem'), other.root);
    await other.close();
    expect((await create(at('file'), '--trust', at('other.pem'))).status).toBe(1);
  });

  test.each([
    [
      'an answer that does not end',
      (response) => void response.writeHead(200).write(Buffer.alloc(3 * 1024 * 1024)),
      'larger than',
    ],
    [
      'a redirect',
      (response) => void response.writeHead(307, { location: 'http://elsewhere.example/x' }).end(),
      'http://elsewhere.example/x',
    ],
    [
      'HTML',
      (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>'),
      'no time-stamp response',
    ],
    [
      'a problem document',
      (response) =>
        void response
          .writeHead(403, { 'content-type': 'application/problem+json' })
          .end(JSON.stringify({ title: 'Forbidden', detail: 'subscription ended\u001b[31m' })),
      'Forbidden: subscription ended\ufffd',
    ],
    [
      'an error page',
      (response) => void response.writeHead(404, { 'content-type': 'text/html' }).end('<b>x</b>'),
      'status 404',
    ],
  ] as readonly (readonly [string, (response: Parameters<typeof reply>[0]) => void, string])[])(
    'a server that sends %s',
    async (_, send, words) => {
      world.handler = (_request, _body, response) => send(response);
      const { status, err } = await create(at('file'));
      expect(status).toBe(1);
      expect(err).toContain(words);
      expect(err).not.toContain('<b>');
      expect(err).not.toContain('\u001b');
    },
  );

  test('one who is not there: status 69', async () => {
    const gone = await startWorld();
    await gone.close();
    const { status, err } = await tra(['timestamp', 'create', at('file'), '--url', gone.url, '--retries', '0']);
    expect(status).toBe(69);
    expect(err).toContain('ECONNREFUSED');
  });

  test('one who hangs up; the files after it are not tried', async () => {
    world.handler = (request) => void request.socket.destroy();
    await mkdir(at('many'));
    for (let index = 0; index < 12; index += 1) await writeFile(at('many', `file${index}`), 'x');
    expect((await create(at('many'), '--recursive')).status).toBe(69);
    expect(world.asked).toBeLessThanOrEqual(4);
    expect((await readdir(at('many'))).filter((name) => name.endsWith('.tsr'))).toEqual([]);
    await rm(at('many'), { recursive: true });
  });

  test('what was mistyped', async () => {
    for (const argv of [
      ['timestamp'],
      ['timestamp', 'stamp'],
      ['timestamp', 'create'],
      ['timestamp', 'create', at('file'), '--url', 'ftp://x'],
      ['timestamp', 'create', at('file'), '--url', 'http://user:pass@localhost/'],
      ['timestamp', 'create', at('file'), '--digest', 'md5'],
      ['timestamp', 'create', at('file'), '--policy', 'abc'],
      ['timestamp', 'create', at('file'), '--timeout', '0'],
      ['timestamp', 'create', at('file'), at('root.pem'), '--stdout', '--url', world.url],
    ])
      expect(await tra(argv), argv.join(' ')).toMatchObject({ status: 64 });
  });
});

test('a failure that passes is tried again, as late as the server asks', async () => {
  world.handler = (_request, _body, response) => {
    world.handler = undefined;
    response.writeHead(503, { 'retry-after': '0' }).end();
  };
  const { status } = await tra(['timestamp', 'create', at('file'), '--url', world.url, '--retries', '1']);
  expect(status).toBe(0);
  expect(world.asked).toBe(2);
});
