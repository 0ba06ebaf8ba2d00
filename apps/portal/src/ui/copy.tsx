import { type ReactNode, useEffect, useState } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Button } from './button.tsx';
import './copy.css';

const shownMs = 4_000;

/** Puts a text on the clipboard and says so. `what` names it for screen readers. */
export function CopyButton(props: { text: string; what: string; label?: string }): ReactNode {
  const { t } = useI18n();
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), shownMs);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(props.text);
      setState('copied');
    } catch {
      // Refused by the browser, or no secure connection: the text on the page can still be selected.
      setState('failed');
    }
  };
  const said = state === 'idle' ? '' : t(state === 'copied' ? 'ui.copied' : 'ui.copyFailed');
  return (
    <span className="row no-print">
      <Button tone="quiet" icon={state === 'copied' ? 'check' : 'copy'} onClick={() => void copy()}>
        {props.label ?? t('ui.copy')}
        <span className="visually-hidden"> {props.what}</span>
      </Button>
      <span className="small soft" role="status">
        {said}
      </span>
    </span>
  );
}

/** Hexadecimal in groups of four, as it is easiest to compare and to read aloud; copied without the spaces. */
export function Fingerprint(props: { value: string; what: string }): ReactNode {
  return (
    <span className="copyable">
      <code className="grouped">{groupsOf(props.value)}</code>
      <CopyButton text={props.value} what={props.what} />
    </span>
  );
}

/** `d08e51a0` as `D08E 51A0`. */
export function groupsOf(hex: string): string {
  return (hex.toUpperCase().match(/.{1,4}/g) ?? []).join(' ');
}

/** Any text that is meant to be copied. */
export function Copyable(props: { text: string; what: string }): ReactNode {
  return (
    <span className="copyable">
      <code>{props.text}</code>
      <CopyButton text={props.text} what={props.what} />
    </span>
  );
}

/** Commands or PEM, with a button to copy them. */
export function CodeBlock(props: { text: string; what: string }): ReactNode {
  return (
    <div className="code-block">
      <pre>
        <code>{props.text}</code>
      </pre>
      <div className="code-block-tools">
        <CopyButton text={props.text} what={props.what} />
      </div>
    </div>
  );
}
