import type { ReactNode } from 'react';
import { describedBy, FieldMessage, type FieldProps, OptionalMark } from './field.tsx';
import { Icon } from './icon.tsx';

export interface CheckboxProps extends FieldProps {
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

/** One statement to agree to or not: the browser's own box below the drawn one, so that it costs a first view nothing. */
export function Checkbox(props: CheckboxProps): ReactNode {
  return (
    <div className="field" data-invalid={props.error ? true : undefined}>
      {props.error && <FieldMessage id={`${props.id}-error`}>{props.error}</FieldMessage>}
      <label className="choice" data-invalid={props.error ? true : undefined}>
        <input
          type="checkbox"
          className="visually-hidden"
          id={props.id}
          checked={props.value}
          disabled={props.disabled}
          aria-invalid={props.error ? true : undefined}
          aria-describedby={describedBy(props)}
          onChange={(event) => props.onChange(event.target.checked)}
        />
        <span className="choice-mark">
          <Icon name="check" />
        </span>
        <span className="choice-text">
          <span>
            {props.label}
            <OptionalMark optional={props.optional} />
          </span>
        </span>
      </label>
      {props.hint && (
        <div className="field-hint" id={`${props.id}-hint`}>
          {props.hint}
        </div>
      )}
    </div>
  );
}
