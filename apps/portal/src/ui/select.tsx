import type { ReactNode } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { describedBy, Field, type FieldProps } from './field.tsx';
import { Icon } from './icon.tsx';

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
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
