// Loads nothing but what starts the thread: the rest of the server is read while that is at work.
import { existsSync } from 'node:fs';
import { prepareEngine } from '@tra/platform-storage/prepare';

const otherPlaces = ['--database-url', '--config'];

/**
 * Whether a server that is started with these arguments and this environment keeps its data in the embedded database, as far as can be told
 * before the configuration is read: a file with settings may say something else.
 */
export function willEmbed(argv: readonly string[], env: NodeJS.ProcessEnv): boolean {
  const isStart = argv[0] === 'start' || argv[0] === 'demo' || (argv[0] === 'timestamp' && argv[1] === 'serve');
  const elsewhere = argv.some((word) => otherPlaces.some((option) => word === option || word.startsWith(`${option}=`)));
  const help = argv.some((word) => word === '--help' || word === '-h');
  return isStart && !elsewhere && !help && !env.TRA_DATABASE_URL && env.TRA_STORAGE !== 'none';
}

/**
 * Starts the thread of the embedded database when a server will want it, so that it loads its code while this thread reads its own. It opens nothing;
 * whoever opens the database takes it, and nobody has to.
 */
export function prepareStart(argv: readonly string[], env: NodeJS.ProcessEnv): void {
  if (willEmbed(argv, env) && !existsSync('tra.config.json')) prepareEngine();
}
