import { configurationReference } from '@tra/server';
import type { Command } from './commands.ts';
import { exitStatus } from './terminal.ts';

/** `tra config`: prints every configuration key with its meaning and default, as Markdown. */
export const configuration: Command = async (_argv, { terminal }) => {
  terminal.stdout.write(configurationReference());
  return exitStatus.passed;
};
