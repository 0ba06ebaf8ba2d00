import { type Signer, toHex } from '@tra/kernel';
import { parseCertificate } from '@tra/pki';
import type { SystemContext } from '@tra/platform-system';
import type { TimestampConfig } from './config.ts';
import { TimestampSystemError } from './errors.ts';
import type { Certificates } from './ports.ts';
import type { StoredUnit, TimestampStore } from './store.ts';

/** The time-stamping unit with its key. */
export interface Unit extends StoredUnit {
  readonly signer: Signer;
  readonly notAfter: Date;
}

/**
 * Finds the time-stamping unit, or makes its key and has it certified. Safe when several processes start at once: the first row in the
 * database decides. Rejects with `timestamp.key_unavailable` when its key is not in this process's store.
 */
export async function ensureUnit(
  context: SystemContext<TimestampConfig>,
  store: TimestampStore,
  certificates: Certificates,
): Promise<Unit> {
  const unit = (await store.findUnit()) ?? (await makeUnit(context, store, certificates));
  const certificate = parseCertificate(unit.certificate);
  const unavailable = (cause?: unknown): TimestampSystemError =>
    new TimestampSystemError('timestamp.key_unavailable', { params: { label: unit.keyLabel }, cause });
  const signer = await context.keys.get(unit.keyLabel, 'time-stamping').catch((cause: unknown) => {
    throw unavailable(cause);
  });
  if (toHex(signer.publicKey) !== toHex(certificate.publicKey)) throw unavailable();
  return { ...unit, signer, notAfter: certificate.notAfter };
}

async function makeUnit(
  context: SystemContext<TimestampConfig>,
  store: TimestampStore,
  certificates: Certificates,
): Promise<StoredUnit> {
  const { config, server, random, keys, clock, database, logger } = context;
  const keyLabel = `time-stamping-${toHex(random.bytes(6))}`;
  const signer = await keys.create(keyLabel, { algorithm: config.algorithm, purpose: 'time-stamping' });
  const organization = config.organization || (server.demo ? 'Tra Demo' : 'Tra');
  const { certificate, chain } = await certificates.issue({
    profile: 'time-stamping',
    subject: {
      commonName: config.unitName || `${organization} Time-Stamping Unit 1`,
      organization,
      country: config.country,
    },
    publicKey: signer.publicKey,
  });
  const [issuing, root] = chain;
  if (!issuing || !root) throw new TimestampSystemError('timestamp.not_ready');
  const unit: StoredUnit = { certificate, issuing, root, keyLabel };
  const won = await database.transaction((trx: Parameters<TimestampStore['insertUnit']>[0]) =>
    store.insertUnit(trx, unit, clock.now()),
  );
  if (won) logger.info({ keyLabel }, 'time-stamping unit created');
  const winner = await store.findUnit();
  if (!winner) throw new TimestampSystemError('timestamp.not_ready');
  return winner;
}
