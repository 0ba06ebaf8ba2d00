function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

/** Whether text holds only what a form may hold: no lone surrogate, no control character but line ends and tabs where allowed. */
export function isCleanText(text: string, options: { readonly lines: boolean } = { lines: false }): boolean {
  if (hasLoneSurrogate(text)) return false;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (options.lines && (code === 0x0a || code === 0x09)) continue;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
    if (code === 0xfffd || code === 0xfeff || (code & 0xfffe) === 0xfffe) return false;
    if (code >= 0x202a && code <= 0x202e) return false;
    if (code >= 0x2066 && code <= 0x2069) return false;
    if (code === 0x2028 || code === 0x2029) return false;
  }
  return true;
}

/** Number of characters as a reader counts code points. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** The same text with Thai digits written as 0 to 9. */
export function arabicDigits(text: string): string {
  return text.replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50));
}

/** Text as it is stored: composed (NFC), line ends as LF, without white space around it. */
export function tidyText(text: string): string {
  if (hasLoneSurrogate(text)) return text;
  return text.replace(/\r\n?/g, '\n').normalize('NFC').trim();
}

/** Whether text holds nothing but white space. */
export function isEmptyText(text: string): boolean {
  return text.trim() === '';
}
