import { prepareStart } from '@tra/server/prepare';

const argv = process.argv.slice(2);
prepareStart(argv, process.env);
const { runCommand } = await import('./commands.ts');
process.exitCode = await runCommand(argv, process);
