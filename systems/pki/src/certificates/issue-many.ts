import { createHash } from 'node:crypto';
import type { Signer } from '@tra/kernel';
import {
  type BulkIssuer,
  type BulkSubject,
  type CertificateProfile,
  createIssuer,
  type NameAttributes,
  type PreparedCertificate,
} from '@tra/pki';
import type { CertifiedAuthority } from '../authorities/authority.ts';
import { inTransaction, type PkiCore, tablesOf, wholeSecond } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { policiesFor } from '../policies/policy-oids.ts';
import { logCertificates } from '../status/log-entry.ts';
import { findBlockedKeys } from '../store/blocked-key-store.ts';
import { completePrepared, insertPrepared, type SignedCertificate } from '../store/certificate-store.ts';
import type { AlternativeName } from '../store/tables.ts';
import { addressesOf } from './addresses.ts';
import { requireActive } from './issue.ts';
import { certificateRow, sha256 } from './record.ts';
import { endByProfile } from './validity.ts';

/** One of many certificates. */
export interface ManyItem {
  readonly subject: NameAttributes;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly alternativeNames?: readonly AlternativeName[];
  /** Account whose certificate it will be. */
  readonly holder?: string;
}

/** Many certificates of one profile under one authority. */
export interface ManyOrder {
  readonly authority: CertifiedAuthority;
  readonly profile: CertificateProfile;
  readonly items: readonly ManyItem[];
  readonly actor: string;
}

/** Most certificates of one call; the caller divides more. */
const limit = 5_000;

/**
 * Issues many certificates with two commits for all of them: all serials are prepared, all are signed, all are stored, then all are
 * released; or none. Resolves to them in the order of the items. Rejects with `pki.bulk_too_large`, `pki.key_blocked` and all that
 * a single certificate can be refused for.
 */
export async function issueMany(core: PkiCore, order: ManyOrder): Promise<readonly Uint8Array[]> {
  const { authority, items, profile } = order;
  if (items.length > limit) throw new PkiSystemError('pki.bulk_too_large', { params: { limit } });
  await refuseBlocked(core, items);
  const signer = await core.authorities.signer(authority);
  const partition = partitionOfBatch(core, authority);
  const prepared = prepareAll(core, order, issuerOf(core, order, signer, partition));
  const issuedAt = core.context.clock.now();
  const rows = prepared.map(({ serialHex, subject, notBefore, notAfter, tbs }, index) => {
    const { publicKey = new Uint8Array(0), holder } = items[index] ?? {};
    const facts = { authority: authority.id, profile, serialHex, subject, notBefore, notAfter, publicKey, partition };
    return certificateRow({ ...facts, signedBytes: tbs, issuedAt }, { actor: order.actor, channel: 'bulk', holder });
  });
  await inTransaction(core, async (trx) => {
    await requireActive(trx, authority.id);
    await insertPrepared(trx, rows);
  });
  const signed: SignedCertificate[] = [];
  for (const one of prepared) {
    const certificate = await one.sign(signer);
    signed.push({ authority: authority.id, serialHex: one.serialHex, certificate, sha256: sha256(certificate) });
  }
  await complete(core, order, signed);
  return signed.map(({ certificate }) => certificate);
}

async function refuseBlocked(core: PkiCore, items: readonly ManyItem[]): Promise<void> {
  const [blocked] = await findBlockedKeys(
    tablesOf(core),
    items.map(({ publicKey }) => sha256(publicKey)),
  );
  if (blocked) throw new PkiSystemError('pki.key_blocked', { params: { reason: blocked.reason } });
}

/** A batch stands in one part of the CRL together: its certificates share their addresses. */
function partitionOfBatch({ context }: PkiCore, { kind }: CertifiedAuthority): number {
  const { crlPartitions } = context.config;
  if (kind !== 'issuing' || crlPartitions === 0) return 0;
  const [high = 0, low = 0] = context.random.bytes(2);
  return 1 + ((high * 256 + low) % crlPartitions);
}

function issuerOf({ context }: PkiCore, order: ManyOrder, signer: Signer, partition: number): BulkIssuer {
  const { authority, profile } = order;
  const addresses = addressesOf(context, authority.id, partition);
  const { certificate } = authority;
  const policies = policiesFor(context, profile, certificate);
  const shared = policies.length > 0 ? { ...addresses, policies } : addresses;
  return createIssuer({ profile, issuer: certificate.der, signer, random: context.random, ...shared });
}

function prepareAll({ context }: PkiCore, order: ManyOrder, issuer: BulkIssuer): readonly PreparedCertificate[] {
  const { der, notAfter: end } = order.authority.certificate;
  const notBefore = wholeSecond(context.clock.now());
  if (notBefore >= end) throw new PkiSystemError('pki.authority_expired', { params: { notAfter: end.toISOString() } });
  const notAfter = endByProfile(order.profile, notBefore, context.config, der);
  return order.items.map(({ subject, publicKey, alternativeNames }) => {
    const one: BulkSubject = { subject, publicKey, notBefore, notAfter };
    return issuer.prepare(alternativeNames ? { ...one, alternativeNames } : one);
  });
}

async function complete(core: PkiCore, order: ManyOrder, signed: readonly SignedCertificate[]): Promise<void> {
  const { context } = core;
  const digest = createHash('sha256');
  for (const one of signed) digest.update(one.sha256);
  const fingerprints = digest.digest('hex');
  await inTransaction(core, async (trx) => {
    if ((await completePrepared(trx, signed)) !== signed.length) throw new PkiSystemError('pki.not_ready');
    const details = { authority: order.authority.id, profile: order.profile, count: signed.length };
    await context.audit.append(trx, {
      stream: 'pki',
      actor: order.actor,
      action: 'pki.certificates_issued',
      object: `fingerprints:${fingerprints}`,
      details,
    });
    const ders = signed.map(({ certificate }) => certificate);
    await logCertificates(context, trx, ders);
    await context.jobs.publish(trx, { type: 'pki.certificates_issued', subject: fingerprints, data: details });
  });
  context.metrics
    .counter({ name: 'tra_pki_certificates_total', help: 'Certificates issued.', labels: ['profile'] })
    .inc({ profile: order.profile }, signed.length);
}
