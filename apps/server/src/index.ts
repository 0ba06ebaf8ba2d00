import { renderConfigReference, serverConfig } from '@tra/platform-config';
import { allSections } from './systems.ts';

export { withAccounts } from './accounts.ts';
export { messageDirectories } from './messages.ts';
export { type RunningServer, type StartOptions, startServer } from './start.ts';
export { version } from './version.ts';

/** Every configuration key with its environment variable, meaning and default, as Markdown. */
export function configurationReference(): string {
  return renderConfigReference([serverConfig, ...allSections]);
}
