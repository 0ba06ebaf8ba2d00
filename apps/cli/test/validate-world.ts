import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toPem } from '@tra/pki';
import { testPdf, testSigning } from '@tra/signature/testing';
import { runCommand } from '../src/commands.ts';

/** What a run of `tra` did. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `tra` in English. */
export async function tra(...argv: readonly string[]): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const status = await runCommand(argv, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: { TRA_LANG: 'en' },
  });
  return { status, stdout, stderr };
}

/** A folder with the root of a signer, and a document of his. */
export interface SignedFolder {
  readonly signed: Uint8Array;
  at(...names: readonly string[]): string;
  /** Judges what is named as of an hour after signing, trusting that root. */
  validate(name: string, ...more: readonly string[]): Promise<Outcome>;
  remove(): void;
}

export async function signedFolder(): Promise<SignedFolder> {
  const folder = mkdtempSync(join(tmpdir(), 'tra-validate-'));
  const at = (...names: readonly string[]): string => join(folder, ...names);
  const signing = await testSigning();
  writeFileSync(at('root.pem'), toPem('CERTIFICATE', signing.anchors[0] ?? new Uint8Array()));
  const usual = ['--offline', '--at', '2026-11-20T08:00:00Z', '--trust', at('root.pem')];
  return {
    signed: await signing.sign(testPdf()),
    at,
    validate: (name, ...more) => tra('validate', at(name), ...usual, ...more),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
