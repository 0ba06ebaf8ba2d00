import { serverConfig } from '@tra/platform-config';
import type { Composition } from './compose.ts';
import { ServerError } from './errors.ts';
import { openPlatform } from './platform.ts';
import { isStandalone } from './standalone.ts';
import { readConfiguration, type StartOptions } from './start.ts';
import { chosenSystems } from './systems.ts';

/** Opens the database without listening, lets `work` use the accounts, and closes it again. */
export async function withAccounts<R>(
  options: StartOptions,
  work: (accounts: Composition['accounts']) => Promise<R>,
): Promise<R> {
  const configuration = await readConfiguration(options);
  if (isStandalone(configuration.get(serverConfig)))
    throw new ServerError('server.storage_needed', { params: { key: 'accounts', value: '' } });
  const platform = await openPlatform(configuration);
  try {
    const { composeSystems } = await import('./compose.ts');
    const composition = await composeSystems(platform, chosenSystems(configuration.get(serverConfig).systems));
    await platform.migrated;
    return await work(composition.accounts);
  } finally {
    await platform.close();
  }
}
