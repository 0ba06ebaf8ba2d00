import { XmlError } from './errors.ts';

/** An element to be written; made with {@link element}. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
}

/** An element, or text. */
export type XmlNode = XmlElement | string;

const nameStart =
  'A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd';
const nameRest = `${nameStart}.0-9\\u00b7\\u0300-\\u036f\\u203f-\\u2040\\-`;
const qualifiedName = new RegExp(`^[${nameStart}][${nameRest}]*(?::[${nameStart}][${nameRest}]*)?$`, 'u');

/**
 * An XML element: `name` with its prefix if it has one, attributes with their namespace declarations, children or one text.
 * Throws {@link XmlError} `xml.name_invalid` for a name that Namespaces in XML 1.0 does not allow.
 *
 * @example
 * element('Licence', { xmlns: 'urn:example' }, [element('Number', {}, '0107-1234')])
 */
export function element(
  name: string,
  attributes: Record<string, string> = {},
  children: readonly XmlNode[] | string = [],
): XmlElement {
  for (const key of [name, ...Object.keys(attributes)]) {
    if (key.length > 256 || !qualifiedName.test(key))
      throw new XmlError('xml.name_invalid', { params: { name: key.slice(0, 80) } });
  }
  return { name, attributes: { ...attributes }, children: typeof children === 'string' ? [children] : [...children] };
}
