import type { CaseEvent, FormData } from '@tra/cases';

/** licensing_cases */
export interface CaseRow {
  readonly id: string;
  readonly reference: string;
  readonly service_id: string;
  readonly service_version: string;
  readonly agency_id: string;
  readonly applicant: string;
  readonly state: string;
  readonly seq: number;
  readonly hash: string;
  readonly version: number;
  readonly data: FormData;
  readonly search: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly submitted_at: Date | null;
  readonly due_at: Date | null;
}

/** licensing_case_events */
export interface EventRow {
  readonly case_id: string;
  readonly seq: number;
  readonly id: string;
  readonly event: CaseEvent;
  readonly previous_hash: string;
  readonly hash: string;
}

/** licensing_attachments */
export interface AttachmentRow {
  readonly id: string;
  readonly case_id: string;
  readonly field: string;
  readonly name: string;
  readonly media_type: string;
  readonly size: number;
  readonly sha256: string;
  readonly added_at: Date;
  readonly removed_at: Date | null;
}

/** Status of a licence as it is stored; that one has expired follows from the day. */
export type StoredStatus = 'reserved' | 'active' | 'suspended' | 'revoked' | 'superseded';

/** licensing_licences */
export interface LicenceRow {
  readonly id: string;
  readonly case_id: string;
  readonly public_id: string;
  readonly number: string;
  readonly service_id: string;
  readonly service_version: string;
  readonly agency_id: string;
  readonly owner: string;
  readonly holder: string;
  readonly business_name: string;
  readonly search: string;
  readonly status: StoredStatus;
  readonly status_since: Date;
  readonly status_reason: string | null;
  readonly issued_at: Date;
  readonly valid_from: string;
  readonly valid_to: string | null;
  readonly document_sha256: string | null;
  readonly document_size: number | null;
  readonly data_sha256: string | null;
}

/** The tables of this system. */
export interface LicensingTables {
  readonly licensing_cases: CaseRow;
  readonly licensing_case_events: EventRow;
  readonly licensing_attachments: AttachmentRow;
  readonly licensing_receipts: {
    readonly agency_id: string;
    readonly receipt_number: string;
    readonly case_id: string;
    readonly recorded_at: Date;
  };
  readonly licensing_numbers: { readonly series: string; readonly last: number };
  readonly licensing_licences: LicenceRow;
}
