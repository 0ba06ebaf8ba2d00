export type { Address } from './address.ts';
export { bangkokDate, buddhistYear, dueAt, endOfBangkokDay, lastValidDay } from './calendar.ts';
export {
  type Actor,
  type AllowedAction,
  allowedActions,
  type Command,
  type Decision,
  decide,
  openCase,
  REASON_MAX,
} from './decide.ts';
export {
  type DocumentDefinition,
  type DocumentStatus,
  type EffectKind,
  type FeeDefinition,
  FIELD_KINDS,
  type Field,
  type FieldKind,
  fieldsOf,
  type Guard,
  MEDIA_TYPES,
  type Option,
  PUBLIC_FIELDS,
  type ServiceDefinition,
  type StateDefinition,
  type StateTone,
  type Step,
  TEXT_FORMATS,
  type TextFormat,
  type Transition,
} from './definition.ts';
export { CasesError, type CasesErrorCode, type Finding } from './errors.ts';
export type { CaseAttachment, CaseEvent, Charge, Effect } from './events.ts';
export { computeFees, type Fee } from './fees.ts';
export { isIsoDate } from './field-rules.ts';
export {
  type FieldError,
  type FormAttachment,
  type FormData,
  type FormOptions,
  tidyData,
  validateForm,
  visibleData,
  visibleFields,
} from './form.ts';
export { lintDefinition } from './lint.ts';
export { checkLogic, evaluate, holds, LOGIC_MAX_DEPTH, LOGIC_MAX_NODES, type Logic, variablesOf } from './logic.ts';
export { parseDefinition } from './parse/parse-definition.ts';
export { type CaseFee, type CaseState, continueCase, OPENED, reduceCase } from './reduce.ts';
export { isCleanText, tidyText } from './text.ts';
export { checkJuristicPersonNumber, checkNationalId, type NumberCheck } from './thai-number.ts';
