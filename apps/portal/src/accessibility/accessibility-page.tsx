import type { ReactNode } from 'react';
import { type TextKey, useI18n } from '../i18n/index.ts';
import { Page } from '../ui/page.tsx';

const abilities: readonly TextKey[] = [
  'accessibility.do1',
  'accessibility.do2',
  'accessibility.do3',
  'accessibility.do4',
  'accessibility.do5',
  'accessibility.do6',
];

/** The accessibility statement. */
export function AccessibilityPage(): ReactNode {
  const { t } = useI18n();
  return (
    <Page title={t('accessibility.title')} lead={t('accessibility.lead')}>
      <section className="stack stack-tight">
        <h2>{t('accessibility.standardTitle')}</h2>
        <p>{t('accessibility.standard')}</p>
      </section>
      <section className="stack stack-tight">
        <h2>{t('accessibility.doTitle')}</h2>
        <ul>
          {abilities.map((key) => (
            <li key={key}>{t(key)}</li>
          ))}
        </ul>
      </section>
      <section className="stack stack-tight">
        <h2>{t('accessibility.testTitle')}</h2>
        <p>{t('accessibility.test')}</p>
      </section>
      <section className="stack stack-tight">
        <h2>{t('accessibility.limitsTitle')}</h2>
        <p>{t('accessibility.limits')}</p>
      </section>
    </Page>
  );
}
