import { type CertificateProfile, encodeName, type NameAttributes, parseCertificate, parseName } from '@tra/pki';
import type { CertifiedAuthority } from '../authorities/authority.ts';
import { inTransaction, type PkiCore, tablesOf, wholeSecond } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { findAuthority } from '../store/authority-store.ts';
import { findBlockedKeys } from '../store/blocked-key-store.ts';
import { abandonPrepared, completePrepared, insertPrepared } from '../store/certificate-store.ts';
import type { PkiTransaction } from '../store/tables.ts';
import { addressesOf } from './addresses.ts';
import { makeCertificate } from './make-certificate.ts';
import { announceIssued, certificateRow, type Provenance, sha256 } from './record.ts';
import { endByProfile, notBeyond } from './validity.ts';

/** What is to be certified by whom. */
export interface Order extends Provenance {
  readonly authority: CertifiedAuthority;
  readonly profile: CertificateProfile;
  readonly subject: NameAttributes;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** End of validity; by the profile when absent, never after the issuer. */
  readonly notAfter?: Date | undefined;
}

/** A certificate that is stored already, with its issuers up to the root. */
export interface IssuedCertificate {
  readonly certificate: Uint8Array;
  /** The issuer, then its issuer, the root last. */
  readonly chain: Uint8Array[];
  /** Id of the authority that issued it. */
  readonly authority: string;
  readonly serialHex: string;
}

/**
 * Issues one certificate: its row is prepared and committed, then it is signed, then the certificate is stored, and only then does this
 * resolve. What a crash leaves is a prepared row without a certificate, never a certificate without a row.
 */
export async function issueStored(core: PkiCore, order: Order): Promise<IssuedCertificate> {
  const { context, authorities } = core;
  const { authority } = order;
  await refuseBlockedKey(core, order.publicKey);
  const signer = await authorities.signer(authority);
  const now = wholeSecond(context.clock.now());
  const { der: issuer, notAfter: end } = authority.certificate;
  if (now >= end) throw new PkiSystemError('pki.authority_expired', { params: { notAfter: end.toISOString() } });
  const notAfter = order.notAfter
    ? notBeyond(order.notAfter, issuer)
    : endByProfile(order.profile, now, context.config, issuer);
  const der = await makeCertificate(
    {
      profile: order.profile,
      subject: order.subject,
      publicKey: order.publicKey,
      issuer,
      signer,
      notBefore: now,
      notAfter,
      random: context.random,
      ...addressesOf(context, authority.id),
    },
    async ({ serialHex, signedBytes }) => {
      const subject = parseName(encodeName(order.subject)).text;
      const facts = { authority: authority.id, profile: order.profile, serialHex, subject, notBefore: now, notAfter };
      const row = { ...facts, publicKey: order.publicKey, signedBytes, issuedAt: context.clock.now() };
      await inTransaction(core, async (trx) => {
        await requireActive(trx, authority.id);
        await insertPrepared(trx, [certificateRow(row, order)]);
      });
    },
  );
  await complete(core, order, der);
  const chain = await authorities.chain(authority.id);
  return {
    certificate: der,
    chain: chain.map(({ certificate }) => certificate.der),
    authority: authority.id,
    serialHex: parseCertificate(der).serialHex,
  };
}

async function complete(core: PkiCore, order: Order, der: Uint8Array): Promise<void> {
  const certificate = parseCertificate(der);
  const { serialHex } = certificate;
  const authority = order.authority.id;
  await inTransaction(core, async (trx) => {
    const done = await completePrepared(trx, [{ authority, serialHex, certificate: der, sha256: sha256(der) }]);
    // Given up meanwhile because signing took too long: it is not released.
    if (done !== 1) throw new PkiSystemError('pki.not_ready');
    await announceIssued(core, trx, { authority, profile: order.profile, certificate }, order);
  });
  core.context.metrics
    .counter({ name: 'tra_pki_certificates_total', help: 'Certificates issued.', labels: ['profile'] })
    .inc({ profile: order.profile });
}

/** Refuses when the authority may not issue now. Its row is looked at inside the transaction: a suspension counts at once. */
export async function requireActive(trx: PkiTransaction, id: string): Promise<void> {
  const row = await findAuthority(trx, id);
  if (row?.state === 'active') return;
  if (row?.state === 'awaiting-certificate') {
    throw new PkiSystemError('pki.authority_awaiting', { params: { authority: id } });
  }
  throw new PkiSystemError('pki.authority_inactive', { params: { authority: id } });
}

/** Throws `pki.key_blocked` when nothing may be certified for this key any more. */
export async function refuseBlockedKey(core: PkiCore, publicKey: Uint8Array): Promise<void> {
  const [blocked] = await findBlockedKeys(tablesOf(core), [sha256(publicKey)]);
  if (blocked) throw new PkiSystemError('pki.key_blocked', { params: { reason: blocked.reason } });
}

/** How long signing may take: what is prepared longer was left by a crash. */
const signingLimitMs = 60_000;

/** Marks serials that were prepared and never signed; they are never used again. Resolves to how many. */
export async function abandonUnfinished(core: PkiCore): Promise<number> {
  const { clock, logger } = core.context;
  const count = await abandonPrepared(tablesOf(core), new Date(clock.now().getTime() - signingLimitMs));
  if (count > 0) logger.warn({ count }, 'certificates were prepared and never signed; their serials are given up');
  return count;
}
