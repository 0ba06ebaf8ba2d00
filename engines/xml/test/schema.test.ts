import { utf8Encode } from '@tra/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileSchema, element, maxXmlBytes, serializeXml, type XmlSchema } from '../src/index.ts';

const xsd = utf8Encode(`<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" xmlns="urn:t" elementFormDefault="qualified">
  <xs:element name="Licence"><xs:complexType><xs:sequence>
    <xs:element name="Number" type="xs:integer"/>
    <xs:element name="Holder" type="xs:string"/>
    <xs:element name="ValidFrom" type="xs:date" minOccurs="0"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>`);

const licence = (number: string, holder = 'น้ำใจ จำกัด'): Uint8Array =>
  serializeXml(element('Licence', { xmlns: 'urn:t' }, [element('Number', {}, number), element('Holder', {}, holder)]));

describe('compileSchema', () => {
  let schema: XmlSchema;
  beforeAll(async () => {
    schema = await compileSchema(xsd);
  });
  afterAll(() => schema.dispose());

  it('accepts a valid document', () => {
    expect(schema.validate(licence('1'))).toEqual({ valid: true, errors: [] });
  });

  it('accepts integers longer than 24 digits, as the standard does', () => {
    expect(schema.validate(licence('123456789012345678901234567890')).valid).toBe(true);
  });

  it('takes no other instruction for the declaration', () => {
    const model = utf8Encode(
      '<?xml-model encoding="none"?><Licence xmlns="urn:t"><Number>1</Number><Holder/></Licence>',
    );
    expect(schema.validate(model)).toEqual({ valid: true, errors: [] });
  });

  it('names the line and the reason of a fault', () => {
    const report = schema.validate(licence('abc'));
    expect(report.valid).toBe(false);
    expect(report.errors[0]?.line).toBe(3);
    expect(report.errors[0]?.message).toContain('Number');
  });

  it('reports every fault up to a bound', () => {
    const many = element(
      'Licence',
      { xmlns: 'urn:t' },
      Array.from({ length: 500 }, () => element('Wrong', { a: '1' })),
    );
    const report = schema.validate(serializeXml(many));
    expect(report.valid).toBe(false);
    expect(report.errors.length).toBeLessThanOrEqual(100);
  });

  it.each([
    [
      'an external entity',
      '<!DOCTYPE Licence [<!ENTITY x SYSTEM "file:///etc/passwd">]><Licence xmlns="urn:t">&x;</Licence>',
    ],
    ['an entity bomb', '<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Licence xmlns="urn:t">&b;</Licence>'],
    ['an external subset', '<!DOCTYPE Licence SYSTEM "http://localhost:1/x.dtd"><Licence xmlns="urn:t"/>'],
    ['an undeclared entity', '<Licence xmlns="urn:t"><Number>&x;</Number></Licence>'],
    ['an unclosed element', '<Licence xmlns="urn:t">'],
    ['an empty document', ''],
    ['no XML', 'hello'],
    ['two roots', '<a/><b/>'],
    ['another root', '<Other xmlns="urn:t"/>'],
    ['another encoding', '<?xml version="1.0" encoding="ISO-8859-11"?><Licence xmlns="urn:t"/>'],
    ['an unterminated comment', '<!-- <Licence xmlns="urn:t"/>'],
    ['an unterminated start tag', '<Licence xmlns="urn:t'],
  ])('refuses %s', (_, text) => {
    const report = schema.validate(utf8Encode(text));
    expect(report.valid).toBe(false);
    expect(report.errors.length).toBeGreaterThan(0);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(schema.validate(Uint8Array.of(0x3c, 0x61, 0xff, 0x2f, 0x3e)).errors[0]?.message).toBe('not UTF-8');
  });

  it('refuses deep nesting before parsing', () => {
    const text = '<a>'.repeat(100_000);
    expect(schema.validate(utf8Encode(text)).errors[0]?.message).toContain('nested deeper');
  });

  it('refuses an element with thousands of attributes', () => {
    const attributes = Array.from({ length: 5000 }, (_, index) => `a${index}="1"`).join(' ');
    expect(schema.validate(utf8Encode(`<a ${attributes}/>`)).errors[0]?.message).toContain('attributes');
  });

  it('refuses documents above the size limit', () => {
    expect(schema.validate(new Uint8Array(maxXmlBytes + 1)).errors[0]?.message).toContain('larger than');
  });

  it('stays usable after a thousand refusals', () => {
    for (let round = 0; round < 1000; round += 1) schema.validate(utf8Encode('<Licence xmlns="urn:t">'));
    expect(schema.validate(licence('1')).valid).toBe(true);
  });

  it('reports a date with white space around it as invalid, as libxml2 does', () => {
    const text =
      '<Licence xmlns="urn:t"><Number>1</Number><Holder>x</Holder><ValidFrom> 2026-11-21 </ValidFrom></Licence>';
    expect(schema.validate(utf8Encode(text)).valid).toBe(false);
    expect(schema.validate(utf8Encode(text.replaceAll('> 2026-11-21 <', '>2026-11-21<'))).valid).toBe(true);
  });
});

describe('a schema that cannot be used', () => {
  it.each([
    ['no XML', 'x'],
    ['no schema', '<a/>'],
    ['a document type declaration', '<!DOCTYPE a><a/>'],
    [
      'an import',
      '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:import namespace="urn:x" schemaLocation="file:///etc/passwd"/></xs:schema>',
    ],
    [
      'an include',
      '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="http://localhost:1/a.xsd"/></xs:schema>',
    ],
    [
      'an unknown type',
      '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="nothing"/></xs:schema>',
    ],
  ])('is refused: %s', async (_, text) => {
    await expect(compileSchema(utf8Encode(text))).rejects.toMatchObject({ code: 'xml.schema_invalid' });
  });

  it('is refused when too large', async () => {
    await expect(compileSchema(new Uint8Array(maxXmlBytes + 1))).rejects.toMatchObject({ code: 'xml.too_large' });
  });

  it('is refused after it was disposed', async () => {
    const schema = await compileSchema(xsd);
    schema.dispose();
    schema.dispose();
    expect(() => schema.validate(licence('1'))).toThrow(expect.objectContaining({ code: 'xml.disposed' }));
  });
});
