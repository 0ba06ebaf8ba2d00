import type { MigrationSet } from '@tra/platform-storage';

export { type Audit, createAudit } from './audit.ts';
export { AuditError, type AuditErrorCode } from './errors.ts';
export { type AuditEntry, type AuditRecord, hashRecord } from './record.ts';
export type { AuditFinding, AuditVerification } from './verify.ts';

/** Tables of this package. */
export const migrations: MigrationSet = { owner: 'audit', directory: new URL('../migrations/', import.meta.url) };
