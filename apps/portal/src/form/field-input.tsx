import type { Field } from '@tra/cases';
import { type ReactNode, useState } from 'react';
import { useI18n } from '../i18n/language.tsx';
import {
  AddressField,
  type AddressPart,
  type AddressValue,
  emptyAddress,
  type PlaceLoader,
} from '../ui/address-field.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { CheckboxGroup, RadioGroup } from '../ui/choices.tsx';
import { DateField } from '../ui/date-field.tsx';
import type { FieldProps } from '../ui/field.tsx';
import { Select } from '../ui/select.tsx';
import { MoneyField, NumberField, TextArea, TextField, type TextFieldProps } from '../ui/text-field.tsx';
import { fieldElementId, type ShownError } from './form-errors.ts';
import { readInteger, readMoney, writeInteger, writeMoney } from './number-text.ts';

export interface FieldInputProps {
  readonly field: Field;
  readonly value: unknown;
  readonly errors: readonly ShownError[];
  readonly places: PlaceLoader;
  readonly onChange: (value: unknown) => void;
}

interface Common extends FieldProps {
  readonly error?: string;
}

/** Up to this many answers are shown at once; more become a list to choose from. */
const radioLimit = 8;

type TextTraits = Pick<TextFieldProps, 'type' | 'inputMode' | 'short' | 'spellCheck'>;
const textTraits: Partial<Record<Field['kind'], TextTraits>> = {
  text: { spellCheck: true },
  email: { type: 'email', inputMode: 'email' },
  phone: { type: 'tel', inputMode: 'tel', short: true },
  url: { type: 'url', inputMode: 'url' },
  thaiNationalId: { inputMode: 'numeric', short: true },
  juristicPersonNumber: { inputMode: 'numeric', short: true },
};

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The control of one field by its kind (attachments have their own). */
export function FieldInput(props: FieldInputProps): ReactNode {
  const { pick } = useI18n();
  const { field, value, onChange } = props;
  const own = props.errors.find((error) => !error.part);
  const common: Common = {
    id: fieldElementId(field.id),
    label: pick(field.label),
    ...(field.hint ? { hint: pick(field.hint) } : {}),
    ...(own ? { error: own.message } : {}),
    optional: !field.required,
  };
  switch (field.kind) {
    case 'multilineText':
      return <TextArea {...common} value={text(value)} onChange={onChange} spellCheck />;
    case 'date':
      return <DateField {...common} value={text(value)} onChange={onChange} />;
    case 'integer':
      return <TypedNumber {...common} kind="integer" value={value} onChange={onChange} />;
    case 'money':
      return <TypedNumber {...common} kind="money" value={value} onChange={onChange} />;
    case 'choice':
      return <ChoiceInput {...props} common={common} />;
    case 'multiChoice':
      return (
        <CheckboxGroup
          {...common}
          choices={choicesOf(field, pick)}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={onChange}
        />
      );
    case 'yesNo':
      return <YesNo {...props} common={common} />;
    case 'address':
      return <AddressInput {...props} common={common} />;
    case 'attachment':
      return null;
    default:
      return (
        <TextField
          {...common}
          {...textTraits[field.kind]}
          value={text(value)}
          onChange={onChange}
          {...(field.autocomplete ? { autoComplete: field.autocomplete } : {})}
        />
      );
  }
}

function choicesOf(field: Field, pick: (text: { th: string; en: string }) => string) {
  return (field.options ?? []).map((option) => ({
    value: option.value,
    label: pick(option.label),
    ...(option.hint ? { hint: pick(option.hint) } : {}),
  }));
}

function ChoiceInput(props: FieldInputProps & { common: Common }): ReactNode {
  const { pick } = useI18n();
  const choices = choicesOf(props.field, pick);
  const Control = choices.length > radioLimit ? Select : RadioGroup;
  return <Control {...props.common} choices={choices} value={text(props.value)} onChange={props.onChange} />;
}

/** A statement to agree to is a check box; a question is two radio buttons. */
function YesNo(props: FieldInputProps & { common: Common }): ReactNode {
  const { t } = useI18n();
  const { value, onChange } = props;
  if (props.field.mustBe !== undefined) {
    return <Checkbox {...props.common} value={value === true} onChange={onChange} />;
  }
  const choices = [
    { value: 'yes', label: t('field.yes') },
    { value: 'no', label: t('field.no') },
  ];
  const selected = value === true ? 'yes' : value === false ? 'no' : '';
  return (
    <RadioGroup
      {...props.common}
      choices={choices}
      value={selected}
      onChange={(answer) => onChange(answer === 'yes')}
    />
  );
}

function AddressInput(props: FieldInputProps & { common: Common }): ReactNode {
  const given = typeof props.value === 'object' && props.value !== null ? props.value : {};
  const value: AddressValue = { ...emptyAddress, ...(given as Partial<AddressValue>) };
  const errors: Partial<Record<AddressPart, string>> = {};
  for (const error of props.errors) if (error.part) errors[error.part as AddressPart] = error.message;
  return (
    <AddressField {...props.common} value={value} onChange={props.onChange} places={props.places} errors={errors} />
  );
}

interface TypedNumberProps extends Common {
  readonly kind: 'integer' | 'money';
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** Keeps the text as typed ("12." on the way to "12.50") and passes on the number. */
function TypedNumber({ kind, value, onChange, ...common }: TypedNumberProps): ReactNode {
  const read = kind === 'money' ? readMoney : readInteger;
  const write = kind === 'money' ? writeMoney : writeInteger;
  const [typed, setTyped] = useState(() => write(value));
  const shown = typed !== '' && read(typed) === value ? typed : write(value);
  const Control = kind === 'money' ? MoneyField : NumberField;
  return (
    <Control
      {...common}
      value={shown}
      onChange={(next) => {
        setTyped(next);
        onChange(next === '' ? undefined : read(next));
      }}
    />
  );
}
