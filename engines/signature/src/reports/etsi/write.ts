import { fromHex, toBase64 } from '@tra/kernel';
import { element, type XmlElement, type XmlNode } from '@tra/xml';
import type { Instant } from '../../diagnostic/token.ts';
import { digestUri } from './names.ts';

/** An element of the report with its children; absent children are left out. */
export function vr(name: string, children: readonly (XmlNode | undefined)[] | string): XmlElement {
  const kept = typeof children === 'string' ? xmlText(children) : children.filter((child) => child !== undefined);
  return element(`vr:${name}`, {}, kept);
}

/** The same with attributes. */
export function vrWith(
  name: string,
  attributes: Record<string, string>,
  children: readonly (XmlNode | undefined)[],
): XmlElement {
  return element(
    `vr:${name}`,
    attributes,
    children.filter((child) => child !== undefined),
  );
}

/** Text out of a document with what XML cannot carry replaced: a hostile name must not keep a report from being written. */
export function xmlText(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

/** A reference to objects of the list by their ids. */
export function reference(name: string, ids: readonly string[]): XmlElement {
  return vrWith(name, { VOReference: ids.join(' ') }, []);
}

/** A digest as algorithm and value (XAdES: DigestAlgAndValueType). */
export function digestChildren(algorithm: string, hex: string): readonly XmlElement[] {
  return [
    element('ds:DigestMethod', { Algorithm: digestUri(algorithm) }),
    element('ds:DigestValue', {}, toBase64(fromHex(hex))),
  ];
}

/** Whether a digest can be written: an even number of hexadecimal digits. */
export function isDigest(hex: string | undefined): hex is string {
  return hex !== undefined && hex !== '' && hex.length % 2 === 0 && /^[0-9a-f]+$/i.test(hex);
}

/** An instant as xs:dateTime; undefined for a text that is none. */
export function dateTime(instant: Instant): string | undefined {
  const time = new Date(instant);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().replace(/\.000Z$/, 'Z');
}
