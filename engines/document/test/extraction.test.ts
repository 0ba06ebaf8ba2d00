import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DocumentRenderer } from '../src/index.ts';
import { bodyOf, installed, pdfjsLines, popplerLines } from './support/extract.ts';
import { modelOf, testRenderer } from './support/fonts.ts';

/** Words in which other generators lost, doubled or moved characters. */
const words = [
  'ปั้น',
  'ฟื้น',
  'น้ำ',
  'ญุ',
  'ฐุ',
  'กู้',
  'ที่',
  'เก๋',
  'ซ้ำ',
  'คำ',
  'จำ',
  'ทำ',
  'ช้ำ',
  'ค่ำ',
  'ก้ำ',
  'ป่ำ',
  'ปี่',
  'ฝึก',
  'ฟั่น',
  'ฬุ',
  'ญู',
  'ฐู',
  'ฎุ',
  'ฏู',
  'ปู่',
  'ฝุ่น',
  'ฟู่',
  'เป๋',
  'โป๊ะ',
  'ไฟฟ้า',
  'ฝ้า',
  'ป้า',
  'เพื่อ',
  'เมื่อ',
  'เหนื่อย',
  'เกี๊ยะ',
  'ก๋วยเตี๋ยว',
  'โต๊ะ',
  'จ๋า',
  'ผู้ใหญ่',
  'ใหญ่',
  'ไม้',
  'ไหม้',
  'สิทธิ์',
  'พันธุ์',
  'ศักดิ์',
  'จันทร์',
  'ทรัพย์',
  'วิทยาศาสตร์',
  'อิเล็กทรอนิกส์',
  'พาณิชย์',
  'ฤๅษี',
  'ฦๅ',
  'ฯลฯ',
  'ๆ',
  'เด็กๆ',
  'กรุงเทพฯ',
  'ประเทศไทย',
  'สัมฤทธิ์',
  'อำเภอ',
  'ตำบล',
  'สำนักงาน',
  'กำแพงเพชร',
  'น้ำผึ้ง',
  'ชื่นอุรา',
  'ฐานุรักษ์',
  'ญี่ปุ่น',
  'หญิง',
  'ปฏิญญา',
  'กฎ',
  'ปรากฏ',
  'ฏ',
  'ฎ',
  'อู๊ด',
  'ก็',
  'เก็บ',
  'พ.ศ.',
  '๒๕๖๙',
  '๐๑๒๓๔๕๖๗๘๙',
  '๏',
  '๚',
  '๛',
  '฿',
  'พุทฺธ',
  'นํ',
  'กํา',
  'ซํ้า',
  'ก์',
  'กี่ยว',
  'กุ่ม',
  'กูู',
  'กกุ้์',
];

const sentences = [
  'ออกให้เพื่อแสดงว่าผู้มีชื่อต่อไปนี้ได้จดทะเบียน',
  'บริษัท ปั้นดิน (ประเทศไทย) จำกัด (มหาชน)',
  'AVATAR Official Store – Type “Wa To” fi fl ffi',
  'พ.ศ. 2569 ถึง 20/11/2572 จำนวน 1,234.50 บาท (5%)',
  'https://tra.example/v/0123456789abcdefghjkmnpqrstvwxyz',
  'น้ำ น้ำ น้ำ ปั้นปั้น ที่ที่',
  'somchai.j@example.go.th โทร. 0-2123-4567 ต่อ 89',
  'ร้านABCไทย123ไทยXYZ',
];

/** Syllables that Thai spelling allows, with every kind of mark above and below. */
const syllable: fc.Arbitrary<string> = fc
  .record({
    lead: fc.constantFrom('', '', '', 'เ', 'แ', 'โ', 'ใ', 'ไ'),
    onset: fc.constantFrom(...'กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ'),
    second: fc.constantFrom('', '', '', 'ร', 'ล', 'ว'),
    vowel: fc.constantFrom('', 'ั', 'ิ', 'ี', 'ึ', 'ื', 'ุ', 'ู', '็'),
    tone: fc.constantFrom('', '', '่', '้', '๊', '๋', '์'),
    tail: fc.constantFrom('', 'า', 'ำ', 'ะ', 'น', 'ง', 'ม', 'ก', 'ด', 'ๆ'),
  })
  .map((part) => {
    const vowel = part.tail === 'ำ' ? '' : part.vowel;
    return `${part.lead}${part.onset}${part.second}${vowel}${part.tone}${part.tail}`;
  });

const hasPoppler = installed('pdftotext');

describe('text comes out as it went in', () => {
  let renderer: DocumentRenderer;
  beforeAll(async () => {
    renderer = await testRenderer();
  });

  const paragraphs = (texts: readonly string[], size = 12): Uint8Array =>
    renderer.render(modelOf(texts.map((text) => ({ kind: 'paragraph', text, size }))));

  it.skipIf(!hasPoppler)('through poppler, word by word', () => {
    expect(bodyOf(popplerLines(paragraphs(words)))).toEqual(words);
  });

  it('through pdf.js, word by word', async () => {
    expect(bodyOf(await pdfjsLines(paragraphs(words)))).toEqual(words);
  });

  it.skipIf(!hasPoppler)('through poppler, sentences with Latin letters and digits', () => {
    expect(bodyOf(popplerLines(paragraphs(sentences)))).toEqual(sentences);
  });

  it('through pdf.js, sentences with Latin letters and digits', async () => {
    expect(bodyOf(await pdfjsLines(paragraphs(sentences)))).toEqual(sentences);
  });

  it('in headings, fields, tables and captions alike', async () => {
    const text = 'น้ำผึ้งปั้นที่ญี่ปุ่น';
    const pdf = renderer.render(
      modelOf([
        { kind: 'heading', level: 2, text: `ก${text}` },
        { kind: 'heading', level: 1, text: `ข${text}` },
        { kind: 'fields', rows: [{ label: `ค${text}`, value: `ง${text}` }] },
        { kind: 'table', header: [`จ${text}`], rows: [[`ฉ${text}`]] },
        { kind: 'qr', content: 'https://tra.example/v/1', caption: `ช${text}` },
      ]),
    );
    const expected = [...'กขคงจฉช'].map((letter) => letter + text);
    // A label and its value share a line, with the gap between them as a space.
    const found = (list: readonly string[]): string[] =>
      bodyOf(list)
        .flatMap((line) => line.split(/\s+/))
        .sort();
    expect(found(await pdfjsLines(pdf))).toEqual(expected);
    if (hasPoppler) expect(found(popplerLines(pdf))).toEqual(expected);
  });

  it.skipIf(!hasPoppler)('for random syllables', { timeout: 240_000 }, async () => {
    const line = fc.array(syllable, { minLength: 1, maxLength: 9 }).map((parts) => parts.join(' '));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 60, maxLength: 60 }),
        fc.integer({ min: 7, max: 15 }),
        async (texts, size) => {
          const pdf = paragraphs(texts, size);
          expect(bodyOf(popplerLines(pdf))).toEqual(texts);
          expect(bodyOf(await pdfjsLines(pdf))).toEqual(texts);
        },
      ),
      { numRuns: Number(process.env.TRA_TEST_RUNS ?? 15) },
    );
  });

  it('over line ends: the lines joined are the paragraph', async () => {
    const text =
      'ออกให้เพื่อแสดงว่าผู้มีชื่อต่อไปนี้ได้จดทะเบียนประกอบพาณิชยกิจผ่านสื่ออิเล็กทรอนิกส์ตามพระราชบัญญัติทะเบียนพาณิชย์ซึ่งได้ผ่านการตรวจสอบจากพนักงานเจ้าหน้าที่เรียบร้อยแล้วทุกประการ'.repeat(
        3,
      );
    const pdf = paragraphs([text]);
    expect(bodyOf(await pdfjsLines(pdf)).join('')).toBe(text);
    if (hasPoppler) expect(bodyOf(popplerLines(pdf)).join('')).toBe(text);
    const english = 'The particulars have been examined by the competent official of the agency. '.repeat(9).trim();
    const other = paragraphs([english]);
    expect(bodyOf(await pdfjsLines(other)).join(' ')).toBe(english);
    if (hasPoppler) expect(bodyOf(popplerLines(other)).join(' ')).toBe(english);
  });

  it('for as many marks on one letter as a document may hold', async () => {
    const text = `ก${'่้๊๋'.repeat(2).slice(0, 6)}ขก`;
    const pdf = paragraphs([text]);
    expect(bodyOf(await pdfjsLines(pdf)).join('')).toBe(text);
    if (hasPoppler) expect(bodyOf(popplerLines(pdf)).join('')).toBe(text);
  });

  it('shows the words of a watermark once as text, and the body stays as it was', async () => {
    const pdf = renderer.render(modelOf([{ kind: 'paragraph', text: 'น้ำ' }], { watermark: 'ตัวอย่าง / DEMO' }));
    expect(bodyOf(await pdfjsLines(pdf))).toEqual(['ตัวอย่าง / DEMO', 'น้ำ']);
    if (hasPoppler) expect(bodyOf(popplerLines(pdf))).toEqual(['ตัวอย่าง / DEMO', 'น้ำ']);
  });
});
