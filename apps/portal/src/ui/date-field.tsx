import { type ReactNode, useEffect, useRef, useState } from 'react';
import { formatDate, monthNames } from '../i18n/format.ts';
import { useI18n } from '../i18n/language.tsx';
import { type DateParts, joinDate, splitDate } from './date-parts.ts';
import { type FieldProps, FieldSet } from './field.tsx';
import { Icon } from './icon.tsx';
import { plainDigits } from './plain-digits.ts';
import './date-field.css';

export interface DateFieldProps extends FieldProps {
  /** ISO date (Gregorian), '' for none. Unfinished input is passed on as typed and is no valid date. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoComplete?: 'bday';
}

/** Day, month by name, year of the Buddhist era (common era in English; either is understood). */
export function DateField(props: DateFieldProps): ReactNode {
  const { t, language } = useI18n();
  const [parts, setParts] = useState<DateParts>(() => splitDate(props.value, language === 'th'));
  const emitted = useRef(props.value);
  useEffect(() => {
    if (props.value !== emitted.current) setParts(splitDate(props.value, language === 'th'));
    emitted.current = props.value;
  }, [props.value, language]);
  useEffect(() => setParts(splitDate(emitted.current, language === 'th')), [language]);

  const change = (part: keyof DateParts, text: string): void => {
    const next = { ...parts, [part]: plainDigits(text).replace(/\D/g, '') };
    setParts(next);
    emitted.current = joinDate(next);
    props.onChange(emitted.current);
  };
  const invalid = props.error ? true : undefined;
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(props.value);
  return (
    <FieldSet {...props}>
      <div className="date-parts">
        <label className="date-part">
          <span>{t('date.day')}</span>
          <input
            className="input"
            inputMode="numeric"
            maxLength={2}
            value={parts.day}
            aria-invalid={invalid}
            autoComplete={props.autoComplete ? 'bday-day' : 'off'}
            disabled={props.disabled}
            onChange={(event) => change('day', event.target.value)}
          />
        </label>
        <label className="date-part month">
          <span>{t('date.month')}</span>
          <span className="select">
            <select
              className="input"
              value={parts.month}
              aria-invalid={invalid}
              autoComplete={props.autoComplete ? 'bday-month' : 'off'}
              disabled={props.disabled}
              onChange={(event) => change('month', event.target.value)}
            >
              <option value="">{t('date.chooseMonth')}</option>
              {monthNames(language).map((name, index) => (
                <option key={name} value={String(index + 1)}>
                  {name}
                </option>
              ))}
            </select>
            <Icon name="down" />
          </span>
        </label>
        <label className="date-part year">
          <span>{t('date.year')}</span>
          <input
            className="input"
            inputMode="numeric"
            maxLength={4}
            value={parts.year}
            aria-invalid={invalid}
            autoComplete={props.autoComplete ? 'bday-year' : 'off'}
            disabled={props.disabled}
            onChange={(event) => change('year', event.target.value)}
          />
        </label>
      </div>
      <div className="field-hint" aria-live="polite">
        {isDate
          ? t('date.read', { th: formatDate(props.value, 'th', 'long'), en: formatDate(props.value, 'en', 'long') })
          : ''}
      </div>
    </FieldSet>
  );
}
