import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { formatDateTime, formatNumber } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { ButtonHref } from '../../ui/button.tsx';
import { CodeBlock, Copyable } from '../../ui/copy.tsx';
import { type Column, DataTable, LoadMore } from '../../ui/data-table.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { EmptyState, SummaryList, type SummaryRow } from '../../ui/lists.tsx';
import { Page } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { Loaded } from '../loaded.tsx';
import { type LogEntry, type LogStatus, logQueries } from './api.ts';
import { LogLookup } from './log-lookup.tsx';

const types = [
  'pki.certificate',
  'pki.revocation',
  'pki.crl',
  'pki.trust_list',
  'timestamp.segment',
  'audit.head',
  'licensing.licence',
  'schemas.release',
];

export interface LogSearch {
  readonly sha256?: string;
}

/** The public log: what it is for, how it stands, whether something is in it, and how to check all of that without us. */
export function LogPage(): ReactNode {
  const { t } = useI18n();
  const status = useQuery(logQueries.status());
  return (
    <Page title={t('publog.title')} lead={t('publog.lead')}>
      <div className="stack stack-wide stretch">
        <section className="stack stretch" aria-labelledby="lookup">
          <h2 id="lookup">{t('publog.lookup')}</h2>
          <LogLookup />
        </section>
        <section className="stack stretch" aria-labelledby="standing">
          <h2 id="standing">{t('publog.standing')}</h2>
          <Loaded query={status} lines={5}>
            {(data) => <Standing status={data} />}
          </Loaded>
        </section>
        <Recent />
        <section className="stack stretch" aria-labelledby="why">
          <h2 id="why">{t('publog.why')}</h2>
          <p>{t('publog.why_1')}</p>
          <p>{t('publog.why_2')}</p>
          <p>{t('publog.why_3')}</p>
        </section>
        {status.data && <VerifyYourself status={status.data} />}
      </div>
    </Page>
  );
}

function Standing(props: { status: LogStatus }): ReactNode {
  const { t, language } = useI18n();
  const { status } = props;
  const rows: SummaryRow[] = [
    {
      key: 'size',
      label: t('publog.size'),
      value: t('publog.entries', { count: formatNumber(status.size, language) }),
    },
    {
      key: 'at',
      label: t('publog.signed_at'),
      value: status.size === 0 ? t('publog.not_yet') : formatDateTime(status.signedAt, language, 'long'),
    },
    { key: 'root', label: t('publog.root'), value: <Copyable text={status.root} what={t('publog.root')} /> },
    { key: 'key', label: t('publog.key'), value: <Copyable text={status.key} what={t('publog.key')} /> },
  ];
  if (status.waiting > 0) {
    const count = formatNumber(status.waiting, language);
    rows.splice(1, 0, { key: 'waiting', label: t('publog.waiting'), value: t('publog.entries', { count }) });
  }
  if (status.witnesses.length > 0)
    rows.push({ key: 'witnesses', label: t('publog.witnesses'), value: <Witnesses {...props} /> });
  return (
    <>
      <SummaryList rows={rows} title={t('publog.standing')} />
      {status.witnesses.length === 0 && <p className="soft">{t('publog.no_witness')}</p>}
      <div className="row no-print">
        <ButtonHref icon="download" href="/log/checkpoint" download="checkpoint.txt">
          {t('publog.checkpoint')}
        </ButtonHref>
        <ButtonHref icon="download" href="/log/key" download="log.key">
          {t('publog.key_file')}
        </ButtonHref>
      </div>
    </>
  );
}

function Witnesses(props: { status: LogStatus }): ReactNode {
  const { t, language } = useI18n();
  return (
    <div className="stack stack-tight">
      {props.status.witnesses.map(({ name, size, at }) => (
        <span key={name}>
          {at === null
            ? t('publog.witness_waiting', { name })
            : t('publog.witness', {
                name,
                size: formatNumber(size ?? 0, language),
                when: formatDateTime(at, language),
              })}
        </span>
      ))}
    </div>
  );
}

function useEntryColumns(): Column<LogEntry>[] {
  const { t, tc, language } = useI18n();
  return [
    {
      key: 'index',
      label: t('publog.index'),
      primary: true,
      cell: (row) => (
        <Link to="/log" search={{ sha256: row.sha256 }} className="tabular">
          {t('publog.entry', { index: formatNumber(row.index, language) })}
        </Link>
      ),
    },
    { key: 'type', label: t('publog.type'), cell: (row) => tc(`publog.type.${row.type}`, {}, row.type) },
    { key: 'at', label: t('publog.at'), cell: (row) => formatDateTime(row.at, language) },
  ];
}

function Recent(): ReactNode {
  const { t, tc } = useI18n();
  const [type, setType] = useState('');
  const query = useInfiniteQuery({ ...logQueries.recent(type), placeholderData: (before) => before });
  const columns = useEntryColumns();
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="stack stretch" aria-labelledby="recent">
      <h2 id="recent">{t('publog.recent')}</h2>
      <FilterBar>
        <Select
          id="log-type"
          label={t('publog.type')}
          emptyLabel={t('publog.all_types')}
          value={type}
          onChange={setType}
          choices={types.map((value) => ({ value, label: tc(`publog.type.${value}`) }))}
        />
      </FilterBar>
      <Loaded query={query} lines={6}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={t(type ? 'publog.none_of_type' : 'publog.empty')} icon="search" />
          ) : (
            <>
              <DataTable
                caption={t('publog.recent')}
                columns={columns}
                rows={rows}
                rowKey={(row) => String(row.index)}
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

function VerifyYourself(props: { status: LogStatus }): ReactNode {
  const { t } = useI18n();
  const address = `${window.location.origin}/log`;
  const commands = [
    `curl -o log.key ${address}/key`,
    `tra log prove certificate.pem --key log.key --proof certificate.pem.tlog-proof`,
    `tra log verify ${address} --key log.key`,
  ];
  return (
    <section className="stack stretch" aria-labelledby="verify">
      <h2 id="verify">{t('publog.verify')}</h2>
      <p>{t('publog.verify_text')}</p>
      <ol className="stack stack-tight">
        <li>{t('publog.verify_1', { origin: props.status.origin })}</li>
        <li>{t('publog.verify_2')}</li>
        <li>{t('publog.verify_3')}</li>
      </ol>
      <CodeBlock text={commands.join('\n')} what={t('publog.verify')} />
    </section>
  );
}
