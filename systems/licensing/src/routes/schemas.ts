import { CalendarDate, Localized, list, Money, page, Sha256, Timestamp, Uuid } from '@tra/platform-http';
import { type TSchema, type TUnsafe, Type } from 'typebox';
import type { Place } from '../addresses.ts';
import type { Page } from '../store/case-list.ts';
import type {
  ApplicationBody,
  LicenceBody,
  PublicLicenceBody,
  ServiceBody,
  ServiceSummaryBody,
  SummaryBody,
} from './bodies.ts';

const open = { additionalProperties: true } as const;
const text = Type.String();

function literals(values: readonly string[]): TSchema {
  return Type.Unsafe<string>({ type: 'string', enum: [...values] });
}

const Agency = Type.Object({ id: Type.String(), name: Localized });

const Data = Type.Object({}, { ...open, description: 'Answers by field id.' });

const tone = literals(['draft', 'progress', 'waiting', 'done', 'refused']);
const status = literals(['active', 'suspended', 'revoked', 'expired', 'superseded']);

const ServiceRef = Type.Object({ id: text, version: text, title: Localized, agency: Agency });
const Applicant = Type.Object({ accountId: text, displayName: Localized });

const summaryMembers = {
  id: Uuid,
  reference: Type.String({ examples: ['EC-7K3M-Q2XZ'] }),
  service: ServiceRef,
  state: Type.String({ examples: ['screening'] }),
  stateLabel: Localized,
  tone,
  createdAt: Timestamp,
  updatedAt: Timestamp,
  submittedAt: Type.Optional(Timestamp),
  dueAt: Type.Optional(Timestamp),
  overdue: Type.Boolean(),
  version: Type.Integer({ description: 'Grows with every change; the ETag is this number in quotes.' }),
  applicant: Applicant,
};

const Fee = Type.Object({
  code: text,
  label: Localized,
  amount: Money,
  status: literals(['expected', 'due', 'paid']),
  receiptNumber: Type.Optional(text),
  paidAt: Type.Optional(Timestamp),
});

const AllowedAction = Type.Object({
  action: text,
  label: Localized,
  needsReason: Type.Boolean(),
  tone: literals(['primary', 'danger', 'neutral']),
  needs: Type.Optional(
    Type.Array(Type.String({ description: 'What else the action needs, such as `receiptNumber`.' })),
  ),
});

const Attachment = Type.Object({
  id: Uuid,
  field: text,
  name: text,
  size: Type.Integer(),
  mediaType: text,
  sha256: Sha256,
});

const TimelineEntry = Type.Object({
  id: Uuid,
  seq: Type.Integer(),
  at: Timestamp,
  action: text,
  label: Localized,
  actor: Type.Object({ displayName: Localized, role: text }),
  from: Type.Union([Type.String(), Type.Null()]),
  to: text,
  reason: Type.Optional(text),
  hash: Sha256,
});

/** One row of a list of applications. */
const SummarySchema = Type.Object(summaryMembers);

/** An application with everything about it. */
const ApplicationSchema = Type.Object({
  ...summaryMembers,
  editable: Type.Boolean({ description: 'Whether the reader may change the form now.' }),
  data: Data,
  attachments: Type.Array(Attachment),
  fees: Type.Array(Fee),
  timeline: Type.Array(TimelineEntry),
  allowedActions: Type.Array(AllowedAction),
  licence: Type.Optional(Type.Object({ id: Uuid, publicId: text, number: text, status })),
});

const licenceMembers = {
  publicId: Type.String({ examples: ['4zq8v7m2c5n1k9x3p6r0t8w2y4b6d1fg'] }),
  number: Type.String({ examples: ['DBD-EC-2569-000001'] }),
  agency: Agency,
  status,
  statusSince: Timestamp,
  statusReason: Type.Optional(text),
  validFrom: CalendarDate,
  validTo: Type.Union([CalendarDate, Type.Null()]),
  issuedAt: Timestamp,
  documentSha256: Sha256,
};

/** A licence as its holder and the agency see it. */
const LicenceSchema = Type.Object({
  ...licenceMembers,
  id: Uuid,
  applicationId: Uuid,
  service: ServiceRef,
  holder: text,
  businessName: text,
  documentSize: Type.Integer(),
  verificationUrl: text,
  allowedActions: Type.Array(AllowedAction),
});

/** A licence as anybody may see it. */
const PublicLicenceSchema = Type.Object({
  ...licenceMembers,
  service: Type.Object({ id: text, title: Localized }),
  holder: Type.Optional(text),
  businessName: Type.Optional(text),
  checkedAt: Timestamp,
});

/** A service in a list. */
const ServiceSummarySchema = Type.Object({
  id: text,
  version: text,
  title: Localized,
  summary: Localized,
  agency: Agency,
  fee: Type.Object({ amount: Type.Integer(), currency: text }),
  decisionDays: Type.Integer(),
});

const ServiceSchema = Type.Object({
  id: text,
  version: text,
  title: Localized,
  summary: Localized,
  agency: Agency,
  decisionDays: Type.Integer(),
  form: Type.Unknown({ description: 'Steps with their fields.' }),
  fees: Type.Array(Type.Object({}, open)),
  states: Type.Record(Type.String(), Type.Object({ label: Localized, tone }, open)),
  actions: Type.Record(Type.String(), Type.Object({ label: Localized, tone: text, needsReason: Type.Boolean() })),
  document: Type.Object({
    title: Localized,
    legalBasis: Localized,
    validity: Type.Optional(text),
    public: Type.Array(text),
  }),
});

/** A province, district or sub-district. */
const PlaceSchema = Type.Object({
  code: text,
  name: Localized,
  postalCode: Type.Optional(text),
  postalCodes: Type.Optional(Type.Array(text)),
});

/** One application. */
export const application: TUnsafe<ApplicationBody> = Type.Unsafe<ApplicationBody>(ApplicationSchema);
/** A page of applications. */
export const applicationPage: TUnsafe<Page<SummaryBody>> = Type.Unsafe<Page<SummaryBody>>(page(SummarySchema));
/** One licence. */
export const licence: TUnsafe<LicenceBody> = Type.Unsafe<LicenceBody>(LicenceSchema);
/** A page of licences. */
export const licencePage: TUnsafe<Page<LicenceBody>> = Type.Unsafe<Page<LicenceBody>>(page(LicenceSchema));
/** A licence as anybody may see it. */
export const publicLicence: TUnsafe<PublicLicenceBody> = Type.Unsafe<PublicLicenceBody>(PublicLicenceSchema);
/** All services. */
export const serviceList: TUnsafe<{ items: ServiceSummaryBody[] }> = Type.Unsafe<{ items: ServiceSummaryBody[] }>(
  list(ServiceSummarySchema),
);
/** One service. */
export const service: TUnsafe<ServiceBody> = Type.Unsafe<ServiceBody>(ServiceSchema);
/** Places. */
export const placeList: TUnsafe<{ items: readonly Place[] }> = Type.Unsafe<{ items: readonly Place[] }>(
  list(PlaceSchema),
);
