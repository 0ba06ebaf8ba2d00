import type { ValidationTerms } from '../../api/validation.ts';

/** What somebody chose beside the documents. */
export interface ChosenTerms {
  readonly keep: boolean;
  readonly trust: readonly File[];
  readonly detached: readonly File[];
  readonly policy: string;
  readonly policyFile: readonly File[];
  /** ISO date, or '' for now. */
  readonly date: string;
  /** `14:05`, or '' for the end of the day. */
  readonly time: string;
}

export const noTerms: ChosenTerms = {
  keep: false,
  trust: [],
  detached: [],
  policy: '',
  policyFile: [],
  date: '',
  time: '',
};

const clock = /^([01]?\d|2[0-3])[:.]([0-5]\d)$/;

/** Whether a text is a time of day, `14:05` or `14.05`. */
export function isTime(text: string): boolean {
  return clock.test(text.trim());
}

/** The terms as the API takes them. Times of day are Thai time, as the form says. */
export function termsOf({ keep, trust, policy, policyFile, date, time }: ChosenTerms): ValidationTerms {
  const [, hour, minute] = clock.exec(time.trim()) ?? [];
  const day = /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : undefined;
  const chosenPolicy = policyFile[0] ?? (policy || undefined);
  return {
    ...(keep ? { keep } : {}),
    ...(trust.length > 0 ? { trust } : {}),
    ...(chosenPolicy ? { policy: chosenPolicy } : {}),
    ...(day ? { at: `${day}T${hour ? `${hour.padStart(2, '0')}:${minute}:00` : '23:59:59'}+07:00` } : {}),
  };
}
