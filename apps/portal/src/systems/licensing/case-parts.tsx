import type { ReactNode } from 'react';
import type { Application } from '../../api/index.ts';
import { formatDate, formatDateTime, formatMoney } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { SummaryList, Timeline, type TimelineItem } from '../../ui/lists.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { daysFromToday } from './due.ts';

/** What has to be paid and what has been. */
export function Fees(props: { application: Application }): ReactNode {
  const { t, pick, language } = useI18n();
  if (props.application.fees.length === 0) return null;
  const rows = props.application.fees.map((fee) => ({
    key: fee.code,
    label: pick(fee.label),
    value: (
      <div className="stack stack-tight">
        <span className="row">
          <span className="tabular">{formatMoney(fee.amount.value, language)}</span>
          <StatusTag tone={isPaid(fee) ? 'done' : 'waiting'}>
            {t(isPaid(fee) ? 'request.fee_paid' : 'request.fee_due')}
          </StatusTag>
        </span>
        {fee.receiptNumber && (
          <span className="small soft">{t('request.fee_receipt', { number: fee.receiptNumber })}</span>
        )}
        {fee.paidAt && (
          <span className="small soft">{t('request.fee_paid_at', { when: formatDateTime(fee.paidAt, language) })}</span>
        )}
      </div>
    ),
  }));
  return (
    <section className="stack stack-tight stretch" aria-labelledby="fees">
      <h2 id="fees">{t('request.fees')}</h2>
      <SummaryList rows={rows} />
    </section>
  );
}

export function isPaid(fee: Application['fees'][number]): boolean {
  return fee.status === 'paid' || fee.status === 'settled';
}

/** What is still to be paid, in satang. */
export function amountDue(application: Pick<Application, 'fees'>): number {
  return application.fees.filter((fee) => !isPaid(fee)).reduce((sum, fee) => sum + fee.amount.value, 0);
}

/** Who did what, when and why; the evidence of each event one click away. Newest first. */
export function History(props: { application: Application }): ReactNode {
  const { t, tc, pick } = useI18n();
  const items = props.application.timeline.map((entry): TimelineItem => {
    const role = tc(`role.${entry.actor.role}`, {}, entry.actor.role);
    const name = pick(entry.actor.displayName);
    return {
      key: entry.id,
      at: entry.at,
      title: pick(entry.label),
      by: name && name !== role ? `${name} (${role})` : role,
      children: (
        <>
          {entry.reason && <p>{t('request.reason_is', { reason: entry.reason })}</p>}
          <Disclosure label={t('request.history_proof')} context={pick(entry.label)}>
            <p className="small soft">
              {t('request.history_event', { seq: entry.seq })} <code>{entry.hash}</code>
            </p>
          </Disclosure>
        </>
      ),
    };
  });
  return (
    <section className="stack stack-tight stretch" aria-labelledby="history">
      <h2 id="history">{t('request.history')}</h2>
      {items.length === 0 ? (
        <p className="soft">{t('request.history_empty')}</p>
      ) : (
        <Timeline items={items.reverse()} label={t('request.history')} />
      )}
    </section>
  );
}

/** When a decision is due, and that it is late when it is. */
export function DueText(props: { application: Pick<Application, 'dueAt' | 'overdue' | 'tone'> }): ReactNode {
  const { t, language } = useI18n();
  const { dueAt, overdue, tone } = props.application;
  if (!dueAt || tone !== 'progress') return null;
  return (
    <p className="soft">
      {t('request.by_date', { when: formatDate(dueAt, language, 'long') })}
      {overdue && <b> · {t('request.overdue')}</b>}
    </p>
  );
}

/** When a case is due, in days for those who work by it; late is said in words. */
export function Due(props: { application: Pick<Application, 'dueAt' | 'overdue'> }): ReactNode {
  const { t, language } = useI18n();
  const { dueAt, overdue } = props.application;
  if (!dueAt) return <span className="soft">{t('officer.no_due')}</span>;
  const days = daysFromToday(dueAt, new Date());
  const date = <span className="soft small">{formatDate(dueAt, language)}</span>;
  if (overdue) {
    const label = days < 0 ? t('officer.overdue_by', { days: -days }) : t('request.overdue');
    return (
      <span className="row">
        <StatusTag tone="fails">{label}</StatusTag> {date}
      </span>
    );
  }
  return (
    <span className="row">
      {days === 0 ? <StatusTag tone="waiting">{t('officer.due_today')}</StatusTag> : t('officer.due_in', { days })}{' '}
      {date}
    </span>
  );
}
