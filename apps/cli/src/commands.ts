import { CodedError, type Language } from '@tra/kernel';
import type { Messages } from '@tra/platform-i18n';
import { exitStatus, type Terminal, terminalLanguage, terminalMessages } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** What every command receives. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly language: Language;
  readonly messages: Messages;
  /** The text of `key` in the language of the terminal. */
  say(key: string, params?: Readonly<Record<string, string | number>>): string;
}

/** One command of `tra`: runs and returns its exit status. */
export type Command = (argv: readonly string[], context: CommandContext) => Promise<number>;

/** Each command is loaded only when it is asked for. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).start,
  demo: async () => (await import('./demo.ts')).demo,
  validate: async () => (await import('./validate.ts')).validate,
  account: async () => (await import('./account.ts')).account,
  log: async () => (await import('./log.ts')).log,
  timestamp: async () => (await import('./timestamp/timestamp.ts')).timestamp,
  pki: async () => (await import('./pki/pki.ts')).pki,
  config: async () => (await import('./configuration.ts')).configuration,
};

/** Runs `tra <argv>` and returns the exit status. A mistyped command says what is wrong and how it is meant. */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const asked = argv.includes('--lang') ? argv[argv.indexOf('--lang') + 1] : undefined;
  const language = terminalLanguage(terminal.env, asked);
  const messages = terminalMessages();
  const context: CommandContext = {
    terminal,
    language,
    messages,
    say: (key, params) => messages.translate(key, language, params),
  };
  const [name = 'help', ...rest] = argv;
  if (name === 'help' || name === '--help' || name === '-h' || name === '--lang') return printHelp(context, rest[0]);
  if (name === '--version') return printVersion(context);
  const command = commands[name];
  try {
    if (!command) throw new UsageError('cli.command_unknown', { params: { command: name } });
    if (rest.includes('--help') || rest.includes('-h')) return printHelp(context, name);
    return await (await command())(rest, context);
  } catch (error) {
    return explain(error, context, command ? name : undefined);
  }
}

function printHelp({ terminal, say }: CommandContext, name?: string): number {
  terminal.stdout.write(`${say(name && commands[name] ? `cli.help.${name}` : 'cli.help')}\n`);
  return exitStatus.passed;
}

async function printVersion({ terminal }: CommandContext): Promise<number> {
  const { version } = await import('@tra/server');
  terminal.stdout.write(`tra ${version}\n`);
  return exitStatus.passed;
}

/** Says in words what went wrong. Unknown faults show their text; a stack only with TRA_DEBUG. */
function explain(error: unknown, { terminal, messages, say }: CommandContext, name?: string): number {
  if (error instanceof CodedError && messages.has(error.code)) {
    terminal.stderr.write(`tra: ${say(error.code, error.params)}\n`);
  } else {
    terminal.stderr.write(`tra: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  if (terminal.env.TRA_DEBUG && error instanceof Error) terminal.stderr.write(`${error.stack}\n`);
  if (!(error instanceof UsageError)) return exitStatus.software;
  terminal.stderr.write(`${say('cli.see_help', { command: name ? `tra help ${name}` : 'tra help' })}\n`);
  return exitStatus.usage;
}
