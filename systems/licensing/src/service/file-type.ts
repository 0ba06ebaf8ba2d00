/** What a file turned out to be by its content. */
export type FileType = 'application/pdf' | 'image/png' | 'image/jpeg';

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return bytes.length >= signature.length && signature.every((byte, index) => bytes[index] === byte);
}

function endsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  const start = bytes.length - signature.length;
  return start >= 0 && signature.every((byte, index) => bytes[start + index] === byte);
}

const pdfStart = [...'%PDF-'].map((letter) => letter.charCodeAt(0));
const pdfEnd = '%%EOF';
const pngStart = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const pngEnd = [0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82];
const jpegStart = [0xff, 0xd8, 0xff];
const jpegEnd = [0xff, 0xd9];

/** The type of a file by its first bytes, whatever its name or the client says; undefined for any other type. */
export function detectFileType(bytes: Uint8Array): FileType | undefined {
  if (startsWith(bytes, pdfStart)) return 'application/pdf';
  if (startsWith(bytes, pngStart)) return 'image/png';
  return startsWith(bytes, jpegStart) ? 'image/jpeg' : undefined;
}

/** Whether a file has the end that its type demands: a cut-off upload has not. */
export function isComplete(bytes: Uint8Array, type: FileType): boolean {
  if (type === 'image/png') return endsWith(bytes, pngEnd);
  const tail = bytes.subarray(Math.max(0, bytes.length - 1024));
  const text = Array.from(tail, (byte) => String.fromCharCode(byte)).join('');
  if (type === 'application/pdf') return text.includes(pdfEnd);
  return endsWith(bytes, jpegEnd) || text.includes(String.fromCharCode(...jpegEnd));
}
