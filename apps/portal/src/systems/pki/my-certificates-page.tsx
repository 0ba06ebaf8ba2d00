import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatDate } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { type Column, DataTable, LoadMore } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/lists.tsx';
import { Page } from '../../ui/page.tsx';
import { Loaded } from '../loaded.tsx';
import { RoleGate } from '../role-gate.tsx';
import { type CertificateRequest, pkiQueries } from './api.ts';
import { useCertificateColumns } from './certificate-columns.tsx';
import { useProfileLabel } from './names.tsx';
import { RequestTag, useRequestSubject } from './request-facts.tsx';

/** The certificates and requests of the person who is signed in. */
export function MyCertificatesPage(): ReactNode {
  const { t } = useI18n();
  return (
    <Page title={t('nav.certificates')} lead={t('mycert.lead')} width="wide">
      <RoleGate>
        <div className="stack stack-wide stretch">
          <div>
            <ButtonLink tone="primary" to="/certificates/new">
              {t('mycert.apply')}
            </ButtonLink>
          </div>
          <Requests />
          <Certificates />
        </div>
      </RoleGate>
    </Page>
  );
}

function Certificates(): ReactNode {
  const { t } = useI18n();
  const query = useInfiniteQuery(pkiQueries.certificates({ scope: 'mine' }));
  const columns = useCertificateColumns('holder');
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="stack stretch" aria-labelledby="certificates">
      <h2 id="certificates">{t('mycert.certificates')}</h2>
      <Loaded query={query}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={t('mycert.no_certificates')}>{t('mycert.no_certificates_text')}</EmptyState>
          ) : (
            <>
              <DataTable
                caption={t('mycert.certificates')}
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
    </section>
  );
}

function Requests(): ReactNode {
  const { t } = useI18n();
  const query = useInfiniteQuery({ ...pkiQueries.requests({ scope: 'mine' }), staleTime: 0 });
  const columns = useRequestColumns();
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="stack stretch" aria-labelledby="requests">
      <h2 id="requests">{t('mycert.requests')}</h2>
      <Loaded query={query}>
        {() =>
          rows.length === 0 ? (
            <p className="soft">{t('mycert.no_requests')}</p>
          ) : (
            <>
              <DataTable caption={t('mycert.requests')} columns={columns} rows={rows} rowKey={(row) => row.id} />
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
    </section>
  );
}

function useRequestColumns(): Column<CertificateRequest>[] {
  const { t, language } = useI18n();
  const profile = useProfileLabel();
  const subject = useRequestSubject();
  return [
    {
      key: 'subject',
      label: t('regist.subject'),
      primary: true,
      cell: (row) => (
        <Link to="/certificates/requests/$id" params={{ id: row.id }}>
          {subject(row)}
        </Link>
      ),
    },
    {
      key: 'kind',
      label: t('regist.kind'),
      cell: (row) => (row.kind === 'certificate' ? profile(row.profile) : t(`regist.kind.${row.kind}`)),
    },
    { key: 'created', label: t('regist.created'), cell: (row) => formatDate(row.createdAt, language) },
    { key: 'state', label: t('regist.state'), cell: (row) => <RequestTag request={row} /> },
  ];
}
