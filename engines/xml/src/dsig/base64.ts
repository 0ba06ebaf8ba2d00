import { XmlError } from '../errors.ts';

/**
 * Octets of base64 text as XML carries it (xsd:base64Binary): white space anywhere, the standard alphabet, padding only at the end and only as
 * much as is due, no bits left over. Throws {@link XmlError} `xml.base64_invalid`.
 */
export function decodeBase64(text: string): Uint8Array {
  const packed = text.replace(/[ \t\r\n]+/g, '');
  const octets = Buffer.from(packed, 'base64');
  // Only the one canonical text of the octets comes back the same: no other alphabet, padding or bits.
  if (octets.toString('base64') !== packed) throw new XmlError('xml.base64_invalid');
  return new Uint8Array(octets);
}
