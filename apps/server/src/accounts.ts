import { serverConfig } from '@tra/platform-config';
import type { Composition } from './compose.ts';
import { openPlatform } from './platform.ts';
import { readConfiguration, type StartOptions } from './start.ts';
import { chosenSystems } from './systems.ts';

/** Opens the database without listening, lets `work` use the accounts, and closes it again. */
export async function withAccounts<R>(
  options: StartOptions,
  work: (accounts: Composition['accounts']) => Promise<R>,
): Promise<R> {
  const configuration = await readConfiguration(options);
  const platform = await openPlatform(configuration);
  try {
    const { composeSystems } = await import('./compose.ts');
    const composition = await composeSystems(platform, chosenSystems(configuration.get(serverConfig).systems));
    return await work(composition.accounts);
  } finally {
    await platform.close();
  }
}
