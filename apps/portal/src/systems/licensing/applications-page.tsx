import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type ApplicationSummary, queries } from '../../api/index.ts';
import { formatDate } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { type Column, DataTable, LoadMore } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/lists.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { Loaded } from '../loaded.tsx';

/** The applications of the person who is signed in, newest change first. */
export function ApplicationsPage(): ReactNode {
  const { t } = useI18n();
  const query = useInfiniteQuery(queries.applications({ scope: 'mine' }));
  const columns = useColumns();
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={t('request.mine')} width="wide">
      <Loaded query={query}>
        {() =>
          rows.length === 0 ? (
            <EmptyState
              title={t('request.mine_empty')}
              actions={
                <ButtonLink tone="primary" to="/">
                  {t('request.choose_service')}
                </ButtonLink>
              }
            >
              {t('request.mine_empty_next')}
            </EmptyState>
          ) : (
            <>
              <DataTable caption={t('request.mine')} columns={columns} rows={rows} rowKey={(row) => row.id} />
              <LoadMore
                shown={rows.length}
                hasMore={query.hasNextPage}
                pending={query.isFetchingNextPage}
                onMore={() => void query.fetchNextPage()}
              />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function useColumns(): Column<ApplicationSummary>[] {
  const { t, pick, language } = useI18n();
  return [
    {
      key: 'service',
      label: t('officer.column_service'),
      primary: true,
      cell: (row) => (
        <Link to="/applications/$id" params={{ id: row.id }}>
          {pick(row.service.title)}
        </Link>
      ),
    },
    {
      key: 'reference',
      label: t('request.reference'),
      cell: (row) => <span className="tabular">{row.reference}</span>,
    },
    {
      key: 'state',
      label: t('request.state'),
      cell: (row) => <StatusTag tone={row.tone}>{pick(row.stateLabel)}</StatusTag>,
    },
    { key: 'updated', label: t('request.updated_label'), cell: (row) => formatDate(row.updatedAt, language) },
  ];
}
