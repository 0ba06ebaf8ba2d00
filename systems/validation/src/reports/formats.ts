import type { DetailedReport, DiagnosticData } from '@tra/signature';

/** Formats in which the report about one document can be had. */
export type ReportFormat = 'simple' | 'detailed' | 'diagnostic' | 'etsi' | 'html' | 'pdf';

/** What a format is. */
export interface FormatFacts {
  readonly mediaType: string;
  /** End of the file name. */
  readonly ending: string;
  /** Whether it is made of the data behind the report. */
  readonly needsFacts: boolean;
}

/** The formats in the order in which a list shows them. */
export const reportFormats: Readonly<Record<ReportFormat, FormatFacts>> = {
  html: { mediaType: 'text/html; charset=utf-8', ending: 'report.html', needsFacts: false },
  pdf: { mediaType: 'application/pdf', ending: 'report.pdf', needsFacts: false },
  simple: { mediaType: 'application/json; charset=utf-8', ending: 'report.json', needsFacts: false },
  detailed: { mediaType: 'application/json; charset=utf-8', ending: 'detailed.json', needsFacts: true },
  diagnostic: { mediaType: 'application/json; charset=utf-8', ending: 'diagnostic.json', needsFacts: true },
  etsi: { mediaType: 'application/xml', ending: 'etsi.xml', needsFacts: true },
};

/** The data behind a report: with the policy, they give the same verdict again. */
export interface ReportFacts {
  readonly detailed: DetailedReport;
  readonly diagnostic: DiagnosticData;
}

/** Whether a text names a format. */
export function isReportFormat(text: string): text is ReportFormat {
  return Object.hasOwn(reportFormats, text);
}

/** The formats that can be made: without data behind the report fewer, and that of ETSI only where there is a signature or time-stamp. */
export function allFormats(has: { readonly facts: boolean; readonly reportable: boolean }): readonly ReportFormat[] {
  const names = Object.keys(reportFormats) as ReportFormat[];
  return names.filter((name) =>
    name === 'etsi' ? has.facts && has.reportable : has.facts || !reportFormats[name].needsFacts,
  );
}

/** The formats that can be made of these data. */
export function availableFormats(facts: ReportFacts | undefined): readonly ReportFormat[] {
  const reportable = facts !== undefined && facts.detailed.signatures.length + facts.detailed.timestamps.length > 0;
  return allFormats({ facts: facts !== undefined, reportable });
}

/** The name of a file with a report about a document of that name: only letters, digits and marks that every system takes. */
export function reportFileName(documentName: string | undefined, format: ReportFormat): string {
  const stem = (documentName ?? '').replace(/[^\p{L}\p{M}\p{N} ._-]/gu, '_').replace(/^[ .]+|[ .]+$/g, '');
  return `${[...stem].slice(0, 100).join('') || 'document'}.${reportFormats[format].ending}`;
}

/** Content-Disposition for a file name (RFC 6266): in ASCII, and in UTF-8 beside it where it differs. */
export function disposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\u0020-\u007e]/g, '_').replace(/["\\]/g, '_');
  const full = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return plain === name ? `${kind}; filename="${plain}"` : `${kind}; filename="${plain}"; filename*=UTF-8''${full}`;
}
