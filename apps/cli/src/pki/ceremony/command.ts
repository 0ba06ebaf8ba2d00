import { join, resolve } from 'node:path';
import { LANGUAGES } from '@tra/kernel';
import { systemClock, systemRandom } from '@tra/platform-system';
import { version } from '@tra/server';
import type { ParsedArguments } from '../../arguments.ts';
import type { CommandContext } from '../../commands.ts';
import { exitStatus } from '../../terminal.ts';
import { UsageError } from '../../usage-error.ts';
import { certificateText, checkLines, crlText, inGroups, safeText } from '../describe-text.ts';
import { writeNew } from '../durable.ts';
import { readBytes } from '../files.ts';
import { withLock } from '../lock.ts';
import { readSecret } from '../secret.ts';
import { CeremonyError } from './errors.ts';
import {
  approvalPath,
  keyFolderOf,
  type LoadedScript,
  loadApprovals,
  loadScript,
  openRootStore,
  readFolder,
  recordFolderOf,
} from './folder.ts';
import { type HolderKey, type HolderPurpose, makeHolderKey, openHolderKey } from './holder-key.ts';
import { type Preview, previewCeremony } from './preview.ts';
import { type CeremonyInput, runCeremony } from './run.ts';
import { readScript } from './script.ts';
import { transcriptText } from './transcript-text.ts';
import { verifyCeremony } from './verify.ts';

/** Options of `tra pki ceremony`. */
export const ceremonyOptions = {
  approval: { type: 'string', multiple: true },
  'dry-run': { type: 'boolean' },
  resume: { type: 'boolean' },
  key: { type: 'string' },
  holder: { type: 'string', multiple: true },
  'passphrase-file': { type: 'string' },
  'keys-passphrase-file': { type: 'string', multiple: true },
} as const;

const toolName = `tra ${version}`;

type Verb = (given: ParsedArguments, context: CommandContext) => Promise<number>;

const verbs: Readonly<Record<string, Verb>> = { holder, approve, attest, verify };

/** `tra pki ceremony …`: a root's ceremony as a script of declared steps. The second word is a verb, or the script itself. */
export async function ceremony(given: ParsedArguments, context: CommandContext): Promise<number> {
  const word = given.positionals[1] ?? '';
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : run;
  return await (verb ?? run)(given, context);
}

function required(value: string | undefined, option: string): string {
  if (value) return value;
  throw new UsageError('cli.option_missing', { params: { option } });
}

async function run(given: ParsedArguments, context: CommandContext): Promise<number> {
  const path = required(given.positionals[1], 'SCRIPT');
  const loaded = await loadScript(path);
  if (given.flag('dry-run')) return await preview(loaded, context);
  const out = required(given.text('out'), '--out FOLDER');
  const { read, inputs } = loaded;
  const { terminal, say } = context;
  const input: CeremonyInput = {
    read,
    inputs,
    out,
    approvals: await loadApprovals(path, given.list('approval')),
    resume: given.flag('resume'),
    recordFolder: recordFolderOf(loaded),
    keyFolder: keyFolderOf(loaded),
    openStore: async () => openRootStore(read.script.keys, loaded.folder, await keySecrets(loaded, given, context)),
    clock: systemClock,
    random: systemRandom,
    tool: toolName,
    onStep: (place, step) => terminal.stderr.write(`${say('cli.ceremony.step', { step: place, name: step.do })}\n`),
  };
  const records = await withLock(resolve(out), () => runCeremony(input));
  for (const language of LANGUAGES) {
    const text = transcriptText(records, context.messages, language);
    await writeNew(join(out, `transcript.${language}.txt`), Buffer.from(text));
  }
  terminal.stdout.write(`${transcriptText(records, context.messages, context.language)}\n`);
  terminal.stdout.write(`${say('cli.ceremony.done', { folder: out })}\n`);
  return exitStatus.passed;
}

async function keySecrets(
  { read }: LoadedScript,
  given: ParsedArguments,
  context: CommandContext,
): Promise<readonly string[]> {
  const { keys } = read.script;
  const parts = keys.store === 'file' ? (keys.passphraseParts ?? 1) : 1;
  const files = given.list('keys-passphrase-file');
  const secrets: string[] = [];
  for (let part = 1; part <= parts; part += 1) {
    const variable = parts === 1 ? 'TRA_KEYS_PASSPHRASE' : `TRA_KEYS_PASSPHRASE_${part}`;
    const prompt = context.say('cli.ceremony.ask_keys', { part, parts });
    secrets.push(await readSecret({ file: files[part - 1], variable, prompt }, context));
  }
  return secrets;
}

async function preview(loaded: LoadedScript, { terminal, ...context }: CommandContext): Promise<number> {
  const previews = await previewCeremony({ ...loaded, clock: systemClock, random: systemRandom });
  terminal.stdout.write(`${previewText(loaded, previews, { terminal, ...context })}\n`);
  return exitStatus.passed;
}

function previewText({ read }: LoadedScript, previews: readonly Preview[], context: CommandContext): string {
  const { say, language } = context;
  const { title, threshold, holders, window } = read.script;
  const steps = previews.flatMap((one) => {
    const name = say('cli.ceremony.step', { step: one.place, name: one.step.do });
    if ('certificate' in one) {
      const findings = checkLines(one.findings, context, '    ');
      const lint = findings.length === 0 ? [`  ✓ ${say('cli.pki.lint.clean')}`] : findings;
      const signed = one.step.do === 'use-root';
      return ['', name, certificateText(one.certificate, say, { signed }), ...lint];
    }
    return 'crl' in one ? ['', name, crlText(one.crl, say)] : ['', name];
  });
  const made = previews.some(({ step }) => step.do === 'create-root');
  return [
    safeText(title[language]),
    say('cli.ceremony.preview', { threshold, count: holders.length, from: window.from, to: window.to }),
    ...holders.map(({ name }) => `  ${safeText(name)}`),
    ...steps,
    '',
    ...(made ? [say('cli.ceremony.stand_in')] : []),
    say('cli.ceremony.text.script'),
    inGroups(read.sha256, '    '),
  ].join('\n');
}

async function holderSecret(given: ParsedArguments, context: CommandContext): Promise<string> {
  const prompt = context.say('cli.ceremony.ask_holder');
  return await readSecret({ file: given.text('passphrase-file'), variable: 'TRA_PASSPHRASE', prompt }, context);
}

async function holder(given: ParsedArguments, context: CommandContext): Promise<number> {
  const name = required(given.positionals[2], 'NAME');
  const out = required(given.text('out'), '--out FILE');
  const { text, key } = await makeHolderKey(name, await holderSecret(given, context));
  await writeNew(out, Buffer.from(text), 0o600);
  const entry = JSON.stringify({ name: key.name, publicKey: key.publicKey });
  context.terminal.stdout.write(`${context.say('cli.ceremony.holder_made', { file: out })}\n${entry}\n`);
  return exitStatus.passed;
}

async function unlocked(given: ParsedArguments, context: CommandContext): Promise<HolderKey> {
  const path = required(given.text('key'), '--key FILE');
  const text = Buffer.from(await readBytes(path)).toString('utf8');
  return await openHolderKey(text, await holderSecret(given, context));
}

function statementOf(key: HolderKey, purpose: HolderPurpose, sha256: string): Buffer {
  const statement = {
    type: `tra-ceremony-${purpose}`,
    holder: key.name,
    sha256,
    signature: key.sign(purpose, sha256),
  };
  return Buffer.from(`${JSON.stringify(statement, null, 2)}\n`);
}

function mustHold(loaded: Pick<LoadedScript, 'read'>, key: HolderKey): void {
  const known = loaded.read.script.holders.some(
    ({ name, publicKey }) => name === key.name && publicKey === key.publicKey,
  );
  if (!known) throw new CeremonyError('cli.ceremony.holder_unknown', { params: { name: key.name } });
}

/** Shows everything that the script would sign, then signs the hash of the script. */
async function approve(given: ParsedArguments, context: CommandContext): Promise<number> {
  const path = required(given.positionals[2], 'SCRIPT');
  const loaded = await loadScript(path);
  await preview(loaded, context);
  const key = await unlocked(given, context);
  mustHold(loaded, key);
  const out = given.text('out') ?? approvalPath(path, key.publicKey);
  await writeNew(out, statementOf(key, 'approval', loaded.read.sha256));
  context.terminal.stdout.write(`${context.say('cli.ceremony.approved', { name: key.name, file: out })}\n`);
  return exitStatus.passed;
}

/** Verifies a ceremony that ended, then signs the head of its transcript. */
async function attest(given: ParsedArguments, context: CommandContext): Promise<number> {
  const folder = required(given.positionals[2], 'FOLDER');
  const files = await readFolder(folder);
  const report = await verifyCeremony({ files, tool: toolName });
  const ended = report.records.at(-1)?.type === 'closed';
  if (report.verdict === 'failed' || !ended)
    throw new CeremonyError('cli.ceremony.attestation_early', { params: { folder } });
  const key = await unlocked(given, context);
  mustHold({ read: readScript(files.get('script.json') ?? new Uint8Array(0)) }, key);
  const name = approvalPath('attestation', key.publicKey).replace(/\.approval$/, '.json');
  await writeNew(join(folder, name), statementOf(key, 'attestation', report.head));
  const { terminal, say } = context;
  terminal.stdout.write(`${say('cli.ceremony.text.head')}\n${inGroups(report.head, '    ')}\n`);
  terminal.stdout.write(`${say('cli.ceremony.attested', { name: key.name, file: name })}\n`);
  return exitStatus.passed;
}

async function verify(given: ParsedArguments, context: CommandContext): Promise<number> {
  const folder = required(given.positionals[2], 'FOLDER');
  const format = given.text('format') ?? 'text';
  if (format !== 'text' && format !== 'json') throw new UsageError('cli.format_unknown', { params: { format } });
  const holders = given.list('holder');
  const files = await readFolder(folder);
  const { verdict, checks, head, rootSha256, records } = await verifyCeremony(
    holders.length > 0 ? { files, holders, tool: toolName } : { files, tool: toolName },
  );
  const { terminal, say } = context;
  if (format === 'json') {
    terminal.stdout.write(`${JSON.stringify({ verdict, head, rootSha256, lines: records.length, checks }, null, 2)}\n`);
    return exitStatus[verdict];
  }
  const lines = [
    say(`cli.ceremony.verdict_${verdict}`),
    ...checks.flatMap((check) => {
      const [line = ''] = checkLines([check], context);
      if (check.status !== 'failed') return [line];
      return [`  ✗ ${say('cli.ceremony.not_so', { check: line.replace(/^ *✗ /, '') })}`];
    }),
    say('cli.ceremony.text.head'),
    inGroups(head, '    '),
    ...(rootSha256 ? [say('cli.ceremony.root_fingerprint'), inGroups(rootSha256, '    ')] : []),
  ];
  terminal.stdout.write(`${lines.join('\n')}\n`);
  return exitStatus[verdict];
}
