import { type ReactNode, useId } from 'react';
import { Checkbox as AriaCheckbox, CheckboxGroup as AriaCheckboxGroup } from 'react-aria-components/CheckboxGroup';
import { RadioGroup as AriaRadioGroup, Label, Radio, Text } from 'react-aria-components/RadioGroup';
import { FieldMessage, type FieldProps, OptionalMark } from './field.tsx';
import { Icon } from './icon.tsx';
import type { Choice } from './select.tsx';

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
