import { readFile } from 'node:fs/promises';
import type { Configuration, ServerConfig } from '@tra/platform-config';
import type { Database } from '@tra/platform-storage';
import type { SystemContext } from '@tra/platform-system';
import type { StandaloneUnits, TimestampPorts } from '@tra/system-timestamp';
import { manifest as timestamp } from '@tra/system-timestamp/manifest';
import { systemCode } from './code.ts';
import type { Composition, ContextSource } from './compose.ts';
import { ServerError } from './errors.ts';

/** Whether the process keeps nothing but files. */
export function isStandalone({ storage }: Pick<ServerConfig, 'storage'>): boolean {
  return storage === 'none';
}

/**
 * Checks that nothing is asked of a process without a database which it cannot do: it serves time-stamping alone, with records in files, units that were
 * brought here, and without subscriptions. Throws {@link ServerError} `server.storage_needed` with the setting that asks for more.
 */
export function requireStandalone(configuration: Configuration, server: ServerConfig): void {
  const { records, subscribers, unitCertificates } = configuration.get(timestamp.config);
  const refuse = (key: string, value: string): never => {
    throw new ServerError('server.storage_needed', { params: { key, value } });
  };
  if (server.databaseUrl) refuse('TRA_DATABASE_URL', 'postgresql://…');
  if (server.systems.length !== 1 || server.systems[0] !== timestamp.name)
    refuse('TRA_SYSTEMS', server.systems.join(','));
  if (records !== 'file') refuse('TRA_TIMESTAMP_RECORDS', records);
  if (subscribers !== 'off') refuse('TRA_TIMESTAMP_SUBSCRIBERS', subscribers);
  if (unitCertificates === '') refuse('TRA_TIMESTAMP_UNIT_CERTIFICATES', '');
}

/** Stands where there is nothing: whoever asks for anything but what is `known` is refused by the name of the part. */
function absent<T extends object>(part: string, known: Partial<T> = {}): T {
  return new Proxy(known as T, {
    get: (target, name) => {
      // A promise that resolves to this must not take it for another promise.
      if (name in target || name === 'then' || typeof name === 'symbol') return Reflect.get(target, name);
      return () => {
        throw new ServerError('server.storage_needed', { params: { key: part, value: name } });
      };
    },
  });
}

const nothing = async (): Promise<void> => undefined;

/** In place of a database. */
export function absentDatabase(): Database {
  return absent<Database>('database', { close: nothing });
}

interface AbsentParts extends Pick<SystemContext<unknown>, 'jobs' | 'audit' | 'log'> {
  readonly idempotency: undefined;
}

/** In place of the parts that stand on a database. */
export function absentParts(): AbsentParts {
  return {
    idempotency: undefined,
    jobs: absent<AbsentParts['jobs']>('jobs', { start: nothing, stop: nothing }),
    audit: absent<AbsentParts['audit']>('audit'),
    log: absent<AbsentParts['log']>('log'),
  };
}

const pem = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/** The certificates in the PEM file at `path`, read at each call. */
export function unitsIn(path: string): StandaloneUnits {
  return {
    certificates: async () => {
      const text = await readFile(path, 'latin1').catch((cause: unknown) => {
        throw new ServerError('server.certificates_unreadable', { params: { file: path }, cause });
      });
      const found = [...text.matchAll(pem)].map(([, body = '']) => new Uint8Array(Buffer.from(body, 'base64')));
      if (found.length === 0) throw new ServerError('server.certificates_unreadable', { params: { file: path } });
      return found;
    },
  };
}

/** Time-stamping alone, without a database behind it. */
export async function composeStandalone(source: ContextSource): Promise<Composition> {
  const system = await systemCode.timestamp();
  const context = source.contextOf(system);
  const certificates = absent<TimestampPorts['certificates']>('pki', { currentCrls: async () => [] });
  const instance = await system.create(context, {
    ...{ certificates, time: source.time, recordFolder: source.recordFolder },
    standalone: unitsIn(context.config.unitCertificates),
    practice: {
      clock: source.clockFacts,
      keysInToken: source.keyPlaces.token.includes('time-stamping'),
      standalone: true,
    },
  });
  context.health.serve(system.name, instance.needs ?? []);
  return {
    authenticator: undefined,
    accounts: absent<Composition['accounts']>('accounts'),
    routes: async (app) => await instance.routes?.(app),
    start: async () => await instance.start?.(),
    startOthers: nothing,
    stop: async () => await instance.stop?.(),
  };
}
