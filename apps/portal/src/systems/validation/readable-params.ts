import type { Language, Params } from '../../api/types.ts';
import { formatDate, formatDateTime } from '../../i18n/format.ts';

const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const day = /^\d{4}-\d{2}-\d{2}$/;

/** Parameters of a code as a person reads them: times and dates of the wire in the reader's calendar, the rest as it is. */
export function readableParams(params: Params | undefined, language: Language): Params {
  const entries = Object.entries(params ?? {}).map(([name, value]): [string, string | number] => {
    if (typeof value !== 'string') return [name, value];
    if (moment.test(value)) return [name, formatDateTime(value, language)];
    return [name, day.test(value) ? formatDate(value, language) : value];
  });
  return Object.fromEntries(entries);
}
