import { startServer } from '@tra/server';
import { type ParsedArguments, readArguments } from './arguments.ts';
import type { Command, CommandContext } from './commands.ts';
import { exitStatus, serverEnvironment } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Options of `tra start`. */
export const startOptions = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  systems: { type: 'string' },
  'database-url': { type: 'string' },
  'public-url': { type: 'string' },
  config: { type: 'string' },
} as const;

/** `tra start`: runs the server until SIGINT or SIGTERM, then finishes what is under way. */
export const start: Command = async (argv, context) => {
  const given = readArguments(argv, startOptions);
  const unexpected = given.positionals[0];
  if (unexpected !== undefined) throw new UsageError('cli.option_invalid', { params: { option: unexpected } });
  return await runServer(given, context, overridesOf(given));
};

/** Runs the server with these settings until SIGINT or SIGTERM. */
export async function runServer(
  given: ParsedArguments,
  context: CommandContext,
  overrides: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Promise<number> {
  context.terminal.stderr.write(`${context.say('cli.start.opening')}\n`);
  let stopping: Promise<void> | undefined;
  const server = await startServer({
    env: serverEnvironment(context.terminal.env),
    overrides,
    messages: context.messages,
    listening: () => {
      stopping = stopSignal();
    },
    ...(given.text('config') ? { file: given.text('config') } : {}),
  });
  announce(server, context);
  await stopping;
  context.terminal.stderr.write(`${context.say('cli.start.stopping')}\n`);
  await server.close();
  return exitStatus.passed;
}

/** The settings that the options of `tra start` mean. Throws `cli.port_invalid`. */
export function overridesOf(given: ParsedArguments): Record<string, Record<string, unknown>> {
  const port = given.text('port');
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) < 65_536)) {
    throw new UsageError('cli.port_invalid', { params: { port } });
  }
  const chosen: Record<string, unknown> = {
    port: port === undefined ? undefined : Number(port),
    host: given.text('host'),
    data: given.text('data'),
    systems: given
      .text('systems')
      ?.split(',')
      .map((name) => name.trim()),
    databaseUrl: given.text('database-url'),
    publicUrl: given.text('public-url'),
  };
  return {
    server: Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined)),
    ...(process.stdout.isTTY ? { telemetry: { pretty: true } } : {}),
  };
}

function announce(
  server: { readonly url: string; readonly demo: boolean; readonly storage: string },
  context: CommandContext,
): void {
  const { terminal, say } = context;
  terminal.stdout.write(`\n  ${say('cli.start.ready', { url: server.url })}\n`);
  terminal.stdout.write(`  ${say('cli.start.storage', { storage: server.storage })}\n`);
  if (server.demo) terminal.stdout.write(`  ${say('cli.start.demo', { url: `${server.url}/sign-in` })}\n`);
  terminal.stdout.write(`  ${say('cli.start.addresses', { url: server.url })}\n\n`);
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.once('SIGINT', () => process.exit(130));
      process.once('SIGTERM', () => process.exit(143));
      resolve();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}
