import { type Signer, toHex } from '@tra/kernel';
import { parseCertificate } from '@tra/pki';
import type { SystemContext } from '@tra/platform-system';
import type { SigningConfig } from './config.ts';
import { SigningError } from './errors.ts';
import type { Certificates } from './ports.ts';
import type { SigningStore, SigningTables, SigningTransaction, StoredSigner } from './store.ts';

/** The document signer with its key. */
export interface DocumentSigner extends StoredSigner {
  readonly signer: Signer;
}

/** What finding and making the document signer takes. */
export interface SignerSource {
  readonly context: SystemContext<SigningConfig>;
  readonly store: SigningStore;
  readonly certificates: Certificates;
}

const day = 86_400_000;

/**
 * The signer of the newest generation; a new generation is made when there is none or its certificate is about to expire. Safe when
 * several processes do so at once: the first row in the database decides. While a certificate is still valid, a failed renewal is
 * logged and tried again later.
 */
export async function ensureSigner(source: SignerSource): Promise<DocumentSigner> {
  const { clock, config, logger } = source.context;
  const newest = await source.store.findNewest();
  if (newest && newest.notAfter.getTime() - clock.now().getTime() > config.renewBeforeDays * day) {
    return withKey(source, newest);
  }
  try {
    return await withKey(source, await makeGeneration(source, newest));
  } catch (error) {
    if (!newest || newest.notAfter <= clock.now()) throw error;
    logger.warn({ err: error, notAfter: newest.notAfter }, 'the document signer could not be renewed');
    return withKey(source, newest);
  }
}

async function withKey({ context }: SignerSource, stored: StoredSigner): Promise<DocumentSigner> {
  const unavailable = (cause?: unknown): SigningError =>
    new SigningError('signing.key_unavailable', { params: { label: stored.keyLabel }, cause });
  const signer = await context.keys.get(stored.keyLabel, 'document-signing').catch((cause: unknown) => {
    throw unavailable(cause);
  });
  if (toHex(signer.publicKey) !== toHex(parseCertificate(stored.certificate).publicKey)) throw unavailable();
  return { ...stored, signer };
}

async function makeGeneration(source: SignerSource, before: StoredSigner | undefined): Promise<StoredSigner> {
  const { config, server, random, keys } = source.context;
  const keyLabel = `document-signer-${toHex(random.bytes(6))}`;
  const signer = await keys.create(keyLabel, { algorithm: config.algorithm, purpose: 'document-signing' });
  const organization = config.organization || (server.demo ? 'Tra Demo' : 'Tra');
  const { certificate, chain } = await source.certificates.issue({
    profile: 'document-signer',
    subject: {
      commonName: config.signerName || `${organization} Document Signer`,
      organization,
      country: config.country,
    },
    publicKey: signer.publicKey,
  });
  const [issuing, root] = chain;
  if (!issuing || !root) throw new SigningError('signing.not_ready');
  const { notAfter } = parseCertificate(certificate);
  const generation = (before?.generation ?? 0) + 1;
  await record(source, { generation, certificate, issuing, root, keyLabel, notAfter });
  const winner = await source.store.findNewest();
  if (!winner) throw new SigningError('signing.not_ready');
  return winner;
}

async function record({ context, store }: SignerSource, stored: StoredSigner): Promise<void> {
  const { audit, clock, database, logger } = context;
  const { serialHex } = parseCertificate(stored.certificate);
  const won = await database.transaction(async (trx: SigningTransaction) => {
    if (!(await store.insert(trx, stored, clock.now()))) return false;
    await audit.append<SigningTables>(trx, {
      stream: 'signing',
      actor: 'system',
      action: 'signing.certificate_installed',
      object: serialHex,
      details: { generation: stored.generation, notAfter: stored.notAfter.toISOString() },
    });
    return true;
  });
  if (won) logger.info({ generation: stored.generation, serialHex }, 'document signer installed');
}
