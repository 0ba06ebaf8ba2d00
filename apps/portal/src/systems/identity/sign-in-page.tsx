import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { session } from '../../api/portal-client.ts';
import { queries } from '../../api/queries.ts';
import type { SessionState } from '../../api/session.ts';
import type { DemoAccount } from '../../api/types.ts';
import { hasRole, useSession } from '../../api/use-session.ts';
import { useI18n } from '../../i18n/index.ts';
import { Button } from '../../ui/button.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/progress.tsx';
import { safeReturn } from './safe-return.ts';
import { SignInForm } from './sign-in-form.tsx';
import './sign-in.css';

const licensingRoles = ['officer', 'approver', 'auditor', 'operator'];
const registrationRoles = ['registrar', 'ca-operator'];
const officerRoles = [...licensingRoles, ...registrationRoles, 'timestamp-officer'];

function startOf(state: SessionState): string {
  if (state.status !== 'signed-in') return '/';
  if (hasRole(state.account, ...licensingRoles)) return '/officer/queue';
  if (hasRole(state.account, 'timestamp-officer')) return '/officer/subscribers';
  return hasRole(state.account, ...registrationRoles) ? '/officer/certificate-requests' : '/';
}

export function SignInPage(): ReactNode {
  const { t, pick } = useI18n();
  const router = useRouter();
  const client = useQueryClient();
  const search = useSearch({ from: '/sign-in' });
  const state = useSession();
  const goOn = async (next: SessionState): Promise<void> => {
    await client.invalidateQueries();
    router.history.push(safeReturn(search.return) ?? startOf(next));
  };
  if (state.status === 'signed-in') {
    return (
      <Page title={t('signIn.title')}>
        <Notice title={t('signIn.already', { name: pick(state.account.displayName) })} />
        <Button tone="primary" onClick={() => void goOn(state)}>
          {t('signIn.goOn')}
        </Button>
      </Page>
    );
  }
  const demo = state.status === 'signed-out' && state.demo;
  const form = <SignInForm onSignedIn={(next) => void goOn(next)} />;
  return (
    <Page title={t('signIn.title')} lead={search.return ? t('signIn.reason') : t('signIn.lead')}>
      {state.status === 'loading' && <Skeleton lines={4} />}
      {demo && <DemoAccounts onSignedIn={(next) => void goOn(next)} />}
      {demo ? <Disclosure label={t('signIn.ownAccount')}>{form}</Disclosure> : state.status !== 'loading' && form}
    </Page>
  );
}

/** One click per role; only where the server says that it is a demo. */
function DemoAccounts(props: { onSignedIn: (state: SessionState) => void }): ReactNode {
  const { t } = useI18n();
  const { data, isPending } = useQuery(queries.demoAccounts());
  const isOfficer = (account: DemoAccount): boolean => account.roles.some((role) => officerRoles.includes(role));
  if (isPending) return <Skeleton lines={6} />;
  const groups = [
    { key: 'citizen', label: t('signIn.groupCitizen'), accounts: data?.filter((account) => !isOfficer(account)) ?? [] },
    { key: 'officer', label: t('signIn.groupOfficer'), accounts: data?.filter(isOfficer) ?? [] },
  ];
  return (
    <section className="demo-accounts" aria-labelledby="demo-title">
      <div>
        <h2 id="demo-title">{t('signIn.demoTitle')}</h2>
        <p className="soft">{t('signIn.demoText')}</p>
      </div>
      {groups
        .filter((group) => group.accounts.length > 0)
        .map((group) => (
          <div key={group.key} className="demo-group">
            <h3>{group.label}</h3>
            {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away */}
            <ul role="list">
              {group.accounts.map((account) => (
                <DemoEntry key={account.username} account={account} onSignedIn={props.onSignedIn} />
              ))}
            </ul>
          </div>
        ))}
    </section>
  );
}

function DemoEntry(props: { account: DemoAccount; onSignedIn: (state: SessionState) => void }): ReactNode {
  const { t, pick } = useI18n();
  const [status, setStatus] = useState<'idle' | 'pending' | 'failed'>('idle');
  const { account } = props;
  const enter = async (): Promise<void> => {
    setStatus('pending');
    try {
      props.onSignedIn(await session.signIn(account.username, account.password));
    } catch {
      setStatus('failed');
    }
  };
  return (
    <li>
      <button type="button" className="demo-entry" aria-disabled={status === 'pending'} onClick={() => void enter()}>
        <span className="demo-text">
          <b>{pick(account.displayName)}</b>
          <span className="soft small">{pick(account.description)}</span>
        </span>
        {status === 'pending' ? <span className="spinner" aria-hidden="true" /> : <Icon name="arrow" />}
      </button>
      <div role="status">
        {status === 'pending' && <span className="visually-hidden">{t('ui.working')}</span>}
        {status === 'failed' && <Notice tone="danger">{t('signIn.problem')}</Notice>}
      </div>
    </li>
  );
}
