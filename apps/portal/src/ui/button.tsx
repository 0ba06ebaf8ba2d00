import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Icon, type IconName } from './icon.tsx';
import './button.css';

export type ButtonTone = 'primary' | 'secondary' | 'danger' | 'quiet';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly tone?: ButtonTone;
  readonly icon?: IconName;
  /** While true the button says that it works and takes no further press, but keeps focus. */
  readonly pending?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button that does something here; for going somewhere use {@link ButtonLink}. */
export function Button({ tone = 'secondary', icon, pending, children, onClick, ...rest }: ButtonProps): ReactNode {
  const { t } = useI18n();
  return (
    <button
      type="button"
      {...rest}
      className={`button ${tone} ${rest.className ?? ''}`}
      aria-disabled={pending || rest['aria-disabled']}
      onClick={(event) => {
        if (pending) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {pending ? <span className="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      <span>{children}</span>
      <span className="visually-hidden" role="status">
        {pending ? t('ui.working') : ''}
      </span>
    </button>
  );
}

interface AnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly tone?: ButtonTone;
  readonly icon?: IconName;
  readonly ref?: Ref<HTMLAnchorElement>;
}

function ButtonAnchor({ tone = 'secondary', icon, children, ...rest }: AnchorProps): ReactNode {
  return (
    <a {...rest} className={`button ${tone} ${rest.className ?? ''}`}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}

/** A link to a route of the portal that looks like a button. */
export const ButtonLink = createLink(ButtonAnchor);

/** A link out of the portal (a file, an API address) that looks like a button. */
export const ButtonHref = ButtonAnchor;
