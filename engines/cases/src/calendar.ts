import { CasesError } from './errors.ts';

const DAY = 86_400_000;
/** Thailand keeps UTC+7 all year. */
const OFFSET = 7 * 3_600_000;

/** The day in Bangkok at an instant, `YYYY-MM-DD`. */
export function bangkokDate(instant: Date): string {
  return new Date(instant.getTime() + OFFSET).toISOString().slice(0, 10);
}

/** The last millisecond of a day in Bangkok. */
export function endOfBangkokDay(date: string): Date {
  return new Date(Date.parse(`${date}T00:00:00.000Z`) + DAY - OFFSET - 1);
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00.000Z`) + days * DAY).toISOString().slice(0, 10);
}

function isWeekend(date: string): boolean {
  const day = new Date(`${date}T00:00:00.000Z`).getUTCDay();
  return day === 0 || day === 6;
}

/** The parts of a time allowance: `P3WD` (working days), `P15D` (days). Undefined for any other text. */
export function parseAllowance(text: string): { readonly days: number; readonly working: boolean } | undefined {
  const match = /^P([1-9][0-9]{0,2})(WD|D)$/.exec(text);
  return match ? { days: Number(match[1]), working: match[2] === 'WD' } : undefined;
}

/**
 * When a time allowance that starts at `from` ends: the last millisecond of its last day in Bangkok. The first day does not
 * count (Civil and Commercial Code, section 193/3). Saturdays, Sundays and days for which `isHoliday` answers true are no working days.
 * Throws CasesError `cases.definition_invalid` when the allowance cannot be read.
 */
export function dueAt(allowance: string, from: Date, isHoliday: (date: string) => boolean = () => false): Date {
  const parsed = parseAllowance(allowance);
  if (!parsed) throw new CasesError('cases.definition_invalid', { params: { value: allowance.slice(0, 40) } });
  let date = bangkokDate(from);
  if (!parsed.working) return endOfBangkokDay(addDays(date, parsed.days));
  for (let left = parsed.days, guard = 0; left > 0 && guard < 5000; guard += 1) {
    date = addDays(date, 1);
    if (!isWeekend(date) && !isHoliday(date)) left -= 1;
  }
  return endOfBangkokDay(date);
}

/** The parts of a validity: years, months or days. Undefined for any other text. */
export function parseValidity(text: string): { readonly months: number; readonly days: number } | undefined {
  const match = /^P([1-9][0-9]{0,3})([YMD])$/.exec(text);
  if (!match) return undefined;
  const count = Number(match[1]);
  if (match[2] === 'D') return { months: 0, days: count };
  return { months: match[2] === 'Y' ? count * 12 : count, days: 0 };
}

/**
 * The last day of a document that is valid from `from` (`YYYY-MM-DD`) for `validity` (`P3Y`, `P6M`, `P30D`): the day before the same day
 * of the last month, or that month's last day when it has no such day.
 * Throws CasesError `cases.definition_invalid` when the validity cannot be read.
 */
export function lastValidDay(from: string, validity: string): string {
  const parsed = parseValidity(validity);
  if (!parsed) throw new CasesError('cases.definition_invalid', { params: { value: validity.slice(0, 40) } });
  if (parsed.days > 0) return addDays(from, parsed.days - 1);
  const [year = 0, month = 1, day = 1] = from.split('-').map(Number);
  const first = Date.UTC(year, month - 1 + parsed.months, 1);
  const length = new Date(Date.UTC(year, month + parsed.months, 0)).getUTCDate();
  if (day > length) return new Date(first + (length - 1) * DAY).toISOString().slice(0, 10);
  return new Date(first + (day - 2) * DAY).toISOString().slice(0, 10);
}

/** The Buddhist year of a Gregorian day. */
export function buddhistYear(date: string): number {
  return Number(date.slice(0, 4)) + 543;
}
