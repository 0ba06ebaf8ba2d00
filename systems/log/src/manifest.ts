import type { SystemManifest } from '@tra/platform-system';
import { type LogConfig, logConfig } from './config.ts';
import { problems } from './errors.ts';

/** What is known of the system without running it. */
export const manifest: SystemManifest<LogConfig> = {
  name: 'log',
  root: new URL('..', import.meta.url),
  config: logConfig,
  problems,
};
