import type { ValidationReport } from '../../api/types.ts';

/** Offers the report as a file, for whoever has to keep it. */
export function saveReport(report: ValidationReport, name: string): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${name.replace(/\.pdf$/i, '')}.report.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
