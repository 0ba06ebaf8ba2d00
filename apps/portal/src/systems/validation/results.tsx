import { type ReactNode, useEffect, useRef } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { wantAfterChange } from '../../i18n/texts.ts';
import { Later, laterPart } from '../../ui/later.tsx';
import type { FileCheck } from './file-checks.ts';
import { FileResult } from './file-result.tsx';
import { preloadReport } from './report-parts.ts';

const several = laterPart(['report'], () => import('./several.tsx'), 'Several');

/** What came of the files that were chosen on this page. */
export function Results({ items }: { items: readonly FileCheck[] }): ReactNode {
  const { t, tc } = useI18n();
  const ended = items.filter(({ status }) => status === 'done' || status === 'failed');
  const anyReport = items.some(({ report }) => report !== undefined);
  const any = useRef(items.length > 0);
  useEffect(() => {
    // What happens with the first file lies below the fold of a phone; later ones must not move what is being read.
    if (items.length > 0 && !any.current) document.getElementById('results')?.scrollIntoView({ block: 'start' });
    any.current = items.length > 0;
  }, [items.length]);
  useEffect(() => {
    if (!anyReport) return;
    // Reports bring their words; in another language they need the portal's own.
    wantAfterChange(['codes:validation']);
    preloadReport();
  }, [anyReport]);
  const last = ended.at(-1);
  const summary = last?.report?.summary;
  const said = last && summary ? `${last.name}: ${tc(summary.code, summary.params, summary.message)}` : '';
  const [only] = items;
  return (
    <>
      <p className="visually-hidden" role="status">
        {said}
      </p>
      {items.length > 0 && (
        <section className="stack stretch" aria-labelledby="results">
          <h2 id="results">{t('validate.results')}</h2>
          {items.length === 1 && only ? (
            <FileResult item={only} items={items} />
          ) : (
            <Later part={several} with={{ items }} />
          )}
        </section>
      )}
    </>
  );
}
