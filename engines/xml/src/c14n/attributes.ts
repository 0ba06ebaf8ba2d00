import { attributeOf, type ParsedAttribute, type ParsedElement, XML_NAMESPACE } from '../tree/node.ts';
import { joinUriReferences } from './base-uri.ts';
import { canonicalAttribute, compareCodePoints } from './escape.ts';

/** Attributes in canonical order: by namespace, then local name; those in no namespace first. */
export function writeAttributes(attributes: readonly ParsedAttribute[]): string {
  const ordered = attributes.length > 1 ? [...attributes].sort(compareAttributes) : attributes;
  let out = '';
  for (const { prefix, localName, value } of ordered) {
    out += ` ${prefix === '' ? localName : `${prefix}:${localName}`}="${canonicalAttribute(value)}"`;
  }
  return out;
}

function compareAttributes(left: ParsedAttribute, right: ParsedAttribute): number {
  return compareCodePoints(left.namespace, right.namespace) || compareCodePoints(left.localName, right.localName);
}

/** xml: attributes that an element takes over from ancestors when its parent is left out (Canonical XML 1.0 clause 2.4). */
export function inheritXmlAttributes(
  element: ParsedElement,
  attributes: readonly ParsedAttribute[],
): readonly ParsedAttribute[] {
  const names = new Set(attributes.filter(isXml).map(({ localName }) => localName));
  const inherited: ParsedAttribute[] = [];
  for (let at = element.parent; at.kind === 'element'; at = at.parent) {
    for (const attribute of at.attributes) {
      if (!isXml(attribute) || names.has(attribute.localName)) continue;
      names.add(attribute.localName);
      inherited.push(attribute);
    }
  }
  return inherited.length === 0 ? attributes : [...attributes, ...inherited];
}

/** The same in Canonical XML 1.1: only xml:lang and xml:space are taken over, xml:base is joined over what is left out. */
export function inheritXmlAttributes11(
  element: ParsedElement,
  attributes: readonly ParsedAttribute[],
  isVisible: (element: ParsedElement) => boolean,
): readonly ParsedAttribute[] {
  const out = inheritXmlAttributes(element, attributes).filter(
    (attribute) => !isXml(attribute) || /^(?:lang|space)$/.test(attribute.localName) || attributes.includes(attribute),
  );
  const own = attributes.find((attribute) => isXml(attribute) && attribute.localName === 'base');
  let base = own?.value;
  for (let at = element.parent; at.kind === 'element' && !isVisible(at); at = at.parent) {
    const above = attributeOf(at, 'base', XML_NAMESPACE);
    if (above !== undefined) base = base === undefined ? above : joinUriReferences(above, base);
  }
  if (base === own?.value) return out;
  const rest = out.filter((attribute) => attribute !== own);
  if (base === undefined || base === '') return rest;
  return [...rest, { prefix: 'xml', localName: 'base', namespace: XML_NAMESPACE, value: base }];
}

function isXml({ namespace }: ParsedAttribute): boolean {
  return namespace === XML_NAMESPACE;
}
