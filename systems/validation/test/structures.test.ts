import { utf8Encode } from '@tra/kernel';
import { describe, expect, it } from 'vitest';
import { registeredStructures } from '../src/index.ts';

const xsd =
  utf8Encode(`<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:test:1" elementFormDefault="qualified">
  <xsd:element name="Note"><xsd:complexType><xsd:sequence><xsd:element name="Number" type="xsd:integer"/></xsd:sequence></xsd:complexType></xsd:element>
</xsd:schema>`);
const schemas = registeredStructures([{ structure: 'note', release: '1.0', namespace: 'urn:test:1', xsd }]);
const check = (text: string, name?: string) => schemas.check({ xml: utf8Encode(text), ...(name ? { name } : {}) });

describe('the register of structures', () => {
  it('holds XML against the release of its namespace, whatever the prefix', async () => {
    const passed = { structure: 'note', release: '1.0', status: 'passed', faults: [] };
    expect(
      await check('<?xml version="1.0"?><!-- <a xmlns="urn:x"> --><Note xmlns="urn:test:1"><Number>5</Number></Note>'),
    ).toEqual(passed);
    expect(await check("<n:Note xmlns:n='urn:test:1'><n:Number>5</n:Number></n:Note>", 'a.xml')).toEqual({
      name: 'a.xml',
      ...passed,
    });
  });

  it('says where XML breaks it', async () => {
    const result = await check('<Note xmlns="urn:test:1">\n<Number>five</Number></Note>');
    expect(result).toMatchObject({
      status: 'failed',
      faults: [{ place: 'line 2', text: expect.stringContaining('integer') }],
    });
    expect((await check('<Note xmlns="urn:test:1"><Number>5</Number>'))?.status).toBe('failed');
    expect((await check(`<Note xmlns="urn:test:1">${' '.repeat(1_048_577)}</Note>`))?.status).toBe('failed');
  });

  it('does not know other namespaces, nor what is no XML', async () => {
    for (const text of ['<Note/>', '<Note xmlns="urn:test:2"/>', 'hello', '', '%PDF-1.7'])
      expect(await check(text)).toBeUndefined();
  });
});
