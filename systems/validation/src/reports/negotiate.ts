import { ValidationError } from '../errors.ts';
import { isReportFormat, type ReportFormat, reportFormats } from './formats.ts';

/** The format of this name. Throws `validation.format_unknown`, naming `field`. */
export function formatNamed(name: string, field: 'format' | 'report'): ReportFormat {
  if (isReportFormat(name)) return name;
  const params = { name: name.slice(0, 100), known: Object.keys(reportFormats).join(', ') };
  throw new ValidationError('validation.format_unknown', field, { params });
}

/** Formats by media type, the one that is taken when several are as welcome first. */
const byMediaType: readonly (readonly [type: string, format: ReportFormat])[] = [
  ['application/json', 'simple'],
  ['text/html', 'html'],
  ['application/pdf', 'pdf'],
  ['application/xml', 'etsi'],
  ['text/xml', 'etsi'],
];

const longestHeader = 1_000;

/**
 * The format that an `Accept` header asks for (RFC 9110 section 12.5.1): the most welcome one, JSON when nothing is said. Undefined when it names nothing
 * that there is.
 */
export function formatAccepted(accept: string | undefined): ReportFormat | undefined {
  if (accept === undefined || accept.trim() === '') return 'simple';
  const ranges = accept.slice(0, longestHeader).split(',').map(readRange);
  let best: { readonly format: ReportFormat; readonly quality: number } | undefined;
  for (const [type, format] of byMediaType) {
    const quality = qualityOf(type, ranges);
    if (quality > (best?.quality ?? 0)) best = { format, quality };
  }
  return best?.format;
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** The most exact range decides. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const wide = `${type.split('/')[0]}/*`;
  for (const wanted of [type, wide, '*/*']) {
    const found = ranges.find((range) => range.type === wanted);
    if (found) return found.quality;
  }
  return 0;
}

/** The media types that there are, for a refusal. */
export const knownMediaTypes: string = [...new Set(byMediaType.map(([type]) => type))].join(', ');
