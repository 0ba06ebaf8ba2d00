import type { PdfProblem, PdfProblemCode } from './errors.ts';

/** What a ByteRange covers and what is wrong with it. */
export interface RangeVerdict {
  readonly byteRange: readonly number[];
  readonly signedParts: readonly Uint8Array[];
  /** Everything but the hole up to the end of the file, and the hole is exactly the value of Contents. */
  readonly coversWholeDocument: boolean;
  readonly problems: readonly PdfProblem[];
}

const refused = (byteRange: readonly number[], code: PdfProblemCode): RangeVerdict => ({
  byteRange,
  signedParts: [],
  coversWholeDocument: false,
  problems: [{ code, params: {} }],
});

/**
 * Applies the rules for ByteRange (ISO 32000-2 table 255, ETSI EN 319 142-1 clause 5.2): four non-negative integers, from
 * the first byte, no overlap, inside the file, and the hole exactly the `<…>` of Contents. A range that breaks one of them
 * yields no signed bytes unless it is only the hole that is off.
 *
 * @param hole where Contents stands in the file with its angle brackets, when it is known
 */
export function judgeByteRange(
  bytes: Uint8Array,
  range: readonly unknown[] | undefined,
  hole: { readonly start: number; readonly end: number } | undefined,
): RangeVerdict {
  if (range === undefined) return refused([], 'pdf.byte_range_missing');
  const numbers = range.filter((item): item is number => typeof item === 'number');
  const proper = numbers.every((item) => Number.isSafeInteger(item) && item >= 0);
  if (range.length !== 4 || numbers.length !== 4 || !proper) return refused(numbers, 'pdf.byte_range_invalid');
  const [first = 0, firstLength = 0, second = 0, secondLength = 0] = numbers;
  if (first !== 0) return refused(numbers, 'pdf.byte_range_not_from_start');
  if (second < firstLength) return refused(numbers, 'pdf.byte_range_overlap');
  if (second + secondLength > bytes.length) return refused(numbers, 'pdf.byte_range_beyond_end');
  const exact =
    hole !== undefined &&
    hole.start === firstLength &&
    hole.end === second &&
    bytes[firstLength] === 0x3c &&
    bytes[second - 1] === 0x3e;
  return {
    byteRange: numbers,
    signedParts: [bytes.subarray(0, firstLength), bytes.subarray(second, second + secondLength)],
    coversWholeDocument: exact && second + secondLength === bytes.length,
    problems: exact ? [] : [{ code: 'pdf.byte_range_hole', params: {} }],
  };
}
