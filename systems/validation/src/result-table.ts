import { CSV_START, csvLine, type Language } from '@tra/kernel';
import type { Messages } from '@tra/platform-i18n';
import type { BatchResult } from './batches/batches.ts';
import { localizeParams } from './words.ts';

const columns = [
  'position',
  'name',
  'sha256',
  'type',
  'verdict',
  'indication',
  'subIndication',
  'signatures',
  'signer',
  'provenTime',
  'basis',
  'problem',
  'summary',
] as const;

/** First line of the table. */
export const csvHeader: string = `${CSV_START}${csvLine(columns)}`;

/** One document as a line of CSV (RFC 4180). */
export function csvRow({ position, report }: BatchResult, messages: Messages, language: Language): string {
  const { document, signatures, summary } = report;
  const signers = signatures.flatMap(({ signer }) => (signer ? [signer.commonName ?? signer.text] : []));
  const cells: Readonly<Record<(typeof columns)[number], string | number>> = {
    position,
    name: document.name ?? '',
    sha256: document.sha256,
    type: document.type,
    verdict: report.verdict,
    indication: report.indication,
    subIndication: report.subIndication ?? '',
    signatures: signatures.length,
    signer: signers.join('; '),
    provenTime: signatures[0]?.provenTime ?? '',
    basis: report.trust.basis,
    problem: report.problem?.code ?? '',
    summary: messages.translate(summary.code, language, localizeParams(summary.params, language)),
  };
  return csvLine(columns.map((column) => cells[column]));
}
