import { Unzlib, zlibSync } from 'fflate';
import { PdfSyntaxError } from '../errors.ts';
import { PdfDict, PdfName, type PdfValue } from '../objects.ts';
import { decodeHex } from './parser.ts';

const inputChunk = 4096;

/** Compresses `bytes` the same way every time (FlateDecode). */
export function deflate(bytes: Uint8Array): Uint8Array {
  return zlibSync(bytes, { level: 6 });
}

/** Decompresses FlateDecode data; throws once more than `limit` bytes would come out. */
export function inflate(data: Uint8Array, limit: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Unzlib((chunk) => {
    length += chunk.length;
    if (length > limit) throw new PdfSyntaxError('pdf.limit_reached', 'decoded stream');
    parts.push(chunk);
  });
  try {
    for (let offset = 0; offset < data.length; offset += inputChunk) {
      stream.push(data.subarray(offset, offset + inputChunk), offset + inputChunk >= data.length);
    }
  } catch (error) {
    if (error instanceof PdfSyntaxError) throw error;
    throw new PdfSyntaxError('pdf.stream_unreadable', 'FlateDecode');
  }
  const out = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

function numberIn(parameters: PdfDict, key: string, standard: number): number {
  const value = parameters.get(key);
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65536 ? value : standard;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toCorner = Math.abs(estimate - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** Undoes a PNG predictor (ISO 32000-2 clause 7.4.4.4). */
function undoPredictor(data: Uint8Array, parameters: PdfDict): Uint8Array {
  const predictor = numberIn(parameters, 'Predictor', 1);
  if (predictor === 1) return data;
  if (predictor < 10) throw new PdfSyntaxError('pdf.filter_unsupported', `predictor ${predictor}`);
  const bits = numberIn(parameters, 'Colors', 1) * numberIn(parameters, 'BitsPerComponent', 8);
  const row = Math.ceil((numberIn(parameters, 'Columns', 1) * bits) / 8);
  const step = Math.max(1, bits >> 3);
  const rows = Math.ceil(data.length / (row + 1));
  const out = new Uint8Array(rows * row);
  for (let line = 0; line < rows; line += 1) {
    const from = line * (row + 1);
    const above = out.subarray(Math.max(0, line - 1) * row, line * row);
    undoRow(data[from] ?? 0, data.subarray(from + 1, from + 1 + row), {
      above,
      out: out.subarray(line * row, (line + 1) * row),
      step,
    });
  }
  return out;
}

/** One row by its own filter: 1 guesses the octet to the left, 2 the one above, 3 their mean, 4 what Paeth chooses; another one nothing. */
function undoRow(
  filter: number,
  row: Uint8Array,
  { above, out, step }: { readonly above: Uint8Array; readonly out: Uint8Array; readonly step: number },
): void {
  out.set(row);
  if (filter < 1 || filter > 4) return;
  for (let index = 0; index < out.length; index += 1) {
    const left = filter !== 2 && index >= step ? (out[index - step] ?? 0) : 0;
    const up = filter !== 1 ? (above[index] ?? 0) : 0;
    let guess = left + up;
    if (filter === 3) guess >>= 1;
    else if (filter === 4) guess = paeth(left, up, index >= step ? (above[index - step] ?? 0) : 0);
    out[index] = (row[index] ?? 0) + guess;
  }
}

function list(value: PdfValue | undefined): readonly PdfValue[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as PdfValue];
}

/** Decoded bytes of a stream whose Filter and DecodeParms are direct objects. Throws {@link PdfSyntaxError}. */
export function decodeStream(dict: PdfDict, raw: Uint8Array, limit: number): Uint8Array {
  const filters = list(dict.get('Filter') ?? dict.get('F'));
  const parameters = list(dict.get('DecodeParms') ?? dict.get('DP'));
  if (filters.length > 4) throw new PdfSyntaxError('pdf.limit_reached', 'filters');
  let data = raw;
  for (const [index, filter] of filters.entries()) {
    const name = filter instanceof PdfName ? filter.name : '';
    const own = parameters[index];
    if (name === 'FlateDecode' || name === 'Fl') {
      data = undoPredictor(inflate(data, limit), own instanceof PdfDict ? own : new PdfDict());
    } else if (name === 'ASCIIHexDecode' || name === 'AHx') data = decodeHex(data);
    else throw new PdfSyntaxError('pdf.filter_unsupported', name);
  }
  if (data.length > limit) throw new PdfSyntaxError('pdf.limit_reached', 'decoded stream');
  return data;
}
