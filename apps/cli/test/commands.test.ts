import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Outcome, tra } from './validate-world.ts';

let folder = '';

const at = (name: string): string => join(folder, name);
const has = (tool: string): boolean => spawnSync('which', [tool]).status === 0;
const run = (tool: string, ...argv: string[]): string => {
  const result = spawnSync(tool, argv, { encoding: 'utf8', cwd: folder });
  return `${result.stdout}${result.stderr}`;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tra-cli-'));
}, 10_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('tra demo, and outside tools on what it wrote', () => {
  let outcome: Outcome;

  beforeAll(async () => {
    outcome = await tra('demo', '--out', folder);
  }, 240_000);

  test('ends well; its last line is JSON with verdicts and times', () => {
    expect(outcome.stderr).toContain('ms');
    expect(outcome.status).toBe(0);
    const last = JSON.parse(outcome.stdout.trim().split('\n').at(-1) ?? '');
    expect(last.verdicts).toEqual({ licence: 'passed', tampered: 'failed', public: 'active' });
    expect(last.milliseconds.issue).toBeGreaterThan(0);
  });

  test('the token that it wrote passes tra timestamp verify', async () => {
    const verify = ['timestamp', 'verify', at('licence.pdf'), '--token', at('token.tsr'), '--trust', at('root.pem')];
    expect(await tra(...verify)).toMatchObject({ status: 0 });
    expect(await tra(...verify, '--crl', at('crl.der'), '--revocation', 'prefer')).toMatchObject({ status: 0 });
  });

  test.skipIf(!has('openssl'))('openssl verifies the token, the CRL and the chain', () => {
    expect(
      run(
        'openssl',
        'ts',
        '-verify',
        '-data',
        'licence.pdf',
        '-in',
        'token.tsr',
        '-CAfile',
        'root.pem',
        '-untrusted',
        'chain.pem',
      ),
    ).toContain('Verification: OK');
    expect(run('openssl', 'crl', '-inform', 'DER', '-in', 'crl.der', '-CAfile', 'chain.pem', '-noout')).toContain(
      'verify OK',
    );
    expect(run('openssl', 'verify', '-CAfile', 'root.pem', '-untrusted', 'chain.pem', 'chain.pem')).toContain(
      'chain.pem: OK',
    );
  });

  test.skipIf(!has('pdfsig'))('poppler says that the signature is valid and covers the whole document', () => {
    const said = run('pdfsig', 'licence.pdf');
    expect(said).toContain('Signature is Valid');
    expect(said).toContain('Total document signed');
    expect(run('pdfdetach', '-list', 'licence.pdf')).toContain('licence.xml');
  });

  test.skipIf(!has('pdftotext'))('the Thai text comes out exactly as it went in', () => {
    const text = run('pdftotext', '-layout', 'licence.pdf', '-').replace(/\s+/g, ' ');
    for (const words of ['นายสมชาย ใจดี', 'ร้านผ้าทอบ้านน้ำซับ', 'ใบทะเบียนพาณิชย์อิเล็กทรอนิกส์', 'ตำบลศรีภูมิ อำเภอเมืองเชียงใหม่']) {
      expect(text).toContain(words);
    }
  });

  test.skipIf(!has('qpdf'))('qpdf finds no fault', () => {
    expect(run('qpdf', '--check', 'licence.pdf')).toContain('No syntax or stream encoding errors');
  });

  test('the XML beside the licence is the one inside it', async () => {
    if (!has('pdfdetach')) return;
    run('pdfdetach', '-save', '1', '-o', 'inside.xml', 'licence.pdf');
    expect(await readFile(at('inside.xml'), 'utf8')).toBe(await readFile(at('licence.xml'), 'utf8'));
  });

  test('tra validate passes with the root, and says why it cannot conclude without', async () => {
    const trusted = await tra('validate', at('licence.pdf'), '--trust', at('root.pem'));
    expect(trusted.status).toBe(0);
    expect(trusted.stdout).toContain('PAdES-B-T');
    const untrusted = await tra('validate', at('licence.pdf'));
    expect(untrusted.status).toBe(2);
    expect(untrusted.stdout).toContain('Tra Demo National Root CA');
  });

  test('any byte that changes outside the signature makes it fail', async () => {
    const pdf = new Uint8Array(await readFile(at('licence.pdf')));
    const hole = Buffer.from(pdf).indexOf('/Contents <');
    const positions = [
      0,
      5,
      9,
      120,
      Math.floor(hole / 2),
      hole - 30,
      hole + 2,
      pdf.length - 400,
      pdf.length - 40,
      pdf.length - 3,
      pdf.length - 1,
    ];
    for (const position of positions) {
      const copy = pdf.slice();
      copy[position] = (copy[position] ?? 0) ^ 1;
      await writeFile(at('tampered.pdf'), copy);
      const { status, stdout } = await tra('validate', at('tampered.pdf'), '--trust', at('root.pem'));
      // Without its first byte it is no PDF any more: then nothing can be said about it.
      expect(status, `byte ${position}: ${stdout}`).toBe(position === 0 ? 2 : 1);
    }
  }, 120_000);

  test('JSON carries the same verdict, and the worst of several files decides', async () => {
    const { status, stdout } = await tra(
      'validate',
      at('licence.pdf'),
      at('licence.xml'),
      '--trust',
      at('root.pem'),
      '--format',
      'json',
    );
    expect(status).toBe(2);
    const reports = JSON.parse(stdout) as { verdict: string; answers: { question: string }[] }[];
    expect(reports.map((report) => report.verdict)).toEqual(['passed', 'indeterminate']);
    expect(reports[0]?.answers.map((answer) => answer.question)).toEqual(['unchanged', 'signer', 'time', 'status']);
  });

  test('judged as of a time before the signature it is not passed', async () => {
    const { status } = await tra(
      'validate',
      at('licence.pdf'),
      '--trust',
      at('root.pem'),
      '--at',
      '2020-01-01T00:00:00Z',
    );
    expect(status).not.toBe(0);
  });
});

test.each([
  [['frobnicate'], 'no command'],
  [['validate'], 'at least one file'],
  [['validate', '/does/not/exist.pdf'], 'cannot be read'],
  [['validate', 'package.json', '--trust', 'package.json'], 'holds no CERTIFICATE'],
  [['validate', 'package.json', '--at', 'yesterday'], 'is not a time'],
  [['validate', 'package.json', '--format', 'xml'], 'is not a format'],
  [['validate', 'package.json', '--wrong'], '--wrong'],
  [['demo'], '--out'],
  [['demo', '--out', '/dev/null/x'], 'cannot be used'],
  [['start', '--port', '99999'], 'is not a port'],
  [['account', 'add'], 'account add NAME'],
])('tra %j is refused with status 64 and says what is wrong', async (argv, words) => {
  const { status, stderr, stdout } = await tra(...argv);
  expect(status).toBe(64);
  expect(stderr).toContain(words);
  expect(stdout).toBe('');
});

test.each([[['--help']], [['help']], [[]], [['help', 'validate']], [['start', '--help']]])(
  'tra %j prints help',
  async (argv) => {
    const { status, stdout } = await tra(...argv);
    expect(status).toBe(0);
    expect(stdout).toContain('tra');
  },
);

test('help speaks Thai when asked', async () => {
  expect((await tra('--help', '--lang', 'th')).stdout).toContain('วิธีใช้');
});

test('tra config lists the keys with their environment names', async () => {
  const { stdout } = await tra('config');
  for (const name of ['TRA_PORT', 'TRA_DATABASE_URL', 'TRA_KEYS_PASSPHRASE', 'TRA_HTTP_RATE_LIMIT_PER_ADDRESS'])
    expect(stdout).toContain(name);
});
