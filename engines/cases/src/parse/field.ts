import { FIELD_KINDS, type FieldKind, MEDIA_TYPES, TEXT_FORMATS } from '../definition.ts';
import { isIsoDate } from '../field-rules.ts';
import { type Check, flag, isObject, list, localized, logic, oneOf, pattern, report, shape, whole } from './checks.ts';

const id = pattern(/^[a-z][A-Za-z0-9]{0,39}$/, 'camelCase');
const largest = Number.MAX_SAFE_INTEGER;

const day: Check = (value, at, findings) => {
  if (value !== 'today' && !(typeof value === 'string' && isIsoDate(value))) {
    report(findings, at, 'cases.definition_pattern', { expected: 'YYYY-MM-DD, today' });
  }
};

const common: Readonly<Record<string, Check>> = {
  id,
  kind: oneOf(FIELD_KINDS),
  label: localized(300),
  'shortLabel?': localized(60),
  'hint?': localized(500),
  required: flag,
  'showIf?': logic,
  'autocomplete?': pattern(/^[a-z][a-z -]{0,39}$/, 'autocomplete'),
};

const option = shape({
  value: pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/, 'value'),
  label: localized(200),
  'hint?': localized(300),
});

const lengths = (max: number) => ({ 'minLength?': whole(0, max), 'maxLength?': whole(1, max) });
const options = { options: list(option, 2, 500) };
const amounts = { 'min?': whole(-largest, largest), 'max?': whole(-largest, largest) };

const kinds: Readonly<Record<FieldKind, Check>> = {
  text: shape({ ...common, ...lengths(1000), 'format?': oneOf(TEXT_FORMATS) }),
  multilineText: shape({ ...common, ...lengths(20_000) }),
  email: shape(common),
  phone: shape(common),
  url: shape(common),
  date: shape({ ...common, 'min?': day, 'max?': day }),
  integer: shape({ ...common, ...amounts }),
  money: shape({ ...common, 'min?': whole(0, largest), 'max?': whole(0, largest) }),
  choice: shape({ ...common, ...options }),
  multiChoice: shape({ ...common, ...options }),
  yesNo: shape({ ...common, 'mustBe?': flag }),
  thaiNationalId: shape(common),
  juristicPersonNumber: shape(common),
  address: shape(common),
  attachment: shape({ ...common, accept: list(oneOf(MEDIA_TYPES), 1, MEDIA_TYPES.length), 'maxFiles?': whole(1, 20) }),
};

const field: Check = (value, at, findings) => {
  const kind = isObject(value) ? value.kind : undefined;
  const check = FIELD_KINDS.find((name) => name === kind);
  (check ? kinds[check] : shape(common))(value, at, findings);
};

/** A form: 1 to 50 steps of 1 to 60 fields. */
export const form: Check = shape({
  steps: list(
    shape({
      id: pattern(/^[a-z][a-z0-9-]{0,39}$/, 'kebab-case'),
      title: localized(120),
      'description?': localized(600),
      fields: list(field, 1, 60),
    }),
    1,
    50,
  ),
});
