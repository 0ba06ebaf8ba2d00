import type { SystemManifest } from '@tra/platform-system';
import { config, type TimestampConfig } from './config.ts';
import { problems } from './errors.ts';

/** What is known of the system without running it. */
export const manifest: SystemManifest<TimestampConfig> = {
  name: 'timestamp',
  root: new URL('..', import.meta.url),
  config,
  problems,
};
