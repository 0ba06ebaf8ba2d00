import { concatBytes, utf8Encode } from '@tra/kernel';
import { crc32, zip } from '../zip.ts';
import { around, broken, file, forgery, invoice, plus, type Row, with_ } from './container.ts';

const zipRow = (name: string, forged: Row['forged'], clause = 'EN 319 162-1 4.2; APPNOTE 6.3.3 4.3'): Row => ({
  name,
  clause,
  reason: broken,
  forged,
});
const header = (
  local: number | undefined,
  central: number | undefined,
  value: number,
  size: 2 | 4 = 4,
): Row['forged'] =>
  with_(1, (member) => ({
    ...member,
    change: (first, second) => {
      const set = (view: DataView, at: number): void =>
        size === 4 ? view.setUint32(at, value, true) : view.setUint16(at, value, true);
      if (local !== undefined) set(first, local);
      if (central !== undefined) set(second, central);
    },
  }));

/** The ZIP file itself: names, sizes, places. */
export const containerRows: readonly Row[] = [
  zipRow('a name twice, the forged file last', plus(file('invoice.xml', forgery))),
  zipRow('a name twice, the forged file first', ({ members: [type, ...rest] }) =>
    zip([type, file('invoice.xml', forgery), ...rest]),
  ),
  zipRow('a name twice but for case', plus(file('Invoice.XML', forgery))),
  zipRow(
    'another name in the local header',
    with_(1, (member) => ({ ...member, localName: 'invoicf.xml' })),
  ),
  zipRow('a name that leaves the container', plus(file('../../evil.sh', forgery))),
  zipRow('a folder that holds bytes', plus(file('more/', forgery))),
  zipRow('an absolute name', plus(file('/etc/evil', forgery))),
  zipRow('a name with a backslash', plus(file('..\\evil', forgery))),
  zipRow('a name with a NUL', plus(file('invoice.xml\0.txt', forgery))),
  zipRow('another size in the local header', header(22, undefined, 9)),
  zipRow('another size in the directory', header(undefined, 24, 9)),
  zipRow('a gigantic size', header(22, 24, 0xfffffff0)),
  zipRow('another checksum in the directory', header(undefined, 16, 1)),
  zipRow('a checksum of something else', header(14, 16, crc32(forgery))),
  zipRow('another method in the local header', header(8, undefined, 8, 2)),
  zipRow('an encrypted file', header(6, 8, 1, 2)),
  zipRow('bytes behind the end', around({ after: utf8Encode('tail') })),
  {
    ...zipRow('bytes before the first file', around({ before: utf8Encode('#!/bin/sh\n') })),
    reason: 'validation.unchanged.unreadable',
  },
  zipRow('bytes between the files and the directory', around({ between: forgery })),
  zipRow('a file that the directory does not name', ({ members: [type, one, ...rest] }) =>
    zip([type, one, file('invoice.xml', forgery, { hidden: true }), ...rest]),
  ),
  zipRow('two names for one place', ({ members }) => zip([...members, file('other.xml', invoice, { at: 1 })])),
  zipRow('a second directory inside the comment', ({ members }) =>
    zip(members, { comment: zip([file('invoice.xml', forgery)]) }),
  ),
  zipRow('sizes of ZIP64 without their record', header(18, 20, 0xffffffff)),
  zipRow('a directory beyond the file', around({ end: (view) => view.setUint32(16, 0x7fffffff, true) })),
  zipRow('fewer files in the directory than it says', around({ end: (view) => view.setUint16(10, 9, true) })),
  zipRow('more than one disk', around({ end: (view) => view.setUint16(4, 1, true) })),
  zipRow('cut short', ({ members }) => zip(members).subarray(0, -8)),
  zipRow('two joined', ({ members }) => concatBytes(zip(members), zip(members))),
];
