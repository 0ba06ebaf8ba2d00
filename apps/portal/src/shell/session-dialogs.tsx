import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { session } from '../api/portal-client.ts';
import { queries } from '../api/queries.ts';
import type { SessionState } from '../api/session.ts';
import { useSession } from '../api/use-session.ts';
import { useI18n } from '../i18n/index.ts';
import { SignInForm } from '../systems/identity/sign-in-form.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FieldMessage } from '../ui/field.tsx';
import { timeLeft } from './session-clock.ts';

export interface SessionDialogsProps {
  readonly warning: boolean;
  readonly expiresAt: number;
  readonly asked: { readonly accountId: string | undefined; readonly username: string } | undefined;
  readonly onAnswered: (again: boolean) => void;
}

/** The two dialogs about the session. Their own chunk: most visits never need them. */
export default function SessionDialogs(props: SessionDialogsProps): ReactNode {
  const { t } = useI18n();
  const { asked } = props;
  const signedIn = (state: SessionState): void => {
    const same = state.status === 'signed-in' && state.account.id === asked?.accountId;
    props.onAnswered(same);
    // Somebody else must not see the other person's page.
    if (!same) window.location.assign('/');
  };
  return (
    <>
      <WarningDialog open={props.warning} expiresAt={props.expiresAt} />
      <Dialog
        open={asked !== undefined}
        title={t('session.endedTitle')}
        onClose={() => props.onAnswered(false)}
        actions={<Button onClick={() => props.onAnswered(false)}>{t('session.later')}</Button>}
      >
        <p>{t('session.endedText')}</p>
        {asked && <DemoSignIn username={asked.username} onSignedIn={signedIn} />}
        {asked && <SignInForm username={asked.username} onSignedIn={signedIn} />}
      </Dialog>
    </>
  );
}

/** In a demo nobody knows a password: the same account with one press. */
function DemoSignIn(props: { username: string; onSignedIn: (state: SessionState) => void }): ReactNode {
  const { t, pick } = useI18n();
  const state = useSession();
  const demo = (state.status === 'signed-in' || state.status === 'signed-out') && state.demo;
  const { data } = useQuery({ ...queries.demoAccounts(), enabled: demo });
  const account = data?.find((candidate) => candidate.username === props.username);
  const [status, setStatus] = useState<'idle' | 'pending' | 'failed'>('idle');
  if (!account) return null;
  const enter = async (): Promise<void> => {
    setStatus('pending');
    try {
      props.onSignedIn(await session.signIn(account.username, account.password));
    } catch {
      setStatus('failed');
    }
  };
  return (
    <div className="stack stack-tight">
      <Button tone="primary" pending={status === 'pending'} onClick={() => void enter()}>
        {t('signIn.demoUse', { name: pick(account.displayName) })}
      </Button>
      <div role="status">{status === 'failed' && <FieldMessage>{t('signIn.problem')}</FieldMessage>}</div>
    </div>
  );
}

function WarningDialog(props: { open: boolean; expiresAt: number }): ReactNode {
  const { t } = useI18n();
  const [now, setNow] = useState(() => Date.now());
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!props.open) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [props.open]);
  const extend = async (): Promise<void> => {
    setBusy(true);
    const before = props.expiresAt;
    const state = await session.load();
    setFailed(state.status !== 'signed-in' || state.expiresAt.getTime() <= before);
    setBusy(false);
  };
  const left = t('session.minutes', timeLeft(props.expiresAt, now));
  return (
    <Dialog
      open={props.open}
      title={t('session.warningTitle')}
      onClose={() => void extend()}
      actions={
        <Button tone="primary" pending={busy} onClick={() => void extend()}>
          {t('session.extend')}
        </Button>
      }
    >
      <p>{t('session.warningText', { time: left })}</p>
      <div role="status">{failed && <FieldMessage>{t('session.extendFailed')}</FieldMessage>}</div>
    </Dialog>
  );
}
