import { lazy, type ReactNode, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { api, session } from '../api/portal-client.ts';
import { useSession } from '../api/use-session.ts';
import { sessionStep } from './session-clock.ts';

const SessionDialogs = lazy(() => import('./session-dialogs.tsx'));
const checkEveryMs = 5_000;

/** Watches the time: lengthens the session of somebody who is there, warns two minutes before it ends. */
function useSessionWarning(onEnded: () => void): { warning: boolean; expiresAt: number } {
  const state = useSession();
  const expiresAt = state.status === 'signed-in' ? state.expiresAt.getTime() : 0;
  const [warning, setWarning] = useState(false);
  const activeAt = useRef(0);
  useEffect(() => {
    const note = (): void => {
      activeAt.current = Date.now();
    };
    window.addEventListener('pointerdown', note, { passive: true });
    window.addEventListener('keydown', note, { passive: true });
    return () => {
      window.removeEventListener('pointerdown', note);
      window.removeEventListener('keydown', note);
    };
  }, []);
  useEffect(() => {
    setWarning(false);
    if (expiresAt === 0) return;
    const loadedAt = Date.now();
    const timer = setInterval(() => {
      const step = sessionStep({ now: Date.now(), expiresAt, loadedAt, activeAt: activeAt.current });
      if (step === 'warn') setWarning(true);
      if (step === 'refresh') void session.load();
      if (step === 'ended') {
        clearInterval(timer);
        setWarning(false);
        onEnded();
      }
    }, checkEveryMs);
    return () => clearInterval(timer);
  }, [expiresAt, onEnded]);
  return { warning, expiresAt };
}

interface Asked {
  readonly accountId: string | undefined;
  readonly username: string;
  readonly answer: (again: boolean) => void;
}

/** Lets the API client ask for a new sign-in in a dialog over the page, so that the page keeps what was typed. */
function useSignInAgain(): { asked: Asked | undefined; ask: () => Promise<boolean>; close: (again: boolean) => void } {
  const [asked, setAsked] = useState<Asked>();
  const last = useRef<{ id: string; username: string }>(undefined);
  const state = useSession();
  if (state.status === 'signed-in') last.current = state.account;
  const ask = useCallback((): Promise<boolean> => {
    if (!last.current) return Promise.resolve(false);
    const { id, username } = last.current;
    return new Promise((answer) => setAsked({ accountId: id, username, answer }));
  }, []);
  useEffect(() => {
    api.onSignedOut(ask);
    return () => api.onSignedOut(undefined);
  }, [ask]);
  const close = useCallback(
    (again: boolean) => {
      asked?.answer(again);
      setAsked(undefined);
      if (!again) session.ended();
    },
    [asked],
  );
  return { asked, ask, close };
}

export function SessionGuard(): ReactNode {
  const { asked, ask, close } = useSignInAgain();
  const onEnded = useCallback(() => void ask(), [ask]);
  const { warning, expiresAt } = useSessionWarning(onEnded);
  if (!warning && !asked) return null;
  return (
    <Suspense>
      <SessionDialogs warning={warning && !asked} expiresAt={expiresAt} asked={asked} onAnswered={close} />
    </Suspense>
  );
}
