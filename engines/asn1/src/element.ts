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

/** A {@link DerElement} as offsets into the bytes it was read from; the views are made when somebody looks at them. */
class DerView implements DerElement {
  readonly tag: number;
  readonly depthLeft: number;
  readonly source: Uint8Array;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
  #raw: Uint8Array | undefined;
  #content: Uint8Array | undefined;

  constructor(source: Uint8Array, start: number, bounds: ElementBounds, depthLeft: number) {
    this.tag = bounds.tag;
    this.depthLeft = depthLeft;
    this.source = source;
    this.start = start;
    this.contentStart = bounds.contentStart;
    this.end = bounds.end;
  }

  get raw(): Uint8Array {
    this.#raw ??= this.source.subarray(this.start, this.end);
    return this.#raw;
  }

  get content(): Uint8Array {
    this.#content ??= this.source.subarray(this.contentStart, this.end);
    return this.#content;
  }
}

/** `element` as if it had `tag`: what an IMPLICIT tag stands for. (Spreading an element would lose its views.) */
export function retag(element: DerElement, tag: number): DerElement {
  if (!(element instanceof DerView)) return { ...element, tag };
  const { source, start, contentStart, end, depthLeft } = element;
  return new DerView(source, start, { tag, contentStart, end }, depthLeft);
}

/** The same memory as a plain Uint8Array: a Buffer's `slice` would share memory where a copy is meant. */
function plainView(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readFirst(bytes: Uint8Array, { maxDepth = defaultMaxDepth }: DerLimits): DerView {
  const source = plainView(bytes);
  return new DerView(source, 0, boundsAt(source, 0, source.length), maxDepth);
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
  const element = readFirst(bytes, limits);
  if (element.end !== bytes.length) throw new Asn1Error('asn1.trailing_bytes');
  return element;
}

/** Reads the first element of `bytes` and leaves the rest alone: for formats that pad (PDF /Contents). Throws {@link Asn1Error}. */
export function readDerPrefix(bytes: Uint8Array, limits: DerLimits = {}): DerElement {
  const element = readFirst(bytes, limits);
  if (element.end > (limits.maxBytes ?? defaultMaxBytes)) throw new Asn1Error('asn1.too_large');
  return element;
}

/** The elements inside a constructed `element`. Throws {@link Asn1Error} when it is primitive, broken or too deep. */
export function childrenOf(element: DerElement): DerElement[] {
  if ((element.tag & 0x20) === 0) throw new Asn1Error('asn1.tag_unexpected', { params: { tag: element.tag } });
  if (element.depthLeft <= 0) throw new Asn1Error('asn1.too_deep');
  const inside = element instanceof DerView;
  const source = inside ? element.source : element.content;
  const end = inside ? element.end : source.length;
  const children: DerElement[] = [];
  for (let offset = inside ? element.contentStart : 0; offset < end; ) {
    const bounds = boundsAt(source, offset, end);
    children.push(new DerView(source, offset, bounds, element.depthLeft - 1));
    offset = bounds.end;
  }
  return children;
}
