import { readFile } from 'node:fs/promises';
import { toHex } from '@tra/kernel';
import { parseRequest, RequestRefusal, type TimestampRequest, verifyToken } from '@tra/timestamp';
import type { ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { inGroups, safeText } from '../pki/describe-text.ts';
import { exitStatus } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { infoData, infoLines } from './describe.ts';
import { formatOf } from './outcome.ts';
import { rejectionParams } from './stamp.ts';
import { readTokenFile, type TokenFile } from './token-file.ts';

/** What a file says, in words and as data. */
interface Inspected {
  readonly lines: readonly string[];
  readonly data: Record<string, unknown>;
}

/** `tra timestamp inspect FILE…`: what queries, responses and tokens say. Nothing is verified. */
export async function inspect(given: ParsedArguments, context: CommandContext): Promise<number> {
  const [, ...files] = given.positionals;
  if (files.length === 0) throw new UsageError('cli.file_missing');
  const format = formatOf(given);
  const found: Inspected[] = [];
  for (const file of files) found.push(await inspectFile(file, context));
  const { terminal } = context;
  if (format === 'json') {
    const data = found.map((one) => one.data);
    terminal.stdout.write(`${JSON.stringify(data.length === 1 ? data[0] : data, null, 2)}\n`);
  } else terminal.stdout.write(`${found.map(({ lines }) => lines.join('\n')).join('\n\n')}\n`);
  return exitStatus.passed;
}

async function inspectFile(file: string, context: CommandContext): Promise<Inspected> {
  const token = await readTokenFile(file);
  const shown = inspectToken(token, context) ?? (await inspectQuery(file, context));
  if (!shown) throw new UsageError('cli.timestamp.file_unknown', { params: { file: safeText(file) } });
  return { lines: [`${safeText(file)}: ${shown.lines[0]}`, ...shown.lines.slice(1)], data: { file, ...shown.data } };
}

function inspectToken(file: TokenFile, context: CommandContext): Inspected | undefined {
  const { say } = context;
  if (file.kind === 'none') return undefined;
  const status = file.kind === 'response' ? rejectionParams(file.response) : undefined;
  if (status && !file.token) {
    const names = status.failures === '' ? [] : [`  ${status.failures}`];
    const words = status.text === '' ? [] : [`  ${status.text}`];
    const data = { kind: 'response', ...status };
    return { lines: [say('cli.timestamp.kind.rejection', { status: status.status ?? '' }), ...names, ...words], data };
  }
  if (!file.token) return undefined;
  const { info, certificate } = verifyToken({ token: file.token, anchors: [] });
  if (!info) return undefined;
  const authority = certificate?.subject.text;
  return {
    lines: [
      say(`cli.timestamp.kind.${file.kind}`),
      ...infoLines(info, context),
      ...(authority ? [`  ${say('cli.timestamp.show.authority')}: ${safeText(authority)}`] : []),
      `  ${say('cli.timestamp.nothing_verified')}`,
    ],
    data: { kind: file.kind, status: status?.status, token: infoData(info), authority },
  };
}

async function inspectQuery(file: string, context: CommandContext): Promise<Inspected | undefined> {
  const bytes = await readFile(file);
  try {
    return queryFacts(parseRequest(new Uint8Array(bytes)), context);
  } catch (error) {
    if (!(error instanceof RequestRefusal)) throw error;
    // What no authority can read either is a file of another kind.
    if (error.failure === 'badDataFormat') return undefined;
    const { failure } = error;
    const lines = [
      context.say('cli.timestamp.kind.query'),
      `  ${failure}: ${context.say(`cli.timestamp.failure.${failure}`)}`,
    ];
    return { lines, data: { kind: 'query', refusedWith: failure } };
  }
}

function queryFacts(request: TimestampRequest, { say }: CommandContext): Inspected {
  const { imprint, policy, nonce, certReq, extensions } = request;
  const line = (key: string, value: string): string => `  ${say(`cli.timestamp.show.${key}`)}: ${value}`;
  return {
    lines: [
      say('cli.timestamp.kind.query'),
      line('digest', imprint.algorithm ?? imprint.algorithmOid),
      inGroups(toHex(imprint.value), '    '),
      line('policy', policy ?? '–'),
      line('nonce', nonce ? toHex(nonce) : '–'),
      line('certificates', certReq ? '✓' : '–'),
      ...(extensions.length > 0 ? [line('extensions', extensions.join(', '))] : []),
    ],
    data: {
      kind: 'query',
      digest: { algorithm: imprint.algorithm ?? imprint.algorithmOid, value: toHex(imprint.value) },
      policy,
      nonce: nonce && toHex(nonce),
      certReq,
      extensions,
    },
  };
}
