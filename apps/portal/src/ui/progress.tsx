import { type ReactNode, useId } from 'react';
import { useI18n } from '../i18n/language.tsx';
import './progress.css';

export interface ProgressProps {
  readonly label: string;
  /** 0 to 1; absent while nothing can be said. */
  readonly value?: number;
  /** In words: "3 of 10 files, about 20 seconds left". */
  readonly detail?: string;
  readonly hideLabel?: boolean;
}

/** How far something is. */
export function Progress(props: ProgressProps): ReactNode {
  const id = useId();
  const known = props.value === undefined ? {} : { value: Math.round(props.value * 100) };
  return (
    <div className="progress">
      <label htmlFor={id} className={props.hideLabel ? 'visually-hidden' : 'progress-label'}>
        {props.label}
      </label>
      <progress id={id} max={100} {...known} />
      <span className="small soft tabular" aria-hidden={props.detail ? undefined : true}>
        {props.detail ?? (props.value === undefined ? '' : `${Math.round(props.value * 100)}%`)}
      </span>
    </div>
  );
}

/** Grey lines in the shape of what is coming; invisible for the first 300 ms. */
export function Skeleton(props: { lines?: number; label?: string }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{props.label ?? t('ui.loading')}</span>
      {Array.from({ length: props.lines ?? 3 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike
        <span key={index} className="skeleton-line" aria-hidden="true" />
      ))}
    </div>
  );
}
