import { type CertificateProfile, parseCertificate, verifySignature } from '@tra/pki';
import { END_PROFILES, issuingAuthority } from '../certificates/enrolment.ts';
import { checkOrder, refuseBlockedKey } from '../certificates/issue.ts';
import { acceptRequest } from '../certificates/read-request.ts';
import { sha256 } from '../certificates/record.ts';
import { nameAttributesOf } from '../certificates/subject.ts';
import type { PkiCore } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { searchText } from '../store/request-store.ts';
import type { AlternativeName, RequestDetails, RequestRow } from '../store/tables.ts';
import { checkDetails } from './details.ts';

/** What an applicant asks for. */
export interface RequestInput {
  readonly kind: 'certificate' | 'subordinate' | 'cross';
  readonly profile?: string;
  /** Subject; that of the CSR when absent. */
  readonly subject?: Readonly<Record<string, string>>;
  readonly alternativeNames?: readonly AlternativeName[];
  /** PKCS#10, PEM. */
  readonly csr?: string;
  /** For a cross-certificate: the certificate of the other CA, DER. */
  readonly certificate?: Uint8Array;
  readonly evidence: string;
  readonly details?: RequestDetails;
}

/** What of a request can be corrected. */
export type RequestDraft = Pick<
  RequestRow,
  | 'authority'
  | 'profile'
  | 'subject'
  | 'alternative_names'
  | 'material'
  | 'key_sha256'
  | 'evidence'
  | 'details'
  | 'search'
>;

interface Material {
  readonly der: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly subject: Readonly<Record<string, string>>;
}

/**
 * Checks an application as far as a machine can: the request and its proof of possession, the key, the profile, the names. Throws what
 * is wrong, so that no officer sees what could never be issued.
 */
export async function draftOf(core: PkiCore, input: RequestInput): Promise<RequestDraft> {
  const details = checkDetails(input.kind, input.details ?? {});
  const profile = profileOf(input);
  const material = await materialOf(core, input, profile);
  const authority = await authorityFor(core, input);
  const subject = input.kind === 'cross' ? material.subject : (input.subject ?? material.subject);
  const alternativeNames = input.alternativeNames ?? [];
  // With an offline root, the ceremony checks; what can be checked here is.
  if (authority.keyLabel !== undefined && authority.state === 'active') {
    const name = input.kind === 'cross' ? parseCertificate(material.der).subject.der : subject;
    const { publicKey } = material;
    await checkOrder(core, { authority, profile, subject: name, publicKey, alternativeNames, details });
  }
  return {
    authority: authority.id,
    profile,
    subject,
    alternative_names: alternativeNames,
    material: material.der,
    key_sha256: sha256(material.publicKey),
    evidence: input.evidence,
    details,
    search: searchText(...Object.values(subject), details.organization),
  };
}

function profileOf(input: RequestInput): CertificateProfile {
  if (input.kind !== 'certificate') return 'subordinate-ca';
  const profile = END_PROFILES.find((known) => known === input.profile);
  if (profile) return profile;
  throw new PkiSystemError('pki.profile_unknown', { params: { profile: (input.profile ?? '').slice(0, 40) } });
}

async function materialOf(core: PkiCore, input: RequestInput, profile: CertificateProfile): Promise<Material> {
  if (input.kind !== 'cross') {
    const { der, publicKey, subject } = await acceptRequest(core, input.csr ?? '', profile);
    return { der, publicKey, subject: { ...nameAttributesOf(subject) } };
  }
  const certificate = parseCertificate(input.certificate ?? new Uint8Array(0));
  const { publicKey, signatureAlgorithm, signature, signedBytes, der } = certificate;
  await refuseBlockedKey(core, publicKey);
  // A self-signed CA certificate proves possession as a request does.
  if (!certificate.isCa || !verifySignature(signatureAlgorithm, publicKey, signedBytes, signature)) {
    throw new PkiSystemError('pki.csr_invalid', { params: { reason: 'possession' } });
  }
  return { der, publicKey, subject: { ...nameAttributesOf(certificate.subject) } };
}

async function authorityFor(core: PkiCore, input: RequestInput) {
  const issuing = await issuingAuthority(core, undefined);
  if (input.kind === 'certificate') return issuing;
  const root = (await core.authorities.chain(issuing.id)).at(-1);
  if (root?.kind !== 'root') throw new PkiSystemError('pki.authority_awaiting', { params: { authority: 'root' } });
  return root;
}
