import type { ReactNode } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Icon, type IconName } from './icon.tsx';
import './notice.css';

export type NoticeTone = 'info' | 'success' | 'warning' | 'danger';

const icons: Record<NoticeTone, IconName> = { info: 'info', success: 'check', warning: 'warning', danger: 'cross' };

export interface NoticeProps {
  readonly tone?: NoticeTone;
  readonly title?: string;
  /** True when it appears because of something the person just did; it is then read out. */
  readonly live?: boolean;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

/** A message in the page: icon, a word for its kind, and plain sentences. */
export function Notice({ tone = 'info', title, live, actions, children }: NoticeProps): ReactNode {
  const { t } = useI18n();
  const body = (
    <>
      <Icon name={icons[tone]} size="large" />
      <div className="notice-body">
        <p className="notice-title">
          <span className={title ? 'visually-hidden' : ''}>{t(`notice.${tone}`)}</span>
          {title && <span> {title}</span>}
        </p>
        {children && (
          <div className="stack stack-tight">{typeof children === 'string' ? <p>{children}</p> : children}</div>
        )}
        {actions && <div className="row notice-actions">{actions}</div>}
      </div>
    </>
  );
  if (live && tone === 'danger')
    return (
      <div className={`notice ${tone}`} role="alert">
        {body}
      </div>
    );
  return (
    <div className={`notice ${tone}`} {...(live ? { role: 'status' } : {})}>
      {body}
    </div>
  );
}
