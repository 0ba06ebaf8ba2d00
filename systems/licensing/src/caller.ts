import type { Actor, ServiceDefinition } from '@tra/cases';
import type { Language } from '@tra/kernel';
import type { CaseRow, LicenceRow } from './store/tables.ts';

/** Who asks, and in which language they read. */
export interface Caller {
  readonly accountId: string;
  readonly roles: readonly string[];
  readonly agencyId?: string;
  readonly language: Language;
}

const staffRoles: ReadonlySet<string> = new Set(['officer', 'approver', 'referee']);

/** Whether somebody works for the agency of a service. An officer without an agency works for none. */
export function isStaffOf(caller: Caller, agencyId: string): boolean {
  return caller.agencyId === agencyId && caller.roles.some((role) => staffRoles.has(role));
}

/** Whether somebody may read all submitted applications of an agency. Auditors read those of every agency. */
export function mayRead(caller: Caller, agencyId: string): boolean {
  return isStaffOf(caller, agencyId) || caller.roles.includes('auditor');
}

/** Whether somebody may see a case: its applicant always, staff and auditors once it was submitted. */
export function maySeeCase(caller: Caller, row: CaseRow): boolean {
  if (row.applicant === caller.accountId) return true;
  return row.submitted_at !== null && mayRead(caller, row.agency_id);
}

/** Whether somebody may see an issued licence. */
export function maySeeLicence(caller: Caller, row: LicenceRow): boolean {
  return row.owner === caller.accountId || mayRead(caller, row.agency_id);
}

/** The caller as the case engine sees one: roles count only in their own agency; nobody can claim to be the system. */
export function actorOf(caller: Caller, definition: ServiceDefinition): Actor {
  const roles = caller.agencyId === definition.agency.id ? caller.roles.filter((role) => staffRoles.has(role)) : [];
  return { accountId: caller.accountId, roles };
}
