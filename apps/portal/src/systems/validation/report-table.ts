import type { I18n } from '../../i18n/language.tsx';
import type { FileCheck } from './file-checks.ts';
import { readableParams } from './readable-params.ts';

/** The results of this page as CSV (RFC 4180), one line per file, in the columns that tables of batches have too. */
export function tableOf(items: readonly FileCheck[], { tc, language }: I18n): string {
  const lines = items.flatMap(({ file, report }, index) => {
    if (!report) return [];
    const { document, signatures, summary } = report;
    const signers = signatures.flatMap(({ signer }) => (signer ? [signer.commonName ?? signer.text] : []));
    return [
      [
        index + 1,
        document.name ?? file.name,
        document.sha256,
        document.type,
        report.verdict,
        report.indication,
        report.subIndication ?? '',
        signatures.length,
        signers.join('; '),
        signatures[0]?.provenTime ?? '',
        report.trust.basis,
        report.problem?.code ?? '',
        tc(summary.code, readableParams(summary.params, language), summary.message),
      ],
    ];
  });
  // Spreadsheets take Thai for something else without a byte order mark.
  return `\uFEFF${[columns, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('')}`;
}

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
];

/** A text that a spreadsheet would take for a formula is led by an apostrophe: names come from strangers. */
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
