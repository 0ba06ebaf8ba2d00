import type { ServiceDefinition } from '@tra/cases';
import { describe, expect, it } from 'vitest';
import { describeErrors, fieldElementId, fromServer, soundValues, stepErrors } from '../src/form/form-errors.ts';
import { forgetInput, type InputStorage, keepInput, keptInput, unsavedValues } from '../src/form/kept-input.ts';
import { readInteger, readMoney, writeInteger, writeMoney } from '../src/form/number-text.ts';
import { createI18n } from '../src/i18n/language.tsx';

const label = (th: string) => ({ th, en: th });
const definition = {
  form: {
    steps: [
      {
        id: 'one',
        title: label('หนึ่ง'),
        fields: [
          {
            id: 'kind',
            kind: 'choice',
            label: label('ประเภท'),
            required: true,
            options: [{ value: 'a', label: label('ก') }],
          },
          { id: 'nationalId', kind: 'thaiNationalId', label: label('เลขประจำตัว'), required: true },
          { id: 'capital', kind: 'money', label: label('ทุน'), required: true, min: 100 },
          { id: 'address', kind: 'address', label: label('ที่อยู่'), required: true },
        ],
      },
      { id: 'two', title: label('สอง'), fields: [{ id: 'name', kind: 'text', label: label('ชื่อ'), required: true }] },
    ],
  },
} as unknown as ServiceDefinition;
const fields = definition.form.steps[0]?.fields ?? [];
const options = { attachments: [], today: '2026-11-20' };
const texts = {
  'cases.national_id_length': '{label}ต้องมี {expected} หลัก คุณใส่ {actual} หลัก',
  'cases.money_too_small': '{label}ต้องไม่น้อยกว่า {min}',
};
const i18n = createI18n('th', texts, () => undefined);

describe('errors of a step', () => {
  it('are those of its own fields', () => {
    const errors = stepErrors(definition, fields, {}, options);
    expect(errors.map((error) => error.field)).toEqual(['kind', 'nationalId', 'capital', 'address']);
  });
  it('are said with the label and in baht', () => {
    const values = { kind: 'a', nationalId: '110370207181', capital: 50 };
    const said = describeErrors(stepErrors(definition, fields, values, options), fields, i18n);
    expect(said[0]).toMatchObject({
      id: 'field-nationalId',
      message: 'เลขประจำตัวต้องมี 13 หลัก คุณใส่ 12 หลัก',
    });
    expect(said[1]?.message).toBe('ทุนต้องไม่น้อยกว่า 1.00 บาท');
  });
  it('lead to the part of an address, once each', () => {
    const values = { address: { line: '99/1', provinceCode: '10' } };
    const said = describeErrors(stepErrors(definition, fields, values, options), fields, i18n);
    const ids = said.filter((error) => error.field === 'address').map((error) => error.id);
    expect(ids).toEqual(['field-address-districtCode', 'field-address-subDistrictCode', 'field-address-postalCode']);
    const whole = describeErrors(stepErrors(definition, fields, {}, options), fields, i18n);
    expect(whole.at(-1)?.id).toBe(fieldElementId('address', 'line'));
  });
  it('of the server are placed by their pointer; foreign ones are left out', () => {
    const problem = (pointer: string) => ({ pointer, code: 'x', message: 'm' });
    const placed = fromServer([problem('/data/capital'), problem('/address/line'), problem('/data/other')], fields);
    expect(placed.map((error) => error.id)).toEqual(['field-capital', 'field-address-line']);
  });
});

describe('values to store', () => {
  it('leave out what is not sound yet', () => {
    const values = { kind: 'a', nationalId: '12', capital: 'x', name: 'ชื่อ' };
    expect(soundValues(definition, values, '2026-11-20')).toEqual({ kind: 'a', name: 'ชื่อ' });
  });
});

describe('numbers', () => {
  it('are read as satang, or stay text', () => {
    expect(['50', '50.5', '50.05', '1.', '50.055', 'x', ''].map(readMoney)).toEqual([
      5000,
      5050,
      5005,
      100,
      '50.055',
      'x',
      '',
    ]);
    expect(['12', '-3', '1.5'].map(readInteger)).toEqual([12, -3, '1.5']);
  });
  it('are written back', () => {
    expect([writeMoney(5050), writeMoney('x'), writeMoney(undefined)]).toEqual(['50.50', 'x', '']);
    expect([writeInteger(12), writeInteger(undefined)]).toEqual(['12', '']);
  });
});

function memory(): InputStorage & { readonly map: Map<string, string> } {
  const map = new Map<string, string>();
  return {
    map,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
    key: (index) => [...map.keys()][index] ?? null,
    get length() {
      return map.size;
    },
  };
}

describe('input kept in the tab', () => {
  it('is only what the server does not hold', () => {
    expect(unsavedValues({ a: 1, b: [1], c: '' }, { a: 1, b: [1] })).toEqual({ c: '' });
  });
  it('comes back for the fields that still exist', () => {
    const storage = memory();
    keepInput(storage, 'case-1', { a: 'x', gone: 'y' });
    expect(keptInput(storage, 'case-1', ['a'])).toEqual({ a: 'x' });
    expect(keptInput(storage, 'case-2', ['a'])).toEqual({});
  });
  it('is removed when all is stored, and when somebody signs out', () => {
    const storage = memory();
    keepInput(storage, 'case-1', { a: 'x' });
    keepInput(storage, 'case-1', {});
    expect(storage.map.size).toBe(0);
    keepInput(storage, 'case-1', { a: 'x' });
    keepInput(storage, 'case-2', { a: 'x' });
    storage.setItem('other', '1');
    forgetInput(storage);
    expect([...storage.map.keys()]).toEqual(['other']);
  });
  it('of one step is not lost by another, and goes with its form', () => {
    const storage = memory();
    keepInput(storage, 'case-1/one', { a: 'x' });
    keepInput(storage, 'case-1/two', {});
    keepInput(storage, 'case-10/one', { a: 'y' });
    expect(keptInput(storage, 'case-1/one', ['a'])).toEqual({ a: 'x' });
    keepInput(storage, 'case-1', {});
    expect([...storage.map.keys()]).toEqual(['tra.form.case-10/one']);
  });
  it('survives broken or refused storage', () => {
    const storage = memory();
    storage.setItem('tra.form.case-1', '{');
    expect(keptInput(storage, 'case-1', ['a'])).toEqual({});
    const refusing = {
      ...memory(),
      setItem: () => {
        throw new Error('refused');
      },
    };
    expect(() => keepInput(refusing, 'case-1', { a: 1 })).not.toThrow();
  });
});
