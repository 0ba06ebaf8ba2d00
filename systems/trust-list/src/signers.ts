import { type Signer, toHex } from '@tra/kernel';
import { parseCertificate } from '@tra/pki';
import { inTransaction, type TrustListCore, tablesOf } from './core.ts';
import { TrustListSystemError } from './errors.ts';
import { insertSigner, listSigners, type SignerRow } from './store.ts';

const day = 86_400_000;

/** The keys that may sign, newest first, and the one that signs now. */
export interface ListSigners {
  readonly current: SignerRow;
  readonly all: readonly SignerRow[];
}

/**
 * Finds the signers. When the newest is about to expire its successor is made, which the list announces first and which signs once the earlier
 * one has {@link handOverDays} left. Safe when several processes do so at once: the first row decides.
 */
export async function ensureSigners(core: TrustListCore): Promise<ListSigners> {
  const { clock, config } = core.context;
  const now = clock.now().getTime();
  const [newest] = await listSigners(tablesOf(core));
  if (!newest || newest.not_after.getTime() - now < config.renewBeforeDays * day) await makeSigner(core, newest);
  const all = (await listSigners(tablesOf(core))).filter(({ not_after }) => not_after.getTime() > now);
  const oldestUsable = all.findLast(({ not_after }) => not_after.getTime() - now > handOverDays * day);
  const current = oldestUsable ?? all[0];
  if (!current) throw new TrustListSystemError('trust-list.not_ready');
  return { current, all };
}

/** With so many days left an earlier signer gives way to its successor. */
const handOverDays = 90;

async function makeSigner(core: TrustListCore, before: SignerRow | undefined): Promise<void> {
  const { config, keys, random, server, clock, audit, logger } = core.context;
  const keyLabel = `trust-list-${toHex(random.bytes(6))}`;
  const own = await keys.create(keyLabel, { algorithm: config.algorithm, purpose: 'trust-list' });
  const organization = config.operatorEn || (server.demo ? 'Tra Demo' : 'Tra');
  const generation = (before?.generation ?? 0) + 1;
  const { certificate } = await core.ports.issue({
    profile: 'trusted-list-signer',
    subject: {
      commonName: `${organization} Trusted List Signer`.slice(0, 64),
      organization,
      country: config.territory,
    },
    publicKey: own.publicKey,
  });
  const { notAfter, serialHex } = parseCertificate(certificate);
  const row = { generation, certificate, key_label: keyLabel, not_after: notAfter, created_at: clock.now() };
  const won = await inTransaction(core, async (trx) => {
    if (!(await insertSigner(trx, row))) return false;
    await audit.append(trx, {
      stream: 'trust-list',
      actor: 'system',
      action: 'trust-list.signer_installed',
      object: serialHex,
      details: { generation, notAfter: notAfter.toISOString() },
    });
    return true;
  });
  if (won) logger.info({ generation, serialHex }, 'signer of the trusted list installed');
}

/** The key of a signer. Rejects with `trust-list.key_unavailable`. */
export async function signerOf(core: TrustListCore, row: SignerRow): Promise<Signer> {
  const unavailable = (cause?: unknown): TrustListSystemError =>
    new TrustListSystemError('trust-list.key_unavailable', { params: { label: row.key_label }, cause });
  const signer = await core.context.keys.get(row.key_label, 'trust-list').catch((cause: unknown) => {
    throw unavailable(cause);
  });
  if (toHex(signer.publicKey) !== toHex(parseCertificate(row.certificate).publicKey)) throw unavailable();
  return signer;
}
