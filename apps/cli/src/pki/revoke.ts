import type { CrlEntry, RevocationReason } from '@tra/pki';
import { parseCertificate } from '@tra/pki';
import { systemClock } from '@tra/platform-system';
import { ApiClient, ApiFault } from '../api-client.ts';
import type { ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { exitStatus } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { openChain } from './durable.ts';
import { readOne, timeOf } from './files.ts';
import { needed } from './key-options.ts';
import { withLock } from './lock.ts';
import { readSecret } from './secret.ts';

/** Options of `tra pki revoke`. */
export const revokeOptions = {
  reason: { type: 'string' },
  list: { type: 'string' },
  date: { type: 'string' },
  url: { type: 'string' },
  authority: { type: 'string' },
  username: { type: 'string' },
  note: { type: 'string' },
} as const;

const reasons: readonly RevocationReason[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
];

/** `tra pki revoke CERT|SERIAL`: in a local list from which CRLs are built, or at a server with an account. */
export async function revoke(given: ParsedArguments, context: CommandContext): Promise<number> {
  const [, what] = given.positionals;
  if (!what) throw new UsageError('cli.file_missing');
  const reason = reasons.find((one) => one === given.text('reason'));
  if (!reason) {
    throw new UsageError('cli.pki.value_invalid', {
      params: { option: '--reason', value: given.text('reason') ?? '' },
    });
  }
  const serial = /^[0-9a-f]{2,40}$/i.test(what)
    ? what.toLowerCase()
    : parseCertificate(await readOne(what, 'CERTIFICATE')).serialHex;
  return given.text('url')
    ? await revokeAtServer({ serial, reason }, given, context)
    : await revokeInList({ serial, reason }, given, context);
}

interface Wish {
  readonly serial: string;
  readonly reason: RevocationReason;
}

async function revokeInList(
  { serial, reason }: Wish,
  given: ParsedArguments,
  context: CommandContext,
): Promise<number> {
  const { terminal, say } = context;
  const list = needed(given, 'list', 'FILE');
  const time = given.text('date');
  const date = time === undefined ? systemClock.now() : timeOf(time);
  const added = await withLock(list, async () => {
    const chain = await openChain(list, () => systemClock.now());
    if (chain.records.some(({ data }) => data.serial === serial)) return false;
    await chain.append('revoked', { serial, reason, date: date.toISOString() });
    return true;
  });
  terminal.stdout.write(`${say(added ? 'cli.pki.revoked' : 'cli.pki.revoked_before', { serial, reason })}\n`);
  return exitStatus.passed;
}

/** Entries of a local list. */
export async function entriesOf(path: string): Promise<readonly CrlEntry[]> {
  const { records } = await openChain(path, () => systemClock.now());
  return records.map(({ data }) => ({
    serialHex: String(data.serial),
    date: new Date(String(data.date)),
    reason: data.reason as RevocationReason,
  }));
}

async function revokeAtServer(
  { serial, reason }: Wish,
  given: ParsedArguments,
  context: CommandContext,
): Promise<number> {
  const { terminal, say } = context;
  const prompt = say('cli.pki.ask_password');
  const username = needed(given, 'username', 'NAME');
  const password = await readSecret({ file: undefined, variable: 'TRA_ACCOUNT_PASSWORD', prompt }, context);
  const client = new ApiClient(needed(given, 'url', 'URL').replace(/\/+$/, ''));
  try {
    await client.signIn(username, password);
    const path = `/api/v1/pki/certificates/${given.text('authority') ?? 'issuing'}/${serial}/actions`;
    const body = { action: 'revoke', reason, note: given.text('note') ?? '' };
    const { done } = await client.json<{ done: boolean }>(path, { method: 'POST', body });
    terminal.stdout.write(`${say(done ? 'cli.pki.revoked' : 'cli.pki.revocation_asked', { serial, reason })}\n`);
    return exitStatus.passed;
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    terminal.stderr.write(`✗ ${say('cli.pki.server_refused', { status: error.status, code: error.code })}\n`);
    return exitStatus.failed;
  }
}
