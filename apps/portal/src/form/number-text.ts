/** What was typed for a whole number: the number when it is one, else the text itself, which the rules then refuse by name. */
export function readInteger(text: string): number | string {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

/** What was typed for an amount of baht: satang when it is an amount, else the text itself. */
export function readMoney(text: string): number | string {
  const match = /^(\d{1,13})(?:\.(\d{0,2}))?$/.exec(text);
  if (!match) return text;
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** A stored number as it is typed. */
export function writeInteger(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : '';
}

/** Stored satang as baht with two decimals: 125050 becomes "1250.50". */
export function writeMoney(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? (value / 100).toFixed(2) : '';
}
