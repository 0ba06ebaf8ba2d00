import { utf8Encode } from '@tra/kernel';
import { describe, expect, it } from 'vitest';
import { readSecurityStore, revisionBytes } from '../src/index.ts';

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const stream = (number: number, content: string): string =>
  `${number} 0 obj\n<< /Length ${content.length} >>\nstream\n${content}\nendstream\nendobj\n`;

/** A file whose objects are found through a table, with an incremental update behind it. */
function file(objects: readonly string[], update: readonly string[] = []): { bytes: Uint8Array; first: number } {
  let text = '%PDF-1.7\n';
  const write = (list: readonly string[], trailer: string): void => {
    const entries = list.map((object) => {
      const at = text.length;
      text += object;
      return { number: Number.parseInt(object, 10), at };
    });
    const table = entries.map(({ at, number }) => `${number} 1\n${String(at).padStart(10, '0')} 00000 n \n`).join('');
    const start = text.length;
    text += `xref\n0 1\n0000000000 65535 f \n${table}trailer\n<< /Size 20 /Root 1 0 R ${trailer}>>\nstartxref\n${start}\n%%EOF\n`;
  };
  write(objects, '');
  const first = text.length;
  const start = /startxref\n(\d+)/.exec(text)?.[1] ?? '0';
  if (update.length > 0) write(update, `/Prev ${start} `);
  return { bytes: bytesOf(text), first };
}

const pages = '2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n';
const catalog = (more: string): string => `1 0 obj\n<< /Type /Catalog /Pages 2 0 R ${more}>>\nendobj\n`;
const store =
  '/DSS << /Certs [3 0 R 4 0 R] /CRLs [5 0 R] /OCSPs 8 0 R /VRI << /ABCDEF << /Cert [3 0 R] /TU (D:20261120070500Z) /TS 6 0 R >> /G 7 >> >> ';
const parts = [
  stream(3, 'one'),
  stream(4, 'two'),
  stream(5, 'list'),
  stream(6, 'token'),
  '8 0 obj\n[9 0 R]\nendobj\n',
  stream(9, 'ocsp'),
];

describe('readSecurityStore', () => {
  it('hands out what stands in the store, and what it relates to signatures', () => {
    const found = readSecurityStore(file([catalog(store), pages, ...parts]).bytes);
    expect(found?.certificates.map((one) => Buffer.from(one).toString())).toEqual(['one', 'two']);
    expect(found?.crls).toEqual([utf8Encode('list')]);
    expect(found?.ocspResponses).toEqual([utf8Encode('ocsp')]);
    expect(found?.related).toHaveLength(1);
    expect(found?.related[0]).toMatchObject({ name: 'ABCDEF', created: new Date('2026-11-20T07:05:00Z') });
    expect(found?.related[0]?.certificates[0]).toBe(found?.certificates[0]);
    expect(found?.related[0]?.timestamp).toEqual(utf8Encode('token'));
  });

  it('reads an earlier revision as it was', () => {
    const { bytes, first } = file([catalog(''), pages], [catalog(store), ...parts]);
    expect(readSecurityStore(bytes)?.certificates).toHaveLength(2);
    expect(readSecurityStore(revisionBytes(bytes, first))).toBeUndefined();
  });

  it.each([
    ['a store that is no dictionary', '/DSS 7 '],
    ['no store', ''],
  ])('finds nothing in %s', (_, more) => {
    expect(readSecurityStore(file([catalog(more), pages]).bytes)).toBeUndefined();
  });

  it('leaves out what is missing, no stream or cannot be decoded', () => {
    const broken = '3 0 obj\n<< /Length 3 /Filter /FlateDecode >>\nstream\nabc\nendstream\nendobj\n';
    const odd = '/DSS << /Certs [3 0 R 9 0 R 1 0 R (x)] /CRLs 5 /VRI [] >> ';
    expect(readSecurityStore(file([catalog(odd), pages, broken]).bytes)).toMatchObject({
      certificates: [],
      crls: [],
      ocspResponses: [],
      related: [],
    });
  });

  it('is bounded', () => {
    const many = `/DSS << /Certs [${'3 0 R '.repeat(2000)}] >> `;
    expect(readSecurityStore(file([catalog(many), pages, stream(3, 'x')]).bytes)?.certificates).toHaveLength(512);
    expect(readSecurityStore(bytesOf('not a PDF'))).toBeUndefined();
  });
});
