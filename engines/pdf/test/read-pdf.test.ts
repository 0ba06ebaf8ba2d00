import { concatBytes } from '@tra/kernel';
import { zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { attachFiles, defaultLimits, PdfWriter, pdfDict, pdfName, readPdf } from '../src/index.ts';
import { blankPdf } from '../src/testing.ts';
import {
  bytesOf,
  classicPdf,
  installed,
  latin1,
  prepare,
  run,
  signedPdf,
  streamPdf,
  token,
} from './support/samples.ts';

const codes = (problems: readonly { code: string }[]): string[] => problems.map(({ code }) => code);
const catalog = '<< /Type /Catalog /Pages 2 0 R >>';
const pages = '<< /Type /Pages /Kids [] /Count 0 >>';

/** Processor seconds that `work` takes: other programs on the machine do not count. */
function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1e6;
}

/** Replaces ByteRange of the one signature; the length of the file stays. */
function withRange(range: string): Uint8Array {
  return bytesOf(
    latin1(signedPdf()).replace(/\/ByteRange \[[^\]]*\] */, (old) => `/ByteRange ${range}`.padEnd(old.length)),
  );
}

describe('readPdf', () => {
  it('reads a blank page: one revision, nothing else', () => {
    expect(readPdf(blankPdf())).toEqual({ isPdf: true, problems: [], revisions: 1, signatures: [], attachments: [] });
  });

  it('reads cross-reference and object streams', () => {
    expect(readPdf(streamPdf())).toMatchObject({ isPdf: true, problems: [], revisions: 1 });
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['text', bytesOf('This is no PDF.')],
    ['zeros', new Uint8Array(5000)],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a)],
    ['a header too late', concatBytes(new Uint8Array(2000), blankPdf())],
  ])('says of %s that it is no PDF', (_, bytes) => {
    const report = readPdf(bytes);
    expect(report.isPdf).toBe(false);
    expect(report.problems.length).toBeGreaterThan(0);
    expect(report.signatures).toEqual([]);
  });

  it('reads a file cut at any place, and says that it is damaged', () => {
    const whole = signedPdf();
    for (let length = 1; length < whole.length - 7; length += 3) {
      const report = readPdf(whole.slice(0, length));
      // Cut behind the end of an earlier revision, what is left is a whole file.
      if (latin1(whole.slice(0, length)).trimEnd().endsWith('%%EOF')) continue;
      expect(report.problems.length, `cut at ${length}`).toBeGreaterThan(0);
      for (const signature of report.signatures) {
        expect(signature.coversWholeDocument && signature.problems.length === 0).toBe(false);
      }
    }
  });

  it('repairs by scanning and says so', () => {
    const report = readPdf(bytesOf(latin1(signedPdf()).replaceAll('startxref', 'startxxxx')));
    expect(codes(report.problems)).toContain('pdf.xref_rebuilt');
    expect(report.signatures).toHaveLength(1);
  });

  it.each([
    ['to itself', '/Prev 9'],
    ['to nowhere', '/Prev 99999999'],
    ['to no number', '/Prev /Name'],
    ['to a negative place', '/Prev -5'],
  ])('survives a Prev that leads %s', (_, extra) => {
    const pdf = classicPdf([catalog, pages], extra);
    const own = latin1(pdf).lastIndexOf('xref\n0');
    const report = readPdf(bytesOf(latin1(pdf).replace('/Prev 9', `/Prev ${own}`.slice(0, 40))));
    expect(codes(report.problems)).toContain('pdf.xref_rebuilt');
  });

  it('reports a form that is no dictionary', () => {
    const pdf = classicPdf(['<< /Type /Catalog /Pages 2 0 R /AcroForm [1] >>', pages]);
    expect(codes(readPdf(pdf).problems)).toEqual(['pdf.form_unreadable']);
  });

  it('survives loops of fields, name trees and references', () => {
    const report = readPdf(
      classicPdf([
        '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [3 0 R 3 0 R] >> /Names << /EmbeddedFiles 4 0 R >> /AF 5 0 R >>',
        pages,
        '<< /FT /Sig /T (a) /Kids [3 0 R] /V 5 0 R >>',
        '<< /Kids [4 0 R 4 0 R] /Names [(x) 4 0 R] >>',
        '5 0 R',
      ]),
    );
    expect(report.isPdf).toBe(true);
    expect(report.signatures).toEqual([]);
  });

  it.each<[string, string]>([
    ['arrays nested a million deep', `<< /A ${'['.repeat(1_000_000)} >>`],
    ['dictionaries nested without end', '<< /A '.repeat(200_000)],
    ['a string without end', `<< /A (${'('.repeat(1_000_000)}`],
    ['a name without end', `<< /${'a'.repeat(1_000_000)}`],
    ['a number without end', `<< /A ${'9'.repeat(1_000_000)} >>`],
  ])('survives %s', (_, object) => {
    const report = readPdf(classicPdf([object, pages]));
    expect(report.problems.length).toBeGreaterThan(0);
  });

  it.each([
    'xref\n0 999999999\n',
    'xref\n0 4294967295\n0000000000 65535 f \n',
    'xref\n99999999999 1\n0000000000 65535 f \ntrailer << /Root 1 0 R >>\n',
    'xref\ntrailer\n<< >>\n',
    'xref\n0 1\n0000000000 65535 x \n',
  ])('survives the table %j', (table) => {
    const seconds = cpuSeconds(() => {
      const report = readPdf(bytesOf(`%PDF-1.7\n${table}startxref\n9\n%%EOF\n`));
      expect(codes(report.problems)).toContain('pdf.xref_rebuilt');
    });
    expect(seconds).toBeLessThan(2);
  });

  it('stops inflating at the limit', () => {
    const bomb = zlibSync(new Uint8Array(20 * 1024 * 1024), { level: 1 });
    const writer = new PdfWriter();
    const tree = writer.add(pdfDict({ Type: pdfName('Pages'), Kids: [], Count: 0 }));
    const { names } = attachFiles(writer, []);
    const file = writer.addStream(pdfDict({ Filter: pdfName('FlateDecode') }), bomb, { plain: true });
    const specification = writer.add(pdfDict({ Type: pdfName('Filespec'), EF: pdfDict({ F: file }) }));
    const root = writer.add(
      pdfDict({ Type: pdfName('Catalog'), Pages: tree, Names: names, AF: [specification, specification] }),
    );
    const limits = { ...defaultLimits, decodedBytes: 19 * 1024 * 1024 };
    const report = readPdf(writer.finish({ root }), limits);
    expect(codes(report.problems)).toContain('pdf.limit_reached');
    expect(report.attachments).toEqual([]);
    expect(readPdf(writer.finish({ root })).attachments[0]?.bytes).toHaveLength(20 * 1024 * 1024);
  });

  it('does not read the same bytes over and over', () => {
    // 20,000 objects that all start a stream without an end: each would be searched to the end of the file.
    const text = Array.from(
      { length: 20_000 },
      (_, index) => `${index + 1} 0 obj << >> stream\n${'x'.repeat(200)}\n`,
    ).join('');
    const seconds = cpuSeconds(() => {
      expect(readPdf(bytesOf(`%PDF-1.7\n${text}`)).problems.length).toBeGreaterThan(0);
    });
    expect(seconds).toBeLessThan(8);
  });

  it('does not try every dictionary before every marker', () => {
    const text = '<< /A (x) '.repeat(30_000) + '/ByteRange [0 1 2 3] /SubFilter /x '.repeat(5_000);
    const seconds = cpuSeconds(() => {
      expect(codes(readPdf(bytesOf(`%PDF-1.7\n${text}`)).problems)).toContain('pdf.limit_reached');
    });
    expect(seconds).toBeLessThan(8);
  });

  it('does not step back over the same digits for every marker', () => {
    const text = '0'.repeat(2_000_000) + '/ByteRange/SubFilter '.repeat(1_000);
    const seconds = cpuSeconds(() => {
      expect(codes(readPdf(bytesOf(`%PDF-1.7\n${text}`)).problems)).toContain('pdf.limit_reached');
    });
    expect(seconds).toBeLessThan(8);
  });

  it('refuses files above the limit', () => {
    const report = readPdf(blankPdf(), { ...defaultLimits, fileBytes: 100 });
    expect(report).toMatchObject({ isPdf: true, revisions: 0 });
    expect(codes(report.problems)).toEqual(['pdf.limit_reached']);
  });

  it('reports encryption and still finds the signature', () => {
    const report = readPdf(bytesOf(latin1(signedPdf()).replaceAll('/ID [', '/Encrypt << >> /ID [')));
    expect(codes(report.problems)).toContain('pdf.encrypted');
    expect(report.signatures.length).toBeGreaterThan(0);
  });
});

describe('ByteRange', () => {
  it.each([
    ['pdf.byte_range_invalid', '[0 10 20]'],
    ['pdf.byte_range_invalid', '[0 10 20 30 40]'],
    ['pdf.byte_range_invalid', '[0 -1 20 30]'],
    ['pdf.byte_range_invalid', '[0 1.5 20 30]'],
    ['pdf.byte_range_invalid', '[0 10 /x 30]'],
    ['pdf.byte_range_invalid', '[]'],
    ['pdf.byte_range_missing', '(none)'],
    ['pdf.byte_range_missing', 'null'],
    ['pdf.byte_range_not_from_start', '[1 10 20 30]'],
    ['pdf.byte_range_overlap', '[0 30 20 30]'],
    ['pdf.byte_range_beyond_end', '[0 10 20 999999]'],
    ['pdf.byte_range_hole', '[0 10 20 30]'],
    ['pdf.byte_range_hole', '[0 0 0 0]'],
  ])('%s for %s', (code, range) => {
    const [signature] = readPdf(withRange(range)).signatures;
    expect(codes(signature?.problems ?? [])).toContain(code);
    expect(signature?.coversWholeDocument).toBe(false);
    if (code !== 'pdf.byte_range_hole') expect(signature?.signedParts).toEqual([]);
  });

  it('a hole one byte wider than Contents, at either side', () => {
    const [, start = 0, end = 0, rest = 0] = readPdf(signedPdf()).signatures[0]?.byteRange ?? [];
    for (const range of [
      `[0 ${start - 1} ${end} ${rest}]`,
      `[0 ${start} ${end + 1} ${rest - 1}]`,
      `[0 ${start + 1} ${end} ${rest}]`,
    ]) {
      const [signature] = readPdf(withRange(range)).signatures;
      expect(codes(signature?.problems ?? [])).toEqual(['pdf.byte_range_hole']);
    }
  });

  it('a range that stops before the end of the file is told apart, not refused', () => {
    const [signature] = readPdf(concatBytes(signedPdf(), bytesOf('\n'))).signatures;
    expect(signature).toMatchObject({ coversWholeDocument: false, problems: [] });
  });

  it('a dictionary with two Contents or two ByteRanges', () => {
    for (const key of ['Contents', 'ByteRange']) {
      const text = latin1(signedPdf()).replace('/Filter /Adobe.PPKLite', `/${key} <00>`.padEnd(22));
      const found = readPdf(bytesOf(text)).signatures;
      expect(found.flatMap(({ problems }) => codes(problems))).toContain('pdf.signature_key_repeated');
    }
  });

  it('Contents that hold no CMS', () => {
    const signed = prepare(blankPdf()).bytes;
    expect(codes(readPdf(signed).signatures[0]?.problems ?? [])).toEqual(['pdf.contents_invalid']);
  });

  it('an element of indefinite length is cut at its end', () => {
    const indefinite = Uint8Array.of(0x30, 0x80, 0x02, 0x01, 0x05, 0x30, 0x80, 0, 0, 0, 0);
    expect(readPdf(prepare(blankPdf()).insert(indefinite)).signatures[0]?.contents).toEqual(indefinite);
  });
});

describe('signatures off the beaten path', () => {
  it('one that a later revision took out of the form', () => {
    const signed = signedPdf();
    const report = readPdf(signed);
    const root = /\/Root (\d+) 0 R/.exec(latin1(signed))?.[1];
    const tree = /\/Pages (\d+) 0 R/.exec(latin1(signed))?.[1];
    const previous = latin1(signed).lastIndexOf('xref\n', latin1(signed).lastIndexOf('startxref') - 1);
    const place = signed.length;
    const object = `${root} 0 obj\n<< /Type /Catalog /Pages ${tree} 0 R >>\nendobj\n`;
    const update = `${object}xref\n${root} 1\n${String(place).padStart(10, '0')} 00000 n \ntrailer\n<< /Size 20 /Root ${root} 0 R /Prev ${previous} >>\nstartxref\n${place + object.length}\n%%EOF\n`;
    const hidden = readPdf(concatBytes(signed, bytesOf(update)));
    expect(hidden.problems).toEqual([]);
    expect(hidden.revisions).toBe(report.revisions + 1);
    expect(hidden.signatures).toHaveLength(1);
    expect(codes(hidden.signatures[0]?.problems ?? [])).toEqual(['pdf.signature_not_in_form']);
    expect(hidden.signatures[0]?.coversWholeDocument).toBe(false);
  });

  it('none is found inside an embedded file', () => {
    const writer = new PdfWriter();
    const tree = writer.add(pdfDict({ Type: pdfName('Pages'), Kids: [], Count: 0 }));
    const inner = writer.addStream(pdfDict({ Type: pdfName('EmbeddedFile') }), signedPdf(), { plain: true });
    const specification = writer.add(pdfDict({ Type: pdfName('Filespec'), EF: pdfDict({ F: inner }) }));
    const root = writer.add(pdfDict({ Type: pdfName('Catalog'), Pages: tree, AF: [specification] }));
    const report = readPdf(writer.finish({ root }));
    expect(report.signatures).toEqual([]);
    expect(report.attachments[0]?.bytes).toEqual(signedPdf());
  });
});

describe('attachments', () => {
  const files = [
    {
      name: 'ข้อมูล.xml',
      mediaType: 'application/xml',
      relationship: 'Alternative',
      description: 'ข้อมูล',
      bytes: bytesOf('<a/>'),
    },
    { name: 'a (1).txt', mediaType: 'text/plain', relationship: 'Supplement', description: 'note', bytes: bytesOf('') },
  ] as const;
  const modified = new Date('2026-11-21T00:00:00Z');

  function build(list: readonly (typeof files)[number][]): Uint8Array {
    const writer = new PdfWriter();
    const tree = writer.add(pdfDict({ Type: pdfName('Pages'), Kids: [], Count: 0 }));
    const { names, AF } = attachFiles(
      writer,
      list.map((file) => ({ ...file, modified })),
    );
    return writer.finish({ root: writer.add(pdfDict({ Type: pdfName('Catalog'), Pages: tree, Names: names, AF })) });
  }

  it('come out as they went in', () => {
    const { attachments, problems } = readPdf(build(files));
    expect(problems).toEqual([]);
    expect(attachments).toEqual([files[1], files[0]]);
  });

  it('with a name that no file may have are refused', () => {
    for (const name of ['', 'a/b', 'a\\b', 'a\nb', 'x'.repeat(300)]) {
      expect(() => build([{ ...files[1], name: name as 'a (1).txt' }])).toThrow(
        expect.objectContaining({ code: 'pdf.value_invalid' }),
      );
    }
    expect(() => build([files[0], files[0]])).toThrow(expect.objectContaining({ code: 'pdf.value_invalid' }));
    const mediaType = 'no type' as 'text/plain';
    expect(() => build([{ ...files[1], mediaType }])).toThrow(expect.objectContaining({ code: 'pdf.value_invalid' }));
  });

  it('that are broken are left out and reported', () => {
    const text = latin1(build([files[0]])).replace(/stream\nx/, 'stream\n!');
    const report = readPdf(bytesOf(text));
    expect(report.attachments).toEqual([]);
    expect(codes(report.problems)).toEqual(['pdf.stream_unreadable']);
  });

  it.skipIf(!installed('pdfdetach'))('are seen by pdfdetach', () => {
    const listed = run(build(files), 'pdfdetach', ['-list', '{in}']).text;
    expect(listed).toContain('2 embedded files');
    expect(run(build(files), 'pdfdetach', ['-save', '2', '-o', '{out}', '{in}']).out()).toEqual(files[0].bytes);
  });
});

describe('pdfsig', () => {
  it.skipIf(!installed('pdfsig'))('sees the same signature and the same range', () => {
    const prepared = prepare(blankPdf());
    const shown = run(prepared.insert(token), 'pdfsig', ['-nocert', '{in}']).text;
    expect(shown).toContain('ETSI.CAdES.detached');
    const [, start, end, rest] = prepared.byteRange;
    expect(shown).toContain(`[0 - ${start}], [${end} - ${end + rest}]`);
  });
});
