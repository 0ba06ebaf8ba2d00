import type { SystemManifest } from '@tra/platform-system';
import { config, type SigningConfig } from './config.ts';
import { problems } from './errors.ts';

/** What is known of the system without running it. */
export const manifest: SystemManifest<SigningConfig> = {
  name: 'signing',
  root: new URL('..', import.meta.url),
  config,
  problems,
};
