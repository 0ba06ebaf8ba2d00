import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './disclosure.css';

/** Something that may stay closed. `context` tells screen readers which of several it is. */
export function Disclosure(props: { label: string; context?: string; open?: boolean; children: ReactNode }): ReactNode {
  return (
    <details className="disclosure" open={props.open}>
      <summary>
        <Icon name="down" size="small" />
        <span>
          {props.label}
          {props.context && <span className="visually-hidden"> {props.context}</span>}
        </span>
      </summary>
      <div className="disclosure-body">{props.children}</div>
    </details>
  );
}
