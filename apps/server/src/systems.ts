import { clockConfig } from '@tra/platform-clock';
import type { ConfigSection } from '@tra/platform-config';
import { httpConfig } from '@tra/platform-http/config';
import { outboundConfig } from '@tra/platform-outbound';
import type { SystemManifest } from '@tra/platform-system';
import { manifest as enrolment } from '@tra/system-enrolment/manifest';
import { manifest as identity } from '@tra/system-identity/manifest';
import { manifest as licensing } from '@tra/system-licensing/manifest';
import { manifest as log } from '@tra/system-log/manifest';
import { manifest as pki } from '@tra/system-pki/manifest';
import { manifest as signing } from '@tra/system-signing/manifest';
import { manifest as timestamp } from '@tra/system-timestamp/manifest';
import { manifest as trustList } from '@tra/system-trust-list/manifest';
import { manifest as validation } from '@tra/system-validation/manifest';
import { blobsConfig, keysConfig, telemetryConfig } from './config.ts';
import { ServerError } from './errors.ts';

/**
 * Every system of the product: what is known of it without running it. A new one is one line here and one in code.ts; `composeSystems` gives
 * it the ports that it states.
 */
export const allSystems: readonly SystemManifest<unknown>[] = [
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
