import { type ReactNode, useState } from 'react';
import { Icon } from './icon.tsx';
import './fold.css';

/** A list of things of which each opens in place. */
export function FoldList(props: { label: string; children: ReactNode }): ReactNode {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away
    <ul role="list" className="fold-list" aria-label={props.label}>
      {props.children}
    </ul>
  );
}

/** One of them: a line that says what it is, and the rest, which is made only once it was opened. */
export function Fold(props: { head: ReactNode; open?: boolean; children: () => ReactNode }): ReactNode {
  const [opened, setOpened] = useState(props.open ?? false);
  return (
    <li>
      <details className="fold" open={props.open} onToggle={(event) => event.currentTarget.open && setOpened(true)}>
        <summary>
          <Icon name="down" size="small" />
          <span className="fold-head">{props.head}</span>
        </summary>
        {opened && <div className="fold-body">{props.children()}</div>}
      </details>
    </li>
  );
}
