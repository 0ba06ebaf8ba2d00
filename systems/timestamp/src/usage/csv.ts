/** What a spreadsheet would take for a formula, and what would end a cell in its eyes. */
const formula = /^[=+\-@\t\r]/;

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  // A leading apostrophe makes a spreadsheet take the rest as text.
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The byte order mark by which spreadsheets know UTF-8. */
export const CSV_START = '\uFEFF';

/** One line of CSV (RFC 4180) that no spreadsheet takes for a formula. */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}
