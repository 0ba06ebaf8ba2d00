import { createHash } from 'node:crypto';
import { type Language, type LocalizedText, toHex } from '@tra/kernel';
import { readPublicKey, toPem } from '@tra/pki';
import type { Authority } from '../authorities/authority.ts';
import type { PkiCore } from '../core.ts';
import type { PkiPorts } from '../ports.ts';
import { allowedActions } from '../requests/actions.ts';
import type { Caller } from '../requests/caller.ts';
import type { StatusAnswer } from '../status/lookup.ts';
import type { CrlFacts } from '../store/crl-store.ts';
import type { CertificateRow, RequestEventRow, RequestRow, StatusChangeRow } from '../store/tables.ts';

type Messages = PkiCore['context']['messages'];

/** What views are made with. */
export interface ViewParts {
  readonly core: PkiCore;
  readonly ports: PkiPorts;
}

function inBoth(messages: Messages, key: string): LocalizedText {
  if (!messages.has(key)) return { th: key, en: key };
  return { th: messages.translate(key, 'th'), en: messages.translate(key, 'en') };
}

async function nameOf({ ports }: ViewParts, accountId: string): Promise<LocalizedText> {
  const found = await ports.accounts?.displayName(accountId).catch(() => undefined);
  return found ?? { th: accountId, en: accountId };
}

/** A request for the one who reads it. */
export async function requestView(
  parts: ViewParts,
  caller: Caller,
  row: RequestRow,
  events?: readonly RequestEventRow[],
): Promise<Record<string, unknown>> {
  const officers = [
    { accountId: row.first_officer, at: row.first_at },
    { accountId: row.second_officer, at: row.second_at },
  ].flatMap(({ accountId, at }) => (accountId !== null && at ? [{ accountId, at: at.toISOString() }] : []));
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    stateLabel: inBoth(parts.core.context.messages, `pki.request_state.${row.state}`),
    applicant: { accountId: row.applicant, displayName: await nameOf(parts, row.applicant) },
    authority: row.authority,
    profile: row.profile,
    subject: row.subject,
    alternativeNames: [...(row.alternative_names ?? [])],
    evidence: row.evidence,
    details: row.details,
    publicKeySha256: row.key_sha256 ? toHex(row.key_sha256) : null,
    proofing: row.proofing,
    officers: await Promise.all(
      officers.map(async (officer) => ({ ...officer, displayName: await nameOf(parts, officer.accountId) })),
    ),
    note: row.note,
    target: row.target_serial,
    result: row.result_serial,
    allowedActions: [...allowedActions(caller, row)],
    ...(events ? { events: events.map(eventView) } : {}),
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function eventView(event: RequestEventRow) {
  const { actor, action, state_from: from, state_to: to, note } = event;
  return { at: event.at.toISOString(), actor, action, from, to, note };
}

/** How a certificate stands now. */
function standing(row: CertificateRow, now: Date) {
  if (row.revocation_reason === 'certificateHold') return 'suspended' as const;
  if (row.revoked_at) return 'revoked' as const;
  if (now > row.not_after) return 'expired' as const;
  return now < row.not_before ? ('not-yet-valid' as const) : ('valid' as const);
}

/** A certificate; with its bytes and history when `changes` are given. */
export function certificateView(
  row: CertificateRow,
  now: Date,
  changes?: readonly StatusChangeRow[],
): Record<string, unknown> {
  const { predecessor_authority: authority, predecessor_serial: serial } = row;
  return {
    authority: row.authority,
    serial: row.serial_hex,
    profile: row.profile,
    subject: row.subject,
    notBefore: row.not_before.toISOString(),
    notAfter: row.not_after.toISOString(),
    status: standing(row, now),
    statusSince: row.revoked_at?.toISOString() ?? null,
    reason: row.revocation_reason,
    fingerprint: row.sha256 ? toHex(row.sha256) : null,
    holder: row.holder,
    channel: row.channel,
    predecessor: authority !== null && serial !== null ? { authority, serial } : null,
    ...(changes && row.certificate
      ? {
          pem: toPem('CERTIFICATE', row.certificate),
          changes: changes.map(({ change, reason, actor, at }) => ({ change, reason, actor, at: at.toISOString() })),
        }
      : {}),
  };
}

/** An authority with its newest complete CRL. */
export function authorityView(authority: Authority, crl: CrlFacts | undefined): Record<string, unknown> {
  const { certificate } = authority;
  return {
    id: authority.id,
    kind: authority.kind,
    state: authority.state,
    parent: authority.parent ?? null,
    operator: authority.operator ?? null,
    keyHere: authority.keyLabel !== undefined,
    subject: certificate?.subject.text ?? null,
    serial: certificate?.serialHex ?? null,
    algorithm: certificate ? keyWords(certificate.publicKey) : null,
    notBefore: certificate?.notBefore.toISOString() ?? null,
    notAfter: certificate?.notAfter.toISOString() ?? null,
    fingerprint: certificate ? createHash('sha256').update(certificate.der).digest('hex') : null,
    pathLength: certificate?.basicConstraints?.pathLength ?? null,
    crl: crl
      ? {
          number: crl.number,
          size: crl.size,
          thisUpdate: crl.this_update.toISOString(),
          nextUpdate: crl.next_update.toISOString(),
        }
      : null,
    version: authority.version,
  };
}

function keyWords(publicKey: Uint8Array): string {
  const { asymmetricKeyType, asymmetricKeyDetails = {} } = readPublicKey(publicKey);
  const { namedCurve, modulusLength } = asymmetricKeyDetails;
  return [asymmetricKeyType, namedCurve ?? modulusLength].filter((part) => part !== undefined).join(' ');
}

/** The public answer about one certificate, in the language of the reader. */
export function statusView(
  messages: Messages,
  language: Language,
  { status, row, since, reason }: StatusAnswer,
): Record<string, unknown> {
  const reasonText = reason === undefined ? undefined : messages.translate(`pki.reason.${reason}`, language);
  return {
    status,
    explanation: messages.translate(`pki.status.${status}`, language),
    ...(row
      ? {
          authority: row.authority,
          serial: row.serial_hex,
          subject: row.subject,
          profile: row.profile,
          notBefore: row.not_before.toISOString(),
          notAfter: row.not_after.toISOString(),
          ...(row.sha256 ? { fingerprint: toHex(row.sha256) } : {}),
        }
      : {}),
    ...(since ? { since: since.toISOString() } : {}),
    ...(reason === undefined ? {} : { reason, reasonText: reasonText ?? reason }),
  };
}
