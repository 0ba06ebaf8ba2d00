import { readFileSync } from 'node:fs';
import {
  createDocumentRenderer,
  type DocumentModel,
  type DocumentRenderer,
  fontDirectory,
  webFont,
} from '@tra/document';
import { type Clock, CodedError, canonicalJson, type Json, type Language, utf8Encode } from '@tra/kernel';
import type { Messages } from '@tra/platform-i18n';
import { type ReportContent, type ReportPages, reportContent, reportPages, writeEtsiReport } from '@tra/signature';
import { ValidationError } from '../errors.ts';
import type { ServiceReport } from '../judge.ts';
import type { ReportSigner } from '../ports.ts';
import { localize, withWords } from '../words.ts';
import { availableFormats, type ReportFacts, type ReportFormat, reportFileName, reportFormats } from './formats.ts';
import { type DocumentWords, reportDocument } from './report-document.ts';

/** What reports are made with. */
export interface ReportParts {
  readonly messages: Messages;
  readonly clock: Clock;
  /** Reports are not signed when absent. */
  readonly signer?: ReportSigner;
}

/** What a report is about. */
export interface ReportSubject {
  readonly report: ServiceReport;
  /** Absent when the data behind the report were not kept. */
  readonly facts?: ReportFacts;
}

/** A report in one format. */
export interface MadeReport {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly fileName: string;
  /** What a page may do: its Content-Security-Policy. */
  readonly policy?: string;
}

/** Makes reports in every format. */
export interface ReportMaker {
  /** Rejects with `validation.format_unavailable` for a format that this result cannot be told in. */
  make(format: ReportFormat, subject: ReportSubject, language: Language): Promise<MadeReport>;
}

/** Makes a {@link ReportMaker}; fonts are read when the first page or PDF is made. */
export function createReportMaker(parts: ReportParts): ReportMaker {
  let renderer: Promise<DocumentRenderer> | undefined;
  const rendererOf = (): Promise<DocumentRenderer> => {
    renderer ??= createDocumentRenderer({
      regular: readFont('Sarabun-Regular.ttf'),
      bold: readFont('Sarabun-Bold.ttf'),
    });
    return renderer;
  };
  let pages: ReportPages | undefined;
  const pagesOf = (): ReportPages => {
    pages ??= reportPages([
      { weight: 400, woff: webFont(readFont('Sarabun-Regular.ttf')) },
      { weight: 700, woff: webFont(readFont('Sarabun-Bold.ttf')) },
    ]);
    return pages;
  };
  const write = async (format: ReportFormat, subject: ReportSubject, language: Language): Promise<Uint8Array> => {
    const { facts, report } = subject;
    if (format === 'simple') return utf8Encode(`${JSON.stringify(withWords(report, parts.messages, language))}\n`);
    if (format === 'html') return utf8Encode(pagesOf().render(contentOf(parts, subject, language)));
    if (format === 'pdf') return await makePdf(parts, await rendererOf(), { ...subject, language });
    if (!facts) throw unavailable(format);
    if (format === 'etsi') return await makeEtsi(parts, report, facts);
    return canonical(facts[format]);
  };
  return {
    make: async (format, subject, language) => {
      if (!availableFormats(subject.facts).includes(format)) throw unavailable(format);
      const { mediaType } = reportFormats[format];
      const bytes = await write(format, subject, language);
      const fileName = reportFileName(subject.report.document.name, format);
      return { bytes, mediaType, fileName, ...(format === 'html' ? { policy: pagesOf().policy } : {}) };
    },
  };
}

function unavailable(format: ReportFormat): ValidationError {
  return new ValidationError('validation.format_unavailable', undefined, { params: { format } });
}

/** Names in order and no white space (RFC 8785): its SHA-256 is the one that reports state. */
function canonical(value: object): Uint8Array {
  return utf8Encode(canonicalJson(value as unknown as Json));
}

function readFont(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, fontDirectory)));
}

function contentOf({ messages }: ReportParts, { facts, report }: ReportSubject, language: Language): ReportContent {
  return reportContent(
    { report, ...facts, structures: report.structures },
    {
      language,
      translate: (key, params) => messages.translate(key, language, params),
      has: (key) => messages.has(key),
      formatTime: (time) => localize(time, language),
    },
  );
}

async function makeEtsi({ signer }: ReportParts, report: ServiceReport, facts: ReportFacts): Promise<Uint8Array> {
  const [validator] = signer ? await signer.chain() : [];
  const source = { ...facts, documentSha256: report.document.sha256 };
  const xml = writeEtsiReport(source, validator ? { validator } : {});
  if (!xml) throw unavailable('etsi');
  return signer ? await signer.signXml(xml) : xml;
}

async function makePdf(
  parts: ReportParts,
  renderer: DocumentRenderer,
  { language, ...subject }: ReportSubject & { readonly language: Language },
): Promise<Uint8Array> {
  const { clock, messages, signer } = parts;
  const content = contentOf(parts, subject, language);
  const created = clock.now();
  const say = (name: string, params = {}): string => messages.translate(`validation.report.${name}`, language, params);
  const attachments = attachmentsOf(subject, { say, modified: created });
  const source = {
    ...{ words: documentWords(say, attachments), attachments, created },
    id: subject.report.document.sha256.slice(0, 16),
    unsupported: (text: string) => renderer.unsupportedCharacters(text),
  };
  const pdf = renderFitting(renderer, content, source);
  return signer ? await signer.signPdf(pdf, { reason: say('signing_reason') }) : pdf;
}

type DocumentParts = Omit<Parameters<typeof reportDocument>[0], 'content'>;

/** A document that would be too long loses the annex: the data are attached. */
function renderFitting(renderer: DocumentRenderer, content: ReportContent, source: DocumentParts): Uint8Array {
  try {
    return renderer.render(reportDocument({ ...source, content }));
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'document.too_long') throw error;
    return renderer.render(reportDocument({ ...source, content: { ...content, details: [] } }));
  }
}

type Say = (name: string, params?: Readonly<Record<string, string | number>>) => string;

function documentWords(say: Say, attachments: DocumentModel['attachments']): DocumentWords {
  return {
    author: say('page_author'),
    checkColumn: say('check_column'),
    resultColumn: say('result_column'),
    attached: say('attached', { names: attachments.map(({ name }) => name).join(', ') }),
    shortened: (count) => say('shortened', { count }),
  };
}

function attachmentsOf(
  { facts, report }: ReportSubject,
  { say, modified }: { readonly say: Say; readonly modified: Date },
): DocumentModel['attachments'] {
  const file = (name: string, description: string, bytes: Uint8Array): DocumentModel['attachments'][number] => ({
    ...{ name, description, bytes, modified },
    mediaType: 'application/json',
    relationship: 'Data',
  });
  return [
    file('report.json', say('attached_report'), utf8Encode(`${JSON.stringify(report)}\n`)),
    ...(facts
      ? [
          file('detailed.json', say('attached_detailed'), canonical(facts.detailed)),
          file('diagnostic.json', say('attached_diagnostic'), canonical(facts.diagnostic)),
        ]
      : []),
  ];
}
