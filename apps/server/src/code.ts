import type { enrolment } from '@tra/system-enrolment';
import type { identity } from '@tra/system-identity';
import type { licensing } from '@tra/system-licensing';
import type { log } from '@tra/system-log';
import type { pki } from '@tra/system-pki';
import type { signing } from '@tra/system-signing';
import type { timestamp } from '@tra/system-timestamp';
import type { trustList } from '@tra/system-trust-list';
import type { validation } from '@tra/system-validation';

/** How the code of each system is loaded. */
export interface SystemCode {
  log(): Promise<typeof log>;
  identity(): Promise<typeof identity>;
  pki(): Promise<typeof pki>;
  enrolment(): Promise<typeof enrolment>;
  timestamp(): Promise<typeof timestamp>;
  trustList(): Promise<typeof trustList>;
  signing(): Promise<typeof signing>;
  licensing(): Promise<typeof licensing>;
  validation(): Promise<typeof validation>;
}

/** Loads the code of a system when a process runs it: a process with one system does not read the files of all. */
export const systemCode: SystemCode = {
  log: async () => (await import('@tra/system-log')).log,
  identity: async () => (await import('@tra/system-identity')).identity,
  pki: async () => (await import('@tra/system-pki')).pki,
  enrolment: async () => (await import('@tra/system-enrolment')).enrolment,
  timestamp: async () => (await import('@tra/system-timestamp')).timestamp,
  trustList: async () => (await import('@tra/system-trust-list')).trustList,
  signing: async () => (await import('@tra/system-signing')).signing,
  licensing: async () => (await import('@tra/system-licensing')).licensing,
  validation: async () => (await import('@tra/system-validation')).validation,
};

/** The systems that run when `chosen` are served: those, and those that they need. */
export function neededSystems(chosen: ReadonlySet<string>): ReadonlySet<keyof SystemCode> {
  const wants = (...names: readonly string[]): boolean => names.some((name) => chosen.has(name));
  const needed = new Set<keyof SystemCode>(['log', 'identity', 'pki', 'timestamp']);
  if (wants('enrolment')) needed.add('enrolment');
  if (wants('trust-list', 'validation')) needed.add('trustList');
  if (wants('signing', 'licensing', 'validation')) needed.add('signing');
  if (wants('licensing')) needed.add('licensing');
  if (wants('validation')) needed.add('validation');
  return needed;
}

/** Loads the code of `chosen` and of what they need, so that it is there when they are composed. */
export async function loadSystems(chosen: ReadonlySet<string>): Promise<void> {
  await Promise.all([...neededSystems(chosen)].map((name) => systemCode[name]()));
}
