import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCertificationRequest, toPem } from '@tra/pki';
import { testSigner } from '@tra/pki/testing';
import { runCommand } from '../src/commands.ts';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `tra` in this process. */
export async function tra(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const status = await runCommand(argv, {
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    env: { LANG: 'en_GB.UTF-8', ...env },
  });
  return { status, stdout: stdout.join(''), stderr: stderr.join('') };
}

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
export const has = (tool: string): boolean => spawnSync('which', [tool]).status === 0;

/** Runs another program and returns everything that it wrote. */
export function run(cwd: string, tool: string, ...argv: string[]): string {
  const result = spawnSync(tool, argv, { encoding: 'utf8', cwd });
  return `${result.stdout}${result.stderr}`;
}

// biome-ignore lint/suspicious/noExplicitAny: a script that tests change at will
type Loose = any;

export interface Holder {
  readonly name: string;
  readonly publicKey: string;
  readonly key: string;
  readonly passphraseFile: string;
}

/** A folder with holders, as a ceremony room has it. */
export interface Room {
  readonly folder: string;
  readonly holders: readonly Holder[];
  at(...names: string[]): string;
  /** Writes a script; undefined fields of `change` are taken out. */
  script(name: string, change?: Loose): Promise<string>;
  approve(script: string, count?: number): Promise<void>;
  ceremony(script: string, out: string, ...more: string[]): Promise<Outcome>;
  attest(out: string, count?: number): Promise<void>;
  close(): Promise<void>;
}

export const rootStep = {
  do: 'create-root',
  key: 'root-1',
  algorithm: 'ecdsa-p256-sha256',
  subject: { country: 'TH', organization: 'Ministry', commonName: 'Test Root' },
  years: 20,
};

/** A step for a request beside the script. */
export const issuingStep = (hash: string, more: Loose = {}): Loose => ({
  do: 'sign-subordinate',
  name: 'issuing',
  profile: 'issuing-ca',
  request: { file: 'issuing.csr', sha256: hash },
  years: 10,
  crlUrls: ['http://pki.example.go.th/pki/crl/root.crl'],
  ...more,
});

export const keysPassphrase = 'correct horse battery';

/** A certification request for a CA, PEM. */
export async function caRequest(commonName: string = 'Issuing CA 1'): Promise<string> {
  const subject = { commonName, organization: 'Ministry', country: 'TH' };
  return toPem('CERTIFICATE REQUEST', await buildCertificationRequest({ subject, signer: testSigner(), ca: true }));
}

export async function openRoom(): Promise<Room> {
  const folder = await mkdtemp(join(tmpdir(), 'tra-ceremony-'));
  const at = (...names: string[]): string => join(folder, ...names);
  await writeFile(at('keys.pass'), `${keysPassphrase}\n`);
  const holders: Holder[] = [];
  for (const name of ['อนงค์', 'Prasert', 'Wichai']) {
    const key = at(`holder-${holders.length}.key`);
    const passphraseFile = at(`holder-${holders.length}.pass`);
    await writeFile(passphraseFile, `secret of ${name}\n`);
    const made = await tra(['pki', 'ceremony', 'holder', name, '--out', key, '--passphrase-file', passphraseFile]);
    holders.push({ ...JSON.parse(made.stdout.trim().split('\n').at(-1) ?? ''), key, passphraseFile });
  }
  const room: Room = {
    folder,
    holders,
    at,
    script: async (name, change = {}) => {
      const hour = 3_600_000;
      const time = (ms: number) => new Date(Date.now() + ms).toISOString().replace(/\.\d+/, '');
      const script = {
        ceremony: 1,
        title: { th: 'พิธีทดสอบ', en: 'Test ceremony' },
        window: { from: time(-hour), to: time(hour) },
        holders: holders.map(({ name: holder, publicKey }) => ({ name: holder, publicKey })),
        threshold: 2,
        keys: { store: 'file', folder: 'root-keys' },
        steps: [rootStep, { do: 'issue-crl', number: 1, days: 90 }, { do: 'close' }],
        ...change,
      };
      await writeFile(at(name), JSON.stringify(script, null, 2));
      return at(name);
    },
    approve: async (script, count = 2) => {
      for (const { key, passphraseFile } of holders.slice(0, count)) {
        const said = await tra([
          'pki',
          'ceremony',
          'approve',
          script,
          '--key',
          key,
          '--passphrase-file',
          passphraseFile,
        ]);
        if (said.status !== 0) throw new Error(said.stderr);
      }
    },
    ceremony: (script, out, ...more) =>
      tra(['pki', 'ceremony', script, '--out', out, '--keys-passphrase-file', at('keys.pass'), ...more]),
    attest: async (out, count = 2) => {
      for (const { key, passphraseFile } of holders.slice(0, count)) {
        const said = await tra(['pki', 'ceremony', 'attest', out, '--key', key, '--passphrase-file', passphraseFile]);
        if (said.status !== 0) throw new Error(said.stderr);
      }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
  return room;
}
