import { createHmac } from 'node:crypto';
import type { Random } from '@tra/kernel';
import { type Database, sql } from '@tra/platform-storage';
import { bangkokDay } from './bangkok.ts';
import type { SubscriberTables } from './tables.ts';

/** How much is taken at once: a part of what is left, so that no process keeps much from the others. */
const part = 16;
const mostAtOnce = 500;
const rowsAtOnce = 500;
const hour = 3_600_000;

/** What somebody wants of the quota of a day. */
export interface WantedOfDay {
  readonly address: string;
  readonly day: string;
  readonly wanted: number;
  readonly limit: number;
}

/** What is to be added to what is taken of a day; less than nothing gives back. */
export interface ChangeOfDay {
  readonly address: string;
  readonly change: number;
}

/** The rows that all processes share: what is taken of the quota of each network address on each day. */
export class AddressDays {
  readonly #database: Database;
  readonly #random: Random;
  #secret: { readonly day: string; readonly bytes: Promise<Uint8Array> } | undefined;

  constructor({ database, random }: { readonly database: Database; readonly random: Random }) {
    this.#database = database;
    this.#random = random;
  }

  /** Takes `wanted`, or a block that is larger, or what is left. Resolves to how many. One statement, once the secret of the day is known. */
  async take({ address, day, wanted, limit }: WantedOfDay): Promise<number> {
    const holder = await this.#holderOf(address, day);
    const tables = this.#database.tables<SubscriberTables>();
    const left = sql`(${limit}::bigint - held.leased)`;
    const block = sql`greatest(0, least(${left}, greatest(${wanted}::bigint, least(${mostAtOnce}::bigint, ${left} / ${part}::bigint))))`;
    const first = Math.min(limit, Math.max(wanted, Math.min(mostAtOnce, Math.floor(limit / part))));
    const { rows } = await sql<{ granted: number | string }>`
      INSERT INTO timestamp_address_days AS held (day, holder, leased, granted)
      VALUES (${day}, ${holder}, ${first}, ${first})
      ON CONFLICT (day, holder) DO UPDATE SET leased = held.leased + ${block}, granted = ${block}
      RETURNING granted`.execute(tables);
    return Number(rows[0]?.granted ?? 0);
  }

  /** Writes changes, in the one order in which every process does it, so that no two wait for each other. */
  async change(day: string, changes: readonly ChangeOfDay[]): Promise<void> {
    const rows = [];
    for (const { address, change } of changes) {
      const holder = await this.#holderOf(address, day);
      rows.push({ day, holder, leased: Math.max(0, change), granted: change });
    }
    rows.sort((left, right) => Buffer.compare(left.holder, right.holder));
    for (let at = 0; at < rows.length; at += rowsAtOnce) {
      await this.#database
        .tables<SubscriberTables>()
        .insertInto('timestamp_address_days')
        .values(rows.slice(at, at + rowsAtOnce))
        .onConflict((conflict) =>
          conflict.columns(['day', 'holder']).doUpdateSet({
            leased: sql`greatest(0, timestamp_address_days.leased + excluded.granted)`,
            granted: sql`excluded.granted`,
          }),
        )
        .execute();
    }
  }

  /** Whether the day has more than `most` rows. */
  async exceeds(day: string, most: number): Promise<boolean> {
    const { rows } = await sql<{ rows: number | string }>`
      SELECT count(*) AS rows FROM (SELECT 1 FROM timestamp_address_days WHERE day = ${day} LIMIT ${most + 1}) AS counted`.execute(
      this.#database.tables<SubscriberTables>(),
    );
    return Number(rows[0]?.rows ?? 0) > most;
  }

  /** Removes the days that are over, with their secrets: an hour later, for clocks differ. */
  async removePast(now: number): Promise<void> {
    const first = bangkokDay(now - hour);
    const tables = this.#database.tables<SubscriberTables>();
    await tables.deleteFrom('timestamp_address_secrets').where('day', '<', first).execute();
    await tables.deleteFrom('timestamp_address_days').where('day', '<', first).execute();
  }

  async #holderOf(address: string, day: string): Promise<Uint8Array> {
    const secret = await this.#secretOf(day);
    return new Uint8Array(createHmac('sha256', secret).update(address).digest().subarray(0, 16));
  }

  #secretOf(day: string): Promise<Uint8Array> {
    if (this.#secret?.day === day) return this.#secret.bytes;
    const bytes = this.#readSecret(day);
    const kept = { day, bytes };
    this.#secret = kept;
    bytes.catch(() => {
      if (this.#secret === kept) this.#secret = undefined;
    });
    return bytes;
  }

  /** The first process that needs the secret of a day makes it. */
  async #readSecret(day: string): Promise<Uint8Array> {
    const tables = this.#database.tables<SubscriberTables>();
    await tables
      .insertInto('timestamp_address_secrets')
      .values({ day, secret: this.#random.bytes(32) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const { secret } = await tables
      .selectFrom('timestamp_address_secrets')
      .select('secret')
      .where('day', '=', day)
      .executeTakeFirstOrThrow();
    return secret;
  }
}
