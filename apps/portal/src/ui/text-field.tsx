import { type ReactNode, useId } from 'react';
import {
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  Input,
  Label,
  Text,
} from 'react-aria-components/TextField';
import { useI18n } from '../i18n/language.tsx';
import { FieldMessage, type FieldProps, OptionalMark } from './field.tsx';
import { plainDigits } from './plain-digits.ts';

export interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
  readonly type?: 'text' | 'email' | 'tel' | 'url' | 'password' | 'search';
  readonly inputMode?: 'text' | 'numeric' | 'decimal' | 'tel' | 'email' | 'url';
  readonly autoComplete?: string;
  readonly maxLength?: number;
  /** Short answers (numbers, codes) get a short box. */
  readonly short?: boolean;
  readonly name?: string;
  /** Shown after the box: a unit. */
  readonly suffix?: string;
  readonly spellCheck?: boolean;
}

function Frame(props: TextFieldProps & { children: ReactNode }): ReactNode {
  const messageId = useId();
  return (
    <AriaTextField
      className="field"
      id={props.id}
      value={props.value}
      onChange={props.onChange}
      onBlur={() => props.onBlur?.()}
      isInvalid={Boolean(props.error)}
      isDisabled={props.disabled ?? false}
      validationBehavior="aria"
      type={props.type ?? 'text'}
      inputMode={props.inputMode ?? 'text'}
      autoComplete={props.autoComplete ?? 'off'}
      name={props.name ?? props.id}
      spellCheck={props.spellCheck ? 'true' : 'false'}
      aria-describedby={props.error ? messageId : ''}
      {...(props.maxLength ? { maxLength: props.maxLength } : {})}
    >
      <Label className="field-label">
        {props.label}
        <OptionalMark optional={props.optional} />
      </Label>
      {props.hint && (
        <Text slot="description" className="field-hint">
          {props.hint}
        </Text>
      )}
      {props.error && <FieldMessage id={messageId}>{props.error}</FieldMessage>}
      {props.children}
    </AriaTextField>
  );
}

/** One line of text. */
export function TextField(props: TextFieldProps): ReactNode {
  const input = <Input className={`input ${props.short ? 'input-short' : ''}`} />;
  return (
    <Frame {...props}>
      {props.suffix ? (
        <span className="input-affix">
          {input}
          <span>{props.suffix}</span>
        </span>
      ) : (
        input
      )}
    </Frame>
  );
}

/** Several lines of text. */
export function TextArea(props: TextFieldProps & { rows?: number }): ReactNode {
  return (
    <Frame {...props}>
      <AriaTextArea className="input" rows={props.rows ?? 4} />
    </Frame>
  );
}

interface NumberProps extends Omit<TextFieldProps, 'value' | 'onChange'> {
  readonly value: string;
  /** Called with the plain text; turn it into a number when it is one. */
  readonly onChange: (text: string) => void;
}

/** A whole number, typed (no spin buttons); Thai digits are taken too. */
export function NumberField(props: NumberProps): ReactNode {
  return <TextField short inputMode="numeric" {...props} onChange={(text) => props.onChange(plainDigits(text))} />;
}

/** An amount of baht with two decimals, typed. */
export function MoneyField(props: NumberProps): ReactNode {
  const { t } = useI18n();
  return (
    <TextField
      short
      inputMode="decimal"
      suffix={t('field.baht')}
      {...props}
      onChange={(text) => props.onChange(plainDigits(text))}
    />
  );
}
