import { spawnSync } from 'node:child_process';
import { utf8Encode } from '@tra/kernel';
import { seededRandom } from '@tra/kernel/testing';
import { describe, expect, it } from 'vitest';
import {
  attributeOf,
  childElements,
  elementsBelow,
  isElement,
  isWithin,
  lineOf,
  namespacesInScope,
  parseXml,
  textOf,
  XmlError,
} from '../src/index.ts';
import { hasTool, picker, randomXml } from './generate.ts';

const parse = (xml: string) => parseXml(utf8Encode(xml));

describe('what is read', () => {
  it('names, namespaces, attributes, text and positions', () => {
    const document = parse('<a xmlns="urn:a" xmlns:b="urn:b"\n b:x="1" x="2">ก<b:c/><![CDATA[&]]>&amp;</a>');
    const { root } = document;
    expect(isElement(root, 'urn:a', 'a')).toBe(true);
    expect(attributeOf(root, 'x', 'urn:b')).toBe('1');
    expect(attributeOf(root, 'x')).toBe('2');
    expect(textOf(document)).toBe('ก&&');
    expect(root.children.map(({ kind }) => kind)).toEqual(['text', 'element', 'text']);
    const [child] = childElements(root);
    expect(child && document.text.slice(child.start, child.end)).toBe('<b:c/>');
    expect(child && lineOf(document, child.start)).toBe(2);
    expect(child && [...namespacesInScope(child)].sort()).toEqual([
      ['', 'urn:a'],
      ['b', 'urn:b'],
    ]);
    expect(child && isWithin(child, root) && !isWithin(root, child)).toBe(true);
  });

  it('line ends and attribute white space are normalised, references are not', () => {
    const { root } = parse('<a v="1\r\n2\t3&#10;4&#x20;">x\r\ny\rz&#13;</a>');
    expect(attributeOf(root, 'v')).toBe('1 2 3\n4 ');
    expect(textOf(root)).toBe('x\ny\nz\r');
  });

  it('UTF-16 in both orders, with and without a byte order mark, and ISO 8859-1 where declared', () => {
    const xml = '<?xml version="1.0" encoding="UTF-16"?><a>ไทย</a>';
    const little = Buffer.from(xml, 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const bytes of [
      little,
      big,
      Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
      Buffer.concat([Buffer.from([0xfe, 0xff]), big]),
    ]) {
      expect(textOf(parseXml(bytes))).toBe('ไทย');
    }
    const latin = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\u00e9</a>', 'latin1');
    expect(textOf(parseXml(latin))).toBe('\u00e9');
  });

  it('ids of four spellings, and says when several elements claim one', () => {
    const document = parse(
      '<a Id="1"><b ID="2"/><c id="3"/><d xml:id="4"/><e Id="5"/><f id="5"/><g p:Id="6" xmlns:p="urn:p"/></a>',
    );
    const found = ['1', '2', '3', '4', '5', '6'].map((id) => document.elementById(id));
    expect(found.map((entry) => (typeof entry === 'object' ? entry.localName : entry))).toEqual([
      'a',
      'b',
      'c',
      'd',
      'ambiguous',
      undefined,
    ]);
  });
});

const refused: readonly [string, string][] = [
  ['xml.empty', ''],
  ['xml.malformed', 'x'],
  ['xml.malformed', ' <?xml version="1.0"?><a/>'],
  ['xml.malformed', '<?xml version="1.1"?><a/>'],
  ['xml.malformed', '<?xml version="1.0" bogus="1"?><a/>'],
  ['xml.encoding_unsupported', '<?xml version="1.0" encoding="windows-1252"?><a/>'],
  ['xml.encoding_unsupported', '<?xml version="1.0" encoding="UTF-16"?><a/>'],
  ['xml.doctype_refused', '<!DOCTYPE a><a/>'],
  ['xml.doctype_refused', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
  ['xml.malformed', '<a><!DOCTYPE b></a>'.replace('DOCTYPE', 'ELEMENT')],
  ['xml.entity_unknown', '<a>&nbsp;</a>'],
  ['xml.entity_unknown', '<a>&</a>'],
  ['xml.entity_unknown', '<a>&#0;</a>'],
  ['xml.entity_unknown', '<a>&#xD800;</a>'],
  ['xml.entity_unknown', '<a>&#xFFFE;</a>'],
  ['xml.entity_unknown', '<a>&#99999999;</a>'],
  ['xml.entity_unknown', '<a b="&x;"/>'],
  ['xml.character_invalid', '<a>\u0001</a>'],
  ['xml.malformed', '<a>'],
  ['xml.malformed', '<a></b>'],
  ['xml.malformed', '<a></aa>'],
  ['xml.malformed', '<a/><b/>'],
  ['xml.malformed', '<a/>x'],
  ['xml.malformed', '<a/><![CDATA[x]]>'],
  ['xml.malformed', '<!-- only -->'],
  ['xml.malformed', '<a><!-- a -- b --></a>'],
  ['xml.malformed', '<a><!-- a --->'],
  ['xml.malformed', '<a>]]></a>'],
  ['xml.malformed', '<a><![CDATA[</a>'],
  ['xml.malformed', '<a b=1/>'],
  ['xml.malformed', '<a b="<"/>'],
  ['xml.malformed', '<a b="1"c="2"/>'],
  ['xml.malformed', '<a b/>'],
  ['xml.malformed', '<a b="1/>'],
  ['xml.malformed', '<a / >'],
  ['xml.malformed', '< a/>'],
  ['xml.malformed', '<1/>'],
  ['xml.malformed', '<a:b:c xmlns:a="urn:a"/>'],
  ['xml.malformed', '<a><?xml version="1.0"?></a>'],
  ['xml.malformed', '<a><?p</a>'],
  ['xml.malformed', '<a></a'],
  ['xml.malformed', '<a><b></a></b>'],
  ['xml.attribute_repeated', '<a b="1" b="2"/>'],
  ['xml.attribute_repeated', '<a xmlns:p="urn:a" xmlns:q="urn:a" p:b="1" q:b="2"/>'],
  ['xml.namespace_invalid', '<p:a/>'],
  ['xml.namespace_invalid', '<a p:b="1"/>'],
  ['xml.namespace_invalid', '<a xmlns:p=""/>'],
  ['xml.namespace_invalid', '<a xmlns:xmlns="urn:a"/>'],
  ['xml.namespace_invalid', '<a xmlns:xml="urn:a"/>'],
  ['xml.namespace_invalid', '<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>'],
  ['xml.namespace_invalid', '<a xmlns:p="http://www.w3.org/2000/xmlns/"/>'],
  ['xml.namespace_invalid', '<xmlns:a/>'],
  ['xml.namespace_invalid', '<a xmlns="urn:a" xmlns="urn:b"/>'],
];

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'accepted';
  } catch (error) {
    if (error instanceof XmlError) return error.code;
    throw error;
  }
}

describe('what is refused', () => {
  it.each(refused)('%s: %s', (code, xml) => {
    expect(codeOf(() => parse(xml))).toBe(code);
  });

  it('broken encodings', () => {
    expect(codeOf(() => parseXml(Uint8Array.from([0x3c, 0x61, 0xc3, 0x28])))).toBe('xml.encoding_invalid');
    expect(codeOf(() => parseXml(Uint8Array.from([0xff, 0xfe, 0x3c])))).toBe('xml.encoding_invalid');
    expect(codeOf(() => parseXml(Uint8Array.from([0x3c, 0x61, 0xed, 0xa0, 0x80, 0x2f, 0x3e])))).toBe(
      'xml.encoding_invalid',
    );
  });

  it('what costs too much, before it is paid', () => {
    expect(codeOf(() => parse(`${'<a>'.repeat(201)}${'</a>'.repeat(201)}`))).toBe('xml.too_deep');
    expect(codeOf(() => parse(`<a ${Array.from({ length: 513 }, (_, i) => `a${i}=""`).join(' ')}/>`))).toBe(
      'xml.too_many_attributes',
    );
    expect(codeOf(() => parseXml(utf8Encode('<a><b/><b/></a>'), { maxNodes: 2 }))).toBe('xml.too_many_nodes');
    expect(codeOf(() => parseXml(utf8Encode('<aaaa/>'), { maxBytes: 6 }))).toBe('xml.too_large');
  });

  it('hostile shapes take linear time', () => {
    const started = process.cpuUsage().user;
    for (const xml of [
      `<a>${'&amp;'.repeat(200_000)}</a>`,
      `<a b="${'&'.repeat(500_000)}"/>`,
      `<a>${'<b'.repeat(300_000)}`,
      `<a>${'<![CDATA[x]]>'.repeat(100_000)}</a>`,
      `<a>${'<!--'.repeat(200_000)}`,
      `<?xml ${' '.repeat(1_000_000)}`,
      `<${'a'.repeat(1_000_000)}`,
      `<a ${'x="" '.repeat(500)}/>`.repeat(100),
    ]) {
      codeOf(() => parse(xml));
    }
    expect(process.cpuUsage().user - started).toBeLessThan(5_000_000);
  });
});

it.skipIf(!hasTool('xmllint'))('accepts of mutated documents only what xmllint accepts', () => {
  const pick = picker(seededRandom(97));
  const alphabet = '<>/="\'&;! -[]?:ax#\u0e01';
  let [accepted, refusals] = [0, 0];
  for (let round = 0; round < 250; round += 1) {
    const xml = randomXml(pick);
    const at = pick(xml.length);
    const mutated = xml.slice(0, at) + (alphabet[pick(alphabet.length)] ?? '') + xml.slice(at + pick(3));
    if (codeOf(() => parse(mutated)) !== 'accepted') {
      refusals += 1;
      continue;
    }
    accepted += 1;
    const { status, stderr } = spawnSync('xmllint', ['--nonet', '--noout', '-'], { input: mutated });
    expect([status, / error :(?!.*is not a valid URI)/.test(String(stderr))], mutated).toEqual([0, false]);
  }
  expect(accepted).toBeGreaterThan(40);
  expect(refusals).toBeGreaterThan(40);
});

it('gives every element once, in document order', () => {
  const document = parse(randomXml(picker(seededRandom(3))));
  const orders = [...elementsBelow(document.root)].map(({ order }) => order);
  expect(orders).toEqual([...orders].sort((a, b) => a - b));
});
