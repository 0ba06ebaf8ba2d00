import { join } from 'node:path';
import { equalBytes } from '@tra/kernel';
import type { DigestName } from '@tra/pki';
import { type TokenReport, type VerifyTokenOptions, verifyBatchToken, verifyToken } from '@tra/timestamp';
import type { ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { readAll, timeOf } from '../pki/files.ts';
import { exitStatus } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { worstOf } from '../validate.ts';
import { digestFile, exists, filesOf, type NamedFile, PROOF_SUFFIX, RESPONSE_SUFFIX } from './files.ts';
import { formatOf } from './outcome.ts';
import { type ProofFile, type ProvenImprint, readProofFile } from './proof.ts';
import { rejectionParams } from './stamp.ts';
import { readTokenFile, type TokenFile, tokenIn } from './token-file.ts';
import { readTrusted, type TrustedCertificates } from './trusted.ts';
import { printVerdicts, type Verified } from './verdict.ts';

/** Options of `tra timestamp verify`. */
export const verifyOptions = {
  token: { type: 'string' },
  tokens: { type: 'string' },
  proof: { type: 'string' },
  trust: { type: 'string', multiple: true },
  intermediate: { type: 'string', multiple: true },
  crl: { type: 'string', multiple: true },
  revocation: { type: 'string' },
  policy: { type: 'string', multiple: true },
  at: { type: 'string' },
  recursive: { type: 'boolean' },
} as const;

type Trust = Omit<VerifyTokenOptions, 'token' | 'digest' | 'data' | 'anchors'> & TrustedCertificates;

/** A file with what proves its time. */
interface Pair {
  readonly file: NamedFile;
  readonly tokenPath: string;
  readonly token?: TokenFile;
  readonly proof?: ProofFile;
}

/** `tra timestamp verify FILE…`: whether time-stamps, our own or foreign ones, belong to files and can be trusted. Needs no network. */
export async function verify(given: ParsedArguments, context: CommandContext): Promise<number> {
  const [, ...places] = given.positionals;
  const format = formatOf(given);
  const trust = await trustOf(given);
  const files = await filesOf(places, given.flag('recursive'));
  const results: Verified[] = [];
  for (const file of files) results.push(await judge(await pairOf(file, files.length, given), trust));
  printVerdicts(results, { format, trusted: trust.anchors.length > 0 }, context);
  if (results.length === 0) return exitStatus.indeterminate;
  return exitStatus[worstOf(results.map(({ report }) => report.verdict))];
}

async function trustOf(given: ParsedArguments): Promise<Trust> {
  const crls = (await Promise.all(given.list('crl').map((file) => readAll(file, 'X509 CRL')))).flat();
  const revocation = given.text('revocation') ?? (crls.length > 0 ? 'require' : 'prefer');
  if (revocation !== 'require' && revocation !== 'prefer' && revocation !== 'off')
    throw new UsageError('cli.pki.value_invalid', { params: { option: '--revocation', value: revocation } });
  const at = given.text('at');
  const policies = given.list('policy');
  return {
    ...(await readTrusted(given)),
    crls,
    revocation,
    now: new Date(),
    clock: new Date(),
    ...(at === undefined ? {} : { at: timeOf(at) }),
    ...(policies.length > 0 ? { policies } : {}),
  };
}

/** The token and the proof of a file: those that were named, else those beside it or in the folder of tokens. */
async function pairOf(file: NamedFile, count: number, given: ParsedArguments): Promise<Pair> {
  const named = given.text('token');
  const namedProof = given.text('proof');
  const proof = namedProof === undefined ? undefined : await readProofFile(namedProof);
  if (count > 1 && (named !== undefined || (proof && !proof.response)))
    throw new UsageError('cli.timestamp.one_file_only', { params: { option: named ? '--token' : '--proof' } });
  if (named !== undefined)
    return { file, tokenPath: named, token: await readTokenFile(named), ...(proof ? { proof } : {}) };
  if (proof?.response) return { file, tokenPath: namedProof ?? '', token: tokenIn(proof.response), proof };
  const folder = given.text('tokens');
  const base = folder === undefined ? file.path : join(folder, file.name);
  const tokenPath = `${base}${RESPONSE_SUFFIX}`;
  if (!(await exists(tokenPath))) return { file, tokenPath };
  const beside = `${base}${PROOF_SUFFIX}`;
  const found = proof ?? ((await exists(beside)) ? await readProofFile(beside) : undefined);
  return { file, tokenPath, token: await readTokenFile(tokenPath), ...(found ? { proof: found } : {}) };
}

async function judge({ file, tokenPath, token, proof }: Pair, trust: Trust): Promise<Verified> {
  const facts = { file: file.path, token: tokenPath };
  if (!token) return { ...facts, report: refusal('indeterminate', 'cli.timestamp.no_token', { file: tokenPath }) };
  if (token.kind === 'none') {
    const { check } = token;
    return { ...facts, report: { verdict: check.status, code: check.code, params: {}, checks: [check] } };
  }
  if (!token.token) {
    const params = token.kind === 'response' ? rejectionParams(token.response) : {};
    return { ...facts, report: refusal('failed', 'cli.timestamp.rejected', params) };
  }
  if (proof) return { ...facts, report: await judgeProven(file, token.token, { proof, trust }) };
  // The token says which digest it holds; the file is read once with that one.
  const { info } = verifyToken({ token: token.token, anchors: [] });
  const algorithm = info?.imprint.algorithm;
  const digest = algorithm && { algorithm, value: await digestFile(file.path, algorithm) };
  return { ...facts, report: verifyToken({ ...trust, token: token.token, ...(digest ? { digest } : {}) }) };
}

async function judgeProven(
  file: NamedFile,
  token: Uint8Array,
  { proof, trust }: { readonly proof: ProofFile; readonly trust: Trust },
): Promise<TokenReport> {
  const entry = await entryOf(file, proof);
  if (!entry) return refusal('failed', 'cli.timestamp.not_in_proof', {});
  return verifyBatchToken({ ...trust, token, imprint: entry.imprint, proof: entry.proof });
}

/** The entry of a proof that is about the content of this file, whatever its name says. */
async function entryOf(file: NamedFile, { entries }: ProofFile): Promise<ProvenImprint | undefined> {
  const algorithms = new Set<DigestName>(entries.map(({ imprint }) => imprint.algorithm));
  for (const algorithm of algorithms) {
    const value = await digestFile(file.path, algorithm);
    const found = entries.find(({ imprint }) => imprint.algorithm === algorithm && equalBytes(imprint.value, value));
    if (found) return found;
  }
  return undefined;
}

function refusal(verdict: 'failed' | 'indeterminate', code: string, params: Record<string, string>): TokenReport {
  return { verdict, code, params, checks: [{ code, status: verdict, params }] };
}
