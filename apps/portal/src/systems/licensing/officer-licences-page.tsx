import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import {
  hasRole,
  keepLicence,
  type Licence,
  type LicenceActionName,
  licensing,
  queries,
  useAccount,
} from '../../api/index.ts';
import { formatDate } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable, LoadMore } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { EmptyState } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { TextArea, TextField } from '../../ui/text-field.tsx';
import { useToast } from '../../ui/toast.tsx';
import { ActionFailure } from '../failure.tsx';
import { Loaded } from '../loaded.tsx';
import { LicenceTag, useHolder } from './licence-parts.tsx';
import { OfficersOnly } from './officers-only.tsx';

interface Asked {
  readonly licence: Licence;
  readonly action: LicenceActionName;
}

/** The register of licences, and what an approver may do to one: suspend, reinstate, revoke. */
export function OfficerLicencesPage(): ReactNode {
  const { t } = useI18n();
  return (
    <Page title={t('officer.licences')} width="wide">
      <OfficersOnly>
        <Register />
      </OfficersOnly>
    </Page>
  );
}

function Register(): ReactNode {
  const { t } = useI18n();
  const account = useAccount();
  const approver = hasRole(account, 'approver');
  const [text, setText] = useState('');
  const q = useSettled(text);
  const [asked, setAsked] = useState<Asked>();
  const query = useInfiniteQuery({ ...queries.licences(q), placeholderData: (before) => before });
  const columns = useColumns(approver, (licence, action) => setAsked({ licence, action }));
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="stack stretch">
      {!approver && <Notice>{t('officer.licences_read_only')}</Notice>}
      <FilterBar>
        <TextField
          id="licence-search"
          type="search"
          label={t('officer.search')}
          hint={t('officer.licences_search')}
          value={text}
          onChange={setText}
        />
      </FilterBar>
      <Loaded query={query}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={t(q ? 'officer.licences_none_found' : 'officer.licences_empty')} icon="search">
              {q ? undefined : t('officer.licences_empty_text')}
            </EmptyState>
          ) : (
            <>
              <DataTable caption={t('officer.licences')} columns={columns} rows={rows} rowKey={(row) => row.id} />
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
      {asked && (
        <ActionDialog key={`${asked.licence.id}-${asked.action}`} asked={asked} onClose={() => setAsked(undefined)} />
      )}
    </div>
  );
}

/** A text that has not changed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text.trim());
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text.trim()), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** What may be done to a licence in each state; the server decides for itself. */
const possible: Readonly<Record<string, readonly LicenceActionName[]>> = {
  active: ['suspend', 'revoke'],
  suspended: ['reinstate', 'revoke'],
};

function useColumns(approver: boolean, ask: (licence: Licence, action: LicenceActionName) => void): Column<Licence>[] {
  const { t, language } = useI18n();
  const holder = useHolder();
  const columns: Column<Licence>[] = [
    {
      key: 'number',
      label: t('licence.number'),
      primary: true,
      cell: (row) => (
        <Link to="/v/$publicId" params={{ publicId: row.publicId }} className="tabular">
          {row.number}
        </Link>
      ),
    },
    { key: 'holder', label: t('licence.holder'), cell: (row) => holder(row.holder) },
    { key: 'status', label: t('licence.status'), cell: (row) => <LicenceTag status={row.status} /> },
    { key: 'until', label: t('licence.until'), cell: (row) => formatDate(row.validTo, language) },
  ];
  if (!approver) return columns;
  return [
    ...columns,
    {
      key: 'actions',
      label: t('officer.licence_actions'),
      cell: (row) => (
        <span className="row">
          {(possible[row.status] ?? []).map((action) => (
            <Button key={action} tone="quiet" onClick={() => ask(row, action)}>
              {t(`officer.${action}`)}
              <span className="visually-hidden"> {row.number}</span>
            </Button>
          ))}
        </span>
      ),
    },
  ];
}

function ActionDialog(props: { asked: Asked; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const { licence, action } = props.asked;
  const client = useQueryClient();
  const toast = useToast();
  const holder = useHolder();
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const change = useMutation({
    mutationFn: () => licensing.actOnLicence(licence.id, action, reason.trim()),
    onSuccess: async (next: Licence) => {
      await keepLicence(client, next);
      await client.invalidateQueries({ queryKey: ['applications'] });
      toast({ text: t('officer.licence_changed', { number: next.number, state: t(`licence.state.${next.status}`) }) });
      props.onClose();
    },
  });
  const confirm = (): void => {
    setTried(true);
    if (reason.trim() !== '') change.mutate();
    else document.getElementById('licence-reason')?.querySelector<HTMLElement>('textarea')?.focus();
  };
  return (
    <Dialog
      open
      title={t(`officer.${action}_what`, { number: licence.number })}
      onClose={props.onClose}
      actions={
        <>
          <Button tone={action === 'reinstate' ? 'primary' : 'danger'} pending={change.isPending} onClick={confirm}>
            {t(`officer.${action}`)}
          </Button>
          <Button onClick={props.onClose}>{t('ui.cancel')}</Button>
        </>
      }
    >
      <div className="stack stretch">
        <p>{t(`officer.${action}_text`, { holder: holder(licence.holder) })}</p>
        <ActionFailure problem={change.error} />
        <TextArea
          id="licence-reason"
          label={t('officer.reason')}
          hint={t('officer.licence_reason_hint')}
          value={reason}
          onChange={setReason}
          maxLength={2000}
          spellCheck
          error={tried && reason.trim() === '' ? t('officer.reason_missing') : undefined}
        />
      </div>
    </Dialog>
  );
}
