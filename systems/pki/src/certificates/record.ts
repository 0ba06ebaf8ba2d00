import { createHash } from 'node:crypto';
import { toHex } from '@tra/kernel';
import { type Certificate, parseCertificate } from '@tra/pki';
import type { PkiCore } from '../core.ts';
import { logCertificates } from '../status/log-entry.ts';
import { insertIssued, type PreparedCertificate } from '../store/certificate-store.ts';
import type { PkiTransaction } from '../store/tables.ts';

/** SHA-256. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** Why and for whom a certificate is issued. */
export interface Provenance {
  /** Account id, or `system:<name>`. */
  readonly actor: string;
  /** The way it came: `internal`, `request`, `acme`, `est`, `bulk`, `ceremony`, `import`. */
  readonly channel: string;
  readonly holder?: string | undefined;
  readonly requestId?: string | undefined;
  readonly predecessor?: { readonly authority: string; readonly serialHex: string } | undefined;
}

/** The row of a certificate whose facts are known. */
export function certificateRow(
  facts: {
    readonly authority: string;
    readonly profile: string;
    readonly serialHex: string;
    readonly subject: string;
    readonly notBefore: Date;
    readonly notAfter: Date;
    readonly publicKey: Uint8Array;
    readonly signedBytes: Uint8Array;
    readonly issuedAt: Date;
    readonly partition?: number;
  },
  provenance: Provenance,
): PreparedCertificate {
  return {
    authority: facts.authority,
    serial_hex: facts.serialHex,
    profile: facts.profile,
    subject: facts.subject,
    not_before: facts.notBefore,
    not_after: facts.notAfter,
    issued_at: facts.issuedAt,
    tbs_sha256: sha256(facts.signedBytes),
    key_sha256: sha256(facts.publicKey),
    holder: provenance.holder ?? null,
    channel: provenance.channel,
    request_id: provenance.requestId ?? null,
    predecessor_authority: provenance.predecessor?.authority ?? null,
    predecessor_serial: provenance.predecessor?.serialHex ?? null,
    crl_partition: facts.partition ?? 0,
  };
}

/** A certificate that stands in the tables, for the records beside it. */
export interface RecordedCertificate {
  readonly authority: string;
  readonly profile: string;
  readonly certificate: Certificate;
}

/** Tells of an issued certificate in the audit records, the public log and the events, in the transaction that stores it. */
export async function announceIssued(
  { context }: Pick<PkiCore, 'context'>,
  trx: PkiTransaction,
  { authority, profile, certificate }: RecordedCertificate,
  provenance: Provenance,
): Promise<void> {
  const { serialHex, subject, notAfter, der } = certificate;
  await context.audit.append(trx, {
    stream: 'pki',
    actor: provenance.actor,
    action: 'pki.certificate_issued',
    object: serialHex,
    details: {
      authority,
      profile,
      channel: provenance.channel,
      subject: subject.text,
      sha256: toHex(sha256(der)),
      notAfter: notAfter.toISOString(),
    },
  });
  await logCertificates(context, trx, [der]);
  await context.jobs.publish(trx, {
    type: 'pki.certificate_issued',
    subject: serialHex,
    data: { authority, profile, serial: serialHex, holder: provenance.holder ?? null },
  });
}

/** Stores a certificate that was signed elsewhere, or before its row could be prepared, with all that tells of it. */
export async function recordSigned(
  core: Pick<PkiCore, 'context'>,
  trx: PkiTransaction,
  given: { readonly authority: string; readonly profile: string; readonly der: Uint8Array },
  provenance: Provenance,
): Promise<void> {
  const certificate = parseCertificate(given.der);
  const { serialHex, subject, notBefore, notAfter, publicKey, signedBytes } = certificate;
  const { authority, profile } = given;
  const issuedAt = core.context.clock.now();
  const facts = { authority, profile, serialHex, subject: subject.text, notBefore, notAfter, publicKey, signedBytes };
  const row = certificateRow({ ...facts, issuedAt }, provenance);
  const isNew = await insertIssued(trx, { ...row, certificate: given.der, sha256: sha256(given.der) });
  if (isNew) await announceIssued(core, trx, { authority, profile, certificate }, provenance);
}
