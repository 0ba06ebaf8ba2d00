import { createHash } from 'node:crypto';
import { equalBytes } from '@tra/kernel';
import { type Certificate, type Crl, parseCertificate, parseCrl, validatePath, verifySignature } from '@tra/pki';
import { recordSigned } from '../certificates/record.ts';
import { inTransaction, type PkiCore } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import type { Caller } from '../requests/caller.ts';
import { logCrl } from '../status/log-entry.ts';
import { findAuthority, insertAuthority, lockAuthority, raiseCrlNumber } from '../store/authority-store.ts';
import { changeStatus, findCertificate, lastStatusSeq } from '../store/certificate-store.ts';
import { insertCrl } from '../store/crl-store.ts';
import type { AuthorityRow, PkiTransaction } from '../store/tables.ts';
import { activate, waitsFor } from './adopt.ts';
import { authorityOf, type CertifiedAuthority } from './authority.ts';
import { isCertified } from './registry.ts';

/** What a ceremony gives back for an authority that waits. */
export interface CeremonyResult {
  /** Certificate of the authority, DER. */
  readonly certificate: Uint8Array;
  /** Certificate of the root that signed it, DER. */
  readonly root: Uint8Array;
  /** CRL of that root, DER. */
  readonly rootCrl: Uint8Array;
  /** SHA-256 of the root certificate as it stands in the transcript of the ceremony; hexadecimal, colons and spaces do not matter. */
  readonly rootFingerprint: string;
}

function refuse(reason: string, cause?: unknown): PkiSystemError {
  return new PkiSystemError('pki.import_invalid', { params: { reason }, cause });
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function checkRoot(der: Uint8Array, fingerprint: string): Certificate {
  if (fingerprint.replace(/[\s:]/g, '').toLowerCase() !== sha256Hex(der)) {
    throw new PkiSystemError('pki.import_fingerprint');
  }
  const root = parseCertificate(der);
  const { signatureAlgorithm, publicKey, signedBytes, signature } = root;
  const signed = verifySignature(signatureAlgorithm, publicKey, signedBytes, signature);
  const usage = root.keyUsage?.has('keyCertSign') && root.keyUsage.has('cRLSign');
  if (!root.isCa || !root.isSelfIssued || !signed || !usage) throw refuse('root');
  return root;
}

/** Everything that must hold before an authority may issue: a valid path to that root, with a CRL that is current. */
function checkPath(core: PkiCore, given: CeremonyResult): Certificate {
  const certificate = parseCertificate(given.certificate);
  const report = validatePath({
    certificate: given.certificate,
    intermediates: [],
    anchors: [given.root],
    crls: [given.rootCrl],
    at: core.context.clock.now(),
    purpose: 'any',
  });
  if (report.verdict !== 'passed') throw refuse(report.code);
  if (!certificate.isCa || !certificate.keyUsage?.has('keyCertSign') || !certificate.keyUsage.has('cRLSign')) {
    throw refuse('not_a_ca');
  }
  return certificate;
}

/**
 * Brings home what the ceremony signed: root certificate, certificate of the waiting authority and the root's CRL are checked as a
 * relying party would, the root's fingerprint against the transcript; then the authority is active. Rejects with
 * `pki.import_fingerprint`, `pki.import_invalid` (with the reason), `pki.authority_unknown` or `pki.authority_changed`.
 */
export async function importCertificate(
  core: PkiCore,
  caller: Caller,
  id: string,
  given: CeremonyResult,
): Promise<CertifiedAuthority> {
  const root = checkRoot(given.root, given.rootFingerprint);
  const certificate = checkPath(core, given);
  const crl = parseCrl(given.rootCrl);
  const row = await inTransaction(core, async (trx) => {
    const waiting = await lockAuthority(trx, id);
    if (!waiting) throw new PkiSystemError('pki.authority_unknown', { params: { authority: id } });
    if (!waitsFor(waiting, certificate)) throw refuse('key');
    const parent = await ensureRoot(core, trx, root, caller);
    await activate(trx, waiting, { certificate, parent });
    const from = { actor: caller.accountId, channel: 'ceremony' };
    await recordSigned(core, trx, { authority: parent, profile: 'issuing-ca', der: certificate.der }, from);
    await storeImportedCrl(core, trx, { authority: parent, root, crl, der: given.rootCrl, actor: caller.accountId });
    await audit(core, trx, caller, { action: 'pki.authority_activated', id, sha256: sha256Hex(certificate.der) });
    return await findAuthority(trx, id);
  });
  core.authorities.forget();
  const authority = row && authorityOf(row);
  if (!authority || !isCertified(authority)) throw new PkiSystemError('pki.not_ready');
  return authority;
}

async function ensureRoot(core: PkiCore, trx: PkiTransaction, root: Certificate, caller: Caller): Promise<string> {
  const known = await findAuthority(trx, 'root');
  if (known) {
    if (known.certificate && equalBytes(known.certificate, root.der)) return known.name;
    throw refuse('another_root');
  }
  const now = core.context.clock.now();
  const row = { name: 'root', kind: 'root', parent: null, state: 'active', key_label: null, csr: null } as const;
  await insertAuthority(trx, { ...row, certificate: root.der, operator: null }, now);
  const from = { actor: caller.accountId, channel: 'ceremony' };
  await recordSigned(core, trx, { authority: 'root', profile: 'root', der: root.der }, from);
  return 'root';
}

async function audit(
  { context }: PkiCore,
  trx: PkiTransaction,
  caller: Caller,
  done: { readonly action: string; readonly id: string; readonly sha256: string },
): Promise<void> {
  await context.audit.append(trx, {
    stream: 'pki',
    actor: caller.accountId,
    action: done.action,
    object: `authority:${done.id}`,
    details: { sha256: done.sha256 },
  });
}

/**
 * Takes a CRL that an authority with its key elsewhere has signed. Its number must be higher than every one before. Rejects with
 * `pki.import_invalid`, `pki.crl_number_old` or `pki.authority_unknown`.
 */
export async function importCrl(core: PkiCore, caller: Caller, id: string, der: Uint8Array): Promise<void> {
  const authority = await core.authorities.certified(id);
  if (authority.keyLabel !== undefined) throw refuse('key_here');
  const crl = parseCrl(der);
  await inTransaction(core, async (trx) => {
    await lockAuthority(trx, id);
    const root = authority.certificate;
    await storeImportedCrl(core, trx, { authority: id, root, crl, der, actor: caller.accountId });
    await audit(core, trx, caller, { action: 'pki.crl_imported', id, sha256: sha256Hex(der) });
  });
}

interface ImportedCrl {
  readonly authority: string;
  readonly root: Certificate;
  readonly crl: Crl;
  readonly der: Uint8Array;
  readonly actor: string;
}

async function storeImportedCrl(core: PkiCore, trx: PkiTransaction, given: ImportedCrl): Promise<void> {
  const { authority, crl, der } = given;
  const number = numberOf(given, core.context.clock.now());
  if (!(await raiseCrlNumber(trx, authority, number))) {
    throw new PkiSystemError('pki.crl_number_old', { params: { number } });
  }
  await takeOverRevocations(core, trx, given);
  const row = {
    authority,
    number,
    crl: der,
    this_update: crl.thisUpdate,
    next_update: crl.nextUpdate ?? crl.thisUpdate,
    status_seq: await lastStatusSeq(trx, authority),
  };
  await insertCrl(trx, row);
  const issuer = authorityOf((await findAuthority(trx, authority)) as AuthorityRow);
  if (isCertified(issuer)) await logCrl(core.context, trx, issuer, row);
}

/** The number of a CRL that is complete, signed by this authority and current. */
function numberOf({ root, crl }: ImportedCrl, now: Date): number {
  const signed = verifySignature(crl.signatureAlgorithm, root.publicKey, crl.signedBytes, crl.signature);
  if (!signed || crl.issuer.key !== root.subject.key) throw refuse('crl_signature');
  if (crl.thisUpdate > now || !crl.nextUpdate || crl.nextUpdate <= now) throw refuse('crl_times');
  if (crl.deltaBaseHex !== undefined || crl.issuingDistributionPoint || crl.unknownCritical.length > 0)
    throw refuse('crl_partial');
  const number = Number.parseInt(crl.numberHex ?? '', 16);
  if (!Number.isSafeInteger(number)) throw refuse('crl_number');
  return number;
}

/** Certificates of ours that the imported CRL lists are revoked here too. */
async function takeOverRevocations(core: PkiCore, trx: PkiTransaction, given: ImportedCrl): Promise<void> {
  const { authority, crl, actor } = given;
  for (const { serialHex, date, reason = 'unspecified' } of crl.entries()) {
    const row = await findCertificate(trx, { authority, serialHex });
    if (!row || row.revoked_at) continue;
    await changeStatus(trx, { authority, serial_hex: serialHex, change: 'revoked', reason, actor, at: date });
    await core.context.jobs.publish(trx, {
      type: 'pki.certificate_revoked',
      subject: serialHex,
      data: { authority, serial: serialHex, reason, holder: row.holder },
    });
  }
}
