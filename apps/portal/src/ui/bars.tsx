import type { ReactNode } from 'react';
import './bars.css';

export interface Bar {
  readonly key: string;
  readonly label: string;
  readonly value: number;
  /** The value as it is read. */
  readonly shown: string;
}

/** Amounts for the eye; hidden from screen readers, because a table beside it says the same in numbers. */
export function Bars(props: { bars: readonly Bar[] }): ReactNode {
  const most = Math.max(1, ...props.bars.map(({ value }) => value));
  return (
    <ol className="bars" aria-hidden="true">
      {props.bars.map(({ key, label, value, shown }) => (
        <li key={key}>
          <span className="small">{label}</span>
          <meter className="bar" min={0} max={most} value={value} />
          <span className="small tabular">{shown}</span>
        </li>
      ))}
    </ol>
  );
}
