import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPdf } from '@tra/pdf';
import QRCode from 'qrcode';
import { beforeAll, describe, expect, it } from 'vitest';
import { createDocumentRenderer, type DocumentModel, type DocumentRenderer } from '../src/index.ts';
import { bodyOf, installed, pdfjsLines, withFile } from './support/extract.ts';
import { fonts, modelOf, testRenderer } from './support/fonts.ts';

const xml = new TextEncoder().encode('<Licence>น้ำ</Licence>');
const attachment = {
  name: 'licence.xml',
  mediaType: 'application/xml',
  relationship: 'Alternative',
  description: 'ข้อมูลใบอนุญาต',
  bytes: xml,
  modified: new Date('2026-11-20T00:00:00Z'),
} as const;

const licence = modelOf(
  [
    { kind: 'seal' },
    { kind: 'heading', level: 2, text: 'กรมพัฒนาธุรกิจการค้า' },
    { kind: 'heading', level: 1, text: 'ใบทะเบียนพาณิชย์อิเล็กทรอนิกส์' },
    { kind: 'paragraph', text: 'ออกให้เพื่อแสดงว่า', align: 'center' },
    { kind: 'rule' },
    { kind: 'fields', rows: [{ label: 'ผู้ประกอบการ', value: 'นางสาวน้ำผึ้ง ชื่นอุรา' }] },
    { kind: 'space', points: 20 },
    { kind: 'qr', content: 'https://tra.example/v/0123456789abcdefghjkmnpqrstvwxyz', caption: 'สแกนเพื่อตรวจสอบ' },
  ],
  {
    attachments: [attachment],
    keywords: ['ทะเบียน', 'a<b>'],
    subject: 'หัวเรื่อง & คำ',
    watermark: 'ตัวอย่าง / DEMO',
    footer: 'ท้ายหน้า',
  },
);

describe('a rendered document', () => {
  let renderer: DocumentRenderer;
  let pdf: Uint8Array;
  let text: string;
  beforeAll(async () => {
    renderer = await testRenderer();
    pdf = renderer.render(licence);
    text = Buffer.from(pdf).toString('latin1');
  });

  it('is the same every time, from any renderer', async () => {
    expect(renderer.render(licence)).toEqual(pdf);
    expect((await testRenderer()).render(licence)).toEqual(pdf);
    expect(
      (await createDocumentRenderer({ regular: Buffer.from(fonts.regular), bold: Buffer.from(fonts.bold) })).render(
        licence,
      ),
    ).toEqual(pdf);
  });

  it('is a sound PDF of one revision that carries its attachment', () => {
    const { attachments, ...rest } = readPdf(pdf);
    expect(rest).toEqual({ isPdf: true, problems: [], revisions: 1, signatures: [] });
    const { modified: _, ...expected } = attachment;
    expect(attachments).toEqual([expected]);
  });

  it('has what PDF/A-3a and PDF/UA-1 ask of the catalog', () => {
    expect(text).toMatch(/\/Type \/Catalog.*\/Lang \(th\).*\/MarkInfo << \/Marked true >>/);
    expect(text).toMatch(/\/ViewerPreferences << \/DisplayDocTitle true >>/);
    expect(text).toMatch(/\/OutputIntents \[\d+ 0 R\]/);
    expect(text).toMatch(/\/AF \[\d+ 0 R\]/);
    expect(text).toMatch(/\/AFRelationship \/Alternative/);
    expect(text).toMatch(/\/Params << \/ModDate \(D:20261120000000\+00'00'\) \/Size \d+ \/CheckSum <[0-9A-F]{32}> >>/);
    expect(text).toMatch(/\/Subtype \/application#2Fxml/);
    expect(text).toMatch(/\/ID \[<[0-9A-F]{32}> <[0-9A-F]{32}>\]/);
    expect(text).not.toMatch(/\/Encrypt|\/JavaScript|\/LZWDecode|\/Type1/);
  });

  it('says the same in XMP and in the information dictionary, escaped', () => {
    const packet =
      Buffer.from(pdf)
        .toString('utf8')
        .match(/<x:xmpmeta[\s\S]*<\/x:xmpmeta>/)?.[0] ?? '';
    expect(packet).toContain('<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>');
    expect(packet).toContain('<pdfuaid:part>1</pdfuaid:part>');
    expect(packet).toContain('<xmp:CreateDate>2026-11-21T03:04:05+00:00</xmp:CreateDate>');
    expect(packet).toContain('หัวเรื่อง &amp; คำ');
    expect(packet).toContain('<pdf:Keywords>ทะเบียน, a&lt;b&gt;</pdf:Keywords>');
    expect(text).toContain("/CreationDate (D:20261121030405+00'00')");
  });

  it('is tagged: the title is the first heading, fields are a table with row headers, figures have words', () => {
    expect(text.match(/\/S \/H1 /g)).toHaveLength(1);
    expect(text).not.toMatch(/\/S \/H2 /);
    expect(text).toMatch(/\/S \/TH .*\/Scope \/Row/);
    expect(text.match(/\/S \/Figure .*\/Alt </g)).toHaveLength(2);
    expect(text).toMatch(/\/Tabs \/S/);
  });

  it('tags small headings behind the title as second level, and a lone one as first', () => {
    const tagsOf = (blocks: DocumentModel['blocks']): string[] =>
      [
        ...Buffer.from(renderer.render(modelOf(blocks)))
          .toString('latin1')
          .matchAll(/\/S \/(H\d|P) /g),
      ].map((match) => match[1] ?? '');
    const small = { kind: 'heading', level: 2, text: 'ก' } as const;
    const title = { kind: 'heading', level: 1, text: 'ข' } as const;
    expect(tagsOf([small, title, small])).toEqual(['P', 'H1', 'H2']);
    expect(tagsOf([small, small])).toEqual(['H1', 'H2']);
  });

  it.skipIf(!installed('qpdf'))('passes qpdf --check', () => {
    withFile(pdf, (path) =>
      expect(execFileSync('qpdf', ['--check', path], { encoding: 'utf8' })).toContain('No syntax'),
    );
  });

  it.skipIf(!installed('pdfinfo'))('tells pdfinfo and pdffonts what it is', () => {
    withFile(pdf, (path) => {
      const info = execFileSync('pdfinfo', [path], { encoding: 'utf8' });
      expect(info).toMatch(/Title: +ทดสอบ/);
      expect(info).toMatch(/Tagged: +yes/);
      expect(info).toMatch(/Page size: +595\.276 x 841\.89 pts \(A4\)/);
      const list = execFileSync('pdffonts', [path], { encoding: 'utf8' }).trim().split('\n').slice(2);
      expect(list).toHaveLength(2);
      for (const line of list) expect(line).toMatch(/^[A-Z]{6}\+Sarabun-\w+ +CID TrueType +Identity-H +yes yes yes/);
    });
  });

  it.skipIf(!installed('pdfdetach'))('gives its attachment to pdfdetach', () => {
    withFile(pdf, (path, folder) => {
      expect(execFileSync('pdfdetach', ['-list', path], { encoding: 'utf8' })).toContain('licence.xml');
      execFileSync('pdfdetach', ['-save', '1', '-o', join(folder, 'out.xml'), path]);
      expect(new Uint8Array(readFileSync(join(folder, 'out.xml')))).toEqual(xml);
    });
  });

  it.skipIf(!installed('pdftoppm'))('prints a QR code with the right modules and a quiet zone', () => {
    const content = 'https://tra.example/v/0123456789abcdefghjkmnpqrstvwxyz';
    const page = renderer.render(modelOf([{ kind: 'qr', content, caption: '' }]));
    const { modules } = QRCode.create(content, { errorCorrectionLevel: 'M' });
    const dots = 200;
    const image = withFile(page, (path) =>
      execFileSync('pdftoppm', ['-r', String(dots), '-gray', path], { maxBuffer: 1e8 }),
    );
    const [, width = '0'] = /^P5\n(\d+) (\d+)\n255\n/.exec(image.subarray(0, 40).toString('latin1')) ?? [];
    const start = image.length - Math.floor((dots * 841.89) / 72 + 0.99) * Number(width);
    const darkAt = (x: number, y: number): boolean =>
      (image[start + Math.floor(((841.89 - y) * dots) / 72) * Number(width) + Math.floor((x * dots) / 72)] ?? 255) <
      128;
    const unit = 108 / (modules.size + 8);
    for (let row = -4; row < modules.size + 4; row += 1) {
      for (let column = -4; column < modules.size + 4; column += 1) {
        const inside = row >= 0 && column >= 0 && row < modules.size && column < modules.size;
        const dark = darkAt(64 + (column + 4.5) * unit, 841.89 - 66 - (row + 4.5) * unit);
        expect(dark, `${row},${column}`).toBe(inside && modules.get(row, column) === 1);
      }
    }
  });
});

describe('long documents', () => {
  let renderer: DocumentRenderer;
  beforeAll(async () => {
    renderer = await testRenderer();
  });

  it('flow over pages without losing a row, and repeat the header', async () => {
    const rows = Array.from({ length: 90 }, (_, index) => [`แถว${index}`, 'น้ำ']);
    const lines = await pdfjsLines(renderer.render(modelOf([{ kind: 'table', header: ['หัวก', 'หัวข'], rows }])));
    expect(lines.filter((line) => line.startsWith('หัวก')).length).toBe(4);
    expect(lines.filter((line) => /^แถว\d+ /.test(line)).map((line) => line.split(' ')[0])).toEqual(
      rows.map(([first]) => first),
    );
    expect(lines).toContain('ID-1 หน้า 4 จาก 4');
  });

  it('are brought onto one page when they need little more, and get all the space when they need much more', async () => {
    const rows = (count: number): DocumentModel =>
      modelOf([
        { kind: 'fields', rows: Array.from({ length: count }, (_, index) => ({ label: `ก${index}`, value: 'ปั้น' })) },
      ]);
    const pagesOf = async (count: number): Promise<string> => {
      const lines = await pdfjsLines(renderer.render(rows(count)));
      expect(lines.filter((line) => /^ก\d+ ปั้น$/.test(line))).toHaveLength(count);
      return lines.at(-1)?.replace(/.*จาก /, '') ?? '';
    };
    expect(await pagesOf(22)).toBe('1');
    expect(await pagesOf(28)).toBe('1');
    expect(await pagesOf(60)).toBe('3');
  });

  it('split a row taller than a page', async () => {
    const value = 'น้ำผึ้งปั้นที่ญี่ปุ่น'.repeat(250);
    const lines = bodyOf(
      await pdfjsLines(renderer.render(modelOf([{ kind: 'fields', rows: [{ label: 'ก', value }] }]))),
    );
    expect(lines.join('').replace(/^ก /, '')).toBe(value);
  });

  it('break a word that is wider than a line', async () => {
    const value = `https://tra.example/${'abcdef'.repeat(60)}`;
    const lines = bodyOf(await pdfjsLines(renderer.render(modelOf([{ kind: 'paragraph', text: value }]))));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join('')).toBe(value);
  });

  it('keep empty texts, empty lines and odd spaces from doing harm', () => {
    const blocks: DocumentModel['blocks'] = [
      { kind: 'paragraph', text: '' },
      { kind: 'paragraph', text: ' \n\n \t ' },
      { kind: 'heading', level: 1, text: '' },
      { kind: 'fields', rows: [{ label: '', value: '' }] },
      { kind: 'fields', rows: [] },
      { kind: 'table', header: [], rows: [] },
      { kind: 'table', header: ['', ''], rows: [['', '']] },
      { kind: 'space', points: 700 },
      { kind: 'space', points: 700 },
      { kind: 'rule' },
    ];
    expect(readPdf(renderer.render(modelOf(blocks))).problems).toEqual([]);
  });
});

describe('what cannot be set', () => {
  let renderer: DocumentRenderer;
  beforeAll(async () => {
    renderer = await testRenderer();
  });
  const refusal = (code: string): unknown => expect.objectContaining({ code });
  const paragraph = (text: string): DocumentModel => modelOf([{ kind: 'paragraph', text }]);

  it.each(['日本', '😀', '\u0000', '\u0007', '\ud800', 'ا', '\ufffd', '\ue000'])(
    'the character %j is refused by name',
    (character) => {
      expect(() => renderer.render(paragraph(`ก${character}`))).toThrow(refusal('document.character_unsupported'));
      expect(renderer.unsupportedCharacters(`ก${character}`)).toEqual([...character]);
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      expect(() => renderer.render(paragraph(character))).toThrow(`U+${code}`);
    },
  );

  it('is refused wherever it stands', () => {
    const bad = '漢';
    const models: DocumentModel[] = [
      modelOf([{ kind: 'heading', level: 1, text: bad }]),
      modelOf([{ kind: 'fields', rows: [{ label: bad, value: '' }] }]),
      modelOf([{ kind: 'fields', rows: [{ label: '', value: bad }] }]),
      modelOf([{ kind: 'table', header: [bad], rows: [] }]),
      modelOf([{ kind: 'table', header: [''], rows: [[bad]] }]),
      modelOf([{ kind: 'qr', content: 'x', caption: bad }]),
      modelOf([], { footer: bad }),
      modelOf([], { watermark: bad }),
      modelOf([], { id: bad }),
    ];
    for (const model of models) expect(() => renderer.render(model)).toThrow(refusal('document.character_unsupported'));
  });

  it('more marks on a letter than any spelling needs', () => {
    expect(() => renderer.render(paragraph(`ก${'่'.repeat(7)}`))).toThrow(refusal('document.character_unsupported'));
  });

  it.each<[string, DocumentModel]>([
    ['/created', modelOf([], { created: new Date(Number.NaN) })],
    ['/title', modelOf([], { title: ' ' })],
    ['/id', modelOf([], { id: '' })],
    ['/blocks/0/points', modelOf([{ kind: 'space', points: -1 }])],
    ['/blocks/0/points', modelOf([{ kind: 'space', points: Number.NaN }])],
    ['/blocks/0/size', modelOf([{ kind: 'paragraph', text: '', size: 0 }])],
    ['/blocks/0/rows/1', modelOf([{ kind: 'table', header: ['a', 'b'], rows: [['1', '2'], ['1']] }])],
  ])('a model that is wrong at %s', (pointer, model) => {
    expect(() => renderer.render(model)).toThrow(
      expect.objectContaining({ code: 'document.model_invalid', params: { pointer } }),
    );
  });

  it('too much of it', () => {
    expect(() => renderer.render(paragraph('ก'.repeat(400_001)))).toThrow(refusal('document.too_long'));
    expect(() => renderer.render(modelOf(Array.from({ length: 5001 }, () => ({ kind: 'rule' }) as const)))).toThrow(
      refusal('document.too_long'),
    );
    expect(() => renderer.render(paragraph('ก\n'.repeat(20_000)))).toThrow(refusal('document.too_long'));
    expect(() => renderer.render(modelOf([{ kind: 'qr', content: 'x'.repeat(701), caption: '' }]))).toThrow(
      refusal('document.qr_too_long'),
    );
    expect(() => renderer.render(modelOf([{ kind: 'qr', content: '', caption: '' }]))).toThrow(
      refusal('document.qr_too_long'),
    );
  });

  it('an attachment with a path for a name', () => {
    expect(() => renderer.render(modelOf([], { attachments: [{ ...attachment, name: '../x' }] }))).toThrow(
      refusal('pdf.value_invalid'),
    );
  });

  it('fonts that are none', async () => {
    for (const length of [0, 5, 12, 100, 5000, 40_000]) {
      await expect(createDocumentRenderer({ ...fonts, regular: fonts.regular.slice(0, length) })).rejects.toThrow(
        refusal('document.font_invalid'),
      );
    }
    await expect(createDocumentRenderer({ ...fonts, bold: new Uint8Array(1000) })).rejects.toThrow(
      refusal('document.font_invalid'),
    );
  });
});
