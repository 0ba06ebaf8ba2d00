import { withAccounts } from '@tra/server';
import { readArguments } from './arguments.ts';
import type { Command, CommandContext } from './commands.ts';
import { exitStatus, serverEnvironment } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const options = {
  role: { type: 'string', multiple: true },
  'name-th': { type: 'string' },
  'name-en': { type: 'string' },
  agency: { type: 'string' },
  data: { type: 'string' },
  'database-url': { type: 'string' },
} as const;

/** `tra account add NAME`: creates an account that signs in with a password. */
export const account: Command = async (argv, context) => {
  const given = readArguments(argv, options);
  const [verb, username] = given.positionals;
  if (verb !== 'add' || !username)
    throw new UsageError('cli.option_missing', { params: { option: 'account add NAME' } });
  const required = (name: string): string => {
    const value = given.text(name);
    if (!value) throw new UsageError('cli.option_missing', { params: { option: `--${name}` } });
    return value;
  };
  const displayName = { th: required('name-th'), en: required('name-en') };
  if (given.list('role').length === 0) throw new UsageError('cli.option_missing', { params: { option: '--role' } });
  const password = await readPassword(context);
  const server = {
    ...(given.text('data') ? { data: given.text('data') } : {}),
    ...(given.text('database-url') ? { databaseUrl: given.text('database-url') } : {}),
  };
  await withAccounts({ env: serverEnvironment(context.terminal.env), overrides: { server } }, (accounts) =>
    accounts.create({
      username,
      password,
      displayName,
      roles: given.list('role'),
      ...(given.text('agency') ? { agencyId: given.text('agency') } : {}),
    }),
  );
  context.terminal.stdout.write(`${context.say('cli.account.created', { username })}\n`);
  return exitStatus.passed;
};

async function readPassword({ terminal }: CommandContext): Promise<string> {
  const fromEnvironment = terminal.env.TRA_ACCOUNT_PASSWORD;
  if (fromEnvironment) return fromEnvironment;
  let text = '';
  if (!process.stdin.isTTY) for await (const chunk of process.stdin) text += chunk;
  const password = text.replace(/\r?\n$/, '');
  if (!password) throw new UsageError('cli.password_missing');
  return password;
}
