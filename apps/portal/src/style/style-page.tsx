import { type ReactNode, useState } from 'react';
import { useSession } from '../api/use-session.ts';
import { useI18n } from '../i18n/index.ts';
import { NotFound } from '../shell/not-found.tsx';
import { Page, Tabs } from '../ui/index.ts';
import { ControlSamples } from './control-samples.tsx';
import { DocumentSamples } from './document-samples.tsx';
import { FieldSamples } from './field-samples.tsx';
import { FoundationSamples } from './foundation-samples.tsx';
import { StatusSamples } from './status-samples.tsx';
import './style.css';

/** Every component with its states; the browser tests photograph it in both languages and both themes. */
export function StylePage(): ReactNode {
  const { t } = useI18n();
  const [tab, setTab] = useState('all');
  const state = useSession();
  const sections = [
    { key: 'foundation', label: t('style.foundation'), content: <FoundationSamples /> },
    { key: 'controls', label: t('style.controls'), content: <ControlSamples /> },
    { key: 'fields', label: t('style.fields'), content: <FieldSamples /> },
    { key: 'status', label: t('style.status'), content: <StatusSamples /> },
    { key: 'documents', label: t('style.documents'), content: <DocumentSamples /> },
  ];
  const all = (
    <div className="stack stack-wide stretch">
      {sections.map((section) => (
        <section key={section.key} className="style-section" aria-label={section.label}>
          <h2>{section.label}</h2>
          {section.content}
        </section>
      ))}
    </div>
  );
  // For developers: a production server, which is never a demo, does not show it.
  const known = state.status === 'signed-in' || state.status === 'signed-out';
  if (known && !state.demo) return <NotFound />;
  return (
    <Page title={t('style.title')} lead={t('style.lead')} width="wide">
      <Tabs
        label={t('style.title')}
        tabs={[{ key: 'all', label: t('style.all'), content: all }, ...sections]}
        selected={tab}
        onSelect={setTab}
      />
    </Page>
  );
}
