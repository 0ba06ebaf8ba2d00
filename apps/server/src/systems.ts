import { identity } from '@tra/system-identity';
import { licensing } from '@tra/system-licensing';
import { pki } from '@tra/system-pki';
import { signing } from '@tra/system-signing';
import { timestamp } from '@tra/system-timestamp';
import { validation } from '@tra/system-validation';
import { ServerError } from './errors.ts';

/** Every system of the product. A new one is one line here; `composeSystems` gives it the ports that it states. */
export const allSystems = [identity, pki, timestamp, signing, licensing, validation] as const;

/** The systems named by `--systems`; all of them when nothing is named. Throws {@link ServerError} for an unknown name. */
export function chosenSystems(text: string): ReadonlySet<string> {
  const known: readonly string[] = allSystems.map((system) => system.name);
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown) throw new ServerError('server.system_unknown', { params: { system: unknown, known: known.join(', ') } });
  return new Set(names.length > 0 ? names : known);
}
