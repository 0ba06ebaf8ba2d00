import { readdirSync, readFileSync } from 'node:fs';
import { fieldsOf, lintDefinition, parseDefinition, validateForm } from '@tra/cases';
import { compileSchema } from '@tra/xml';
import { describe, expect, it } from 'vitest';
import { loadAddresses } from '../src/addresses.ts';
import { problems } from '../src/errors.ts';
import { createServiceRegistry, loadDefinitions } from '../src/services.ts';
import { goodData, messages } from './world.ts';

const definitions = loadDefinitions();

describe('shipped definitions', () => {
  it('are there', () => {
    expect(definitions.map((definition) => definition.id)).toEqual(['dbd.ecommerce-registration']);
  });

  it.each(definitions)('$id makes sense', (definition) => {
    expect(lintDefinition(definition)).toEqual([]);
  });

  it.each(definitions)('$id has a schema with its namespace', async (definition) => {
    const xsd = readFileSync(new URL(`../schemas/${definition.document.schema}`, import.meta.url));
    expect(xsd.toString()).toContain(`targetNamespace="${definition.document.namespace}"`);
    (await compileSchema(xsd)).dispose();
  });

  it('accept the example', () => {
    const addresses = loadAddresses();
    const options = {
      partial: false,
      today: '2026-11-16',
      addressExists: (code: string) => addresses.find(code) !== undefined,
    };
    expect(validateForm(definitions[0]!, goodData(), options)).toEqual([]);
  });

  it('print nothing that would tell how to reach the applicant', () => {
    expect(definitions[0]?.document.fields).not.toContain('phone');
    expect(definitions[0]?.document.fields).not.toContain('email');
  });
});

describe('the registry', () => {
  const [definition] = definitions;
  const version = (number: string, more: object = {}) =>
    parseDefinition({ ...structuredClone(definition), version: number, ...more });

  it('gives the newest version to new cases and keeps the old ones', () => {
    const registry = createServiceRegistry([version('1.9.0'), version('1.10.0'), version('1.2.0')]);
    expect(registry.get('dbd.ecommerce-registration').version).toBe('1.10.0');
    expect(registry.getVersion('dbd.ecommerce-registration', '1.2.0').version).toBe('1.2.0');
    expect(registry.all()).toHaveLength(1);
  });

  it('refuses a version twice, an unknown one, and a definition that makes no sense', () => {
    const unsound = expect.objectContaining({ code: 'licensing.definition_unsound' });
    expect(() => createServiceRegistry([version('1.0.0'), version('1.0.0')])).toThrow(unsound);
    expect(() => createServiceRegistry([version('1.0.0', { title: { th: 'English', en: 'English' } })])).toThrow(
      unsound,
    );
    const unknown = expect.objectContaining({ code: 'licensing.service_unknown' });
    expect(() => createServiceRegistry([]).get('x')).toThrow(unknown);
    expect(() => createServiceRegistry([version('1.0.0')]).getVersion('dbd.ecommerce-registration', '2.0.0')).toThrow(
      unknown,
    );
  });
});

describe('addresses', () => {
  const addresses = loadAddresses();

  it('hold 77 provinces, 928 districts and 7,436 sub-districts, each in its parent, all with two names', () => {
    const provinces = addresses.provinces();
    const districts = provinces.flatMap((province) => addresses.findDistricts(province.code) ?? []);
    const subDistricts = districts.flatMap((district) => addresses.findSubDistricts(district.code) ?? []);
    expect([provinces.length, districts.length, subDistricts.length]).toEqual([77, 928, 7436]);
    for (const place of [...provinces, ...districts, ...subDistricts]) {
      expect(place.name.th).toMatch(/\p{Script=Thai}/u);
      expect(place.name.en).toMatch(/^[A-Za-z]/);
    }
    for (const place of subDistricts) {
      expect(place.postalCode).toMatch(/^[1-9]\d{4}$/);
      for (const code of place.postalCodes ?? []) expect(code).toMatch(/^[1-9]\d{4}$/);
    }
  });

  it('name known places', () => {
    expect(addresses.find('100101')).toEqual({
      code: '100101',
      name: { th: 'พระบรมมหาราชวัง', en: 'Phra Borom Maha Ratchawang' },
      postalCode: '10200',
      postalCodes: ['10200'],
    });
    expect(addresses.find('96')?.name.en).toBe('Narathiwat');
    expect(addresses.find('99')).toBeUndefined();
    expect(addresses.findDistricts('1001')).toBeUndefined();
    expect(addresses.findSubDistricts('10')).toBeUndefined();
  });
});

describe('words', () => {
  const sources = (folder: URL): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const text = [
    ...sources(new URL('../src/', import.meta.url)),
    ...sources(new URL('../../../engines/cases/src/', import.meta.url)),
  ].join('\n');

  it('exist for every code with a status', () => {
    for (const code of Object.keys(problems)) expect(messages.has(code), code).toBe(true);
  });

  it('exist for every code that the sources name', () => {
    const spliced = /^cases\.(number|money)$|^licensing\.(issue|application|document)$/;
    const codes = [...text.matchAll(/'((?:cases|licensing)\.[a-zA-Z_.]+)'/g)].map((match) => match[1] ?? '');
    expect(codes.length).toBeGreaterThan(100);
    for (const code of new Set(codes)) if (!spliced.test(code)) expect(messages.has(code), code).toBe(true);
  });

  it('exist for the codes that are put together', () => {
    const parts = {
      'cases.national_id_': ['digits_only', 'length', 'first_digit', 'check_digit'],
      'cases.juristic_number_': ['digits_only', 'length', 'first_digit', 'check_digit'],
      'cases.address_': [
        'line_required',
        'province_required',
        'district_required',
        'sub_district_required',
        'postal_code_required',
        'province_unknown',
        'district_unknown',
        'sub_district_unknown',
        'district_elsewhere',
        'sub_district_elsewhere',
      ],
      'cases.text_format_': ['thaiName', 'latinName', 'digits', 'domain'],
      'cases.number_': ['too_small', 'too_large'],
      'cases.money_': ['too_small', 'too_large'],
    };
    for (const [start, ends] of Object.entries(parts))
      for (const end of ends) expect(messages.has(start + end), start + end).toBe(true);
  });

  it('say what is wrong and what to do', () => {
    const params = { expected: 13, actual: 12 };
    expect(messages.translate('cases.national_id_length', 'th', params)).toBe(
      'เลขประจำตัวประชาชนต้องมี 13 หลัก คุณใส่ 12 หลัก',
    );
  });

  it('have a label for every field, state and action in both languages', () => {
    for (const definition of definitions) {
      for (const field of fieldsOf(definition)) expect(field.label.th && field.label.en).toBeTruthy();
      for (const state of Object.values(definition.machine.states))
        expect(state.label.th && state.label.en).toBeTruthy();
    }
  });
});
