import { ANY_POLICY, type Certificate, type CertificateProfile, type RequestedPolicy } from '@tra/pki';
import type { SystemContext } from '@tra/platform-system';
import type { PkiConfig } from '../config.ts';
import type { PolicySettings } from './settings.ts';

/** The documents that are kept. */
export const POLICY_DOCUMENTS = ['cp', 'cps'] as const;

/** One of {@link POLICY_DOCUMENTS}. */
export type PolicyDocument = (typeof POLICY_DOCUMENTS)[number];

/** Last arc of the policy of each profile; never changed, never given again. CA certificates have anyPolicy. */
const arcs: Readonly<Partial<Record<CertificateProfile, number>>> = {
  'time-stamping': 1,
  'document-signer': 2,
  'e-seal': 3,
  officer: 4,
  'tls-server': 5,
  'ocsp-responder': 6,
  'trusted-list-signer': 7,
};

/** Profiles that have a policy of their own. */
export const POLICY_PROFILES: readonly CertificateProfile[] = Object.keys(arcs) as CertificateProfile[];

/** OID of a document. */
export function documentOid({ policyArc }: PolicySettings, document: PolicyDocument): string {
  return `${policyArc}.${document === 'cp' ? 1 : 2}`;
}

/** Policy OID of a profile; undefined for those of CAs. */
export function policyOid(config: PolicySettings, profile: CertificateProfile): string | undefined {
  const own = config.policyOids.find((entry) => entry.startsWith(`${profile}=`));
  if (own !== undefined) return own.slice(profile.length + 1);
  const arc = arcs[profile];
  return arc === undefined ? undefined : `${config.policyArc}.3.${arc}`;
}

/** Address of the practice statement, as certificates name it. */
export function cpsUrl({ config, server }: Pick<SystemContext<PkiConfig>, 'config' | 'server'>): string {
  return config.cpsUrl || `${server.publicUrl}/pki/cps`;
}

/**
 * The policies that an end certificate states: that of its profile with the address of the practice statement. None below a CA whose own
 * certificate is limited to other policies: stating one that the path does not allow would make the certificate invalid (RFC 5280
 * section 6.1.3).
 */
export function policiesFor(
  context: Pick<SystemContext<PkiConfig>, 'config' | 'server'>,
  profile: CertificateProfile,
  { policies = [ANY_POLICY] }: Pick<Certificate, 'policies'>,
): readonly RequestedPolicy[] {
  const oid = policyOid(context.config, profile);
  if (oid === undefined || !(policies.includes(ANY_POLICY) || policies.includes(oid))) return [];
  return [{ oid, cps: cpsUrl(context) }];
}
