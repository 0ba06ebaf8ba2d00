/** What is wrong with a byte range, or the two signed parts of the file. */
export type ByteRangeResult =
  | { readonly problem: 'signature.byte_range_invalid' | 'signature.hole_not_contents'; readonly reason: string }
  | {
      readonly problem?: undefined;
      readonly signedParts: readonly [Uint8Array, Uint8Array];
      /** Bytes of the file behind the signed parts. */
      readonly trailing: number;
      /** Whether something else than zeros follows the signature in the hole. */
      readonly stuffed: boolean;
    };

const invalid = (reason: string): ByteRangeResult => ({ problem: 'signature.byte_range_invalid', reason });
const foreign = (reason: string): ByteRangeResult => ({ problem: 'signature.hole_not_contents', reason });

const lessThan = 0x3c;
const greaterThan = 0x3e;

/**
 * Judges a ByteRange (ISO 32000-2 clause 12.8.1; ETSI EN 319 142-1 clause 5.3) without trusting the PDF reader: four whole
 * numbers, starting at zero, not overlapping, inside the file, and between the two parts nothing but `<`, the hexadecimal digits of
 * `contents`, more digits, and `>`. Whatever else could hide in the hole would be read but not signed. Padding that is not zero is told.
 */
export function readByteRange(file: Uint8Array, byteRange: readonly number[], contents: Uint8Array): ByteRangeResult {
  if (byteRange.length !== 4) return invalid('count');
  if (byteRange.some((value) => !Number.isSafeInteger(value) || value < 0)) return invalid('number');
  const [start = 0, firstLength = 0, second = 0, secondLength = 0] = byteRange;
  if (start !== 0) return invalid('start');
  if (firstLength === 0 || secondLength === 0) return invalid('empty');
  if (second <= firstLength) return invalid('overlap');
  const end = second + secondLength;
  if (end > file.length) return invalid('beyond_end');
  if (file[firstLength] !== lessThan || file[second - 1] !== greaterThan) return foreign('delimiter');
  const hole = judgeHole(file.subarray(firstLength + 1, second - 1), contents);
  if (hole !== 'clean' && hole !== 'stuffed') return foreign(hole);
  return {
    signedParts: [file.subarray(0, firstLength), file.subarray(second, end)],
    trailing: file.length - end,
    stuffed: hole === 'stuffed',
  };
}

/** Largest hole that is looked at: a signature with all its certificates and CRLs stays far below. */
const maximumHoleBytes = 8 * 1024 * 1024;
const digits = new TextEncoder().encode('0123456789abcdef');

type HoleState = 'clean' | 'stuffed' | 'too_large' | 'odd' | 'short' | 'digits' | 'other_contents';

/** The digits of the contents and zeros, as nearly every hole is. */
function isPlainHole(hole: Uint8Array, contents: Uint8Array): boolean {
  const text = Buffer.from(hole.buffer, hole.byteOffset, hole.length).toString('latin1');
  const wanted = Buffer.from(contents.buffer, contents.byteOffset, contents.length).toString('hex');
  return text.toLowerCase() === wanted.padEnd(text.length, '0');
}

function judgeHole(hole: Uint8Array, contents: Uint8Array): HoleState {
  if (hole.length > maximumHoleBytes) return 'too_large';
  if (hole.length % 2 !== 0) return 'odd';
  if (hole.length < contents.length * 2) return 'short';
  if (isPlainHole(hole, contents)) return 'clean';
  let stuffed = false;
  for (let index = 0; index < hole.length; index += 1) {
    const byte = hole[index] ?? 0;
    const isHex = (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
    if (!isHex) return 'digits';
    const octet = contents[index >> 1];
    const wanted = digits[octet === undefined ? 0 : index % 2 === 0 ? octet >> 4 : octet & 15];
    // Letters differ from their capitals by bit 0x20, which digits have set anyway.
    if ((byte | 0x20) === wanted) continue;
    if (octet !== undefined) return 'other_contents';
    stuffed = true;
  }
  return stuffed ? 'stuffed' : 'clean';
}
