import type { FormData, ServiceDefinition, StateTone } from '@tra/cases';
import type { LocalizedText } from '@tra/kernel';
import type { LicenceStatusName } from '../service/licences.ts';

interface Agency {
  readonly id: string;
  readonly name: LocalizedText;
}

interface ServiceRef {
  readonly id: string;
  readonly version: string;
  readonly title: LocalizedText;
  readonly agency: Agency;
}

/** One row of a list of applications. */
export interface SummaryBody {
  readonly id: string;
  readonly reference: string;
  readonly service: ServiceRef;
  readonly state: string;
  readonly stateLabel: LocalizedText;
  readonly tone: StateTone;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly submittedAt?: string;
  readonly dueAt?: string;
  readonly overdue: boolean;
  readonly version: number;
  readonly applicant: { readonly accountId: string; readonly displayName: LocalizedText };
}

/** A fee of an application: `expected` before it is submitted. */
export interface FeeBody {
  readonly code: string;
  readonly label: LocalizedText;
  readonly amount: { readonly value: number; readonly currency: string };
  readonly status: 'expected' | 'due' | 'paid';
  readonly receiptNumber?: string;
  readonly paidAt?: string;
}

/** Something that the reader may do now. */
export interface AllowedActionBody {
  readonly action: string;
  readonly label: LocalizedText;
  readonly needsReason: boolean;
  readonly tone: 'primary' | 'danger' | 'neutral';
  readonly needs?: string[];
}

/** An application with everything about it. */
export interface ApplicationBody extends SummaryBody {
  readonly editable: boolean;
  readonly data: FormData;
  readonly attachments: {
    readonly id: string;
    readonly field: string;
    readonly name: string;
    readonly size: number;
    readonly mediaType: string;
    readonly sha256: string;
  }[];
  readonly fees: FeeBody[];
  readonly timeline: {
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
  }[];
  readonly allowedActions: AllowedActionBody[];
  readonly licence?: {
    readonly id: string;
    readonly publicId: string;
    readonly number: string;
    readonly status: LicenceStatusName;
  };
}

interface LicenceFacts {
  readonly publicId: string;
  readonly number: string;
  readonly agency: Agency;
  readonly status: LicenceStatusName;
  readonly statusSince: string;
  readonly statusReason?: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly issuedAt: string;
  readonly documentSha256: string;
}

/** A licence as its holder and the agency see it. */
export interface LicenceBody extends LicenceFacts {
  readonly id: string;
  readonly applicationId: string;
  readonly service: ServiceRef;
  readonly holder: string;
  readonly businessName: string;
  readonly documentSize: number;
  readonly verificationUrl: string;
  readonly allowedActions: AllowedActionBody[];
}

/** A licence as anybody may see it. */
export interface PublicLicenceBody extends LicenceFacts {
  readonly service: { readonly id: string; readonly title: LocalizedText };
  readonly holder?: string;
  readonly businessName?: string;
  readonly checkedAt: string;
}

/** A service in a list. */
export interface ServiceSummaryBody
  extends Pick<ServiceDefinition, 'id' | 'version' | 'title' | 'summary' | 'agency' | 'decisionDays'> {
  readonly fee: { readonly amount: number; readonly currency: string };
}

/** The public part of a definition. */
export interface ServiceBody
  extends Pick<
    ServiceDefinition,
    'id' | 'version' | 'title' | 'summary' | 'agency' | 'decisionDays' | 'form' | 'fees'
  > {
  readonly states: Readonly<Record<string, { readonly label: LocalizedText; readonly tone: StateTone }>>;
  readonly actions: Readonly<
    Record<string, { readonly label: LocalizedText; readonly tone: string; readonly needsReason: boolean }>
  >;
  readonly document: {
    readonly title: LocalizedText;
    readonly legalBasis: LocalizedText;
    readonly validity?: string;
    readonly public: string[];
  };
}
