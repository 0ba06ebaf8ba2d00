import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type ApplicationSummary, hasRole, queries, useAccount } from '../../api/index.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable, LoadMore } from '../../ui/data-table.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { EmptyState } from '../../ui/lists.tsx';
import { Page } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Loaded } from '../loaded.tsx';
import { Due } from './case-parts.tsx';
import { OfficersOnly } from './officers-only.tsx';
import { useQueueKeys } from './queue-keys.ts';

const route = getRouteApi('/officer/queue');

export interface QueueSearch {
  readonly state?: string;
  readonly q?: string;
}

/** The cases that wait for an officer, soonest due first. */
export function OfficerQueuePage(): ReactNode {
  const { t } = useI18n();
  return (
    <Page title={t('officer.queue')} lead={t('officer.queue_intro')} width="wide">
      <OfficersOnly>
        <Queue />
      </OfficersOnly>
    </Page>
  );
}

function Queue(): ReactNode {
  const { t } = useI18n();
  const search: QueueSearch = route.useSearch();
  const navigate = useNavigate();
  const account = useAccount();
  const frame = useRef<HTMLDivElement>(null);
  useQueueKeys(frame);
  const query = useInfiniteQuery({
    ...queries.applications({ scope: 'queue', limit: 30, ...search }),
    refetchInterval: 15_000,
    staleTime: 0,
    enabled: hasRole(account, 'officer', 'approver', 'auditor', 'operator'),
  });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Boolean(search.state || search.q);
  const clear = (): void => void navigate({ to: '/officer/queue', search: {}, replace: true });
  return (
    <div className="stack stretch" ref={frame}>
      <Filters search={search} />
      <Loaded query={query}>
        {() =>
          rows.length === 0 ? (
            <EmptyState
              title={t(filtered ? 'officer.empty_filtered' : 'officer.empty')}
              icon="search"
              actions={filtered ? <Button onClick={clear}>{t('officer.clear_filter')}</Button> : undefined}
            >
              {filtered ? undefined : t('officer.empty_text')}
            </EmptyState>
          ) : (
            <Rows rows={rows} query={query} />
          )
        }
      </Loaded>
    </div>
  );
}

interface Paged {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  fetchNextPage(): unknown;
}

function Rows(props: { rows: readonly ApplicationSummary[]; query: Paged }): ReactNode {
  const { t } = useI18n();
  const columns = useColumns();
  return (
    <>
      <p className="soft small no-print">{t('officer.keys')}</p>
      <DataTable caption={t('officer.queue')} columns={columns} rows={props.rows} rowKey={(row) => row.id} />
      <LoadMore
        shown={props.rows.length}
        hasMore={props.query.hasNextPage}
        pending={props.query.isFetchingNextPage}
        onMore={() => void props.query.fetchNextPage()}
      />
    </>
  );
}

/** Search and filter live in the address, so that they survive opening a case and can be kept as a bookmark. */
function Filters(props: { search: QueueSearch }): ReactNode {
  const { t, pick } = useI18n();
  const navigate = useNavigate();
  const [text, setText] = useState(props.search.q ?? '');
  const services = useQuery(queries.services());
  const service = useQuery({ ...queries.service(services.data?.[0]?.id ?? ''), enabled: services.data !== undefined });
  const states = Object.entries(service.data?.states ?? {}).filter(([name]) => name !== 'draft');
  const { state, q: current = '' } = props.search;
  const sent = useRef(current);
  useEffect(() => {
    // The address was changed by something else (cleared filters, the back button): the box follows it.
    if (current === sent.current) return;
    sent.current = current;
    setText(current);
  }, [current]);
  useEffect(() => {
    const q = text.trim();
    // Only what was typed moves: a timer that fires anyway would pull somebody back who has just opened a case.
    if (q === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = q;
      const next = { ...(state ? { state } : {}), ...(q ? { q } : {}) };
      void navigate({ to: '/officer/queue', search: next, replace: true });
    }, 250);
    return () => clearTimeout(timer);
  }, [text, state, navigate]);
  const choose = (value: string): void => {
    const q = text.trim();
    sent.current = q;
    void navigate({
      to: '/officer/queue',
      search: { ...(value ? { state: value } : {}), ...(q ? { q } : {}) },
      replace: true,
    });
  };
  return (
    <FilterBar>
      <TextField
        id="queue-search"
        type="search"
        label={t('officer.search')}
        hint={t('officer.search_hint')}
        value={text}
        onChange={setText}
      />
      <Select
        id="queue-state"
        label={t('officer.filter')}
        emptyLabel={t('officer.filter_all')}
        value={state ?? ''}
        onChange={choose}
        choices={states.map(([value, one]) => ({ value, label: pick(one.label) }))}
      />
    </FilterBar>
  );
}

function useColumns(): Column<ApplicationSummary>[] {
  const { t, pick } = useI18n();
  return [
    {
      key: 'reference',
      label: t('officer.column_reference'),
      primary: true,
      cell: (row) => (
        <Link to="/officer/cases/$id" params={{ id: row.id }} className="tabular">
          {row.reference}
        </Link>
      ),
    },
    { key: 'due', label: t('officer.column_due'), cell: (row) => <Due application={row} /> },
    { key: 'applicant', label: t('officer.column_applicant'), cell: (row) => pick(row.applicant.displayName) },
    { key: 'service', label: t('officer.column_service'), cell: (row) => pick(row.service.title) },
    {
      key: 'state',
      label: t('officer.column_state'),
      cell: (row) => <StatusTag tone={row.tone}>{pick(row.stateLabel)}</StatusTag>,
    },
  ];
}
