import type { ReactNode } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Icon } from './icon.tsx';
import './field.css';

/** What every field has. `id` is the place that an error summary leads to. */
export interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong and what to do about it; its presence marks the field as invalid. */
  readonly error?: string | undefined;
  /** Optional fields say so; required ones need no mark. */
  readonly optional?: boolean;
  readonly disabled?: boolean;
}

/** The word "(optional)" after a label. */
export function OptionalMark(props: { optional?: boolean | undefined }): ReactNode {
  const { t } = useI18n();
  return props.optional ? <span className="field-optional"> {t('field.optional')}</span> : null;
}

/** The message of a field in error: icon and word, not colour alone. */
export function FieldMessage(props: { id?: string; children: string }): ReactNode {
  const { t } = useI18n();
  return (
    <span className="field-error" id={props.id}>
      <Icon name="warning" />
      <span>
        <span className="visually-hidden">{t('field.error')} </span>
        {props.children}
      </span>
    </span>
  );
}

/** Ids of the hint and the error of a field, for `aria-describedby`. */
export function describedBy(props: FieldProps): string | undefined {
  const ids = [props.hint && `${props.id}-hint`, props.error && `${props.id}-error`].filter(Boolean);
  return ids.length > 0 ? ids.join(' ') : undefined;
}

/** Label, hint and error around one native control that takes `id` and `aria-describedby={describedBy(props)}`. */
export function Field(props: FieldProps & { children: ReactNode }): ReactNode {
  return (
    <div className="field" data-invalid={props.error ? true : undefined}>
      <label className="field-label" htmlFor={props.id}>
        {props.label}
        <OptionalMark optional={props.optional} />
      </label>
      {props.hint && (
        <div className="field-hint" id={`${props.id}-hint`}>
          {props.hint}
        </div>
      )}
      {props.error && <FieldMessage id={`${props.id}-error`}>{props.error}</FieldMessage>}
      {props.children}
    </div>
  );
}

/** The same around several controls that answer one question. */
export function FieldSet(props: FieldProps & { children: ReactNode }): ReactNode {
  return (
    <fieldset
      className="field"
      id={props.id}
      data-invalid={props.error ? true : undefined}
      aria-describedby={describedBy(props)}
    >
      <legend className="field-label">
        {props.label}
        <OptionalMark optional={props.optional} />
      </legend>
      {props.hint && (
        <div className="field-hint" id={`${props.id}-hint`}>
          {props.hint}
        </div>
      )}
      {props.error && <FieldMessage id={`${props.id}-error`}>{props.error}</FieldMessage>}
      {props.children}
    </fieldset>
  );
}
