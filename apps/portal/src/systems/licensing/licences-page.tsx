import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Licence, queries } from '../../api/index.ts';
import { formatDate } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { type Column, DataTable, LoadMore } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/lists.tsx';
import { Page } from '../../ui/page.tsx';
import { Loaded } from '../loaded.tsx';
import { LicenceTag } from './licence-parts.tsx';

/** The licences of the person who is signed in. */
export function LicencesPage(): ReactNode {
  const { t } = useI18n();
  const query = useInfiniteQuery(queries.licences());
  const columns = useColumns();
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={t('licence.mine')} width="wide">
      <Loaded query={query}>
        {() =>
          rows.length === 0 ? (
            <EmptyState
              title={t('licence.mine_empty')}
              actions={<ButtonLink to="/applications">{t('request.mine')}</ButtonLink>}
            >
              {t('licence.mine_empty_next')}
            </EmptyState>
          ) : (
            <>
              <DataTable caption={t('licence.mine')} columns={columns} rows={rows} rowKey={(row) => row.id} />
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

function useColumns(): Column<Licence>[] {
  const { t, pick, language } = useI18n();
  return [
    {
      key: 'title',
      label: t('licence.one'),
      primary: true,
      cell: (row) => (
        <Link to="/licences/$id" params={{ id: row.id }}>
          {pick(row.service.title)}
        </Link>
      ),
    },
    { key: 'number', label: t('licence.number'), cell: (row) => <span className="tabular">{row.number}</span> },
    { key: 'status', label: t('licence.status'), cell: (row) => <LicenceTag status={row.status} /> },
    { key: 'until', label: t('licence.until'), cell: (row) => formatDate(row.validTo, language) },
  ];
}
