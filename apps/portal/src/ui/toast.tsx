import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import './toast.css';

export interface ToastMessage {
  readonly text: string;
  readonly tone?: 'success' | 'danger';
  /** Offers to take it back. */
  readonly undo?: () => void;
}

interface Shown extends ToastMessage {
  readonly id: number;
}

const ToastContext = createContext<(message: ToastMessage) => void>(() => undefined);
let lastId = 0;
/** Long enough to read and reach; with an undo it stays until it is dismissed or replaced. */
const lifetimeMs = 8_000;

/** Says briefly that something happened, in a live region: `const toast = useToast(); toast({ text })`. */
export function useToast(): (message: ToastMessage) => void {
  return useContext(ToastContext);
}

export function ToastProvider(props: { children: ReactNode }): ReactNode {
  const { t } = useI18n();
  const [shown, setShown] = useState<Shown>();
  const show = useCallback((message: ToastMessage) => {
    lastId += 1;
    setShown({ ...message, id: lastId });
  }, []);
  const close = useCallback(() => setShown(undefined), []);
  useEffect(() => {
    if (!shown || shown.undo) return;
    const timer = setTimeout(close, lifetimeMs);
    return () => clearTimeout(timer);
  }, [shown, close]);
  const region = useMemo(
    () => (
      <div className="toast-region no-print" role="status" aria-live="polite">
        {shown && (
          <div className="toast" key={shown.id}>
            <Icon name={shown.tone === 'danger' ? 'cross' : 'check'} />
            <span>{shown.text}</span>
            {shown.undo && (
              <Button
                tone="quiet"
                onClick={() => {
                  shown.undo?.();
                  close();
                }}
              >
                {t('ui.undo')}
              </Button>
            )}
            <Button tone="quiet" onClick={close}>
              {t('ui.close')}
            </Button>
          </div>
        )}
      </div>
    ),
    [shown, close, t],
  );
  return (
    <ToastContext value={show}>
      {props.children}
      {region}
    </ToastContext>
  );
}
