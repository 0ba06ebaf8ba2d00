import type { RequestKind, RequestRow } from '../store/tables.ts';

/** Who asks. */
export interface Caller {
  readonly accountId: string;
  readonly roles: readonly string[];
}

/** Officers who prove identities and decide on certificates, and those who decide on authorities. */
export const REGISTRAR = 'registrar';
export const CA_OPERATOR = 'ca-operator';

/** Profiles of CA certificates. */
const authorityProfiles: ReadonlySet<string> = new Set(['root', 'subordinate-ca', 'issuing-ca']);

/** Whether a profile makes a CA certificate. */
export function isAuthorityProfile(profile: string | null): boolean {
  return profile !== null && authorityProfiles.has(profile);
}

/** The role that decides on a request. */
export function officerRoleOf({ kind, profile }: Pick<RequestRow, 'kind' | 'profile'>): string {
  return kind === 'subordinate' || kind === 'cross' || isAuthorityProfile(profile) ? CA_OPERATOR : REGISTRAR;
}

/** The kinds of requests that somebody may read beside the own ones; auditors read all. */
export function readableKinds(caller: Caller): readonly RequestKind[] {
  if (caller.roles.includes('auditor') || caller.roles.includes(CA_OPERATOR)) {
    return ['certificate', 'subordinate', 'cross', 'revocation', 'reinstatement'];
  }
  return caller.roles.includes(REGISTRAR) ? ['certificate', 'revocation', 'reinstatement'] : [];
}

/** Whether somebody may read a request. */
export function mayReadRequest(caller: Caller, row: RequestRow): boolean {
  return row.applicant === caller.accountId || readableKinds(caller).includes(row.kind);
}

/** Whether somebody may look at certificates of others beyond their status. */
export function mayReadCertificates(caller: Caller): boolean {
  return [REGISTRAR, CA_OPERATOR, 'auditor'].some((role) => caller.roles.includes(role));
}
