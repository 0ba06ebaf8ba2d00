import type { Verdict } from '@tra/kernel';
import { type ReactNode, useId } from 'react';
import { useI18n } from '../i18n/language.tsx';
import type { TextParams } from '../i18n/texts.ts';
import { Disclosure } from './disclosure.tsx';
import { StatusTag, type StatusTone, toneOfVerdict, VerdictIcon } from './status-tag.tsx';
import './verdict-card.css';

export interface VerdictCheck {
  readonly code: string;
  readonly status: Verdict;
  readonly clause?: string;
  readonly params?: TextParams;
  /** The sentence as the server wrote it, for codes that are not known here. */
  readonly message?: string;
}

export type VerdictQuestion = 'unchanged' | 'signer' | 'time' | 'status';

export interface VerdictAnswer {
  readonly question: VerdictQuestion;
  readonly status: Verdict;
  readonly code: string;
  readonly params?: TextParams;
  readonly message?: string;
  readonly checks: readonly VerdictCheck[];
}

export interface VerdictCardProps {
  readonly verdict: Verdict;
  /** What stands in place of the verdict where there was nothing to judge. */
  readonly instead?: { readonly tone: StatusTone; readonly word: string };
  readonly summary: { readonly code: string; readonly params?: TextParams; readonly message?: string };
  /** Empty where there was nothing to judge. */
  readonly answers: readonly VerdictAnswer[];
  /** What was looked at: a file name or a number. */
  readonly subject?: string;
  /** Heading level of the one-line answer. */
  readonly level?: 2 | 3;
  readonly children?: ReactNode;
}

const order: readonly VerdictQuestion[] = ['unchanged', 'signer', 'time', 'status'];

/** The answer in one line, then the four questions, always in the same order, each with the checks behind it. */
export function VerdictCard(props: VerdictCardProps): ReactNode {
  const { t, tc } = useI18n();
  const id = useId();
  const Heading = props.level === 3 ? 'h3' : 'h2';
  const tone = props.instead?.tone ?? toneOfVerdict(props.verdict);
  return (
    <section className="verdict" data-tone={tone} aria-labelledby={id}>
      <header className="verdict-head">
        <VerdictIcon tone={tone} size="large" />
        <div>
          <p className="verdict-word">{props.instead?.word ?? t(`verdict.${props.verdict}`)}</p>
          <Heading id={id}>{tc(props.summary.code, props.summary.params, props.summary.message)}</Heading>
          {props.subject && <p className="soft small verdict-subject">{props.subject}</p>}
        </div>
      </header>
      {props.answers.length > 0 && (
        <dl className="verdict-rows">
          {order
            .flatMap((question) => props.answers.filter((answer) => answer.question === question))
            .map((answer) => (
              <VerdictRow key={answer.question} answer={answer} />
            ))}
        </dl>
      )}
      {props.children && <div className="verdict-foot">{props.children}</div>}
    </section>
  );
}

function VerdictRow(props: { answer: VerdictAnswer }): ReactNode {
  const { t, tc } = useI18n();
  const { answer } = props;
  const tone = toneOfVerdict(answer.status);
  return (
    <div className="verdict-row" data-tone={tone}>
      <dt>
        <VerdictIcon tone={tone} />
        <span>{t(`verdict.question.${answer.question}`)}</span>
      </dt>
      <dd>
        <p>
          <b className="verdict-status">{t(`verdict.row.${answer.status}`)}</b>{' '}
          {tc(answer.code, answer.params, answer.message)}
        </p>
        {answer.checks.length > 0 && (
          <Disclosure label={t('verdict.why')} context={t(`verdict.question.${answer.question}`)}>
            {() => <CheckList checks={answer.checks} />}
          </Disclosure>
        )}
      </dd>
    </div>
  );
}

/** The single checks of a report, with the clause of the standard that asks for each. */
export function CheckList(props: { checks: readonly VerdictCheck[] }): ReactNode {
  const { t, tc } = useI18n();
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away
    <ul role="list" className="check-list">
      {props.checks.map((check, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a report never changes; the same check may appear twice
        <li key={`${check.code}-${index}`}>
          <StatusTag tone={toneOfVerdict(check.status)}>{t(`verdict.row.${check.status}`)}</StatusTag>
          <span>
            {tc(check.code, check.params, check.message)}
            {check.clause && <span className="soft small"> ({check.clause})</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
