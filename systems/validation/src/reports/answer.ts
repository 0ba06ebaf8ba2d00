import type { Language } from '@tra/kernel';
import type { RouteReply } from '@tra/platform-http';
import { disposition, type ReportFormat, reportFormats } from './formats.ts';
import type { MadeReport } from './maker.ts';

/** A format of a report as an answer lists it. */
export interface FormatLink {
  readonly format: ReportFormat;
  readonly mediaType: string;
  /** Where it can be fetched; absent for a result that is not kept: send the document again with `report`. */
  readonly href?: string;
}

/** The formats of a report with their addresses, when it is kept under `place`. */
export function formatLinks(
  formats: readonly ReportFormat[] = [],
  place?: { readonly id: string; readonly position: number },
): readonly FormatLink[] {
  return formats.map((format) => ({
    format,
    mediaType: reportFormats[format].mediaType,
    ...(place ? { href: `/api/v1/validations/${place.id}/reports/${place.position}?format=${format}` } : {}),
  }));
}

/** A report with its formats as links. */
export function withFormatLinks<T extends object>(
  report: T,
  formats: readonly ReportFormat[] | undefined,
  place?: { readonly id: string; readonly position: number },
): T {
  return { ...report, formats: formatLinks(formats, place) };
}

/**
 * Answers with a report as a file. A page is shown, and may do nothing but show itself: it holds text out of a stranger's document. Everything else is
 * saved.
 */
export function sendReport(
  reply: RouteReply,
  format: ReportFormat,
  { bytes, fileName, mediaType, policy }: MadeReport,
  language: Language,
): RouteReply {
  const shown = policy !== undefined;
  if (shown) reply.header('content-security-policy', `${policy}; frame-ancestors 'none'; sandbox`);
  if (format === 'html' || format === 'pdf' || format === 'simple') reply.header('content-language', language);
  return reply
    .header('cache-control', 'no-store')
    .header('vary', 'Accept, Accept-Language')
    .header('content-disposition', disposition(shown ? 'inline' : 'attachment', fileName))
    .type(mediaType)
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
