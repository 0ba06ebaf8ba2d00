import { Asn1Error } from './errors.ts';

/** Bounds on what a reader takes; defaults: 64 MiB and 32 levels. */
export interface DerLimits {
  readonly maxBytes?: number;
  readonly maxDepth?: number;
}

const defaultMaxBytes = 64 * 1024 * 1024;
const defaultMaxDepth = 32;

/** One DER element as a view over the original bytes: nothing is copied, nothing below it is decoded until asked. */
export interface DerElement {
  /** Identifier octet (class, constructed bit, number). */
  readonly tag: number;
  /** The whole element: identifier, length and content octets. */
  readonly raw: Uint8Array;
  /** Content octets. */
  readonly content: Uint8Array;
  /** Levels that may still be entered below this element. */
  readonly depthLeft: number;
}

/** The bounds of the element that starts at `start`; used by readers that walk long lists without making objects. */
export interface ElementBounds {
  readonly tag: number;
  readonly contentStart: number;
  readonly end: number;
}

/**
 * Reads the header of the element at `start` and checks that it ends at or before `limit` (X.690 clauses 8.1 and 10.1: definite
 * length in the fewest octets). Tag numbers above 30 are not supported. Throws {@link Asn1Error}.
 */
export function boundsAt(bytes: Uint8Array, start: number, limit: number): ElementBounds {
  if (start + 2 > limit) throw new Asn1Error('asn1.truncated');
  const tag = bytes[start] ?? 0;
  if ((tag & 0x1f) === 0x1f || tag === 0) throw new Asn1Error('asn1.tag_unsupported', { params: { tag } });
  let length = bytes[start + 1] ?? 0;
  let contentStart = start + 2;
  if (length >= 0x80) {
    const octets = length & 0x7f;
    if (octets === 0) throw new Asn1Error('asn1.length_indefinite');
    if (octets > 4) throw new Asn1Error('asn1.too_large');
    if (contentStart + octets > limit) throw new Asn1Error('asn1.truncated');
    length = 0;
    for (let index = 0; index < octets; index += 1) length = length * 256 + (bytes[contentStart + index] ?? 0);
    if (length < 0x80 || length < 256 ** (octets - 1)) throw new Asn1Error('asn1.length_not_minimal');
    contentStart += octets;
  }
  const end = contentStart + length;
  if (end > limit) throw new Asn1Error('asn1.truncated');
  return { tag, contentStart, end };
}

function elementAt(bytes: Uint8Array, start: number, depthLeft: number): DerElement {
  const { tag, contentStart, end } = boundsAt(bytes, start, bytes.length);
  return { tag, raw: bytes.subarray(start, end), content: bytes.subarray(contentStart, end), depthLeft };
}

/** The same memory as a plain Uint8Array: a Buffer's `slice` would share memory where a copy is meant. */
function plainView(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads the one element that fills `bytes`. Throws {@link Asn1Error}: `asn1.trailing_bytes` when anything follows it,
 * `asn1.too_large` above the limit. Nested elements are checked when they are entered, or all at once by `checkDer`.
 *
 * @example
 * const sequence = readDer(bytes);
 * for (const child of childrenOf(sequence)) console.log(child.tag);
 */
export function readDer(bytes: Uint8Array, limits: DerLimits = {}): DerElement {
  if (bytes.length > (limits.maxBytes ?? defaultMaxBytes)) throw new Asn1Error('asn1.too_large');
  const element = elementAt(plainView(bytes), 0, limits.maxDepth ?? defaultMaxDepth);
  if (element.raw.length !== bytes.length) throw new Asn1Error('asn1.trailing_bytes');
  return element;
}

/** Reads the first element of `bytes` and leaves the rest alone: for formats that pad (PDF /Contents). Throws {@link Asn1Error}. */
export function readDerPrefix(bytes: Uint8Array, limits: DerLimits = {}): DerElement {
  const element = elementAt(plainView(bytes), 0, limits.maxDepth ?? defaultMaxDepth);
  if (element.raw.length > (limits.maxBytes ?? defaultMaxBytes)) throw new Asn1Error('asn1.too_large');
  return element;
}

/** The elements inside a constructed `element`. Throws {@link Asn1Error} when it is primitive, broken or too deep. */
export function childrenOf(element: DerElement): DerElement[] {
  if ((element.tag & 0x20) === 0) throw new Asn1Error('asn1.tag_unexpected', { params: { tag: element.tag } });
  if (element.depthLeft <= 0) throw new Asn1Error('asn1.too_deep');
  const children: DerElement[] = [];
  for (let offset = 0; offset < element.content.length; ) {
    const child = elementAt(element.content, offset, element.depthLeft - 1);
    children.push(child);
    offset += child.raw.length;
  }
  return children;
}
