import { clockConfig } from '@tra/platform-clock';
import type { ConfigSection } from '@tra/platform-config';
import { httpConfig } from '@tra/platform-http';
import { outboundConfig } from '@tra/platform-outbound';
import { enrolment } from '@tra/system-enrolment';
import { identity } from '@tra/system-identity';
import { licensing } from '@tra/system-licensing';
import { log } from '@tra/system-log';
import { pki } from '@tra/system-pki';
import { signing } from '@tra/system-signing';
import { timestamp } from '@tra/system-timestamp';
import { trustList } from '@tra/system-trust-list';
import { validation } from '@tra/system-validation';
import { blobsConfig, keysConfig, telemetryConfig } from './config.ts';
import { ServerError } from './errors.ts';

/** What the server needs to know of every system, whatever its configuration and ports are. */
export interface KnownSystem {
  readonly name: string;
  readonly root: URL;
  readonly config: ConfigSection<unknown>;
  readonly problems: Readonly<Record<string, number>>;
}

/** Every system of the product. A new one is one line here; `composeSystems` gives it the ports that it states. */
export const allSystems: readonly KnownSystem[] = [
  log,
  identity,
  pki,
  enrolment,
  timestamp,
  trustList,
  signing,
  licensing,
  validation,
];

/** Every section of the configuration. */
export const allSections: readonly ConfigSection<unknown>[] = [
  httpConfig,
  telemetryConfig,
  clockConfig,
  keysConfig,
  blobsConfig,
  outboundConfig,
  ...allSystems.map((system) => system.config),
];

/** The systems to serve; all of them when none is named. Throws {@link ServerError} for an unknown name. */
export function chosenSystems(names: readonly string[]): ReadonlySet<string> {
  const known = allSystems.map((system) => system.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown) throw new ServerError('server.system_unknown', { params: { system: unknown, known: known.join(', ') } });
  return new Set(names.length > 0 ? names : known);
}
