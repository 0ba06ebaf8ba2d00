import { CSV_START, csvLine } from '@tra/kernel';
import type { I18n } from '../../i18n/language.tsx';
import type { FileCheck } from './file-checks.ts';
import { readableParams } from './readable-params.ts';

/** The results of this page as CSV, one line per file, in the columns that tables of batches have too. */
export function tableOf(items: readonly FileCheck[], { tc, language }: I18n): string {
  const lines = items.flatMap(({ name, report }, index) => {
    if (!report) return [];
    const { document, signatures, summary } = report;
    const signers = signatures.flatMap(({ signer }) => (signer ? [signer.commonName ?? signer.text] : []));
    const cells: Readonly<Record<(typeof tableColumns)[number], string | number>> = {
      position: index + 1,
      name: document.name ?? name,
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
      summary: tc(summary.code, readableParams(summary.params, language), summary.message),
    };
    return [csvLine(tableColumns.map((column) => cells[column]))];
  });
  return [CSV_START, csvLine(tableColumns), ...lines].join('');
}

/** As `systems/validation` writes them: the tables of both have to fit below each other. */
export const tableColumns = [
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
