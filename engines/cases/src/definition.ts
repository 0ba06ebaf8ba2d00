import type { LocalizedText } from '@tra/kernel';
import type { Logic } from './logic.ts';

/** Kinds of field that a form may have. */
export const FIELD_KINDS: readonly FieldKind[] = [
  'text',
  'multilineText',
  'email',
  'phone',
  'url',
  'date',
  'integer',
  'money',
  'choice',
  'multiChoice',
  'yesNo',
  'thaiNationalId',
  'juristicPersonNumber',
  'address',
  'attachment',
];

/** A kind of field. */
export type FieldKind =
  | 'text'
  | 'multilineText'
  | 'email'
  | 'phone'
  | 'url'
  | 'date'
  | 'integer'
  | 'money'
  | 'choice'
  | 'multiChoice'
  | 'yesNo'
  | 'thaiNationalId'
  | 'juristicPersonNumber'
  | 'address'
  | 'attachment';

/** Named formats of text. A definition names one; it cannot bring a regular expression of its own. */
export const TEXT_FORMATS: readonly TextFormat[] = ['thaiName', 'latinName', 'digits', 'domain'];

/** A named format of text. */
export type TextFormat = 'thaiName' | 'latinName' | 'digits' | 'domain';

/** Media types that an attachment may have. */
export const MEDIA_TYPES: readonly string[] = ['application/pdf', 'image/png', 'image/jpeg'];

/** One answer of a choice. */
export interface Option {
  readonly value: string;
  readonly label: LocalizedText;
  readonly hint?: LocalizedText;
}

/**
 * One question. `required` holds only while the field is shown. Which of the optional members a kind may have is fixed:
 * text and multilineText take lengths (in characters) and text a `format`; integer and money (satang) take numbers as
 * `min` and `max`, date takes ISO dates or `today`; choices take `options`; yesNo takes `mustBe`; attachment takes `accept`
 * and `maxFiles`.
 */
export interface Field {
  readonly id: string;
  readonly kind: FieldKind;
  readonly label: LocalizedText;
  /** For places with little room, such as the issued document; the label unless given. */
  readonly shortLabel?: LocalizedText;
  readonly hint?: LocalizedText;
  readonly required: boolean;
  readonly showIf?: Logic;
  readonly autocomplete?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: TextFormat;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly options?: readonly Option[];
  readonly mustBe?: boolean;
  readonly accept?: readonly string[];
  readonly maxFiles?: number;
}

/** One page of a form. */
export interface Step {
  readonly id: string;
  readonly title: LocalizedText;
  readonly description?: LocalizedText;
  readonly fields: readonly Field[];
}

/** A fee. `amount` is satang, fixed or worked out from the answers. */
export interface FeeDefinition {
  readonly code: string;
  readonly label: LocalizedText;
  readonly amount: Logic;
  readonly currency: 'THB';
}

/** How a state looks to a reader. */
export type StateTone = 'draft' | 'progress' | 'waiting' | 'done' | 'refused';

/** Status of the issued document while the case is in a state. */
export type DocumentStatus = 'active' | 'suspended' | 'revoked';

/** Conditions known to the engine. */
export type Guard = 'form.valid' | 'payments.online' | 'fees.settled';

/** What an action does besides moving the case. `charge` fixes the fees, `settle` marks them paid, `issue` starts issuing. */
export type EffectKind = 'charge' | 'settle' | 'issue';

/** One way out of a state. */
export interface Transition {
  readonly to: string;
  readonly by: readonly string[];
  readonly label: LocalizedText;
  /** The same in the timeline, after it was done. */
  readonly done: LocalizedText;
  readonly tone: 'primary' | 'danger' | 'neutral';
  /** Whether the action belongs to the case (default) or to the issued document. */
  readonly scope?: 'case' | 'document';
  readonly guard?: Guard;
  readonly effect?: EffectKind;
  readonly needs?: readonly 'receiptNumber'[];
  /** Actions whose account in the current round may not take this one: separation of duties. */
  readonly notSameAs?: readonly string[];
  readonly reason?: boolean;
}

/** One state of a case. */
export interface StateDefinition {
  readonly label: LocalizedText;
  readonly tone: StateTone;
  /** Whether the applicant may change the form here. */
  readonly editable?: boolean;
  readonly final?: boolean;
  readonly document?: DocumentStatus;
  /** Time allowed in this state: `P3WD` working days, `P15D` days. */
  readonly due?: string;
  /** Passed through at once when the guard holds. */
  readonly passIf?: { readonly guard: 'fees.settled'; readonly to: string };
  readonly on?: Readonly<Record<string, Transition>>;
}

/** What is issued at the end. */
export interface DocumentDefinition {
  readonly title: LocalizedText;
  readonly legalBasis: LocalizedText;
  /** `{BE}` is the Buddhist year, `{seq:6}` the running number with six digits within the rest of the pattern. */
  readonly number: string;
  /** ISO 8601 duration of years, months or days; absent: without end. */
  readonly validity?: string;
  readonly holder: Logic;
  readonly businessName: Logic;
  /** The answers that the document shows, by field id, in the order of the form. */
  readonly fields: readonly string[];
  readonly public: readonly string[];
  readonly schema: string;
  readonly namespace: string;
}

/** A service that people can apply for, as data: form, fees, states with roles, document. */
export interface ServiceDefinition {
  readonly id: string;
  readonly version: string;
  readonly title: LocalizedText;
  readonly summary: LocalizedText;
  readonly agency: { readonly id: string; readonly name: LocalizedText };
  /** Letters before the random part of a case's reference. */
  readonly reference: string;
  /** Working days in which the agency promises to decide. */
  readonly decisionDays: number;
  readonly form: { readonly steps: readonly Step[] };
  readonly fees: readonly FeeDefinition[];
  readonly machine: { readonly initial: string; readonly states: Readonly<Record<string, StateDefinition>> };
  readonly document: DocumentDefinition;
}

/** Fields that a public register page may show. */
export const PUBLIC_FIELDS: readonly string[] = [
  'number',
  'holder',
  'businessName',
  'status',
  'validFrom',
  'validTo',
  'issuedAt',
];

/** All fields of a form in order. */
export function fieldsOf(definition: ServiceDefinition): readonly Field[] {
  return definition.form.steps.flatMap((step) => step.fields);
}
