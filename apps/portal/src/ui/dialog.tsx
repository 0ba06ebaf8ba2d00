import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Button } from './button.tsx';
import './dialog.css';

export interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly onClose: () => void;
  readonly children?: ReactNode;
  readonly actions: ReactNode;
}

/** A modal dialog (the browser's own: focus stays inside, Escape closes, focus returns to where it was). */
export function Dialog(props: DialogProps): ReactNode {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (props.open && !dialog.open) dialog.showModal();
    if (!props.open && dialog.open) dialog.close();
  }, [props.open]);
  return (
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      {props.open && (
        <div className="dialog-body">
          <h2 id={titleId} tabIndex={-1}>
            {props.title}
          </h2>
          {typeof props.children === 'string' ? <p>{props.children}</p> : props.children}
          <div className="row dialog-actions">{props.actions}</div>
        </div>
      )}
    </dialog>
  );
}

export interface ConfirmDialogProps {
  readonly open: boolean;
  /** Names the object: "ลบไฟล์ สำเนาบัตร.pdf?" */
  readonly title: string;
  /** A verb: "ลบไฟล์". */
  readonly confirmLabel: string;
  readonly tone?: 'primary' | 'danger';
  readonly pending?: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
  readonly children?: ReactNode;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  const { t } = useI18n();
  return (
    <Dialog
      open={props.open}
      title={props.title}
      onClose={props.onCancel}
      actions={
        <>
          <Button tone={props.tone ?? 'danger'} pending={props.pending ?? false} onClick={props.onConfirm}>
            {props.confirmLabel}
          </Button>
          <Button onClick={props.onCancel}>{t('ui.cancel')}</Button>
        </>
      }
    >
      {props.children}
    </Dialog>
  );
}
