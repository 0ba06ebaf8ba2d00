import { childrenOf, type DerElement, type DerLimits, readDer } from './element.ts';
import { Asn1Error } from './errors.ts';
import { TAG } from './tags.ts';
import { readTime } from './time.ts';
import { isString, readBitString, readBoolean, readIntegerBytes, readNull, readOid, readString } from './values.ts';

/**
 * Checks that `bytes` are DER through and through: every element, every universal value (X.690 clauses 8, 10 and 11, except the
 * order inside SET OF, which a reader cannot know). Returns how many elements there are. Throws {@link Asn1Error}.
 */
export function checkDer(bytes: Uint8Array, limits: DerLimits = {}): number {
  return checkElement(readDer(bytes, limits));
}

function checkElement(element: DerElement): number {
  const universal = (element.tag & 0xc0) === 0;
  if (universal) checkUniversal(element);
  if ((element.tag & 0x20) === 0) return 1;
  return childrenOf(element).reduce((count, child) => count + checkElement(child), 1);
}

function checkUniversal(element: DerElement): void {
  switch (element.tag) {
    case TAG.sequence:
    case TAG.set:
    case TAG.octetString:
      return;
    case TAG.boolean:
      readBoolean(element);
      return;
    case TAG.integer:
    case TAG.enumerated:
      readIntegerBytes(element, element.tag);
      return;
    case TAG.bitString:
      readBitString(element);
      return;
    case TAG.null:
      readNull(element);
      return;
    case TAG.oid:
      readOid(element);
      return;
    case TAG.utcTime:
    case TAG.generalizedTime:
      readTime(element);
      return;
    default:
      if (!isString(element)) throw new Asn1Error('asn1.tag_unsupported', { params: { tag: element.tag } });
      readString(element);
  }
}
