import type { ReactNode } from 'react';
import './filter-bar.css';

/** Search and filters above a list, side by side where there is room. */
export function FilterBar(props: { children: ReactNode }): ReactNode {
  return <search className="filter-bar no-print">{props.children}</search>;
}
