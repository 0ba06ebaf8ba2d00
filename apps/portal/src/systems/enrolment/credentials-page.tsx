import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { hasRole, useAccount } from '../../api/index.ts';
import { formatDate, formatDateTime } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { type Column, DataTable, LoadMore } from '../../ui/data-table.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/lists.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusTag, type StatusTone } from '../../ui/status-tag.tsx';
import { useToast } from '../../ui/toast.tsx';
import { ActionFailure } from '../failure.tsx';
import { Loaded } from '../loaded.tsx';
import { RegistrarsOnly } from '../pki/registrars-only.tsx';
import { type Credential, enrolment, enrolmentQueries, standingOf } from './api.ts';

const tones: Readonly<Record<ReturnType<typeof standingOf>, StatusTone>> = {
  active: 'holds',
  expired: 'neutral',
  ended: 'fails',
};

/** What lets software enrol by itself: handed out, watched and ended by registration officers. */
export function CredentialsPage(): ReactNode {
  const { t } = useI18n();
  return (
    <Page title={t('credential.title')} lead={t('credential.lead')} width="wide">
      <RegistrarsOnly roles={['registrar', 'auditor']}>
        <Credentials />
      </RegistrarsOnly>
    </Page>
  );
}

function Credentials(): ReactNode {
  const { t } = useI18n();
  const query = useInfiniteQuery(enrolmentQueries.credentials());
  const account = useAccount();
  const [ending, setEnding] = useState<Credential>();
  const registrar = hasRole(account, 'registrar');
  const columns = useColumns(registrar ? setEnding : undefined);
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const create = registrar && (
    <ButtonLink tone="primary" to="/officer/credentials/new">
      {t('credential.new')}
    </ButtonLink>
  );
  return (
    <div className="stack stretch">
      <Loaded query={query}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={t('credential.empty')} icon="lock" actions={create}>
              {t('credential.empty_text')}
            </EmptyState>
          ) : (
            <>
              <div>{create}</div>
              <DataTable caption={t('credential.title')} columns={columns} rows={rows} rowKey={(row) => row.id} />
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
      {ending && <EndDialog credential={ending} onClose={() => setEnding(undefined)} />}
    </div>
  );
}

function useColumns(end: ((credential: Credential) => void) | undefined): Column<Credential>[] {
  const { t, tc, language } = useI18n();
  const now = new Date();
  const columns: Column<Credential>[] = [
    { key: 'label', label: t('credential.label'), primary: true, cell: (row) => <b>{row.label}</b> },
    {
      key: 'kind',
      label: t('credential.kind'),
      cell: (row) => `${row.kind.toUpperCase()} · ${tc(`pkipage.profile.${row.profile}`)}`,
    },
    { key: 'names', label: t('credential.names'), cell: (row) => row.names.join(', ') || t('credential.any_name') },
    {
      key: 'status',
      label: t('regist.state'),
      cell: (row) => {
        const standing = standingOf(row, now);
        return <StatusTag tone={tones[standing]}>{t(`credential.standing.${standing}`)}</StatusTag>;
      },
    },
    { key: 'until', label: t('regist.until'), cell: (row) => formatDate(row.expiresAt, language) },
    {
      key: 'used',
      label: t('credential.last_used'),
      cell: (row) => (row.lastUsedAt ? formatDateTime(row.lastUsedAt, language) : t('credential.never_used')),
    },
  ];
  if (!end) return columns;
  return [
    ...columns,
    {
      key: 'actions',
      label: t('regist.certificate_actions'),
      cell: (row) =>
        standingOf(row, now) === 'active' ? (
          <Button tone="quiet" onClick={() => end(row)}>
            {t('credential.end')}
            <span className="visually-hidden"> {row.label}</span>
          </Button>
        ) : (
          ''
        ),
    },
  ];
}

function EndDialog(props: { credential: Credential; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const { credential, onClose } = props;
  const client = useQueryClient();
  const toast = useToast();
  const end = useMutation({
    mutationFn: () => enrolment.end(credential.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['enrolment'] });
      toast({ text: t('credential.ended', { label: credential.label }) });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      title={t('credential.end_title', { label: credential.label })}
      confirmLabel={t('credential.end')}
      pending={end.isPending}
      onConfirm={() => end.mutate()}
      onCancel={onClose}
    >
      <div className="stack stretch">
        <p>{t('credential.end_text')}</p>
        <ActionFailure problem={end.error} />
      </div>
    </ConfirmDialog>
  );
}
