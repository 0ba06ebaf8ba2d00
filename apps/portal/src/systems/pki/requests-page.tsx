import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useRef } from 'react';
import { hasRole, useAccount } from '../../api/index.ts';
import { formatDate } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable, LoadMore } from '../../ui/data-table.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { EmptyState } from '../../ui/lists.tsx';
import { Page } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useQueueKeys } from '../licensing/queue-keys.ts';
import { Loaded } from '../loaded.tsx';
import { type CertificateRequest, pkiQueries } from './api.ts';
import { useProfileLabel } from './names.tsx';
import { RegistrarsOnly } from './registrars-only.tsx';
import { RequestTag, useRequestSubject } from './request-facts.tsx';
import { useSearchText } from './search-text.ts';

const route = getRouteApi('/officer/certificate-requests');

export interface RequestSearch {
  readonly scope?: string;
  readonly kind?: string;
  readonly state?: string;
  readonly q?: string;
}

const kinds = ['certificate', 'revocation', 'reinstatement', 'subordinate', 'cross'] as const;
const states = [
  'submitted',
  'first-approved',
  'confirmation',
  'ceremony',
  'correction',
  'approved',
  'issued',
  'done',
  'rejected',
  'withdrawn',
] as const;

/** The requests that wait for a registration officer, oldest first; or all of them. */
export function RequestsPage(): ReactNode {
  const { t } = useI18n();
  return (
    <Page title={t('regist.requests')} lead={t('regist.requests_lead')} width="wide">
      <RegistrarsOnly>
        <Requests />
      </RegistrarsOnly>
    </Page>
  );
}

function Requests(): ReactNode {
  const { t } = useI18n();
  const search: RequestSearch = route.useSearch();
  const navigate = useNavigate();
  const frame = useRef<HTMLDivElement>(null);
  const account = useAccount();
  useQueueKeys(frame);
  const decides = hasRole(account, 'registrar', 'ca-operator');
  const scope = search.scope === 'all' || !decides ? 'all' : 'queue';
  const { kind, state, q } = search;
  const filter = { scope, ...(kind ? { kind } : {}), ...(state ? { state } : {}), ...(q ? { q } : {}) } as const;
  const query = useInfiniteQuery({
    ...pkiQueries.requests(filter),
    refetchInterval: 15_000,
    staleTime: 0,
    placeholderData: (before) => before,
  });
  const columns = useColumns();
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Boolean(kind || state || q);
  const clear = (): void => void navigate({ to: '/officer/certificate-requests', search: {}, replace: true });
  return (
    <div className="stack stretch" ref={frame}>
      <Filters search={search} scope={scope} decides={decides} />
      <Loaded query={query}>
        {() =>
          rows.length === 0 ? (
            <EmptyState
              title={t(
                filtered ? 'regist.none_found' : scope === 'queue' ? 'regist.nothing_waits' : 'regist.no_requests',
              )}
              icon="search"
              actions={filtered ? <Button onClick={clear}>{t('regist.clear')}</Button> : undefined}
            >
              {filtered ? undefined : t('regist.nothing_waits_text')}
            </EmptyState>
          ) : (
            <>
              <p className="soft small no-print">{t('officer.keys')}</p>
              <DataTable caption={t('regist.requests')} columns={columns} rows={rows} rowKey={(row) => row.id} />
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

/** Search and filters live in the address, so that they survive opening a request and can be kept as a bookmark. */
function Filters(props: { search: RequestSearch; scope: string; decides: boolean }): ReactNode {
  const { t, tc } = useI18n();
  const navigate = useNavigate();
  const { search } = props;
  const change = (part: RequestSearch): void => {
    const merged = Object.entries({ ...search, ...part }).filter(([, value]) => value);
    void navigate({ to: '/officer/certificate-requests', search: Object.fromEntries(merged), replace: true });
  };
  const [text, setText] = useSearchText(search.q ?? '', (q) => change({ q }));
  return (
    <FilterBar>
      <TextField
        id="request-search"
        type="search"
        label={t('officer.search')}
        hint={t('regist.search_hint')}
        value={text}
        onChange={setText}
      />
      <Select
        id="request-kind"
        label={t('regist.kind')}
        emptyLabel={t('regist.all_kinds')}
        value={search.kind ?? ''}
        onChange={(kind) => change({ kind })}
        choices={kinds.map((value) => ({ value, label: t(`regist.kind.${value}`) }))}
      />
      <Select
        id="request-state"
        label={t('regist.state')}
        emptyLabel={t('regist.all_states')}
        value={search.state ?? ''}
        onChange={(state) => change({ state })}
        choices={states.map((value) => ({ value, label: tc(`pki.request_state.${value}`) }))}
      />
      {props.decides && (
        <Select
          id="request-scope"
          label={t('regist.scope')}
          emptyLabel={t('regist.scope_queue')}
          value={props.scope === 'all' ? 'all' : ''}
          onChange={(scope) => change({ scope })}
          choices={[{ value: 'all', label: t('regist.scope_all') }]}
        />
      )}
    </FilterBar>
  );
}

function useColumns(): Column<CertificateRequest>[] {
  const { t, pick, language } = useI18n();
  const profile = useProfileLabel();
  const subject = useRequestSubject();
  return [
    {
      key: 'subject',
      label: t('regist.subject'),
      primary: true,
      cell: (row) => (
        <Link to="/officer/certificate-requests/$id" params={{ id: row.id }}>
          {subject(row)}
        </Link>
      ),
    },
    {
      key: 'kind',
      label: t('regist.kind'),
      cell: (row) => (row.kind === 'certificate' ? profile(row.profile) : t(`regist.kind.${row.kind}`)),
    },
    { key: 'applicant', label: t('regist.applicant'), cell: (row) => pick(row.applicant.displayName) },
    { key: 'created', label: t('regist.created'), cell: (row) => formatDate(row.createdAt, language) },
    { key: 'state', label: t('regist.state'), cell: (row) => <RequestTag request={row} /> },
  ];
}
