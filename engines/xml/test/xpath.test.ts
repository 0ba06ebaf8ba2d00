import { utf8Decode, utf8Encode } from '@tra/kernel';
import { describe, expect, it } from 'vitest';
import { canonicalize, parseXml, subtree } from '../src/index.ts';
import { filterByXPath, filterByXPath2 } from '../src/xpath/filter.ts';

const document = parseXml(utf8Encode('<r xmlns:p="urn:p"><p:a Id="1" k="v">x<b/></p:a><c>y</c></r>'));
const budget = () => ({ octets: 1_000_000, steps: 100_000 });
const written = (set: ReturnType<typeof filterByXPath>): string =>
  utf8Decode(canonicalize(set, { form: 'exclusive', comments: false }));
const filter = (expression: string, steps = 100_000): string =>
  written(
    filterByXPath(subtree(document), expression, { document, here: document.root, budget: { octets: 0, steps } }),
  );
const subtrees = (operation: 'intersect' | 'subtract' | 'union', expression: string): string =>
  written(filterByXPath2(subtree(document), [{ operation, expression, here: document.root }], budget()));

describe('the XPath filter', () => {
  it.each([
    ['ancestor-or-self::c', '<c>y</c>'],
    ['not(ancestor-or-self::p:a)', '<r><c>y</c></r>'],
    ['ancestor-or-self::*[@Id="1"] and not(self::b)', '<p:a xmlns:p="urn:p" Id="1" k="v">x</p:a>'],
    ['self::c or parent::c', '<c>y</c>'],
    ['count(ancestor::node()) = 2 and self::c | self::text()[contains(., "x")]', '<c></c>'],
    ['starts-with(local-name(), "r") and namespace-uri() = ""', '<r></r>'],
    ['true() and boolean(parent::c)', 'y'],
    ['name() = "b" or id("1") = "none"', '<b></b>'],
    ['string-length(normalize-space(.)) = 2 and self::r or self::c', '<r><c></c></r>'],
    ['self::c[1 + 2 * 3 = 7 and 7 mod 4 = 3 and 6 div 4 > 1.4 and -1 < 0 and 2 >= 2 and 1 <= .5 = false()]', '<c></c>'],
    ['self::*[preceding-sibling::p:a] or self::*[following-sibling::c]', '<p:a></p:a><c></c>'],
    ['self::b[following::c and not(preceding::*)]', '<b></b>'],
    ['self::c[substring("12345", 2, 3) = "234" and substring-after("a=b", "=") = "b"]', '<c></c>'],
    ['self::c[translate("bar", "abc", "AB") = "BAr" and concat("a", "b", 1) = "ab1"]', '<c></c>'],
    ['self::r[sum(//@Id) = 1 and round(-1.5) = -1 and floor(1.9) + ceiling(0.1) = 2]', '<r></r>'],
    ['self::*[position() = last() and string(number("x")) = "NaN"]/self::c', '<c></c>'],
    ['name(ancestor::*) = "r" and self::b', '<b></b>'],
    ['self::c[../* = "y" and ../*[2] > -1 = false()]', '<c></c>'],
  ])('%s', (expression, expected) => expect(filter(expression)).toBe(expected));
});

describe('filter 2.0', () => {
  it.each([
    ['intersect', '//p:a', '<p:a xmlns:p="urn:p" Id="1" k="v">x<b></b></p:a>'],
    ['subtract', '//*[@k="v"]', '<r><c>y</c></r>'],
    ['subtract', "id('1')/node() | /r/c", '<r><p:a xmlns:p="urn:p" Id="1" k="v"></p:a></r>'],
    ['intersect', '/', '<r><p:a xmlns:p="urn:p" Id="1" k="v">x<b></b></p:a><c>y</c></r>'],
    ['intersect', 'here()/c/text()', 'y'],
    ['intersect', '/r/*[2]', '<c>y</c>'],
    ['subtract', '/r/p:a/b/ancestor::*[1]', '<r><c>y</c></r>'],
  ] as const)('%s %s', (operation, expression, expected) => expect(subtrees(operation, expression)).toBe(expected));
});

describe('refused', () => {
  it.each([
    'document("file:///etc/passwd")',
    'namespace::c',
    'a +',
    'concat("a")',
    'a or or b c',
    '$x',
    'a[',
    '',
    '(a',
    'count()',
    'not()',
    'unknown:a',
    'a::b',
    'current()',
    `${'('.repeat(40)}a${')'.repeat(40)}`,
    'a'.repeat(5000),
  ])('%s', (expression) => expect(() => filter(expression)).toThrow('xml.xpath_unsupported'));

  it('attributes as roots of subtrees, and what costs too much', () => {
    expect(() => subtrees('intersect', '//@Id')).toThrow('xml.xpath_unsupported');
    expect(() => filter('//*[//*[//*[//*]]]', 200)).toThrow('xml.too_much_work');
  });
});
