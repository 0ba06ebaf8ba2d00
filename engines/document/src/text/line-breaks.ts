const words = new Intl.Segmenter('th', { granularity: 'word' });
const graphemes = new Intl.Segmenter('th', { granularity: 'grapheme' });

/** Characters that never begin a line. */
const notFirst = /^[)\]}>»”’!?%.,:;…ๆฯะาๅๆ็-๎\u0e31\u0e33-\u0e3a/-]/u;
/** Characters that never end a line. */
const notLast = /[([{<«“‘฿$#@เแโใไ]$/u;
const thai = /[\u0e00-\u0e7f]/;
const letterOrDigit = /[\p{L}\p{M}\p{N}]/u;

function mayBreak(before: string, after: string): boolean {
  if (/\s$/.test(before)) return !/^\s/.test(after);
  if (/^\s/.test(after) || notFirst.test(after) || notLast.test(before)) return false;
  const last = before.at(-1) ?? '';
  const first = after.at(0) ?? '';
  if (last === '-' || last === '/') return letterOrDigit.test(first) && !/\d[-/]$/.test(before);
  if (thai.test(last) || thai.test(first)) return true;
  return !(letterOrDigit.test(last) || letterOrDigit.test(first));
}

/**
 * Indices in `text` at which a line may end: after spaces, between Thai words (dictionary of the platform's ICU) and after
 * hyphens, but never before ๆ ฯ or closing punctuation and never after opening punctuation.
 */
export function breakPoints(text: string): number[] {
  const points: number[] = [];
  for (const { index } of words.segment(text)) {
    if (index > 0 && mayBreak(text.slice(Math.max(0, index - 8), index), text.slice(index, index + 2)))
      points.push(index);
  }
  return points;
}

/** Indices at which `text` may be cut when no word fits: between graphemes. */
export function graphemePoints(text: string): number[] {
  return [...graphemes.segment(text)].map(({ index }) => index).filter((index) => index > 0);
}
