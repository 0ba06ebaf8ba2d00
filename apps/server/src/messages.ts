import { existsSync } from 'node:fs';
import { messagesOf } from '@tra/platform-system';
import { allSystems } from './systems.ts';

const platformPackages = [
  'audit',
  'blobs',
  'clock',
  'config',
  'http',
  'i18n',
  'jobs',
  'journal',
  'keys',
  'log',
  'outbound',
  'storage',
  'system',
  'telemetry',
];

/** Folders with the words of the server, of every platform package and of every system. */
export function messageDirectories(): URL[] {
  const platform = platformPackages.map((name) => new URL(`../../../platform/${name}/messages/`, import.meta.url));
  return [new URL('../messages/', import.meta.url), ...platform, ...allSystems.map(messagesOf)].filter((folder) =>
    existsSync(folder),
  );
}
