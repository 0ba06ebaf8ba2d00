import { randomBytes } from 'node:crypto';
import {
  buildOcspRequest,
  type OcspResponse,
  ocspEvidence,
  PkiError,
  parseCertificate,
  parseOcspResponse,
} from '@tra/pki';
import type { ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { exitStatus } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { checkLines } from './describe-text.ts';
import { writeNew } from './durable.ts';
import { formatOf, readBytes, readOne, timeOf } from './files.ts';
import { needed } from './key-options.ts';
import { ocspData, ocspText } from './show.ts';

/** Options of `tra pki ocsp`. */
export const ocspOptions = {
  issuer: { type: 'string' },
  url: { type: 'string' },
  response: { type: 'string' },
  'request-out': { type: 'string' },
  'no-nonce': { type: 'boolean' },
  at: { type: 'string' },
} as const;

const timeoutMs = 15_000;
const largestAnswer = 1024 * 1024;

/** `tra pki ocsp CERT --issuer CERT`: asks a responder about a certificate and judges its answer, or judges an answer that was kept. */
export async function ocsp(given: ParsedArguments, context: CommandContext): Promise<number> {
  const [, file] = given.positionals;
  if (!file) throw new UsageError('cli.file_missing');
  const format = formatOf(given);
  const certificate = parseCertificate(await readOne(file, 'CERTIFICATE'));
  const issuer = parseCertificate(await readOne(needed(given, 'issuer', 'CERT'), 'CERTIFICATE'));
  const kept = given.text('response');
  const nonce = kept === undefined && !given.flag('no-nonce') ? new Uint8Array(randomBytes(32)) : undefined;
  const request = buildOcspRequest({ certificate, issuer, ...(nonce ? { nonce } : {}) });
  const requestFile = given.text('request-out');
  if (requestFile) await writeNew(requestFile, request);
  const url = given.text('url') ?? certificate.ocspResponders[0];
  if (requestFile && url === undefined && kept === undefined) return exitStatus.passed;
  const bytes = kept === undefined ? await ask(url, request) : await readBytes(kept);
  const response = read(bytes, kept ?? url ?? '');
  const out = given.text('out');
  if (out) await writeNew(out, bytes);
  const time = given.text('at');
  const at = time === undefined ? new Date() : timeOf(time);
  // A ready-made answer without the nonce counts by its times; one with another nonce is refused.
  const evidence = ocspEvidence({
    certificate,
    issuer,
    responses: [response],
    at,
    now: at,
    ...(nonce ? { nonce } : {}),
  });
  const verdict = evidence.status === 'good' ? 'passed' : evidence.status === 'revoked' ? 'failed' : 'indeterminate';
  const { terminal, say } = context;
  if (format === 'json') {
    const { status, revokedAt, reason, source, checks } = evidence;
    const report = { verdict, status, revokedAt, reason, source, checks, response: ocspData(response) };
    terminal.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    const words = say(`cli.pki.ocsp.${evidence.status}`, { serial: certificate.serialHex });
    terminal.stdout.write(`${[words, ocspText(response, say), ...checkLines(evidence.checks, context)].join('\n')}\n`);
  }
  return exitStatus[verdict];
}

function read(bytes: Uint8Array, place: string): OcspResponse {
  try {
    return parseOcspResponse(bytes);
  } catch (cause) {
    if (!(cause instanceof PkiError)) throw cause;
    throw new UsageError('cli.pki.answer_unreadable', { params: { url: place }, cause });
  }
}

async function ask(url: string | undefined, request: Uint8Array): Promise<Uint8Array> {
  if (url === undefined) throw new UsageError('cli.pki.responder_missing');
  if (!/^https?:\/\//.test(url))
    throw new UsageError('cli.pki.value_invalid', { params: { option: '--url', value: url } });
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' },
      body: new Uint8Array(request),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await bounded(response);
  } catch (cause) {
    throw new UsageError('cli.pki.responder_unreachable', { params: { url }, cause });
  }
}

async function bounded(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > largestAnswer) throw new Error('too large');
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}
