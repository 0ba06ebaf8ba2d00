/** What a spreadsheet would take for a formula. */
const formula = /^[=+\-@\t\r]/;

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  // A leading apostrophe makes a spreadsheet take the rest as text: names come from strangers.
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The byte order mark by which spreadsheets know UTF-8; without one they take Thai for something else. */
export const CSV_START = '\uFEFF';

/**
 * One line of CSV (RFC 4180) that no spreadsheet takes for a formula.
 *
 * @example
 * csvLine(['=1+1', 2, 'a "b"']); // `'=1+1,2,"a ""b"""\r\n`
 */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}
