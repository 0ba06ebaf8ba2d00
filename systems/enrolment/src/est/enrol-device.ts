import { toHex } from '@tra/kernel';
import type { CertificateProfile, NameAttributes } from '@tra/pki';
import { type Identifier, isWithin } from '../acme/identifiers.ts';
import { certificateFacts } from '../acme/renewal.ts';
import { type Enrolment, tablesOf } from '../context.ts';
import type { EnrolledCertificate } from '../ports.ts';
import { type RequestNames, readRequestNames, sha256Hex } from '../request-names.ts';
import type { CredentialRow } from '../tables.ts';
import type { Applicant } from './authenticate-device.ts';
import { EstError } from './est-error.ts';

/** Country in the subjects of devices; the platform serves one country. */
const country = 'TH';

/**
 * Issues to a device what its credential allows: a TLS server only names below those of the credential, a document signer only
 * under the name that the registrar wrote. Renewal needs an earlier certificate of the same credential. Rejects with
 * {@link EstError}, `AcmeError` `badCSR` and the codes of the CA.
 */
export async function enrolDevice(
  enrolment: Enrolment,
  { applicant, csr, renewal }: { readonly applicant: Applicant; readonly csr: Uint8Array; readonly renewal: boolean },
): Promise<Uint8Array> {
  const { credential } = applicant;
  const request = readRequestNames(csr);
  if (renewal && !applicant.certificate && !(await hasEnrolled(enrolment, credential))) {
    throw new EstError('enrolment.est_nothing_to_renew', 400);
  }
  const issued = await enrolment.ports.certificates.issueFromRequest({
    ...whatIsCertified(credential, request),
    csr,
    actor: `est:${credential.id}`,
    channel: 'est',
  });
  await remember(enrolment, credential, { issued, request });
  return issued.certificate;
}

function whatIsCertified(
  credential: CredentialRow,
  request: RequestNames,
): { profile: CertificateProfile; subject: NameAttributes; alternativeNames: ({ dns: string } | { ip: string })[] } {
  const organization = credential.organization ? { organization: credential.organization } : {};
  if (credential.profile !== 'tls-server') {
    const subject = { commonName: credential.label, country, ...organization };
    return { profile: 'document-signer', subject, alternativeNames: [] };
  }
  // The common name of a device is often its serial number; the alternative names count where there are some.
  const names = request.alternativeNames.length > 0 ? request.alternativeNames : request.names;
  const [first] = names;
  if (!first || request.otherNames) throw new EstError('enrolment.est_names_missing', 400);
  const refused = names.find(
    ({ type, value }) => type !== 'dns' || !credential.names.some((name) => isWithin(value, name)),
  );
  if (refused) throw new EstError('enrolment.name_not_allowed', 403, { params: { name: refused.value } });
  return {
    profile: 'tls-server',
    subject: first.value.length <= 64 ? { commonName: first.value } : {},
    alternativeNames: names.map(({ value }: Identifier) => ({ dns: value })),
  };
}

async function hasEnrolled(enrolment: Enrolment, credential: CredentialRow): Promise<boolean> {
  const row = await tablesOf(enrolment)
    .selectFrom('enrolment_certificates')
    .select('sha256')
    .where('credential', '=', credential.id)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function remember(
  enrolment: Enrolment,
  credential: CredentialRow,
  { issued, request }: { readonly issued: EnrolledCertificate; readonly request: RequestNames },
): Promise<void> {
  const { ariId, notAfter } = certificateFacts(issued.certificate);
  await tablesOf(enrolment)
    .insertInto('enrolment_certificates')
    .values({
      sha256: sha256Hex(issued.certificate),
      serial_hex: issued.serialHex,
      authority: issued.authority,
      ari_id: ariId ?? null,
      account: null,
      credential: credential.id,
      subject_key_sha256: toHex(request.keyDigest),
      not_after: notAfter,
      created_at: enrolment.context.clock.now(),
    })
    .execute();
}
