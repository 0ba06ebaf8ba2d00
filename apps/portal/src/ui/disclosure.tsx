import { type ReactNode, useState } from 'react';
import { Icon } from './icon.tsx';
import './disclosure.css';

export interface DisclosureProps {
  readonly label: string;
  /** Tells screen readers which of several it is. */
  readonly context?: string;
  readonly open?: boolean;
  /** What is inside; as a function it is made only once it was opened. */
  readonly children: ReactNode | (() => ReactNode);
}

/** Something that may stay closed. */
export function Disclosure({ label, context, open = false, children }: DisclosureProps): ReactNode {
  const [opened, setOpened] = useState(open);
  return (
    <details className="disclosure" open={open} onToggle={(event) => event.currentTarget.open && setOpened(true)}>
      <summary>
        <Icon name="down" size="small" />
        <span>
          {label}
          {context && <span className="visually-hidden"> {context}</span>}
        </span>
      </summary>
      <div className="disclosure-body">{typeof children === 'function' ? opened && children() : children}</div>
    </details>
  );
}
