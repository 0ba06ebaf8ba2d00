import { utf8Decode } from '@tra/kernel';
import fc from 'fast-check';
import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { element, serializeXml, type XmlElement } from '../src/index.ts';

const write = (root: XmlElement): string => utf8Decode(serializeXml(root));

describe('serializeXml', () => {
  it('writes a declaration, indents elements and leaves text alone', () => {
    const root = element('a:Root', { 'xmlns:a': 'urn:a', id: 'x"<&\n' }, [
      element('a:One', {}, 'ก & <ข>'),
      element('a:Empty'),
      element('a:Mixed', {}, ['text ', element('b', {}, 'bold'), ' more']),
    ]);
    expect(write(root)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<a:Root xmlns:a="urn:a" id="x&quot;&lt;&amp;&#10;">
  <a:One>ก &amp; &lt;ข&gt;</a:One>
  <a:Empty/>
  <a:Mixed>text <b>bold</b> more</a:Mixed>
</a:Root>
`);
  });

  it.each(['\0', '\u0008', '\u000b', '\u001f', '\ud800', 'a\udc00', '\ufffe', '\uffff'])(
    'refuses %j, which XML 1.0 cannot carry',
    (text) => {
      const refusal = expect.objectContaining({ code: 'xml.character_invalid' });
      expect(() => serializeXml(element('a', {}, text))).toThrow(refusal);
      expect(() => serializeXml(element('a', { b: text }))).toThrow(refusal);
    },
  );

  it.each(['', '1a', 'a b', 'a:b:c', ':a', '<a', 'a>', '-a', 'a'.repeat(300)])('refuses the name %j', (name) => {
    expect(() => element(name)).toThrow(expect.objectContaining({ code: 'xml.name_invalid' }));
    expect(() => element('a', { [name]: '' })).toThrow(expect.objectContaining({ code: 'xml.name_invalid' }));
  });

  it('refuses trees that are too deep', () => {
    let node = element('a');
    for (let depth = 0; depth < 300; depth += 1) node = element('a', {}, [node]);
    expect(() => serializeXml(node)).toThrow(expect.objectContaining({ code: 'xml.too_deep' }));
  });

  it('gives back any text that XML can carry', () => {
    const legal = fc
      .string({ unit: 'binary', maxLength: 60 })
      .map((text) => text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ''));
    fc.assert(
      fc.property(legal, legal, (text, attribute) => {
        const document = XmlDocument.fromBuffer(serializeXml(element('a', { b: attribute }, text)));
        try {
          expect(document.root.content).toBe(text);
          expect(document.root.attr('b')?.value).toBe(attribute);
        } finally {
          document.dispose();
        }
      }),
    );
  });
});
