import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Icon } from './icon.tsx';
import './error-summary.css';

export interface SummaryError {
  /** Id of the field, as given to the field component. */
  readonly id: string;
  readonly message: string;
}

const focusable = 'input:not([type=hidden]), select, textarea, button, a[href]';

/** Moves focus to a field by its id; for a group, to its first control. */
export function focusField(id: string): void {
  // A field that is full has no control of its own, only what is in it.
  const element = document.getElementById(id) ?? document.getElementById(`${id}-error`)?.closest('.field');
  if (!element) return;
  const target = element.matches(focusable) ? element : element.querySelector<HTMLElement>(focusable);
  (target ?? element).focus({ preventScroll: true });
  (element.closest('.field') ?? element).scrollIntoView({ block: 'center' });
}

/**
 * What has to be put right, on top of the form. It takes focus each time `attempt` changes (count the submits), and each line
 * leads to its field.
 */
export function ErrorSummary(props: { errors: readonly SummaryError[]; attempt: number; title?: string }): ReactNode {
  const { t } = useI18n();
  const box = useRef<HTMLDivElement>(null);
  const titleId = useId();
  const shown = props.errors.length > 0;
  useEffect(() => {
    if (props.attempt > 0 && shown) box.current?.focus();
  }, [props.attempt, shown]);
  if (!shown) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group that takes focus is a dialog in no sense, and a section gets no name read on focus
    <div className="error-summary" role="group" tabIndex={-1} aria-labelledby={titleId} ref={box}>
      <h2 id={titleId}>
        <Icon name="warning" /> {props.title ?? t('form.errorTitle', { count: props.errors.length })}
      </h2>
      <ul>
        {props.errors.map((error) => (
          <li key={error.id}>
            <a
              href={`#${error.id}`}
              onClick={(event) => {
                event.preventDefault();
                focusField(error.id);
              }}
            >
              {error.message}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
