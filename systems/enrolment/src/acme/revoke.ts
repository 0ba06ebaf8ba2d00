import { timingSafeEqual } from 'node:crypto';
import { type Certificate, parseCertificate } from '@tra/pki';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { type Enrolment, tablesOf } from '../context.ts';
import { identifiersOf, publicKeyThumbprint, sha256Hex } from '../request-names.ts';
import type { AccountRow, CertificateRow } from '../tables.ts';
import { identifierKey } from './identifiers.ts';
import { AcmeError, malformed } from './problem.ts';

// CRLReason (RFC 5280 section 5.3.1) as subscribers may give it; 0 is `unspecified`, the others are for the CA.
const reasons: Readonly<Record<number, string>> = {
  0: 'unspecified',
  1: 'keyCompromise',
  3: 'affiliationChanged',
  4: 'superseded',
  5: 'cessationOfOperation',
};

/** Who asks for a revocation: an account, or whoever holds the certificate's key. */
export type Revoker = { readonly account: AccountRow } | { readonly jwk: JWK };

/** Revokes a certificate (RFC 8555 section 7.6). Throws {@link AcmeError}. */
export async function revokeCertificate(
  enrolment: Enrolment,
  revoker: Revoker,
  payload: Record<string, unknown>,
): Promise<void> {
  const { certificate: encoded, reason = 0 } = payload;
  if (typeof encoded !== 'string' || encoded.length > 24_000 || !/^[A-Za-z0-9_-]+$/.test(encoded)) {
    throw malformed('enrolment.certificate_encoding');
  }
  const named = typeof reason === 'number' ? reasons[reason] : undefined;
  if (!named) {
    throw new AcmeError('badRevocationReason', 'enrolment.reason_invalid', {
      params: { reasons: Object.keys(reasons).join(', ') },
    });
  }
  const der = new Uint8Array(Buffer.from(encoded, 'base64url'));
  const row = await tablesOf(enrolment)
    .selectFrom('enrolment_certificates')
    .selectAll()
    .where('sha256', '=', sha256Hex(der))
    .executeTakeFirst();
  if (!row) throw new AcmeError('malformed', 'enrolment.certificate_unknown', { status: 404 });
  await requireRight(enrolment, revoker, { row, der });
  const { certificates } = enrolment.ports;
  const key = { authority: row.authority, serialHex: row.serial_hex };
  if ((await certificates.statusOf(key)).status === 'revoked') {
    throw new AcmeError('alreadyRevoked', 'enrolment.already_revoked');
  }
  // Whoever signs with the certificate's key, and says nothing else, has shown that the key is in more hands than one.
  const actor = 'account' in revoker ? `acme:${revoker.account.id}` : 'acme:certificate-key';
  await certificates.revokeEnrolled({ ...key, reason: named, actor });
}

async function requireRight(
  enrolment: Enrolment,
  revoker: Revoker,
  { row, der }: { readonly row: CertificateRow; readonly der: Uint8Array },
): Promise<void> {
  const refused = (): AcmeError => new AcmeError('unauthorized', 'enrolment.revocation_not_allowed');
  const certificate = parseCertificate(der);
  if ('jwk' in revoker) {
    const expected = publicKeyThumbprint(certificate.publicKey);
    const given = await calculateJwkThumbprint(revoker.jwk);
    if (!expected || !timingSafeEqual(Buffer.from(expected), Buffer.from(given))) throw refused();
    return;
  }
  if (row.account === revoker.account.id) return;
  if (!(await holdsAllNames(enrolment, revoker.account, certificate))) throw refused();
}

/** Whether the account has proven every name of the certificate, as RFC 8555 section 7.6 allows instead of having ordered it. */
async function holdsAllNames(enrolment: Enrolment, account: AccountRow, certificate: Certificate): Promise<boolean> {
  const { names, otherNames } = identifiersOf(certificate.subjectAltNames);
  const proven = await tablesOf(enrolment)
    .selectFrom('enrolment_acme_authorizations')
    .select(['type', 'value', 'wildcard'])
    .where('account', '=', account.id)
    .where('status', '=', 'valid')
    .where('expires_at', '>', enrolment.context.clock.now())
    .execute();
  const held = new Set(proven.map(({ type, value, wildcard }) => `${type}:${wildcard ? '*.' : ''}${value}`));
  return !otherNames && names.length > 0 && names.every((name) => held.has(identifierKey(name)));
}
