import type { Json } from '@tra/kernel';
import { type RawBuilder, sql } from 'kysely';

/**
 * `value` as a jsonb parameter. Use it for every jsonb column: the driver would send a bare array as a PostgreSQL array and a
 * bare string as unquoted text.
 *
 * @example
 * await trx.insertInto('cases').values({ id, data: jsonb({ steps: ['a'] }) }).execute();
 */
export function jsonb<T = Json>(value: T): RawBuilder<T> {
  return sql<T>`${JSON.stringify(value)}::jsonb`;
}
