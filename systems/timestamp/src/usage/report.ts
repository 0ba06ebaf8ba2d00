import { sql } from '@tra/platform-storage';
import type { Tables } from '../subscribers/tables.ts';

/** One line of a report: requests of one subscriber in a day or a month (Bangkok) with the same policy and outcome. */
export interface UsageLine {
  /** `2026-11-21` or `2026-11`. */
  readonly period: string;
  readonly subscriber: string;
  readonly policy: string;
  /** `granted`, or why not. */
  readonly outcome: string;
  readonly requests: number;
  readonly digests: number;
  readonly tokens: number;
}

/** What a report covers. */
export interface UsageQuery {
  /** First and last day, both included. */
  readonly from: string;
  readonly to: string;
  readonly by: 'day' | 'month';
  /** All subscribers unless told. */
  readonly subscriber?: string | undefined;
  /** The line that the one before ended with. */
  readonly after?: UsageCursor | undefined;
  readonly limit: number;
}

/** Where a line stands in the order of reports. */
export type UsageCursor = Pick<UsageLine, 'period' | 'subscriber' | 'policy' | 'outcome'>;

/** Lines in the order of time, subscriber, policy and outcome; the newest period first. */
export async function reportUsage(tables: Tables, query: UsageQuery): Promise<readonly UsageLine[]> {
  const period = query.by === 'day' ? sql<string>`day` : sql<string>`substr(day, 1, 7)`;
  const { after } = query;
  let rows = tables
    .selectFrom('timestamp_usage')
    .select([period.as('period'), 'subscriber', 'policy', 'outcome'])
    .select([
      sql<string>`sum(requests)`.as('requests'),
      sql<string>`sum(digests)`.as('digests'),
      sql<string>`sum(tokens)`.as('tokens'),
    ])
    .where('day', '>=', query.from)
    .where('day', '<=', query.to);
  if (query.subscriber !== undefined) rows = rows.where('subscriber', '=', query.subscriber);
  if (after) {
    rows = rows.where(
      sql<boolean>`(${period} < ${after.period} OR (${period} = ${after.period} AND (subscriber, policy, outcome) > (${after.subscriber}, ${after.policy}, ${after.outcome})))`,
    );
  }
  const found = await rows
    .groupBy([period, 'subscriber', 'policy', 'outcome'])
    .orderBy(period, 'desc')
    .orderBy('subscriber')
    .orderBy('policy')
    .orderBy('outcome')
    .limit(query.limit)
    .execute();
  return found.map(({ requests, digests, tokens, ...line }) => ({
    ...line,
    ...{ requests: Number(requests), digests: Number(digests), tokens: Number(tokens) },
  }));
}

/** Digests stamped for a subscriber on a day and in its month. */
export async function countUsed(
  tables: Tables,
  subscriber: string,
  day: string,
): Promise<{ readonly day: number; readonly month: number }> {
  const row = await tables
    .selectFrom('timestamp_usage')
    .select([
      sql<string | null>`sum(digests) FILTER (WHERE day = ${day})`.as('day'),
      sql<string | null>`sum(digests)`.as('month'),
    ])
    .where('subscriber', '=', subscriber)
    .where('day', '>=', `${day.slice(0, 7)}-01`)
    .where('day', '<=', `${day.slice(0, 7)}-31`)
    .executeTakeFirst();
  return { day: Number(row?.day ?? 0), month: Number(row?.month ?? 0) };
}
