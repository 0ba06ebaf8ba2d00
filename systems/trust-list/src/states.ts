import { createHash } from 'node:crypto';
import { equalBytes } from '@tra/kernel';
import { parseCertificate } from '@tra/pki';
import type { NationalService } from './ports.ts';
import type { StateRow } from './store.ts';

/** A service under the name of its certificate: a new certificate is a new entry, the old one keeps its history. */
function entryOf(service: NationalService): string {
  return `${service.id}#${createHash('sha256').update(service.certificate).digest('hex').slice(0, 32)}`;
}

/**
 * The states that are missing in `known` to say what `services` say at `now`. A service that was not listed before is granted since its certificate is
 * valid; one that is no longer stated, or not active, is withdrawn from now on.
 */
export function newStates(
  services: readonly NationalService[],
  known: readonly StateRow[],
  now: Date,
): readonly StateRow[] {
  const latest = new Map(known.map((row) => [row.service, row]));
  const stated = new Map(services.map((service) => [entryOf(service), service]));
  const changed = [...stated].flatMap(([entry, service]) => {
    const before = latest.get(entry);
    const status = service.active ? ('granted' as const) : ('withdrawn' as const);
    if (before?.status === status && equalBytes(before.certificate, service.certificate)) return [];
    if (!before && !service.active) return [];
    const since = before ? after(before.since, now) : parseCertificate(service.certificate).notBefore;
    return [rowOf(entry, service, { status, since })];
  });
  const gone = [...latest.values()]
    .filter(({ service, status }) => status === 'granted' && !stated.has(service))
    .map((row) => ({ ...row, status: 'withdrawn' as const, since: after(row.since, now) }));
  return [...changed, ...gone];
}

/** `now`, but after `since`: times in the list have whole seconds and must grow. */
function after(since: Date, now: Date): Date {
  const second = Math.floor(now.getTime() / 1000) * 1000;
  return new Date(Math.max(second, since.getTime() + 1000));
}

function rowOf(entry: string, service: NationalService, state: Pick<StateRow, 'status' | 'since'>): StateRow {
  return {
    ...state,
    service: entry,
    kind: service.kind,
    name_th: service.name.th,
    name_en: service.name.en,
    provider_th: service.provider.th,
    provider_en: service.provider.en,
    certificate: service.certificate,
  };
}
