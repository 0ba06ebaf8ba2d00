import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ServerError } from './errors.ts';

/** The folder of the built portal. Throws {@link ServerError} when it was not built. */
export function portalDirectory(): string {
  const directory = fileURLToPath(new URL('../../portal/dist/', import.meta.url));
  if (!existsSync(`${directory}index.html`)) throw new ServerError('server.portal_not_built');
  return directory;
}
