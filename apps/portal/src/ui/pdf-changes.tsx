import type { ReactNode } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Button } from './button.tsx';
import { type ComparedChange, placeOf } from './compared-change.ts';
import { Disclosure } from './disclosure.tsx';
import { differingLines } from './line-difference.ts';
import type { DrawnPair, View } from './pdf-pair.ts';
import { StatusTag } from './status-tag.tsx';

interface ChangeListProps {
  readonly changes: readonly ComparedChange[];
  readonly views: readonly View[];
  readonly onGo: (at: number) => void;
}

/** Changes in their order; those that are permitted stay closed while there are others. */
export function ChangeList({ changes, views, onGo }: ChangeListProps): ReactNode {
  const { t } = useI18n();
  const permitted = changes.filter(({ tone }) => tone === 'holds');
  const others = changes.filter(({ tone }) => tone !== 'holds');
  const list = (some: readonly ComparedChange[]): ReactNode => (
    <ol className="compare-changes">
      {some.map((change) => (
        <ChangeItem key={change.key} change={change} number={changes.indexOf(change) + 1} views={views} onGo={onGo} />
      ))}
    </ol>
  );
  return (
    <section className="stack stack-tight stretch" aria-label={t('versions.changes', { count: changes.length })}>
      <h4>{t('versions.changes', { count: changes.length })}</h4>
      {others.length > 0 && list(others)}
      {permitted.length > 0 && (
        <Disclosure label={t('versions.permitted', { count: permitted.length })} open={others.length === 0}>
          {list(permitted)}
        </Disclosure>
      )}
    </section>
  );
}

type ChangeItemProps = Omit<ChangeListProps, 'changes'> & { readonly change: ComparedChange; readonly number: number };

function ChangeItem({ change, number, views, onGo }: ChangeItemProps): ReactNode {
  const { t } = useI18n();
  const at = change.page === undefined ? -1 : placeOf(views, change);
  return (
    <li value={number}>
      <span className="compare-change">
        <StatusTag tone={change.tone}>{change.word}</StatusTag>
        <span>{change.text}</span>
        {at >= 0 && (
          <Button tone="quiet" onClick={() => onGo(at)}>
            {t('versions.show_page', { number: at + 1 })}
            <span className="visually-hidden"> {change.text}</span>
          </Button>
        )}
      </span>
    </li>
  );
}

/** The words of the page, for whoever does not see it: what differs first. */
export function PageText(props: { drawn: DrawnPair }): ReactNode {
  const { t } = useI18n();
  const { signed, current } = props.drawn;
  const before = signed?.lines ?? [];
  const after = current?.lines ?? [];
  const pair = signed && current ? differingLines(before, after) : undefined;
  return (
    <Disclosure label={t('versions.text')}>
      <div className="stack stretch">
        {pair && pair.before.length + pair.after.length === 0 && <p>{t('versions.text_same')}</p>}
        <Lines title={t('versions.text_signed_only')} lines={pair?.before ?? []} />
        <Lines title={t('versions.text_current_only')} lines={pair?.after ?? []} />
        <Lines title={t('versions.text_all')} lines={current ? after : before} />
      </div>
    </Disclosure>
  );
}

function Lines(props: { title: string; lines: readonly string[] }): ReactNode {
  if (props.lines.length === 0) return null;
  return (
    <div>
      <p>
        <b>{props.title}</b>
      </p>
      <p className="compare-lines">{props.lines.join('\n')}</p>
    </div>
  );
}
