import { fromHex, type Signer } from '@tra/kernel';
import {
  type CertificateProfile,
  type NameAttributes,
  newSerial,
  type PreparedCertificate,
  parseCertificate,
  partitionOf,
  prepareCertificate,
  type RequestedPolicy,
} from '@tra/pki';
import type { CertifiedAuthority } from '../authorities/authority.ts';
import { inTransaction, type PkiCore, tablesOf, wholeSecond } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { policiesFor } from '../policies/policy-oids.ts';
import { findAuthority } from '../store/authority-store.ts';
import { findBlockedKeys } from '../store/blocked-key-store.ts';
import { abandonPrepared, completePrepared, insertPrepared } from '../store/certificate-store.ts';
import type { AlternativeName, PkiTransaction, RequestDetails } from '../store/tables.ts';
import { addressesOf } from './addresses.ts';
import { announceIssued, certificateRow, type Provenance, sha256 } from './record.ts';
import { endByProfile, notBeyond } from './validity.ts';

/** What is to be certified by whom. */
export interface Subject {
  readonly authority: CertifiedAuthority;
  readonly profile: CertificateProfile;
  /** Attributes, or for a cross-certificate the name of the CA as encoded. */
  readonly subject: NameAttributes | Uint8Array;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly alternativeNames?: readonly AlternativeName[] | undefined;
  /** Constraints of a CA. */
  readonly details?: RequestDetails | undefined;
  /** End of validity; by the profile when absent, never after the issuer. */
  readonly notAfter?: Date | undefined;
}

/** A {@link Subject} with the reason for which it is certified. */
export interface Order extends Subject, Provenance {
  /** Runs in the transaction that stores the certificate; when it rejects, nothing is released. */
  readonly alongside?: (
    trx: PkiTransaction,
    issued: { readonly serialHex: string; readonly der: Uint8Array },
  ) => Promise<void>;
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

/** Part of the CRL in which a certificate stands; 0 for the complete one. */
function partitionFor({ context }: PkiCore, { authority }: Subject, serial: Uint8Array): number {
  const { crlPartitions } = context.config;
  return authority.kind === 'issuing' && crlPartitions > 0 ? 1 + partitionOf(serial, crlPartitions) : 0;
}

/** Makes and lints everything but the signature. Throws what is wrong with the order. */
function prepare(
  core: PkiCore,
  order: Subject,
  signer: Pick<Signer, 'algorithm' | 'publicKey'>,
  serial: Uint8Array = newSerial(core.context.random),
): PreparedCertificate {
  const { context } = core;
  const { der: issuer, notAfter: end } = order.authority.certificate;
  const now = wholeSecond(context.clock.now());
  if (now >= end) throw new PkiSystemError('pki.authority_expired', { params: { notAfter: end.toISOString() } });
  const notAfter = order.notAfter
    ? notBeyond(wholeSecond(order.notAfter), issuer)
    : endByProfile(order.profile, now, context.config, issuer);
  const { pathLength, nameConstraints } = order.details ?? {};
  const policies = policiesOf(core, order);
  return prepareCertificate({
    profile: order.profile,
    subject: order.subject,
    publicKey: order.publicKey,
    issuer,
    signer,
    notBefore: now,
    notAfter,
    random: context.random,
    serial,
    ...addressesOf(context, order.authority.id, partitionFor(core, order, serial)),
    ...(order.alternativeNames ? { alternativeNames: order.alternativeNames } : {}),
    ...(pathLength === undefined ? {} : { pathLength }),
    ...(nameConstraints ? { nameConstraints } : {}),
    ...(policies.length > 0 ? { policies } : {}),
  });
}

/** What the application of a CA asks for; the policy of the profile for an end certificate. */
function policiesOf({ context }: PkiCore, { authority, profile, details = {} }: Subject): readonly RequestedPolicy[] {
  const { policies = [], policyUrl } = details;
  if (policies.length > 0) return policies.map((oid) => (policyUrl ? { oid, cps: policyUrl } : oid));
  return policiesFor(context, profile, authority.certificate);
}

/** Throws what would stand against an order, without issuing anything. */
export async function checkOrder(core: PkiCore, order: Subject): Promise<void> {
  prepare(core, order, await core.authorities.signer(order.authority));
}

/**
 * Issues one certificate: its row is prepared and committed, then it is signed, then the certificate is stored, and only then does this
 * resolve. What a crash leaves is a prepared row without a certificate, never a certificate without a row.
 */
export async function issueStored(core: PkiCore, order: Order): Promise<IssuedCertificate> {
  const { authorities } = core;
  const { id } = order.authority;
  await refuseBlockedKey(core, order.publicKey);
  const signer = await authorities.signer(order.authority);
  const prepared = prepare(core, order, signer);
  await inTransaction(core, async (trx) => {
    await requireActive(trx, id);
    await insertPrepared(trx, [rowOf(core, order, prepared)]);
  });
  const der = await prepared.sign(signer);
  await complete(core, order, der);
  const chain = (await authorities.chain(id)).map(({ certificate }) => certificate.der);
  return { certificate: der, chain, authority: id, serialHex: prepared.serialHex };
}

function rowOf(core: PkiCore, order: Order, prepared: PreparedCertificate) {
  const { serialHex, subject, notBefore, notAfter, tbs } = prepared;
  const { authority, profile, publicKey } = order;
  const partition = partitionFor(core, order, fromHex(serialHex));
  const facts = { authority: authority.id, profile, serialHex, subject, notBefore, notAfter, publicKey, partition };
  return certificateRow({ ...facts, signedBytes: tbs, issuedAt: core.context.clock.now() }, order);
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
    await order.alongside?.(trx, { serialHex, der });
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
