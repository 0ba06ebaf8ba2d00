import { parseCertificate } from '@tra/pki';
import { type Enrolment, tablesOf } from '../context.ts';
import { findByPassword, findUsableCredential } from '../credentials/credential-store.ts';
import { sha256Hex } from '../request-names.ts';
import type { CertificateRow, CredentialRow } from '../tables.ts';
import { EstError } from './est-error.ts';

/** Who enrols: the credential, and the certificate that was shown, if one was. */
export interface Applicant {
  readonly credential: CredentialRow;
  readonly certificate: CertificateRow | undefined;
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const challenge = { 'www-authenticate': 'Basic realm="EST", charset="UTF-8"' };

/**
 * Authenticates a device (RFC 7030 section 3.2.3): by the id and password of a credential, or by a certificate that this platform
 * issued for a credential and that a proxy in front of it has verified (`Client-Cert`, RFC 9440). Throws {@link EstError} with 401.
 */
export async function authenticateDevice(enrolment: Enrolment, headers: Headers): Promise<Applicant> {
  const shown = headers['client-cert'];
  if (enrolment.context.config.estClientCertificates && typeof shown === 'string')
    return await byCertificate(enrolment, shown);
  const { authorization } = headers;
  const pair =
    typeof authorization === 'string' ? /^Basic ([A-Za-z0-9+/]{1,1000}={0,2})$/i.exec(authorization)?.[1] : undefined;
  if (pair === undefined) throw new EstError('enrolment.est_password_required', 401, { headers: challenge });
  const [id = '', password = ''] = Buffer.from(pair, 'base64').toString('utf8').split(/:(.*)/s);
  const credential = await findByPassword(enrolment, id, password);
  if (!credential) throw new EstError('enrolment.credential_invalid', 401, { headers: challenge });
  return { credential, certificate: undefined };
}

async function byCertificate(enrolment: Enrolment, header: string): Promise<Applicant> {
  const refused = (): EstError => new EstError('enrolment.client_certificate_invalid', 401, { headers: challenge });
  const encoded = /^:([A-Za-z0-9+/]{1,16000}={0,2}):$/.exec(header)?.[1];
  if (encoded === undefined) throw refused();
  const der = new Uint8Array(Buffer.from(encoded, 'base64'));
  const row = await tablesOf(enrolment)
    .selectFrom('enrolment_certificates')
    .selectAll()
    .where('sha256', '=', sha256Hex(der))
    .executeTakeFirst();
  if (!row?.credential) throw refused();
  const { status } = await enrolment.ports.certificates.statusOf({
    authority: row.authority,
    serialHex: row.serial_hex,
  });
  if (status !== 'good' || parseCertificate(der).notAfter <= enrolment.context.clock.now()) throw refused();
  const credential = await findUsableCredential(enrolment, 'est', row.credential);
  if (!credential) throw refused();
  return { credential, certificate: row };
}
