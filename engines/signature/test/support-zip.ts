import { concatBytes, utf8Encode } from '@tra/kernel';
import { deflateSync } from 'fflate';
import { crc32 } from '../src/asic/zip.ts';

/** A file of a container; `change` may spoil its two headers. */
export type Member = readonly [
  name: string,
  content: string | Uint8Array,
  change?: (local: DataView, central: DataView) => void,
];
/** Text as UTF-8. */
export const octetsOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? utf8Encode(content) : content;

/** A ZIP file: `mimetype` stored, the rest deflated. */
export function zip(members: readonly Member[], comment = ''): Uint8Array {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content, change] of members) {
    const rawName = utf8Encode(name);
    const data = octetsOf(content);
    const packed = name === 'mimetype' ? data : deflateSync(data);
    const local = new Uint8Array(30);
    const central = new Uint8Array(46);
    const [first, second] = [local, central].map((bytes) => new DataView(bytes.buffer)) as [DataView, DataView];
    for (const [view, at] of [
      [first, 0],
      [second, 2],
    ] as const) {
      view.setUint32(0, at === 0 ? 0x04034b50 : 0x02014b50, true);
      view.setUint16(8 + at, name === 'mimetype' ? 0 : 8, true);
      view.setUint32(14 + at, crc32(data), true);
      view.setUint32(18 + at, packed.length, true);
      view.setUint32(22 + at, data.length, true);
      view.setUint16(26 + at, rawName.length, true);
    }
    second.setUint32(42, offset, true);
    change?.(first, second);
    locals.push(local, rawName, packed);
    directory.push(central, rawName);
    offset += 30 + rawName.length + packed.length;
  }
  const end = new Uint8Array(22);
  const view = new DataView(end.buffer);
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, members.length, true);
  view.setUint16(10, members.length, true);
  view.setUint32(12, size, true);
  view.setUint32(16, offset, true);
  view.setUint16(20, comment.length, true);
  return concatBytes(...locals, ...directory, end, utf8Encode(comment));
}
