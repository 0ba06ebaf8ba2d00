import { officialWords } from './official-words.ts';

const words = new Intl.Segmenter('th', { granularity: 'word' });
const graphemes = new Intl.Segmenter('th', { granularity: 'grapheme' });
const official = new RegExp([...officialWords].sort((left, right) => right.length - left.length).join('|'), 'g');

/** Characters that never begin a line: closing punctuation, ฯ ๆ, and Thai vowels and marks that follow their consonant. */
const notFirst = /^[)\]}>»”’!?%.,:;…/ฯๆะาำๅ-]|^\p{M}/u;
/** Characters that never end a line: opening punctuation and Thai vowels written before their consonant. */
const notLast = /[([{<«“‘฿$#@/เแโใไ]$/u;
/** A consonant cluster torn apart, as in พ|ระ. */
const tornBefore = /[กขคตปผพ]$/;
const tornAfter = /^[รลว][ะา]/;
const thai = /[\u0e00-\u0e7f]/;
const letterOrDigit = /[\p{L}\p{M}\p{N}]/u;
const joint = /[/?&=_.:@-]/;

function mayBreak(before: string, after: string): boolean {
  if (/\s$/.test(before)) return !/^\s/.test(after);
  if (/^\s/.test(after) || notFirst.test(after) || notLast.test(before)) return false;
  if (tornBefore.test(before) && tornAfter.test(after)) return false;
  const last = before.at(-1) ?? '';
  const first = after.at(0) ?? '';
  if (last === '-') return /\p{L}{2}-$/u.test(before) && letterOrDigit.test(first);
  if (thai.test(last) || thai.test(first)) return true;
  return !(letterOrDigit.test(last) || letterOrDigit.test(first));
}

const allowed = (text: string, at: number): boolean =>
  at > 0 && at < text.length && mayBreak(text.slice(Math.max(0, at - 8), at), text.slice(at, at + 2));

/**
 * Indices in `text` at which a line may end: after spaces, between Thai words (dictionary of the platform's ICU, corrected by
 * {@link officialWords}) and after hyphens, but never before ๆ ฯ or closing punctuation and never after opening punctuation.
 */
export function breakPoints(text: string): number[] {
  const points = new Set<number>();
  for (const { index } of words.segment(text)) if (allowed(text, index)) points.add(index);
  for (const match of text.matchAll(official)) {
    const end = match.index + match[0].length;
    for (let at = match.index + 1; at < end; at += 1) points.delete(at);
    for (const edge of [match.index, end]) if (allowed(text, edge)) points.add(edge);
  }
  return [...points].sort((left, right) => left - right);
}

/** Indices at which a word too long for a line is cut first: after the joints of addresses and numbers. */
export function jointPoints(text: string): number[] {
  const points: number[] = [];
  for (let at = 1; at < text.length; at += 1) {
    if (joint.test(text[at - 1] ?? '') && letterOrDigit.test(text[at] ?? '')) points.push(at);
  }
  return points;
}

/** Indices at which a word may be cut when nothing else helps: between graphemes. */
export function graphemePoints(text: string): number[] {
  return [...graphemes.segment(text)].map(({ index }) => index).filter((index) => index > 0);
}
