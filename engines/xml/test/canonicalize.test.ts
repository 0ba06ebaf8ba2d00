import { spawnSync } from 'node:child_process';
import { utf8Decode, utf8Encode } from '@tra/kernel';
import { seededRandom } from '@tra/kernel/testing';
import { type XmlC14NMode, XmlDocument } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import {
  type CanonicalizationMethod,
  canonicalize,
  elementsBelow,
  isWithin,
  type NodeSet,
  type ParsedElement,
  parseXml,
  subtree,
  withoutElement,
} from '../src/index.ts';
import { hasTool, picker, randomXml } from './generate.ts';

const inclusive: CanonicalizationMethod = { form: 'inclusive-1.0', comments: false };
const inclusive11: CanonicalizationMethod = { form: 'inclusive-1.1', comments: false };
const exclusive: CanonicalizationMethod = { form: 'exclusive', comments: false };
const run = (set: NodeSet, method: CanonicalizationMethod): string => utf8Decode(canonicalize(set, method));
const whole = (xml: string, method: CanonicalizationMethod): string => run(subtree(parseXml(utf8Encode(xml))), method);
const find = (root: ParsedElement, name: string): ParsedElement => {
  for (const element of elementsBelow(root)) if (element.localName === name) return element;
  throw new Error(name);
};

describe('Canonical XML 1.0, examples of clause 3', () => {
  const outside =
    '<?xml version="1.0"?>\n\n<?xml-stylesheet   href="doc.xsl"\n   type="text/xsl"   ?>\n\n<doc>Hello, world!<!-- Comment 1 --></doc>\n\n<?pi-without-data     ?>\n\n<!-- Comment 2 -->\n\n<!-- Comment 3 -->';
  it('3.1: instructions, comments and what is outside the document element', () => {
    const head = '<?xml-stylesheet href="doc.xsl"\n   type="text/xsl"   ?>\n<doc>Hello, world!';
    expect(whole(outside, inclusive)).toBe(`${head}</doc>\n<?pi-without-data?>`);
    expect(whole(outside, { ...inclusive, comments: true })).toBe(
      `${head}<!-- Comment 1 --></doc>\n<?pi-without-data?>\n<!-- Comment 2 -->\n<!-- Comment 3 -->`,
    );
  });

  it('3.2: white space in content', () => {
    const xml =
      '<doc>\n   <clean>   </clean>\n   <dirty>   A   B   </dirty>\n   <mixed>\n      A\n      <clean>   </clean>\n      B\n      <dirty>   A   B   </dirty>\n      C\n   </mixed>\n</doc>';
    expect(whole(xml, inclusive)).toBe(xml);
  });

  it('3.3: start and end tags (without the default attribute of the document type)', () => {
    const xml =
      '<doc>\n   <e1   />\n   <e2   ></e2>\n   <e3   name = "elem3"   id="elem3"   />\n   <e4   name="elem4"   id="elem4"   ></e4>\n   <e5 a:attr="out" b:attr="sorted" attr2="all" attr="I\'m"\n      xmlns:b="http://www.ietf.org"\n      xmlns:a="http://www.w3.org"\n      xmlns="http://example.org"/>\n   <e6 xmlns="" xmlns:a="http://www.w3.org">\n      <e7 xmlns="http://www.ietf.org">\n         <e8 xmlns="" xmlns:a="http://www.w3.org">\n            <e9 xmlns="" xmlns:a="http://www.ietf.org"/>\n         </e8>\n      </e7>\n   </e6>\n</doc>';
    expect(whole(xml, inclusive)).toBe(
      '<doc>\n   <e1></e1>\n   <e2></e2>\n   <e3 id="elem3" name="elem3"></e3>\n   <e4 id="elem4" name="elem4"></e4>\n   <e5 xmlns="http://example.org" xmlns:a="http://www.w3.org" xmlns:b="http://www.ietf.org" attr="I\'m" attr2="all" b:attr="sorted" a:attr="out"></e5>\n   <e6 xmlns:a="http://www.w3.org">\n      <e7 xmlns="http://www.ietf.org">\n         <e8 xmlns="">\n            <e9 xmlns:a="http://www.ietf.org"></e9>\n         </e8>\n      </e7>\n   </e6>\n</doc>',
    );
  });

  it('3.4: character modifications and references (without attribute types)', () => {
    const xml =
      '<doc>\n   <text>First line&#x0d;&#10;Second line</text>\n   <value>&#x32;</value>\n   <compute><![CDATA[value>"0" && value<"10" ?"valid":"error"]]></compute>\n   <compute expr=\'value>"0" &amp;&amp; value&lt;"10" ?"valid":"error"\'>valid</compute>\n   <norm attr=\' &apos;   &#x20;&#13;&#xa;&#9;   &apos; \'/>\n</doc>';
    expect(whole(xml, inclusive)).toBe(
      '<doc>\n   <text>First line&#xD;\nSecond line</text>\n   <value>2</value>\n   <compute>value&gt;"0" &amp;&amp; value&lt;"10" ?"valid":"error"</compute>\n   <compute expr="value>&quot;0&quot; &amp;&amp; value&lt;&quot;10&quot; ?&quot;valid&quot;:&quot;error&quot;">valid</compute>\n   <norm attr=" \'    &#xD;&#xA;&#x9;   \' "></norm>\n</doc>',
    );
  });

  it('3.6: UTF-8', () => {
    const latin = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?>\n<doc>\u00a9</doc>', 'latin1');
    expect(run(subtree(parseXml(latin)), inclusive)).toBe('<doc>\u00a9</doc>');
  });

  it('3.7: a node-set that names namespace nodes', () => {
    const document = parseXml(
      utf8Encode(
        '<doc xmlns="http://www.ietf.org" xmlns:w3c="http://www.w3.org">\n   <e1>\n      <e2 xmlns="">\n         <e3 id="E3"/>\n      </e2>\n   </e1>\n</doc>',
      ),
    );
    const e3 = find(document.root, 'e3');
    const e1 = find(document.root, 'e1');
    const above = (node: ParsedElement): boolean => node === e1 || isWithin(node, e3);
    const set: NodeSet = {
      document,
      apex: document,
      has: (node) => (node.kind === 'element' ? above(node) : isWithin(node, e3)),
      hasAttribute: (owner) => isWithin(owner, e3),
      hasNamespace: (owner, prefix) => (owner === e1 && prefix === '') || isWithin(owner, e3),
    };
    expect(run(set, inclusive)).toBe(
      '<e1 xmlns="http://www.ietf.org"><e3 xmlns="" xmlns:w3c="http://www.w3.org" id="E3"></e3></e1>',
    );
  });
});

describe('Canonical XML 1.1, clause 3.8: xml: attributes of a document subset', () => {
  it('joins xml:base, takes over xml:lang and xml:space, and leaves xml:id', () => {
    const document = parseXml(
      utf8Encode(
        '<doc xmlns="http://www.ietf.org" xmlns:w3c="http://www.w3.org" xml:base="http://www.example.com/something/else"><e1><e2 xmlns="" xml:id="abc" xml:base="../bar/"><e3 id="E3" xml:base="foo"/></e2></e1></doc>',
      ),
    );
    const e1 = find(document.root, 'e1');
    const e3 = find(document.root, 'e3');
    const shown = (owner: ParsedElement): boolean => owner === e1 || owner === e3;
    const set: NodeSet = {
      document,
      apex: document,
      has: (node) => node.kind === 'element' && shown(node),
      hasAttribute: shown,
      hasNamespace: shown,
    };
    expect(run(set, inclusive11)).toBe(
      '<e1 xmlns="http://www.ietf.org" xmlns:w3c="http://www.w3.org" xml:base="http://www.example.com/something/else"><e3 xmlns="" id="E3" xml:base="../bar/foo"></e3></e1>',
    );
  });
});

describe('Exclusive XML Canonicalization 1.0, clause 2.2', () => {
  const envelope = (n1: string, n0: string): string =>
    `<n0:local xmlns:n0="${n0}" xmlns:n3="ftp://example.org"><n1:elem2 xmlns:n1="${n1}" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n0:local>`;
  it('does not depend on where the part stands', () => {
    for (const xml of [
      envelope('http://example.net', 'foo:bar'),
      `<n2:pdu xmlns:n1="http://example.com" xmlns:n2="http://foo.example" xml:lang="fr" xml:space="retain"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n2:pdu>`,
    ]) {
      const document = parseXml(utf8Encode(xml));
      expect(run(subtree(document, find(document.root, 'elem2')), exclusive)).toBe(
        '<n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>',
      );
    }
  });

  it('keeps what InclusiveNamespaces lists', () => {
    const document = parseXml(utf8Encode('<a xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q"><p:b/></a>'));
    const set = subtree(document, find(document.root, 'b'));
    expect(run(set, exclusive)).toBe('<p:b xmlns:p="urn:p"></p:b>');
    expect(run(set, { ...exclusive, prefixes: ['q'] })).toBe('<p:b xmlns:p="urn:p" xmlns:q="urn:q"></p:b>');
    expect(run(set, { ...exclusive, prefixes: [''] })).toBe('<p:b xmlns="urn:d" xmlns:p="urn:p"></p:b>');
  });
});

it('refuses relative namespace names', () => {
  expect(() => whole('<a xmlns="relative"/>', inclusive)).toThrow('xml.relative_namespace');
});

it('bounds what a hostile choice of nodes may cost', () => {
  const declared = Array.from({ length: 500 }, (_, index) => `xmlns:p${index}="urn:${index}"`).join(' ');
  const document = parseXml(utf8Encode(`<r ${declared}><s>${'<t><u/></t>'.repeat(40_000)}</s></r>`));
  const set: NodeSet = { ...subtree(document), has: (node) => node.kind === 'element' && node.localName === 'u' };
  expect(() => canonicalize(set, inclusive)).toThrow('xml.too_much_work');
});

const forms = [
  { flag: '--c14n', mode: 0, method: { ...inclusive, comments: true } },
  { flag: '--c14n11', mode: 2, method: { ...inclusive11, comments: true } },
  { flag: '--exc-c14n', mode: 1, method: { ...exclusive, comments: true } },
] as const;

it.skipIf(!hasTool('xmllint'))('gives the bytes of xmllint for generated documents', () => {
  const pick = picker(seededRandom(41));
  for (let round = 0; round < 120; round += 1) {
    const xml = randomXml(pick);
    const { flag, method } = forms[round % 3] as (typeof forms)[number];
    const { stdout } = spawnSync('xmllint', [flag, '-'], { input: xml });
    expect(whole(xml, method), xml).toBe(stdout.toString('utf8'));
  }
});

it('agrees with libxml2 on element subsets and on what the enveloped-signature transform leaves', () => {
  const pick = picker(seededRandom(43));
  let compared = 0;
  for (let round = 0; round < 600; round += 1) {
    const xml = randomXml(pick);
    const document = parseXml(utf8Encode(xml));
    const { mode, method } = forms[round % 3] as (typeof forms)[number];
    const options = { mode: mode as (typeof XmlC14NMode)[keyof typeof XmlC14NMode], withComments: true };
    using other = XmlDocument.fromString(xml);
    const all = [...elementsBelow(document.root)];
    const chosen = all[pick(all.length)] as ParsedElement;
    const place = all.indexOf(chosen);
    const node = other.find('//*')[place];
    if (!node) throw new Error('no node');
    const prefixes = method.form === 'exclusive' && round % 2 ? ['a', 'ds'] : [];
    const listed = { ...method, prefixes };
    const asked = { ...options, inclusiveNamespacePrefixes: prefixes };
    expect(run(subtree(document, chosen), listed), xml).toBe(node.canonicalizeToString(asked));
    if (place === 0) continue;
    node.remove();
    expect(run(withoutElement(subtree(document), chosen), listed), xml).toBe(other.canonicalizeToString(asked));
    compared += 1;
  }
  expect(compared).toBeGreaterThan(200);
});
