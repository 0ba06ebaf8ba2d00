import { childrenOf, type DerElement, type DerLimits, readDer } from './element.ts';
import { Asn1Error } from './errors.ts';
import { TAG } from './tags.ts';
import { readTime } from './time.ts';
import { isString, readBitString, readBoolean, readIntegerBytes, readNull, readOid, readString } from './values.ts';
import { compareEncodings } from './writer.ts';

/**
 * Checks that `bytes` are DER through and through: every element, every universal value (X.690 clauses 8, 10 and 11). A SET must be
 * in the order of a SET OF, or of a SET whose components all have other tags (clauses 10.3 and 11.6): which of them is meant, only
 * the type says. Returns how many elements there are. Throws {@link Asn1Error}.
 */
export function checkDer(bytes: Uint8Array, limits: DerLimits = {}): number {
  return checkElement(readDer(bytes, limits));
}

function checkElement(element: DerElement): number {
  const universal = (element.tag & 0xc0) === 0;
  if (universal) checkUniversal(element);
  if ((element.tag & 0x20) === 0) return 1;
  const children = childrenOf(element);
  if (element.tag === TAG.set) checkSetOrder(children);
  let count = 1;
  for (const child of children) count += checkElement(child);
  return count;
}

function checkSetOrder(children: readonly DerElement[]): void {
  let byEncoding = true;
  let byTag = true;
  for (let index = 1; index < children.length && (byEncoding || byTag); index += 1) {
    const left = children[index - 1] as DerElement;
    const right = children[index] as DerElement;
    byEncoding &&= compareEncodings(left.raw, right.raw) <= 0;
    byTag &&= (left.tag & 0xdf) < (right.tag & 0xdf);
  }
  if (!byEncoding && !byTag) throw new Asn1Error('asn1.value_invalid', { params: { what: 'SET' } });
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
