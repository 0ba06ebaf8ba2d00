import { type Signer, toHex } from '@tra/kernel';
import { type Certificate, parseCertificate } from '@tra/pki';
import type { SystemContext } from '@tra/platform-system';
import type { TimestampConfig } from './config.ts';
import { TimestampSystemError } from './errors.ts';
import type { PolicyLine } from './policies.ts';
import type { Certificates } from './ports.ts';
import type { StoredUnit, TimestampStore } from './store.ts';

/** The unit of a line that signs now, with its key. */
export interface Unit extends StoredUnit {
  readonly signer: Signer;
  readonly parsed: Certificate;
}

/** What units are made with. */
export interface UnitSources {
  readonly context: SystemContext<TimestampConfig>;
  readonly store: TimestampStore;
  readonly certificates: Certificates;
}

const day = 86_400_000;

/**
 * The unit of `line` that is to sign now: the newest, or a new one when there is none, the newest has signed long enough, or it is revoked. Safe when
 * several processes ask at once: the first row in the database decides. When no new one can be made the newest goes on until it expires, unless it is
 * revoked: then it rejects with `timestamp.unit_revoked`. Rejects with `timestamp.key_unavailable` when its key is not in this process's store.
 */
export async function ensureUnit(sources: UnitSources, line: PolicyLine): Promise<Unit> {
  const newest = await findNewest(sources.store, line.line);
  if (!newest) return withKey(sources, await makeUnit(sources, line, 1));
  const revoked = await isRevoked(sources, newest);
  const stopped = sources.context.metrics.gauge({
    name: 'tra_timestamp_unit_revoked',
    help: '1 while the newest time-stamping unit is revoked and none has followed it: nothing is stamped under its policies.',
    labels: ['line'],
  });
  stopped.set(0, { line: line.line });
  if (!revoked && !isDue(parseCertificate(newest.certificate), sources.context))
    return withKeyOrBefore(sources, newest);
  if (revoked)
    sources.context.logger.warn({ keyLabel: newest.keyLabel }, 'the certificate of the time-stamping unit is revoked');
  try {
    return await withKey(sources, await makeUnit(sources, line, newest.generation + 1));
  } catch (error) {
    if (revoked) stopped.set(1, { line: line.line });
    sources.context.logger.error({ err: error, keyLabel: newest.keyLabel }, 'no new time-stamping unit could be made');
    if (revoked)
      throw new TimestampSystemError('timestamp.unit_revoked', { params: { label: newest.keyLabel }, cause: error });
    return withKeyOrBefore(sources, newest);
  }
}

/**
 * The unit, or the newest before it whose key is here and whose certificate is valid: the next unit was made on another machine, and its
 * key has not been brought here yet. That is said at every turn, and no reason to stop.
 */
async function withKeyOrBefore(sources: UnitSources, unit: StoredUnit): Promise<Unit> {
  try {
    return await withKey(sources, unit);
  } catch (error) {
    const { context, store } = sources;
    const now = context.clock.now().getTime();
    for (const before of await store.listUnits()) {
      if (before.line !== unit.line || before.generation >= unit.generation) continue;
      if (await isRevoked(sources, before)) continue;
      const found = await withKey(sources, before).catch(() => undefined);
      if (!found || found.parsed.notAfter.getTime() <= now) continue;
      context.logger.error(
        { err: error, keyLabel: unit.keyLabel },
        'the key of the newest time-stamping unit is not here',
      );
      return found;
    }
    throw error;
  }
}

async function isRevoked({ certificates }: UnitSources, { certificate, issuing }: StoredUnit): Promise<boolean> {
  const { serialHex } = parseCertificate(certificate);
  return (await certificates.isRevoked?.({ serialHex, issuing })) ?? false;
}

async function findNewest(store: TimestampStore, line: string): Promise<StoredUnit | undefined> {
  return (await store.listUnits()).find((unit) => unit.line === line);
}

/**
 * The key is used for `keyDays`. Its certificate should be valid long after, so that tokens can be verified; where the CA gives less, the
 * last third of its life is kept free, 30 days at most.
 */
function isDue({ notBefore, notAfter }: Certificate, { config, clock }: SystemContext<TimestampConfig>): boolean {
  const life = notAfter.getTime() - notBefore.getTime();
  const end = Math.min(notBefore.getTime() + config.keyDays * day, notAfter.getTime() - Math.min(life / 3, 30 * day));
  return clock.now().getTime() >= end;
}

async function withKey({ context }: UnitSources, unit: StoredUnit): Promise<Unit> {
  const parsed = parseCertificate(unit.certificate);
  const unavailable = (cause?: unknown): TimestampSystemError =>
    new TimestampSystemError('timestamp.key_unavailable', { params: { label: unit.keyLabel }, cause });
  const signer = await context.keys.get(unit.keyLabel, 'time-stamping').catch((cause: unknown) => {
    throw unavailable(cause);
  });
  if (toHex(signer.publicKey) !== toHex(parsed.publicKey)) throw unavailable();
  return { ...unit, signer, parsed };
}

async function makeUnit(
  { context, store, certificates }: UnitSources,
  { line, algorithm }: PolicyLine,
  generation: number,
): Promise<StoredUnit> {
  const { config, server, random, keys, clock, database, logger } = context;
  const keyLabel = `time-stamping-${toHex(random.bytes(6))}`;
  const { rsaBits } = config;
  const signer = await keys.create(keyLabel, { algorithm, purpose: 'time-stamping', rsaBits });
  const organization = config.organization || (server.demo ? 'Tra Demo' : 'Tra');
  const name = config.unitName || `${organization} Time-Stamping Unit`;
  const { certificate, chain } = await certificates.issue({
    profile: 'time-stamping',
    subject: {
      commonName: line === 'default' ? `${name} ${generation}` : `${name} ${line} ${generation}`.slice(0, 64),
      organization,
      country: config.country,
    },
    publicKey: signer.publicKey,
  });
  const [issuing, root] = chain;
  if (!issuing || !root) throw new TimestampSystemError('timestamp.not_ready');
  const unit: StoredUnit = { line, generation, certificate, issuing, root, keyLabel };
  const won = await database.transaction((trx: Parameters<TimestampStore['insertUnit']>[0]) =>
    store.insertUnit(trx, unit, clock.now()),
  );
  if (won) logger.info({ keyLabel, line, generation }, 'time-stamping unit created');
  const winner = await findNewest(store, line);
  if (!winner) throw new TimestampSystemError('timestamp.not_ready');
  return winner;
}
