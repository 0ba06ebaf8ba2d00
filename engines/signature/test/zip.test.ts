import { concatBytes, utf8Encode } from '@tra/kernel';
import { describe, expect, it } from 'vitest';
import { unzip, ZipError } from '../src/asic/zip.ts';
import { type Member, zip } from './support-zip.ts';

const mimetype: Member = ['mimetype', 'application/vnd.etsi.asic-e+zip'];

describe('unzip', () => {
  it('reads stored and deflated files and a comment', () => {
    const files = unzip(zip([mimetype, ['a/b.txt', 'abc'], ['ไทย', ''], ['d/', '']], 'note'));
    expect(files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()])).toEqual([
      ['mimetype', 'application/vnd.etsi.asic-e+zip'],
      ['a/b.txt', 'abc'],
      ['ไทย', ''],
    ]);
  });

  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['a name that leaves the container', zip([['../a', 'x']])],
    ['an absolute name', zip([['/a', 'x']])],
    ['a backslash', zip([['a\\b', 'x']])],
    ['a drive', zip([['C:a', 'x']])],
    ['a NUL', zip([['a\0b', 'x']])],
    ['an empty segment', zip([['a//b', 'x']])],
    [
      'a name twice',
      zip([
        ['a', 'x'],
        ['a', 'y'],
      ]),
    ],
    [
      'a name twice but for case',
      zip([
        ['a', 'x'],
        ['A', 'y'],
      ]),
    ],
    [
      'a file and a folder of one name',
      zip([
        ['a', 'x'],
        ['a/', ''],
      ]),
    ],
    ['a folder that holds bytes', zip([['a/', 'x']])],
    ['encryption', zip([['a', 'x', (_, central) => central.setUint16(8, 1, true)]])],
    [
      'another method',
      zip([
        [
          'a',
          'x',
          (local, central) => {
            local.setUint16(8, 9, true);
            central.setUint16(10, 9, true);
          },
        ],
      ]),
    ],
    ['another method in the local header', zip([['a', 'x', (local) => local.setUint16(8, 0, true)]])],
    [
      'a wrong checksum',
      zip([
        [
          'a',
          'x',
          (local, central) => {
            local.setUint32(14, 1, true);
            central.setUint32(16, 1, true);
          },
        ],
      ]),
    ],
    ['a checksum that differs locally', zip([['a', 'x', (local) => local.setUint32(14, 1, true)]])],
    ['more than the stated size', zip([['a', 'x'.repeat(99), (_, central) => central.setUint32(24, 9, true)]])],
    ['less than the stated size', zip([['a', 'x', (_, central) => central.setUint32(24, 9, true)]])],
    ['a gigantic stated size', zip([['a', 'x', (_, central) => central.setUint32(24, 0xfffffff0, true)]])],
    [
      'an overlap',
      zip([
        ['a', 'x'],
        ['a', 'x', (_, central) => central.setUint32(42, 0, true)],
      ]),
    ],
    ['bytes behind the end', concatBytes(zip([['a', 'x']]), utf8Encode('tail'))],
    ['no directory', utf8Encode('PK\u0003\u0004')],
    ['a cut file', zip([['a', 'x']]).subarray(0, -1)],
    ['bytes before the first file', concatBytes(utf8Encode('stub'), zip([['a', 'x']]))],
  ];
  it.each(cases)('refuses %s', (_, bytes) => {
    expect(() => unzip(bytes)).toThrow(ZipError);
  });

  it('bounds files and bytes', () => {
    expect(() =>
      unzip(
        zip([
          ['a', 'x'],
          ['b', 'x'],
        ]),
        { maxFiles: 1, maxBytes: 9 },
      ),
    ).toThrow('too many files');
    expect(() => unzip(zip([['a', 'xx']]), { maxFiles: 1, maxBytes: 1 })).toThrow('too large');
  });

  it('never breaks otherwise on a changed byte', () => {
    const good = zip([mimetype, ['a/b.txt', 'abc'.repeat(40)]]);
    for (let at = 0; at < good.length; at += 1) {
      for (const mask of [1, 0x80, 0xff]) {
        const bytes = good.slice();
        bytes[at] = (bytes[at] ?? 0) ^ mask;
        try {
          unzip(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ZipError);
        }
      }
    }
  });
});
