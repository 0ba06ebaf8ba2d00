import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, equalBytes, fromBase64, type Random, type Signer, toBase64 } from '@tra/kernel';
import { parseCertificate, parseCrl, verifySignature } from '@tra/pki';
import type { KeyStore } from '@tra/platform-keys';
import type { ChainRecord } from '../chain.ts';
import { type ChainFile, destroyFile, isFileError, openChain, writeNew } from '../durable.ts';
import { signCrl } from '../sign-crl.ts';
import { CeremonyError } from './errors.ts';
import { type HolderStatement, validStatements } from './holder-key.ts';
import {
  certificateIn,
  type Material,
  prepareBelow,
  prepareRoot,
  prepareRootCrl,
  profileOf,
  refuseStep,
} from './prepare-step.ts';
import { type ReadScript, sha256Hex } from './script.ts';
import type { CloseStep, CreateRootStep, CrlStep, Step, UseRootStep } from './script-types.ts';
import { certify, type Held, writeOutputs } from './sign-step.ts';

/** Input of {@link runCeremony}. */
export interface CeremonyInput {
  readonly read: ReadScript;
  /** Pinned files by name, as {@link checkInputs} gave them. */
  readonly inputs: ReadonlyMap<string, Uint8Array>;
  readonly approvals: readonly HolderStatement[];
  /** Folder of the results; must be empty or new, unless a ceremony that was cut off is resumed. */
  readonly out: string;
  readonly resume: boolean;
  /** Opens the key store; called once everything else has been checked. */
  openStore(): Promise<KeyStore>;
  /** Folder where it is noted that this script was carried out. */
  readonly recordFolder: string;
  /** Folder of key files; undefined for a token. */
  readonly keyFolder: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Version of this program, for the transcript. */
  readonly tool: string;
  /** Told before every step. */
  readonly onStep?: (place: number, step: Step) => void;
}

interface Session extends Held {
  readonly input: CeremonyInput;
  readonly store: KeyStore;
  readonly began: Date;
}

/** The file of the transcript in the folder of a ceremony. */
export const TRANSCRIPT = 'transcript.jsonl';

/**
 * Carries a script out. Every certificate and list is in the transcript, on disk, before the root signs it, and again with its signature
 * before it is written to a file of its own. Resolves to the records. Rejects with {@link CeremonyError}; nothing has been
 * signed when approvals, files, times or the folder do not fit.
 */
export async function runCeremony(input: CeremonyInput): Promise<readonly ChainRecord[]> {
  checkApprovals(input);
  checkWindow(input);
  if (input.keyFolder === undefined && closeOf(input)?.destroyKey)
    throw new CeremonyError('cli.ceremony.destroy_impossible');
  const chain = await openTranscript(input);
  if (isClosed(chain)) return chain.records;
  const opened = chain.records[0] ?? (await begin(input, chain));
  const began = new Date(String(opened.data.began));
  const store = await input.openStore();
  try {
    await noteUse(input, opened);
    const session: Session = { input, store, began, chain, out: input.out };
    for (const [index, step] of input.read.script.steps.entries()) {
      input.onStep?.(index + 1, step);
      await perform(session, step, index + 1);
    }
  } finally {
    await store.close();
  }
  return chain.records;
}

function closeOf({ read }: CeremonyInput): CloseStep | undefined {
  return read.script.steps.find((step) => step.do === 'close');
}

/** Throws `cli.ceremony.approvals_missing` unless enough holders signed exactly this script. */
export function checkApprovals({
  read,
  approvals,
}: Pick<CeremonyInput, 'read' | 'approvals'>): readonly HolderStatement[] {
  const { holders, threshold } = read.script;
  const valid = validStatements(approvals, { purpose: 'approval', text: read.sha256, holders });
  if (valid.length >= threshold) return valid;
  throw new CeremonyError('cli.ceremony.approvals_missing', { params: { valid: valid.length, threshold } });
}

function checkWindow({ read, clock }: CeremonyInput): void {
  const { from, to } = read.script.window;
  const now = clock.now();
  if (now >= new Date(from) && now <= new Date(to)) return;
  throw new CeremonyError('cli.ceremony.window_closed', { params: { from, to, now: now.toISOString() } });
}

async function openTranscript({ out, resume, read, clock, tool }: CeremonyInput): Promise<ChainFile> {
  const there = await readdir(out).catch((error: unknown) => {
    if (isFileError(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (resume && there === undefined)
    throw new CeremonyError('cli.ceremony.resume_nothing', { params: { folder: out } });
  if (!resume && there && there.length > 0)
    throw new CeremonyError('cli.ceremony.out_exists', { params: { folder: out } });
  await mkdir(out, { recursive: true, mode: 0o755 });
  const chain = await openChain(join(out, TRANSCRIPT), () => clock.now());
  const [opened] = chain.records;
  if (!opened) return chain;
  if (opened.data.script !== read.sha256)
    throw new CeremonyError('cli.ceremony.resume_other', { params: { folder: out } });
  if (isClosed(chain)) return chain;
  await chain.append('resumed', { tool, removed: chain.removed });
  return chain;
}

function isClosed({ records }: ChainFile): boolean {
  return records.at(-1)?.type === 'closed';
}

/** Everything that the ceremony rests on goes into the folder, then the first line of the transcript says so. */
async function begin(input: CeremonyInput, chain: ChainFile): Promise<ChainRecord> {
  const { read, inputs, out, clock, tool } = input;
  await writeNew(join(out, 'script.json'), read.bytes);
  if (inputs.size > 0) await mkdir(join(out, 'inputs'), { recursive: true });
  for (const [file, bytes] of inputs) await writeNew(join(out, 'inputs', file), bytes);
  const began = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
  return await chain.append('opened', {
    script: read.sha256,
    title: { ...read.script.title },
    began: began.toISOString(),
    tool,
    runtime: `node ${process.versions.node}, openssl ${process.versions.openssl}, ${process.platform} ${process.arch}`,
    threshold: read.script.threshold,
    approvals: checkApprovals(input).map((approval) => ({ ...approval })),
    inputs: [...inputs].map(([file, bytes]) => ({ file, sha256: sha256Hex(bytes), bytes: bytes.length })),
  });
}

/** A script is carried out once with one key store; a second folder would mean a second set of certificates. */
async function noteUse({ read, recordFolder }: CeremonyInput, opened: ChainRecord): Promise<void> {
  const note = { script: read.sha256, transcript: opened.hash };
  await mkdir(recordFolder, { recursive: true, mode: 0o700 });
  try {
    const path = join(recordFolder, `ceremony-${read.sha256.slice(0, 32)}.json`);
    await writeNew(path, Buffer.from(`${JSON.stringify(note, null, 2)}\n`), 0o600);
  } catch (cause) {
    if (!(cause instanceof CeremonyError)) throw cause;
    throw new CeremonyError('cli.ceremony.used', { cause });
  }
}

async function perform(session: Session, step: Step, place: number): Promise<void> {
  switch (step.do) {
    case 'create-root': {
      session.signer = await createKey(session, step, place);
      const material = materialOf(session);
      const prepare = () => prepareRoot(step, material, place);
      session.root = await certify(session, { place, name: 'root', profile: 'root', prepare });
      return;
    }
    case 'use-root':
      return await takeUpRoot(session, step, place);
    case 'sign-subordinate':
    case 'cross-certify': {
      const { name } = step;
      const prepare = () => prepareBelow(step, materialOf(session), place);
      await certify(session, { place, name, profile: profileOf(step), prepare });
      return;
    }
    case 'issue-crl':
      return await issueList(session, step, place);
    case 'close':
      return await close(session, place);
  }
}

function materialOf({ input, began, signer, root }: Session): Material {
  if (!signer) throw new CeremonyError('cli.ceremony.key_other');
  return { began, random: input.random, inputs: input.inputs, signer, ...(root ? { root } : {}) };
}

async function createKey(session: Session, step: CreateRootStep, place: number): Promise<Signer> {
  const { store, chain } = session;
  const { key: label, algorithm, rsaBits } = step;
  const made = chain.records.find(({ type, data }) => type === 'key' && data.step === place);
  const wanted = chain.records.some(({ type, data }) => type === 'key-wanted' && data.step === place);
  const found = await store.find(label);
  // A key of that label which this ceremony did not ask for is somebody else's.
  if (found && !wanted) throw new CeremonyError('cli.ceremony.key_other', { params: { label } });
  if (!wanted) await chain.append('key-wanted', { step: place, label, algorithm });
  const signer = found
    ? await store.get(label, 'root-ca')
    : await store.create(label, { algorithm, purpose: 'root-ca', ...(rsaBits ? { rsaBits } : {}) });
  const same = !made || made.data.publicKey === toBase64(signer.publicKey);
  if (!same || signer.algorithm !== algorithm) throw new CeremonyError('cli.ceremony.key_other', { params: { label } });
  if (!made) await noteKey(session, { place, label, signer });
  return signer;
}

async function noteKey(
  { chain, input }: Session,
  { place, label, signer }: { readonly place: number; readonly label: string; readonly signer: Signer },
): Promise<void> {
  await chain.append('key', {
    step: place,
    label,
    store: input.read.script.keys.store,
    algorithm: signer.algorithm,
    publicKey: toBase64(signer.publicKey),
    sha256: sha256Hex(signer.publicKey),
  });
}

async function takeUpRoot(session: Session, step: UseRootStep, place: number): Promise<void> {
  const signer = await session.store.get(step.key, 'root-ca');
  const root = certificateIn(session.input, step.certificate, place);
  checkRoot(root.der, place);
  if (!equalBytes(root.publicKey, signer.publicKey)) {
    throw new CeremonyError('cli.ceremony.key_other', { params: { label: step.key } });
  }
  session.signer = signer;
  session.root = root.der;
  const noted = session.chain.records.some(({ type, data }) => type === 'key' && data.step === place);
  if (!noted) await noteKey(session, { place, label: step.key, signer });
  await writeOutputs(session.out, 'root', root.der);
}

/** Throws unless the certificate is that of a root: self-signed, a CA, for certificates and lists. */
export function checkRoot(der: Uint8Array, place: number): void {
  const { signatureAlgorithm, publicKey, signedBytes, signature, isSelfIssued, isCa, keyUsage } = parseCertificate(der);
  const signed = verifySignature(signatureAlgorithm, publicKey, signedBytes, signature);
  const usage = keyUsage?.has('keyCertSign') && keyUsage.has('cRLSign');
  if (!isSelfIssued || !isCa || !signed || !usage) throw refuseStep(place, 'not_a_root');
}

async function issueList(session: Session, step: CrlStep, place: number): Promise<void> {
  const { chain, out, signer } = session;
  const find = (kind: string) => chain.records.find(({ type, data }) => type === kind && data.step === place);
  const done = find('signed');
  if (done) return await writeOutputs(out, 'root-crl', fromBase64(String(done.data.der)));
  const noted = find('prepared');
  const { tbs } = noted
    ? { tbs: fromBase64(String(noted.data.tbs)) }
    : await prepareRootCrl(step, materialOf(session), place);
  if (!signer) throw new CeremonyError('cli.ceremony.key_other');
  if (!noted) {
    const { number } = step;
    const facts = { step: place, kind: 'crl', name: 'root', number, tbs: toBase64(tbs), sha256: sha256Hex(tbs) };
    await chain.append('prepared', facts);
  }
  const der = await signCrl(tbs, signer);
  const entries = parseCrl(der).size;
  await chain.append('signed', {
    step: place,
    kind: 'crl',
    name: 'root',
    entries,
    der: toBase64(der),
    sha256: sha256Hex(der),
  });
  await writeOutputs(out, 'root-crl', der);
}

async function close({ chain, input, store }: Session, place: number): Promise<void> {
  const step = closeOf(input);
  const [first] = input.read.script.steps;
  if (step?.destroyKey && input.keyFolder !== undefined && first && 'key' in first) {
    await chain.append('destroyed', { step: place, label: first.key });
    await store.close();
    await destroyFile(join(input.keyFolder, `${first.key}.key`));
  }
  const outputs = chain.records
    .filter(({ type }) => type === 'signed')
    .map(({ data }) => ({ kind: data.kind ?? '', name: data.name ?? '', sha256: data.sha256 ?? '' }));
  await chain.append('closed', { outputs });
}
