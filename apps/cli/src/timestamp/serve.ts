import type { OptionTable, ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { overridesOf, runServer, startOptions } from '../start.ts';
import { UsageError } from '../usage-error.ts';

const { systems: _systems, ...common } = startOptions;

/** Options of `tra timestamp serve`: those of `tra start` but the systems, and what an authority is most often told. */
export const serveOptions: OptionTable = {
  ...common,
  source: { type: 'string', multiple: true },
  agree: { type: 'string' },
  records: { type: 'string' },
  policy: { type: 'string' },
  'with-log': { type: 'boolean' },
};

/** `tra timestamp serve`: the server with the time-stamping authority alone and what it needs; its public log is served only when asked for. */
export async function serve(given: ParsedArguments, context: CommandContext): Promise<number> {
  const [, unexpected] = given.positionals;
  if (unexpected !== undefined) throw new UsageError('cli.option_invalid', { params: { option: unexpected } });
  const settings = overridesOf(given);
  const agree = given.text('agree');
  const sources = given.list('source');
  return await runServer(given, context, {
    ...settings,
    server: { ...settings.server, systems: given.flag('with-log') ? ['timestamp', 'log'] : ['timestamp'] },
    clock: {
      ...(sources.length > 0 ? { sources } : {}),
      ...(agree === undefined ? {} : { agree: Number(agree) }),
    },
    timestamp: present({ records: given.text('records'), policy: given.text('policy') }),
  });
}

function present(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
