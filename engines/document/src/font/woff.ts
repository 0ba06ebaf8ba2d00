import { concatBytes } from '@tra/kernel';
import { packData } from '@tra/pdf';
import { DocumentError } from '../errors.ts';

const headerLength = 44;
const entryLength = 20;

interface Table {
  readonly tag: Uint8Array;
  readonly checksum: number;
  readonly length: number;
  readonly data: Uint8Array;
}

/** Tables that a browser makes no use of: signatures, hints for single devices, editors' data. */
const unused: ReadonlySet<string> = new Set(['DSIG', 'hdmx', 'VDMX', 'LTSH', 'PCLT', 'FFTM', 'meta']);

/**
 * A TrueType font as a web font (WOFF 1.0, W3C 2012): the same tables, each compressed, so that marks are placed by the font's own rules. The same font
 * gives the same bytes. Throws {@link DocumentError} `document.font_invalid`.
 *
 * @example
 * const face = `@font-face{font-family:"Sarabun";src:url(data:font/woff;base64,${toBase64(webFont(ttf))})}`;
 */
export function webFont(font: Uint8Array): Uint8Array {
  const tables = tablesOf(font);
  const parts: Uint8Array[] = [];
  const directory = new Uint8Array(tables.length * entryLength);
  const entries = new DataView(directory.buffer);
  let offset = headerLength + directory.length;
  let whole = 12 + tables.length * 16;
  for (const [index, { checksum, data, length, tag }] of tables.entries()) {
    const at = index * entryLength;
    directory.set(tag, at);
    for (const [word, value] of [offset, data.length, length, checksum].entries())
      entries.setUint32(at + 4 + word * 4, value);
    parts.push(padded(data));
    offset += padded(data).length;
    whole += Math.ceil(length / 4) * 4;
  }
  const header = new DataView(new ArrayBuffer(headerLength));
  header.setUint32(0, 0x774f4646);
  header.setUint32(4, new DataView(font.buffer, font.byteOffset).getUint32(0));
  header.setUint32(8, offset);
  header.setUint16(12, tables.length);
  header.setUint32(16, whole);
  header.setUint16(20, 1);
  return concatBytes(new Uint8Array(header.buffer), directory, ...parts);
}

function tablesOf(font: Uint8Array): readonly Table[] {
  const view = new DataView(font.buffer, font.byteOffset, font.length);
  const version = font.length >= 12 ? view.getUint32(0) : 0;
  const count = version === 0x00010000 ? view.getUint16(4) : 0;
  if (count === 0 || font.length < 12 + count * 16) throw new DocumentError('document.font_invalid');
  const tables: Table[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = 12 + index * 16;
    const tag = font.subarray(at, at + 4);
    const [checksum, start, length] = [view.getUint32(at + 4), view.getUint32(at + 8), view.getUint32(at + 12)];
    if (start + length > font.length) throw new DocumentError('document.font_invalid');
    if (unused.has(String.fromCharCode(...tag))) continue;
    const raw = font.subarray(start, start + length);
    const { deflated } = packData(raw);
    tables.push({ tag, checksum, length, data: deflated.length < length ? deflated : raw });
  }
  return tables;
}

function padded(data: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(data.length / 4) * 4);
  whole.set(data);
  return whole;
}
