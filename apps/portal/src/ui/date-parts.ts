import { BUDDHIST_OFFSET } from '../i18n/format.ts';

/** What was typed into the three boxes of a date; months are 1 to 12 as text. */
export interface DateParts {
  readonly day: string;
  readonly month: string;
  readonly year: string;
}

export const emptyDate: DateParts = { day: '', month: '', year: '' };

/** Years from here on are Buddhist era, below common era: the two do not overlap for any date a form asks for. */
const firstBuddhistYear = 2400;

/** The common-era year of a typed year of either era. */
export function commonEraYear(typed: number): number {
  return typed >= firstBuddhistYear ? typed - BUDDHIST_OFFSET : typed;
}

function isRealDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/**
 * ISO date of the parts when they name a real day; '' when nothing was typed; else the typed parts joined by "-", which no
 * validation takes for a date, so that nothing typed is lost and the person is told.
 */
export function joinDate({ day, month, year }: DateParts): string {
  if (!day && !month && !year) return '';
  const y = commonEraYear(Number(year));
  const m = Number(month);
  const d = Number(day);
  const typed = /^\d{4}$/.test(year) && /^\d{1,2}$/.test(day) && /^\d{1,2}$/.test(month);
  if (typed && isRealDate(y, m, d)) {
    return `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
  }
  return `${year}-${month}-${day}`;
}

/** The parts of an ISO date, with the year in the given era; also reads back what {@link joinDate} made of unfinished input. */
export function splitDate(value: string, buddhist: boolean): DateParts {
  if (!value) return emptyDate;
  const [year = '', month = '', day = ''] = value.split('-');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return { day, month: month.replace(/^0/, ''), year };
  const shown = buddhist ? Number(year) + BUDDHIST_OFFSET : Number(year);
  return { day: String(Number(day)), month: String(Number(month)), year: String(shown) };
}
