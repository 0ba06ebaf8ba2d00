/** Thai digits and common separators to a plain number text: "๑,๒๕๐" becomes "1250". */
export function plainDigits(text: string): string {
  return text.replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50)).replace(/[\s,]/g, '');
}
