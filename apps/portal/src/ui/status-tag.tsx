import type { Verdict } from '@tra/kernel';
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import './status-tag.css';

/** Tones of a case, of a verdict, and of a licence, each with its own icon and colour. */
export type StatusTone =
  | 'draft'
  | 'progress'
  | 'waiting'
  | 'done'
  | 'refused'
  | 'holds'
  | 'unknown'
  | 'fails'
  | 'neutral';

const icons: Record<StatusTone, IconName> = {
  draft: 'pencil',
  progress: 'arrow',
  waiting: 'clock',
  done: 'check',
  refused: 'cross',
  holds: 'check',
  unknown: 'question',
  fails: 'cross',
  neutral: 'info',
};

const verdictTones: Record<Verdict, StatusTone> = { passed: 'holds', failed: 'fails', indeterminate: 'unknown' };
const licenceTones: Record<string, StatusTone> = {
  active: 'holds',
  suspended: 'unknown',
  revoked: 'fails',
  expired: 'fails',
  superseded: 'unknown',
};

/** Tone of a verdict. */
export function toneOfVerdict(verdict: Verdict): StatusTone {
  return verdictTones[verdict];
}

/** Tone of a licence status. */
export function toneOfLicence(status: string): StatusTone {
  return licenceTones[status] ?? 'neutral';
}

/** A status: icon, word, colour. */
export function StatusTag(props: { tone: StatusTone; children: ReactNode }): ReactNode {
  return (
    <span className="status-tag" data-tone={props.tone}>
      <Icon name={icons[props.tone]} size="small" />
      <span>{props.children}</span>
    </span>
  );
}

/** Round icon of a verdict, beside a word that says the same. */
export function VerdictIcon(props: { tone: StatusTone; size?: 'large' }): ReactNode {
  return (
    <span className={`verdict-icon ${props.size ?? ''}`} data-tone={props.tone}>
      <Icon name={icons[props.tone]} />
    </span>
  );
}
