import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ServerError } from './errors.ts';

/** The folder of the built portal. Throws {@link ServerError} when it was not built. */
export function portalDirectory(): string {
  const directory = fileURLToPath(new URL('../../portal/dist/', import.meta.url));
  if (!existsSync(`${directory}index.html`)) throw new ServerError('server.portal_not_built');
  return directory;
}

/** Pages of the portal whose address lies among what systems serve: the repository beside its files, the public log, time-stamping. */
export const portalPages: readonly string[] = [
  '/pki',
  '/pki/status',
  '/log',
  '/timestamp',
  '/timestamp/verify',
  '/timestamp/authority',
];
