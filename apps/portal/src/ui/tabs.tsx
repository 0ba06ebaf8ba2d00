import type { ReactNode } from 'react';
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs';
import './tabs.css';

export interface TabItem {
  readonly key: string;
  readonly label: string;
  readonly content: ReactNode;
}

/** Views of the same thing, side by side. Arrow keys change the tab. */
export function Tabs(props: {
  label: string;
  tabs: readonly TabItem[];
  selected?: string;
  onSelect?: (key: string) => void;
}): ReactNode {
  return (
    <AriaTabs
      className="tabs"
      {...(props.selected ? { selectedKey: props.selected } : {})}
      onSelectionChange={(key) => props.onSelect?.(String(key))}
    >
      <TabList className="tab-list" aria-label={props.label}>
        {props.tabs.map((tab) => (
          <Tab key={tab.key} id={tab.key} className="tab">
            {tab.label}
          </Tab>
        ))}
      </TabList>
      {props.tabs.map((tab) => (
        <TabPanel key={tab.key} id={tab.key} className="tab-panel">
          {tab.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
