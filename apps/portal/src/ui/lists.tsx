import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatDateTime } from '../i18n/format.ts';
import { useI18n } from '../i18n/language.tsx';
import { Icon } from './icon.tsx';
import { StatusTag, type StatusTone } from './status-tag.tsx';
import './lists.css';

export interface SummaryRow {
  readonly key: string;
  readonly label: string;
  readonly value: ReactNode;
  /** A link to change the answer; `label` is read out as its object. */
  readonly change?: { readonly to: string; readonly params?: Record<string, string>; readonly hash?: string };
}

/** Answers or facts, label beside value. */
export function SummaryList(props: { rows: readonly SummaryRow[]; title?: string }): ReactNode {
  const { t } = useI18n();
  return (
    <dl className="summary-list" aria-label={props.title}>
      {props.rows.map((row) => (
        <div key={row.key} className="summary-row">
          <dt>{row.label}</dt>
          <dd>
            {row.value === '' || row.value === undefined ? <span className="soft">{t('ui.notGiven')}</span> : row.value}
          </dd>
          {row.change && (
            <dd className="summary-change no-print">
              <Link
                to={row.change.to}
                params={row.change.params ?? {}}
                {...(row.change.hash ? { hash: row.change.hash } : {})}
              >
                {t('ui.change')}
                <span className="visually-hidden"> {row.label}</span>
              </Link>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

export interface Task {
  readonly key: string;
  readonly label: string;
  readonly hint?: string;
  readonly status: { readonly tone: StatusTone; readonly label: string };
  /** Absent while the task cannot be started yet. */
  readonly to?: string;
  readonly params?: Record<string, string>;
}

/** What has to be done, in order, with the state of each. */
export function TaskList(props: { tasks: readonly Task[] }): ReactNode {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away
    <ol role="list" className="task-list">
      {props.tasks.map((task, index) => (
        <li key={task.key} className="task">
          <span className="task-number" aria-hidden="true">
            {index + 1}
          </span>
          <div className="task-text">
            {task.to ? (
              <Link className="task-link" to={task.to} params={task.params ?? {}} aria-describedby={`task-${task.key}`}>
                {task.label}
              </Link>
            ) : (
              <span className="task-link">{task.label}</span>
            )}
            {task.hint && <span className="small soft">{task.hint}</span>}
          </div>
          <span id={`task-${task.key}`}>
            <StatusTag tone={task.status.tone}>{task.status.label}</StatusTag>
          </span>
        </li>
      ))}
    </ol>
  );
}

export interface TimelineItem {
  readonly key: string;
  /** When (RFC 3339). */
  readonly at: string;
  readonly title: string;
  /** Who, and on whose behalf. */
  readonly by?: string;
  readonly tone?: StatusTone;
  readonly children?: ReactNode;
}

/** Who did what, when; newest last unless the caller turns it. */
export function Timeline(props: { items: readonly TimelineItem[]; label?: string }): ReactNode {
  const { language } = useI18n();
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away
    <ol role="list" className="timeline" aria-label={props.label}>
      {props.items.map((item) => (
        <li key={item.key} className="timeline-item" data-tone={item.tone ?? 'neutral'}>
          <p className="timeline-title">{item.title}</p>
          <p className="small soft">
            <time dateTime={item.at}>{formatDateTime(item.at, language)}</time>
            {item.by && <> · {item.by}</>}
          </p>
          {item.children}
        </li>
      ))}
    </ol>
  );
}

/** Nothing here: says why and what to do next. */
export function EmptyState(props: {
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  icon?: 'file' | 'search' | 'lock' | 'question';
}): ReactNode {
  return (
    <div className="empty-state">
      <Icon name={props.icon ?? 'file'} size="large" />
      <p className="empty-title">{props.title}</p>
      {props.children && <div className="soft">{props.children}</div>}
      {props.actions && <div className="row">{props.actions}</div>}
    </div>
  );
}
