import { type FormData, tidyData, validateForm, visibleData, visibleFields } from '@tra/cases';
import { fakeJuristicPersonNumber } from '@tra/cases/testing';
import type { Json } from '@tra/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goodData, goodFiles, sample } from './sample.ts';

const today = '2026-11-21';
const whole = { partial: false, today, attachments: goodFiles };
const draft = { partial: true, today };
const codes = (data: unknown, options = whole) =>
  validateForm(sample, data, options).map(({ pointer, code }) => `${pointer} ${code}`);
const answer = (name: string, value: Json) => validateForm(sample, { ...goodData, [name]: value }, whole);

const address = {
  line: '99/1 ถนนสุขุมวิท',
  provinceCode: '10',
  districtCode: '1039',
  subDistrictCode: '103901',
  postalCode: '10110',
};

describe('a right answer', () => {
  it('is accepted', () => {
    expect(validateForm(sample, goodData, whole)).toEqual([]);
  });

  it.each<[string, Json]>([
    ['nationalId', '1-1017-00207-36-6'],
    ['nationalId', '๑๑๐๑๗๐๐๒๐๗๓๖๖'],
    ['name', 'อา'],
    ['name', '  สมหญิง  '],
    ['name', '😀😀'],
    ['thaiName', 'ร้านผ้าไหม 99'],
    ['thaiName', 'ร้าน Silk & Co.'],
    ['latinName', "Malee's Silk & Co."],
    ['note', 'บรรทัดหนึ่ง\nบรรทัดสอง'],
    ['note', 'a\r\nb\tc'],
    ['email', 'a@b.co'],
    ['email', 'first.last+tag@sub.example.co.th'],
    ['phone', '0812345678'],
    ['phone', '081-234-5678'],
    ['phone', '+66 81 234 5678'],
    ['phone', '+66 (0) 2 123 4567'],
    ['phone', '02 123 4567'],
    ['phone', '๐๘๑๒๓๔๕๖๗๘'],
    ['site', 'https://example.co.th/shop?id=1#top'],
    ['site', 'http://example.com:8080'],
    ['site', 'https://ร้านค้า.ไทย/สินค้า'],
    ['day', '2000-01-01'],
    ['day', today],
    ['day', '2024-02-29'],
    ['day', '๒๐๒๔-๐๒-๒๙'],
    ['until', '2030-12-31'],
    ['count', 1],
    ['count', 10],
    ['price', 0],
    ['price', 1_000_000],
    ['many', ['a', 'c']],
    ['many', []],
    ['address', address],
    ['address', { ...address, postalCode: '๑๐๑๑๐' }],
    ['note', ''],
    ['note', null],
    ['count', null],
    ['email', '   '],
  ])('%s = %j', (name, value) => {
    expect(answer(name, value)).toEqual([]);
  });
});

describe('a wrong answer says what is wrong', () => {
  it.each<[string, Json, string, Record<string, Json>]>([
    ['nationalId', '110170020736', 'cases.national_id_length', { expected: 13, actual: 12 }],
    ['nationalId', '1101700207367', 'cases.national_id_check_digit', {}],
    ['nationalId', 1101700207366, 'cases.value_type', { expected: 'text' }],
    ['name', 'อ', 'cases.text_too_short', { min: 2, actual: 1 }],
    ['name', 'ก'.repeat(21), 'cases.text_too_long', { max: 20, actual: 21 }],
    ['name', 'สม\u0000ชาย', 'cases.text_broken', {}],
    ['name', 'สม\nชาย', 'cases.text_broken', {}],
    ['name', 'สม\ud800ชาย', 'cases.text_broken', {}],
    ['name', '\udc00ชาย', 'cases.text_broken', {}],
    ['name', 'สมชาย\u202e', 'cases.text_broken', {}],
    ['name', 'สม\ufffdชาย', 'cases.text_broken', {}],
    ['name', 'a\u0085b', 'cases.text_broken', {}],
    ['name', 'a\uffffb', 'cases.text_broken', {}],
    ['name', 12, 'cases.value_type', { expected: 'text' }],
    ['name', ['สมชาย'], 'cases.value_type', { expected: 'text' }],
    ['name', { first: 'สมชาย' }, 'cases.value_type', { expected: 'text' }],
    ['name', true, 'cases.value_type', { expected: 'text' }],
    ['thaiName', 'Silk', 'cases.text_format_thaiName', {}],
    ['thaiName', 'ร้าน <b>', 'cases.text_format_thaiName', {}],
    ['latinName', 'ผ้าไหม', 'cases.text_format_latinName', {}],
    ['latinName', '123', 'cases.text_format_latinName', {}],
    ['note', 'ก'.repeat(101), 'cases.text_too_long', { max: 100, actual: 101 }],
    ['email', 'malee', 'cases.email_no_at', {}],
    ['email', 'malee@', 'cases.email_invalid', {}],
    ['email', '@example.com', 'cases.email_invalid', {}],
    ['email', 'a@b@c.com', 'cases.email_invalid', {}],
    ['email', 'a..b@c.com', 'cases.email_invalid', {}],
    ['email', 'มาลี@example.com', 'cases.email_invalid', {}],
    ['email', 'a@localhost', 'cases.email_invalid', {}],
    ['email', `${'a'.repeat(65)}@example.com`, 'cases.email_invalid', {}],
    ['email', `a@${'b'.repeat(260)}.com`, 'cases.text_too_long', { max: 254, actual: 266 }],
    ['phone', '081234567', 'cases.phone_length', { expected: 10, actual: 9 }],
    ['phone', '021234567890', 'cases.phone_length', { expected: 9, actual: 12 }],
    ['phone', '812345678', 'cases.phone_first_digit', {}],
    ['phone', 'โทร 081', 'cases.phone_invalid', {}],
    ['phone', '000000000', 'cases.phone_invalid', {}],
    ['site', 'example.com', 'cases.url_scheme', {}],
    ['site', 'javascript:alert(1)', 'cases.url_scheme', {}],
    ['site', 'ftp://example.com', 'cases.url_scheme', {}],
    ['site', 'https://user:pw@example.com', 'cases.url_invalid', {}],
    ['site', 'https://', 'cases.url_invalid', {}],
    ['site', 'https://localhost', 'cases.url_invalid', {}],
    ['site', 'https://exa mple.com', 'cases.url_invalid', {}],
    ['site', 'https://127.0.0.1/', 'cases.url_invalid', {}],
    ['day', '21/11/2026', 'cases.date_invalid', {}],
    ['day', '2026-02-29', 'cases.date_invalid', {}],
    ['day', '2026-13-01', 'cases.date_invalid', {}],
    ['day', '0000-01-01', 'cases.date_invalid', {}],
    ['day', '2569-11-21', 'cases.date_buddhist_year', { year: '2569' }],
    ['day', '1999-12-31', 'cases.date_too_early', { min: '2000-01-01' }],
    ['day', '2026-11-22', 'cases.date_in_future', {}],
    ['until', '2031-01-01', 'cases.date_too_late', { max: '2030-12-31' }],
    ['day', 20261121, 'cases.value_type', { expected: 'date' }],
    ['count', 0, 'cases.number_too_small', { min: 1 }],
    ['count', 11, 'cases.number_too_large', { max: 10 }],
    ['count', 1.5, 'cases.integer_invalid', {}],
    ['count', '3', 'cases.value_type', { expected: 'integer' }],
    ['count', 2 ** 60, 'cases.integer_invalid', {}],
    ['price', -1, 'cases.money_too_small', { min: 0, minBaht: 0 }],
    ['price', 1_000_001, 'cases.money_too_large', { max: 1_000_000, maxBaht: 10_000 }],
    ['price', 0.5, 'cases.money_invalid', {}],
    ['price', '50', 'cases.value_type', { expected: 'money' }],
    ['kind', 'z', 'cases.choice_unknown', {}],
    ['kind', ['a'], 'cases.value_type', { expected: 'choice' }],
    ['many', ['a', 'a'], 'cases.choice_repeated', {}],
    ['many', ['a', 'b', 'c', 'a'], 'cases.choice_repeated', {}],
    ['many', 'a', 'cases.value_type', { expected: 'choices' }],
    ['agree', false, 'cases.must_agree', {}],
    ['agree', 'true', 'cases.value_type', { expected: 'yesNo' }],
    ['agree', 1, 'cases.value_type', { expected: 'yesNo' }],
    ['address', 'กรุงเทพ', 'cases.value_type', { expected: 'address' }],
    ['address', [1], 'cases.value_type', { expected: 'address' }],
  ])('%s = %j', (name, value, code, params) => {
    expect(answer(name, value)).toEqual([{ field: name, pointer: `/${name}`, code, params }]);
  });

  it('points into a list', () => {
    expect(answer('many', ['a', 'z'])).toEqual([
      { field: 'many', pointer: '/many/1', code: 'cases.choice_unknown', params: {} },
    ]);
  });

  it.each<[string, Json, string]>([
    ['line', '', 'cases.address_line_required'],
    ['provinceCode', null, 'cases.address_province_required'],
    ['districtCode', '', 'cases.address_district_required'],
    ['subDistrictCode', '', 'cases.address_sub_district_required'],
    ['postalCode', ' ', 'cases.address_postal_code_required'],
    ['line', 'ก'.repeat(301), 'cases.text_too_long'],
    ['line', 'a\u0007', 'cases.text_broken'],
    ['line', 5, 'cases.value_type'],
    ['provinceCode', 10, 'cases.value_type'],
    ['provinceCode', '1', 'cases.address_province_unknown'],
    ['provinceCode', '00', 'cases.address_province_unknown'],
    ['districtCode', '10390', 'cases.address_district_unknown'],
    ['districtCode', '1139', 'cases.address_district_elsewhere'],
    ['subDistrictCode', '104001', 'cases.address_sub_district_elsewhere'],
    ['subDistrictCode', 'abcdef', 'cases.address_sub_district_unknown'],
    ['postalCode', '1011', 'cases.address_postal_code_invalid'],
    ['postalCode', '01110', 'cases.address_postal_code_invalid'],
    ['country', 'TH', 'cases.field_unknown'],
  ])('address %s = %j', (member, value, code) => {
    const found = answer('address', { ...address, [member]: value });
    expect(found).toContainEqual(expect.objectContaining({ field: 'address', pointer: `/address/${member}`, code }));
  });

  it('asks whether the codes exist', () => {
    const options = { ...whole, addressExists: (code: string) => code !== '103901' };
    expect(validateForm(sample, { ...goodData, address }, options)).toEqual([
      { field: 'address', pointer: '/address/subDistrictCode', code: 'cases.address_sub_district_unknown', params: {} },
    ]);
  });
});

describe('missing answers', () => {
  it('are named in the order of the form', () => {
    expect(codes({}, { ...whole, attachments: [] })).toEqual([
      '/kind cases.choice_required',
      '/nationalId cases.field_required',
      '/name cases.field_required',
      '/agree cases.must_agree',
      '/file cases.attachment_required',
    ]);
  });

  it('are no matter in a draft, but what is there must be sound', () => {
    expect(validateForm(sample, {}, draft)).toEqual([]);
    expect(validateForm(sample, { name: 'อ', agree: false, address: { provinceCode: '10' } }, draft)).toEqual([]);
    expect(validateForm(sample, { address: { provinceCode: '10', districtCode: '1139' } }, draft)).toHaveLength(1);
    expect(validateForm(sample, { nationalId: '12' }, draft)[0]?.code).toBe('cases.national_id_length');
    expect(validateForm(sample, { name: 'a\u0000' }, draft)[0]?.code).toBe('cases.text_broken');
    expect(validateForm(sample, { name: 5 }, draft)[0]?.code).toBe('cases.value_type');
  });

  it('have the right empty form', () => {
    expect(validateForm(sample, { name: [] }, draft)[0]?.code).toBe('cases.value_type');
    expect(validateForm(sample, { name: {} }, draft)[0]?.code).toBe('cases.value_type');
    expect(validateForm(sample, { many: '' }, draft)[0]?.code).toBe('cases.value_type');
    expect(validateForm(sample, { address: { other: '' } }, draft)[0]?.code).toBe('cases.value_type');
    expect(validateForm(sample, { address: {} }, draft)).toEqual([]);
  });
});

describe('unknown fields', () => {
  it.each(['other', '__proto__', 'constructor', 'a/b', 'file'])('%s is refused', (name) => {
    const data = JSON.parse(`{${JSON.stringify(name)}: 1}`);
    expect(validateForm(sample, data, draft)).toEqual([
      { field: name, pointer: `/${name.replace('/', '~1')}`, code: 'cases.field_unknown', params: {} },
    ]);
  });

  it.each([null, undefined, 'text', 1, [], true])('%j is no form', (data) => {
    expect(validateForm(sample, data, whole)[0]).toMatchObject({ pointer: '', code: 'cases.value_type' });
  });

  it('come in bounded numbers', () => {
    const flood = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, 1]));
    expect(validateForm(sample, flood, draft)).toMatchObject([
      { code: 'cases.too_many_fields', params: { max: 400, actual: 5000 } },
    ]);
  });
});

describe('fields that are not shown', () => {
  it('need no answer, and a left-over one is no error unless it could not be stored', () => {
    expect(validateForm(sample, { ...goodData, juristicNumber: '12' }, whole)).toEqual([]);
    expect(answer('juristicNumber', 'a\u0000')[0]?.code).toBe('cases.text_broken');
    expect(answer('juristicNumber', 12)[0]?.code).toBe('cases.value_type');
    expect(codes({ ...goodData, kind: 'b' })).toEqual(['/juristicNumber cases.field_required']);
    expect(codes({ ...goodData, kind: 'b', juristicNumber: fakeJuristicPersonNumber(7) })).toEqual([]);
  });

  it('are left out of what is submitted', () => {
    const data: FormData = { ...goodData, juristicNumber: '12', note: '', many: [] };
    expect(Object.keys(visibleData(sample, data))).toEqual(['kind', 'nationalId', 'name', 'agree']);
    expect(visibleFields(sample, data).map((field) => field.id)).not.toContain('juristicNumber');
    expect(visibleFields(sample, { kind: 'b' }).map((field) => field.id)).toContain('juristicNumber');
  });
});

describe('attachments', () => {
  const file = (mediaType: string, field = 'file') => ({ field, mediaType });
  it.each<[ReturnType<typeof file>[], string[]]>([
    [[file('application/pdf')], []],
    [[file('application/pdf'), file('application/pdf')], []],
    [[], ['/file cases.attachment_required']],
    [[file('application/pdf', 'other')], ['/file cases.attachment_required']],
    [[file('image/png')], ['/file cases.attachment_type']],
    [Array(3).fill(file('application/pdf')), ['/file cases.attachment_too_many']],
  ])('%j', (attachments, expected) => {
    expect(
      validateForm(sample, goodData, { ...whole, attachments }).map(({ pointer, code }) => `${pointer} ${code}`),
    ).toEqual(expected);
  });

  it('are not looked at when nobody says which there are', () => {
    expect(validateForm(sample, goodData, { partial: false, today })).toEqual([]);
  });
});

describe('properties', () => {
  it('any JSON is answered with errors, never a throw, and nothing is changed', () => {
    const names = fc.constantFrom(
      'kind',
      'nationalId',
      'name',
      'note',
      'email',
      'phone',
      'site',
      'day',
      'count',
      'price',
      'many',
      'agree',
      'address',
      'x',
    );
    fc.assert(
      fc.property(fc.dictionary(names, fc.jsonValue({ maxDepth: 3 })), fc.boolean(), (data, partial) => {
        const before = JSON.stringify(data);
        const errors = validateForm(sample, data, { partial, today, attachments: [] });
        expect(JSON.stringify(data)).toBe(before);
        for (const error of errors) expect(error.code).toMatch(/^cases\.[a-zA-Z_]+$/);
      }),
    );
  });

  it('tidying twice is tidying once, and changes no verdict', () => {
    fc.assert(
      fc.property(
        fc.record({
          name: fc.string({ unit: 'grapheme' }),
          phone: fc.string(),
          note: fc.string(),
          nationalId: fc.string(),
        }),
        (data) => {
          const tidy = tidyData(sample, data);
          expect(tidyData(sample, tidy)).toEqual(tidy);
          expect(validateForm(sample, tidy, draft)).toEqual(validateForm(sample, data, draft));
        },
      ),
    );
  });

  it('what a draft accepts never has fewer errors than the whole form', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('kind', 'name', 'count', 'agree', 'day'), fc.jsonValue({ maxDepth: 1 })),
        (data) => {
          const strict = new Set(codes(data));
          for (const { pointer, code } of validateForm(sample, data, draft))
            expect(strict).toContain(`${pointer} ${code}`);
        },
      ),
    );
  });
});
