import { type ReactNode, useId } from 'react';
import { Checkbox as AriaCheckbox, CheckboxGroup as AriaCheckboxGroup } from 'react-aria-components/CheckboxGroup';
import { RadioGroup as AriaRadioGroup, Label, Radio, Text } from 'react-aria-components/RadioGroup';
import { useI18n } from '../i18n/language.tsx';
import { describedBy, Field, FieldMessage, type FieldProps, OptionalMark } from './field.tsx';
import { Icon } from './icon.tsx';

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

function ChoiceText(props: { choice: Choice }): ReactNode {
  return (
    <span className="choice-text">
      <span>{props.choice.label}</span>
      {props.choice.hint && <span className="field-hint">{props.choice.hint}</span>}
    </span>
  );
}

function GroupHead(props: FieldProps & { messageId: string }): ReactNode {
  return (
    <>
      <Label className="field-label">
        {props.label}
        <OptionalMark optional={props.optional} />
      </Label>
      {props.hint && (
        <Text slot="description" className="field-hint">
          {props.hint}
        </Text>
      )}
      {props.error && <FieldMessage id={props.messageId}>{props.error}</FieldMessage>}
    </>
  );
}

export interface RadioGroupProps extends FieldProps {
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** One of a few. */
export function RadioGroup(props: RadioGroupProps): ReactNode {
  const messageId = useId();
  return (
    <AriaRadioGroup
      className="field"
      id={props.id}
      value={props.value || null}
      onChange={props.onChange}
      isInvalid={Boolean(props.error)}
      isDisabled={props.disabled ?? false}
      validationBehavior="aria"
      aria-describedby={props.error ? messageId : ''}
    >
      <GroupHead {...props} messageId={messageId} />
      <div>
        {props.choices.map((choice) => (
          <Radio key={choice.value} value={choice.value} className="choice">
            <span className="choice-mark round" />
            <ChoiceText choice={choice} />
          </Radio>
        ))}
      </div>
    </AriaRadioGroup>
  );
}

export interface CheckboxGroupProps extends FieldProps {
  readonly choices: readonly Choice[];
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
}

/** Any of a few. */
export function CheckboxGroup(props: CheckboxGroupProps): ReactNode {
  const messageId = useId();
  return (
    <AriaCheckboxGroup
      className="field"
      id={props.id}
      value={[...props.value]}
      onChange={props.onChange}
      isInvalid={Boolean(props.error)}
      isDisabled={props.disabled ?? false}
      validationBehavior="aria"
      aria-describedby={props.error ? messageId : ''}
    >
      <GroupHead {...props} messageId={messageId} />
      <div>
        {props.choices.map((choice) => (
          <AriaCheckbox key={choice.value} value={choice.value} className="choice">
            <span className="choice-mark">
              <Icon name="check" />
            </span>
            <ChoiceText choice={choice} />
          </AriaCheckbox>
        ))}
      </div>
    </AriaCheckboxGroup>
  );
}

export interface CheckboxProps extends FieldProps {
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

/** One statement to agree to or not. */
export function Checkbox(props: CheckboxProps): ReactNode {
  return (
    <div className="field" data-invalid={props.error ? true : undefined}>
      {props.error && <FieldMessage id={`${props.id}-error`}>{props.error}</FieldMessage>}
      <AriaCheckbox
        className="choice"
        id={props.id}
        isSelected={props.value}
        onChange={props.onChange}
        isInvalid={Boolean(props.error)}
        isDisabled={props.disabled ?? false}
        validationBehavior="aria"
        aria-describedby={describedBy(props) ?? ''}
      >
        <span className="choice-mark">
          <Icon name="check" />
        </span>
        <span className="choice-text">
          <span>
            {props.label}
            <OptionalMark optional={props.optional} />
          </span>
        </span>
      </AriaCheckbox>
      {props.hint && (
        <div className="field-hint" id={`${props.id}-hint`}>
          {props.hint}
        </div>
      )}
    </div>
  );
}

export interface SelectProps extends FieldProps {
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoComplete?: string;
  readonly short?: boolean;
  /** What choosing nothing means; "choose" when nothing is said. */
  readonly emptyLabel?: string;
}

/** One of many, with the list that the device itself offers. */
export function Select(props: SelectProps): ReactNode {
  const { t } = useI18n();
  return (
    <Field {...props}>
      <span className={`select ${props.short ? 'input-short' : ''}`}>
        <select
          className="input"
          id={props.id}
          name={props.id}
          value={props.value}
          disabled={props.disabled}
          autoComplete={props.autoComplete ?? 'off'}
          aria-invalid={props.error ? true : undefined}
          aria-describedby={describedBy(props)}
          onChange={(event) => props.onChange(event.target.value)}
        >
          <option value="">{props.emptyLabel ?? t('field.choose')}</option>
          {props.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
        <Icon name="down" />
      </span>
    </Field>
  );
}
