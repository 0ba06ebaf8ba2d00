import { type ReactNode, useEffect, useState } from 'react';
import { session } from '../api/portal-client.ts';
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
        {asked && (
          <SignInForm
            username={asked.username}
            onSignedIn={(state) => {
              const same = state.status === 'signed-in' && state.account.id === asked.accountId;
              props.onAnswered(same);
              // Somebody else must not see the other person's page.
              if (!same) window.location.assign('/');
            }}
          />
        )}
      </Dialog>
    </>
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
