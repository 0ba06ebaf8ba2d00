const inText: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };
const inAttribute: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** Character data as Canonical XML writes it (clause 2.3, text nodes). */
export function canonicalText(text: string): string {
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (character) => inText[character] ?? character) : text;
}

/** An attribute value as Canonical XML writes it (clause 2.3, attribute nodes). */
export function canonicalAttribute(text: string): string {
  return /[&<"\t\n\r]/.test(text)
    ? text.replace(/[&<"\t\n\r]/g, (character) => inAttribute[character] ?? character)
    : text;
}

/** Order of code points, which UTF-16 order is not above U+FFFF. */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above every other unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
