import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { hasRole, useAccount } from '../../api/index.ts';
import { formatDate } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { ButtonHref, ButtonLink } from '../../ui/button.tsx';
import { type Column, DataTable, LoadMore } from '../../ui/data-table.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { EmptyState } from '../../ui/lists.tsx';
import { Page } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Loaded } from '../loaded.tsx';
import { useSearchText } from '../pki/search-text.ts';
import { RoleGate } from '../role-gate.tsx';
import { type Subscriber, type SubscriberFilter, timestampQueries } from './api.ts';
import { TimestampPages } from './pages-nav.tsx';
import { quotaWords, stateTones } from './subscriber-words.ts';

/** Own subscriptions. */
export function SubscriptionsPage(): ReactNode {
  const { t } = useI18n();
  return (
    <Page title={t('stampsub.mine')} lead={t('stampsub.mine_lead')} width="wide">
      <div className="stack stack-wide stretch">
        <TimestampPages />
        <RoleGate>
          <List filter={{ scope: 'mine' }} />
        </RoleGate>
      </div>
    </Page>
  );
}

/** All subscriptions, for officers and auditors. */
export function SubscribersPage(): ReactNode {
  const { t } = useI18n();
  return (
    <Page title={t('stampsub.all')} lead={t('stampsub.all_lead')} width="wide">
      <RoleGate roles={['timestamp-officer', 'auditor']} words={t('stampsub.roles')}>
        <Officers />
      </RoleGate>
    </Page>
  );
}

function Officers(): ReactNode {
  const { t } = useI18n();
  const [state, setState] = useState('');
  const [name, setName] = useState('');
  const [text, setText] = useSearchText(name, setName);
  return (
    <div className="stack stack-wide stretch">
      <FilterBar>
        <Select
          id="subscriber-state"
          label={t('stampsub.state')}
          emptyLabel={t('stampsub.any_state')}
          value={state}
          onChange={setState}
          choices={(['requested', 'active', 'suspended', 'closed'] as const).map((value) => ({
            value,
            label: t(`stampsub.state.${value}`),
          }))}
        />
        <TextField id="subscriber-name" type="search" label={t('stampsub.search')} value={text} onChange={setText} />
      </FilterBar>
      <List filter={{ scope: 'all', state, name }} />
      <div>
        <ButtonHref icon="download" href="/api/v1/timestamp/usage.csv?by=month" download="">
          {t('stampuse.csv_all')}
        </ButtonHref>
      </div>
    </div>
  );
}

function List(props: { filter: SubscriberFilter }): ReactNode {
  const { t } = useI18n();
  const { filter } = props;
  const query = useInfiniteQuery({ ...timestampQueries.subscribers(filter), placeholderData: (before) => before });
  const account = useAccount();
  const columns = useColumns();
  const all = filter.scope === 'all';
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const create = (!all || hasRole(account, 'timestamp-officer')) && (
    <ButtonLink tone="primary" to="/subscriptions/new">
      {t(hasRole(account, 'timestamp-officer') ? 'stampsub.enter' : 'stampsub.ask')}
    </ButtonLink>
  );
  const filtered = Boolean(filter.state || filter.name);
  return (
    <Loaded query={query} lines={6}>
      {() =>
        rows.length === 0 ? (
          <EmptyState
            title={t(filtered ? 'stampsub.none_found' : all ? 'stampsub.none' : 'stampsub.none_mine')}
            icon={filtered ? 'search' : 'lock'}
            actions={!filtered && create}
          >
            {!filtered && !all && t('stampsub.none_mine_text')}
          </EmptyState>
        ) : (
          <div className="stack stretch">
            <div>{create}</div>
            <DataTable
              caption={t(all ? 'stampsub.all' : 'stampsub.mine')}
              columns={columns}
              rows={rows}
              rowKey={(row) => row.id}
            />
            <LoadMore
              shown={rows.length}
              hasMore={query.hasNextPage}
              pending={query.isFetchingNextPage}
              onMore={() => void query.fetchNextPage()}
            />
          </div>
        )
      }
    </Loaded>
  );
}

function useColumns(): Column<Subscriber>[] {
  const { t, language } = useI18n();
  return [
    {
      key: 'name',
      label: t('stampsub.name'),
      primary: true,
      cell: (row) => (
        <Link to="/subscriptions/$id" params={{ id: row.id }}>
          {row.name}
        </Link>
      ),
    },
    {
      key: 'state',
      label: t('stampsub.state'),
      cell: (row) => <StatusTag tone={stateTones[row.state]}>{t(`stampsub.state.${row.state}`)}</StatusTag>,
    },
    { key: 'quota', label: t('stampsub.quota'), cell: (row) => quotaWords(row, t, language) },
    { key: 'contact', label: t('stampsub.contact'), cell: (row) => row.contact },
    { key: 'since', label: t('stampsub.since'), cell: (row) => formatDate(row.createdAt, language) },
  ];
}
