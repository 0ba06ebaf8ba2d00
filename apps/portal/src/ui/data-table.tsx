import type { KeyboardEvent, ReactNode } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Button } from './button.tsx';
import './data-table.css';

export interface Column<Row> {
  readonly key: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: 'end';
  /** The row's name; put the link to open it here. */
  readonly primary?: boolean;
}

export interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly selectedKey?: string;
  readonly showCaption?: boolean;
}

/** Moves focus among the rows' links with j and k (only while focus is inside, so that no key is taken from anyone else). */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
  const from = event.target as HTMLElement;
  if (step === 0 || event.ctrlKey || event.metaKey || event.altKey || from.matches('input, select, textarea')) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('.table-primary a')];
  const row = from.closest('tr');
  const at = links.findIndex((link) => row?.contains(link));
  const next = links[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** A table that turns into cards on a narrow screen. j/k walk through the rows, Enter opens (it is a link). */
export function DataTable<Row>(props: DataTableProps<Row>): ReactNode {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys only move focus between links that are reachable without them
    <div className="table-frame" onKeyDown={walk}>
      {/* biome-ignore lint/a11y/noRedundantRoles: browsers drop table semantics when cells become cards */}
      <table className="table" role="table">
        <caption className={props.showCaption ? '' : 'visually-hidden'}>{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column.key} scope="col" data-align={column.align}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <TableRow
              key={props.rowKey(row)}
              row={row}
              columns={props.columns}
              selected={props.rowKey(row) === props.selectedKey}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TableRow<Row>(props: { row: Row; columns: readonly Column<Row>[]; selected: boolean }): ReactNode {
  return (
    <tr aria-current={props.selected ? 'true' : undefined}>
      {props.columns.map((column) => (
        <td key={column.key} data-align={column.align} className={column.primary ? 'table-primary' : ''}>
          <span className="table-label" aria-hidden="true">
            {column.label}
          </span>
          <span className="table-value">{column.cell(props.row)}</span>
        </td>
      ))}
    </tr>
  );
}

/** Asks for the next rows of a list; says how many are there. */
export function LoadMore(props: { shown: number; hasMore: boolean; pending?: boolean; onMore: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="row load-more">
      <span className="soft small" role="status">
        {t('list.shown', { count: props.shown })}
      </span>
      {props.hasMore && (
        <Button pending={props.pending ?? false} onClick={props.onMore}>
          {t('list.more')}
        </Button>
      )}
    </div>
  );
}
