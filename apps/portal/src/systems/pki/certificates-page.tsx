import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { DataTable, LoadMore } from '../../ui/data-table.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { EmptyState } from '../../ui/lists.tsx';
import { Page } from '../../ui/page.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Loaded } from '../loaded.tsx';
import { pkiQueries } from './api.ts';
import { useCertificateColumns } from './certificate-columns.tsx';
import { searchOf } from './certificate-search.ts';
import { RegistrarsOnly } from './registrars-only.tsx';
import { useSearchText } from './search-text.ts';

const route = getRouteApi('/officer/certificates');

export interface CertificateSearch {
  readonly q?: string;
}

/** The register of all certificates, newest first. */
export function CertificatesPage(): ReactNode {
  const { t } = useI18n();
  return (
    <Page title={t('regist.certificates')} lead={t('regist.certificates_lead')} width="wide">
      <RegistrarsOnly>
        <Register />
      </RegistrarsOnly>
    </Page>
  );
}

function Register(): ReactNode {
  const { t } = useI18n();
  const { q = '' } = route.useSearch();
  const navigate = useNavigate();
  const [text, setText] = useSearchText(q, (wanted) =>
    navigate({ to: '/officer/certificates', search: wanted ? { q: wanted } : {}, replace: true }),
  );
  const query = useInfiniteQuery({
    ...pkiQueries.certificates({ scope: 'all', ...searchOf(q) }),
    placeholderData: (before) => before,
  });
  const columns = useCertificateColumns('officer');
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="stack stretch">
      <FilterBar>
        <TextField
          id="certificate-search"
          type="search"
          label={t('officer.search')}
          hint={t('regist.certificate_search')}
          value={text}
          onChange={setText}
        />
      </FilterBar>
      <Loaded query={query}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={t(q ? 'regist.certificates_none' : 'regist.certificates_empty')} icon="search" />
          ) : (
            <>
              <DataTable
                caption={t('regist.certificates')}
                columns={columns}
                rows={rows}
                rowKey={(row) => `${row.authority}/${row.serial}`}
              />
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
    </div>
  );
}
