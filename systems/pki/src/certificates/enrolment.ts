import { type CertificateProfile, type NameAttributes, requestedNames } from '@tra/pki';
import type { CertifiedAuthority } from '../authorities/authority.ts';
import { isCertified } from '../authorities/registry.ts';
import type { PkiCore } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import type { AlternativeName } from '../store/tables.ts';
import { type IssuedCertificate, issueStored } from './issue.ts';
import { acceptRequest } from './read-request.ts';
import { nameAttributesOf } from './subject.ts';

/** A kind of end certificate that can be asked for. */
export interface EnrolmentProfile {
  readonly profile: CertificateProfile;
  /** Id of the authority that issues it. */
  readonly authority: string;
}

/** A certification request with what the caller vouches for. */
export interface EnrolmentRequest {
  readonly profile: CertificateProfile;
  /** PKCS#10, DER or PEM. */
  readonly csr: Uint8Array | string;
  /** Names that were proven, in place of those that the request names. */
  readonly alternativeNames?: readonly AlternativeName[];
  /** Subject that was proven; that of the request when absent. */
  readonly subject?: NameAttributes;
  /** Account id, or `acme:<account>` and the like: who answers for the request. */
  readonly actor: string;
  readonly channel: 'request' | 'acme' | 'est' | 'internal';
  /** Account whose certificate it will be. */
  readonly holder?: string;
  /** Id of the authority; the usual one when absent. */
  readonly authority?: string;
  /** End of validity, when it is sooner than the profile's. */
  readonly notAfter?: Date;
  /** The certificate that is renewed. */
  readonly predecessor?: { readonly authority: string; readonly serialHex: string };
}

/** What ACME, EST and the registration authority issue through. */
export interface Enrolment {
  /** The profiles that can be had now, each with the authority that issues it. */
  profiles(): Promise<readonly EnrolmentProfile[]>;
  /**
   * Checks the request and its proof of possession, issues, stores before it resolves, and logs. Rejects with `pki.csr_invalid`,
   * `pki.key_blocked`, `pki.profile_unknown`, `pki.authority_awaiting`, `pki.authority_inactive` and the codes of engines/pki.
   */
  issueFromRequest(request: EnrolmentRequest): Promise<IssuedCertificate>;
}

/** Profiles that people and machines can ask for; OCSP responders are certified by the platform itself. */
export const END_PROFILES: readonly CertificateProfile[] = [
  'time-stamping',
  'document-signer',
  'e-seal',
  'officer',
  'tls-server',
];

/** The authority that issues end certificates: the chosen one, else the first active one whose key is here. */
export async function issuingAuthority(core: PkiCore, id: string | undefined): Promise<CertifiedAuthority> {
  const { authorities } = core;
  if (id !== undefined) return await authorities.certified(id);
  const candidates = (await authorities.all()).filter(({ kind }) => kind === 'issuing');
  const active = candidates.find(({ state, keyLabel }) => state === 'active' && keyLabel !== undefined);
  if (active && isCertified(active)) return active;
  return await authorities.certified(candidates[0]?.id ?? 'issuing');
}

/** Makes the {@link Enrolment} of this system. */
export function createEnrolment(core: PkiCore): Enrolment {
  return {
    profiles: async () => {
      const { id, state } = await issuingAuthority(core, undefined);
      return state === 'active' ? END_PROFILES.map((profile) => ({ profile, authority: id })) : [];
    },
    issueFromRequest: async (request) => {
      if (!END_PROFILES.includes(request.profile)) {
        throw new PkiSystemError('pki.profile_unknown', { params: { profile: request.profile.slice(0, 40) } });
      }
      const { csr, subject, authority, alternativeNames, ...rest } = request;
      const read = await acceptRequest(core, csr, request.profile);
      return await issueStored(core, {
        ...rest,
        authority: await issuingAuthority(core, authority),
        subject: subject ?? nameAttributesOf(read.subject),
        publicKey: read.publicKey,
        alternativeNames: alternativeNames ?? requestedNames(read),
      });
    },
  };
}
