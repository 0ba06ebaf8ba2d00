import { equalBytes, fromBase64, utf8Decode, type Verdict } from '@tra/kernel';
import { type Check, lintCertificate, parseCertificate, parseCrl, validatePath, worstStatus } from '@tra/pki';
import { type ChainRecord, readChain } from '../chain.ts';
import { CeremonyError } from './errors.ts';
import { readStatements, validStatements } from './holder-key.ts';
import { profileOf } from './prepare-step.ts';
import { TRANSCRIPT } from './run.ts';
import { inputsOf, type ReadScript, readScript, sha256Hex } from './script.ts';
import type { CertifyingStep, Script } from './script-types.ts';
import { outputsOf } from './sign-step.ts';
import { isDeclared } from './verify-declared.ts';
import { isListOf, isRoot, tried } from './verify-facts.ts';

/** Input of {@link verifyCeremony}. */
export interface VerifyInput {
  /** Every file of the folder by its path below it, with `/`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Public keys of holders, base64, that the verifier knows from elsewhere; all of the script's must be among them. */
  readonly holders?: readonly string[];
  /** Name and version of this program, as ceremonies note it. */
  readonly tool?: string;
}

/** Result of {@link verifyCeremony}. */
export interface CeremonyReport {
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  readonly records: readonly ChainRecord[];
  /** Hash of the last line: what holders attest. */
  readonly head: string;
  /** SHA-256 of the root certificate, as an operator types it when importing. */
  readonly rootSha256?: string;
}

type Note = (code: `cli.ceremony.check.${string}`, ok: boolean | Verdict, params?: Check['params']) => boolean;

interface Context {
  readonly input: VerifyInput;
  readonly records: readonly ChainRecord[];
  readonly note: Note;
}

/**
 * Judges the folder of a ceremony from its files alone: the chain of the transcript, the approvals over the script, the pinned files,
 * every certificate and list against what the transcript says was to be signed, paths to the root, nothing in the folder that is
 * not in the transcript, and the holders' attestations of how it ended. It
 * never rejects for what it reads.
 */
export async function verifyCeremony(input: VerifyInput): Promise<CeremonyReport> {
  const checks: Check[] = [];
  const note: Note = (code, ok, params = {}) => {
    const status = typeof ok === 'string' ? ok : ok ? 'passed' : 'failed';
    checks.push({ code, status, params });
    return status === 'passed';
  };
  const { records, brokenAt, torn } = readChain(textOf(input, TRANSCRIPT));
  const head = records.at(-1)?.hash ?? '';
  const whole = brokenAt === undefined && torn === '' && records.length > 0;
  if (whole) note('cli.ceremony.check.chain', true, { count: records.length });
  else note('cli.ceremony.check.chain_broken', false, { line: brokenAt ?? records.length + 1 });
  const context = { input, records, note };
  const read = checkScript(context);
  if (read) {
    checkInputs(context, read);
    await checkResults(context, read);
    const closed = records.at(-1)?.type === 'closed';
    note('cli.ceremony.check.closed', closed ? true : 'indeterminate');
    checkAttestations(context, read, head);
  }
  const root = resultOf(records, 'root');
  return {
    verdict: worstStatus(checks),
    checks,
    records,
    head,
    ...(root ? { rootSha256: sha256Hex(root) } : rootIn(input)),
  };
}

function rootIn({ files }: VerifyInput): { rootSha256?: string } {
  const root = files.get('root.crt');
  return root ? { rootSha256: sha256Hex(root) } : {};
}

function textOf({ files }: VerifyInput, name: string): string {
  try {
    return utf8Decode(files.get(name) ?? new Uint8Array(0));
  } catch {
    return '';
  }
}

function checkScript({ input, records, note }: Context): ReadScript | undefined {
  const [opened] = records;
  const bytes = input.files.get('script.json');
  const same = bytes !== undefined && opened?.type === 'opened' && opened.data.script === sha256Hex(bytes);
  if (!note('cli.ceremony.check.script', same) || !bytes) return undefined;
  let read: ReadScript;
  try {
    read = readScript(bytes);
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    note('cli.ceremony.check.script', false);
    return undefined;
  }
  const { holders, threshold, window } = read.script;
  const statements = readStatements(listOf(opened?.data.approvals).map((approval) => JSON.stringify(approval)));
  const valid = validStatements(statements, { purpose: 'approval', text: read.sha256, holders });
  note('cli.ceremony.check.approvals', valid.length >= threshold, {
    count: valid.length,
    threshold,
    names: valid.map(({ holder }) => holder).join(', '),
  });
  const began = String(opened?.data.began);
  const inside = Date.parse(began) >= Date.parse(window.from) && Date.parse(began) <= Date.parse(window.to);
  note('cli.ceremony.check.window', inside, { time: began });
  if (input.holders) {
    note(
      'cli.ceremony.check.holders',
      holders.every(({ publicKey }) => input.holders?.includes(publicKey)),
    );
  }
  return read;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function checkInputs({ input, note }: Context, { script }: ReadScript): void {
  for (const { file, sha256 } of inputsOf(script)) {
    const bytes = input.files.get(`inputs/${file}`);
    note('cli.ceremony.check.input', bytes !== undefined && sha256Hex(bytes) === sha256, { file });
  }
}

function resultOf(records: readonly ChainRecord[], name: string, kind: string = 'certificate'): Uint8Array | undefined {
  const record = records.find(({ type, data }) => type === 'signed' && data.name === name && data.kind === kind);
  try {
    return record && fromBase64(String(record.data.der));
  } catch {
    return undefined;
  }
}

async function checkResults(context: Context, { script }: ReadScript): Promise<void> {
  const { input, records, note } = context;
  const expected = new Map<string, Uint8Array>();
  const expect = (name: string, der: Uint8Array) => {
    for (const [file, bytes] of outputsOf(name, der)) expected.set(file, bytes);
  };
  const [first] = script.steps;
  const root = first?.do === 'create-root' ? resultOf(records, 'root') : input.files.get('root.crt');
  const pinned = first?.do === 'use-root' ? first.certificate : undefined;
  const list = resultOf(records, 'root', 'crl');
  if (root) {
    expect('root', root);
    note('cli.ceremony.check.root', isRoot(root) && (pinned === undefined || isPinned(input, pinned, root)));
    if (first?.do === 'create-root') checkSigned(context, { place: 1, name: 'root', der: root });
  }
  if (root && list) {
    expect('root-crl', list);
    const place = script.steps.findIndex((step) => step.do === 'issue-crl') + 1;
    checkSigned(context, { place, name: 'root.crl', der: list });
    note('cli.ceremony.check.crl', isListOf(list, root));
  }
  for (const [index, step] of script.steps.entries()) {
    if (step.do !== 'sign-subordinate' && step.do !== 'cross-certify') continue;
    const der = resultOf(records, step.name);
    if (!der || !root) continue;
    expect(step.name, der);
    checkSigned(context, { place: index + 1, name: step.name, der });
    checkBelow(context, step, { der, root, list });
  }
  if (root) await checkDeclared(context, script, root);
  checkNothingElse(context, script);
  checkFolder(context, expected);
}

/** Every result is, byte for byte, what the approved step declares; made by another version it may be encoded otherwise. */
async function checkDeclared({ input, records, note }: Context, { steps }: Script, root: Uint8Array): Promise<void> {
  const [opened] = records;
  for (const [index, step] of steps.entries()) {
    const place = index + 1;
    const done = records.find(({ type, data }) => type === 'signed' && data.step === place);
    if (!done) {
      const signs = step.do !== 'use-root' && step.do !== 'close';
      if (signs && records.at(-1)?.type === 'closed') note('cli.ceremony.check.missing', false, { step: place });
      continue;
    }
    const declared = { place, files: input.files, root, opened, signed: done };
    const ok = await isDeclared(step, declared).catch(() => false);
    const other = input.tool !== undefined && opened?.data.tool !== input.tool;
    note('cli.ceremony.check.declared', ok || (other ? 'indeterminate' : false), {
      name: done.data.kind === 'crl' ? 'root.crl' : String(done.data.name),
    });
  }
}

/** Each step announced and signed one thing at most, and nothing was announced or signed outside the steps. */
function checkNothingElse({ records, note }: Context, { steps }: Script): void {
  const seen = new Set<string>();
  for (const { n, type, data } of records) {
    if (type !== 'prepared' && type !== 'signed') continue;
    const step = typeof data.step === 'number' ? steps[data.step - 1] : undefined;
    const signs = step !== undefined && step.do !== 'use-root' && step.do !== 'close';
    const id = `${type} ${String(data.step)}`;
    if (!signs || seen.has(id)) note('cli.ceremony.check.extra', false, { line: n });
    seen.add(id);
  }
}

function isPinned({ files }: VerifyInput, { file }: { readonly file: string }, root: Uint8Array): boolean {
  const bytes = files.get(`inputs/${file}`);
  if (!bytes) return false;
  return equalBytes(bytes, root) || equalBytes(bytes, outputsOf('root', root)[1]?.[1] ?? new Uint8Array(0));
}

/** What was signed is what the transcript had said before it was signed, in the same step. */
function checkSigned(
  { records, note }: Context,
  { place, name, der }: { readonly place: number; readonly name: string; readonly der: Uint8Array },
): void {
  const before = records.find(({ type, data }) => type === 'prepared' && data.step === place);
  const after = records.find(({ type, data }) => type === 'signed' && data.step === place);
  const ok = tried(() => {
    const tbs = (after?.data.kind === 'crl' ? parseCrl(der) : parseCertificate(der)).signedBytes;
    const ordered = before !== undefined && after !== undefined && before.n < after.n;
    return ordered && before.data.sha256 === sha256Hex(tbs) && after.data.sha256 === sha256Hex(der);
  });
  note('cli.ceremony.check.signed', ok, { name, step: place });
}

function checkBelow(
  { records, note }: Context,
  step: CertifyingStep,
  given: { readonly der: Uint8Array; readonly root: Uint8Array; readonly list: Uint8Array | undefined },
): void {
  const { der, root, list } = given;
  const { name } = step;
  const faults = lintCertificate(der, profileOf(step), { issuer: root }).filter(({ status }) => status === 'failed');
  note('cli.ceremony.check.profile', faults.length === 0, { name, profile: profileOf(step) });
  const report = validatePath({
    certificate: der,
    intermediates: [],
    anchors: [root],
    crls: list ? [list] : [],
    at: new Date(String(records[0]?.data.began)),
    purpose: 'any',
    revocation: list ? 'require' : 'prefer',
  });
  note('cli.ceremony.check.path', report.verdict, { name, reason: report.code });
}

/** Every result is in the folder as signed, and no other certificate or list is. */
function checkFolder({ input, note }: Context, expected: ReadonlyMap<string, Uint8Array>): void {
  for (const [file, bytes] of expected) {
    const there = input.files.get(file);
    note('cli.ceremony.check.file', there !== undefined && equalBytes(there, bytes), { file });
  }
  const strangers = [...input.files.keys()].filter(
    (file) => /\.(crt|cer|pem|der|crl)$/i.test(file) && !file.startsWith('inputs/') && !expected.has(file),
  );
  for (const file of strangers) note('cli.ceremony.check.stranger', false, { file });
}

function checkAttestations({ input, note }: Context, { script }: ReadScript, head: string): void {
  const names = [...input.files.keys()].filter((file) => /^attestation\.[^/]+\.json$/.test(file));
  const statements = readStatements(names.map((name) => textOf(input, name)));
  const { holders, threshold } = script;
  const valid = validStatements(statements, { purpose: 'attestation', text: head, holders });
  const params = { count: valid.length, threshold, names: valid.map(({ holder }) => holder).join(', ') };
  // A statement about something else than the end of this transcript is no harmless absence.
  const wrong = statements.some(
    ({ holder, signature }) => !valid.some((one) => one.holder === holder && one.signature === signature),
  );
  note(
    'cli.ceremony.check.attestations',
    wrong ? 'failed' : valid.length >= threshold ? 'passed' : 'indeterminate',
    params,
  );
}
