import type { ServiceDefinition } from '@tra/cases';
import type { Json, Language, LocalizedText, Verdict } from '@tra/kernel';

export type { Language, LocalizedText, Verdict };

/** Money on the wire: whole satang with its currency. */
export interface Money {
  readonly value: number;
  readonly currency: string;
}

/** The account behind a session. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly displayName: LocalizedText;
  readonly roles: readonly string[];
  readonly agency?: { readonly id: string; readonly name: LocalizedText };
}

/** What GET /identity/session answers. */
export type SessionAnswer =
  | { readonly authenticated: false; readonly demo: boolean }
  | {
      readonly authenticated: true;
      readonly demo: boolean;
      readonly csrfToken: string;
      readonly expiresAt: string;
      readonly account: Account;
    };

export interface DemoAccount {
  readonly username: string;
  readonly password: string;
  readonly displayName: LocalizedText;
  readonly description: LocalizedText;
  readonly roles: readonly string[];
}

export interface Agency {
  readonly id: string;
  readonly name: LocalizedText;
}

export interface ServiceSummary {
  readonly id: string;
  readonly version: string | number;
  readonly title: LocalizedText;
  readonly summary: LocalizedText;
  readonly agency: Agency;
  readonly fee: { readonly amount: number; readonly currency: string };
  readonly decisionDays: number;
}

/** The public part of a service definition: what the form renderer and the service page read. */
export type PublicService = Pick<
  ServiceDefinition,
  'id' | 'version' | 'title' | 'summary' | 'agency' | 'decisionDays' | 'form' | 'fees'
> & { readonly states?: Readonly<Record<string, { readonly label: LocalizedText; readonly tone: Tone }>> };

export interface Place {
  readonly code: string;
  readonly name: LocalizedText;
  readonly postalCode?: string;
}

export type Tone = 'draft' | 'progress' | 'waiting' | 'done' | 'refused';

export interface AttachmentInfo {
  readonly id: string;
  readonly field: string;
  readonly name: string;
  readonly size: number;
  readonly mediaType: string;
  readonly sha256: string;
}

export interface FeeLine {
  readonly code: string;
  readonly label: LocalizedText;
  readonly amount: Money;
  readonly status: string;
  readonly receiptNumber?: string;
  readonly paidAt?: string;
}

export interface TimelineEntry {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly action: string;
  readonly label: LocalizedText;
  readonly actor: { readonly displayName: LocalizedText; readonly role: string };
  readonly from: string | null;
  readonly to: string;
  readonly reason?: string;
  readonly hash: string;
}

export interface AllowedAction {
  readonly action: string;
  readonly label: LocalizedText;
  readonly needsReason: boolean;
  readonly tone: 'primary' | 'danger' | 'neutral';
}

/** What a person has filled in, by field id. */
export type FormValues = Readonly<Record<string, Json>>;

export interface Application {
  readonly id: string;
  readonly reference: string;
  readonly service: {
    readonly id: string;
    readonly version: string | number;
    readonly title: LocalizedText;
    readonly agency: Agency;
  };
  readonly state: string;
  readonly stateLabel: LocalizedText;
  readonly tone: Tone;
  readonly data: FormValues;
  readonly attachments: readonly AttachmentInfo[];
  readonly fees: readonly FeeLine[];
  readonly applicant: { readonly accountId: string; readonly displayName: LocalizedText };
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly submittedAt?: string;
  readonly dueAt?: string;
  readonly overdue: boolean;
  readonly version: number;
  readonly timeline: readonly TimelineEntry[];
  readonly allowedActions: readonly AllowedAction[];
  readonly licence?: {
    readonly id: string;
    readonly publicId: string;
    readonly number: string;
    readonly status: LicenceState;
  };
}

/** One row of a list of applications. */
export type ApplicationSummary = Pick<
  Application,
  | 'id'
  | 'reference'
  | 'service'
  | 'state'
  | 'stateLabel'
  | 'tone'
  | 'applicant'
  | 'createdAt'
  | 'updatedAt'
  | 'submittedAt'
  | 'dueAt'
  | 'overdue'
>;

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export type LicenceState = 'active' | 'suspended' | 'revoked' | 'expired' | 'superseded';

export interface PublicLicence {
  readonly publicId: string;
  readonly number: string;
  readonly service: { readonly id: string; readonly title: LocalizedText };
  readonly agency: Agency;
  readonly holder: string | LocalizedText;
  readonly status: LicenceState;
  readonly statusSince: string;
  readonly statusReason?: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly issuedAt: string;
  readonly documentSha256: string;
  readonly checkedAt: string;
}

/** A licence as its holder and the officers see it. */
export interface Licence extends Omit<PublicLicence, 'checkedAt'> {
  readonly id: string;
  readonly applicationId?: string;
  /** Where anybody verifies it: what its QR code holds. */
  readonly verificationUrl?: string;
  readonly allowedActions?: readonly AllowedAction[];
}

export type * from './validation-types.ts';
