import type { DerLimits } from './element.ts';
import { Asn1Error } from './errors.ts';
import { TAG } from './tags.ts';
import { headerSize, writeHeader } from './writer.ts';

const defaultMaxBytes = 64 * 1024 * 1024;
const defaultMaxDepth = 32;

const stringTags: ReadonlySet<number> = new Set([
  TAG.bitString,
  TAG.octetString,
  TAG.utf8String,
  TAG.numericString,
  TAG.printableString,
  TAG.teletexString,
  TAG.ia5String,
  TAG.visibleString,
  TAG.universalString,
  TAG.bmpString,
]);

/** One element as DER will have it: `size` octets of content, which are `pieces` one after the other. */
interface Transcoded {
  readonly tag: number;
  readonly size: number;
  readonly pieces: readonly (Transcoded | Uint8Array)[];
  readonly end: number;
}

interface Header {
  readonly tag: number;
  readonly contentStart: number;
  /** Undefined when the length is indefinite. */
  readonly end: number | undefined;
}

/**
 * Writes one BER element as DER: definite lengths in the fewest octets, strings in pieces joined. The order inside a SET and the
 * octets of primitive values stay as they are, so what was signed in DER keeps its bytes and what was not will not verify. Zero
 * octets may follow the element (PDF pads with them), anything else is refused. Throws {@link Asn1Error}.
 */
export function berToDer(bytes: Uint8Array, limits: DerLimits = {}): Uint8Array {
  if (bytes.length > (limits.maxBytes ?? defaultMaxBytes)) throw new Asn1Error('asn1.too_large');
  const root = transcode(bytes, 0, bytes.length, limits.maxDepth ?? defaultMaxDepth);
  for (let at = root.end; at < bytes.length; at += 1) {
    if (bytes[at] !== 0) throw new Asn1Error('asn1.trailing_bytes');
  }
  const result = new Uint8Array(headerSize(root.size) + root.size);
  writeTranscoded(result, 0, root);
  return result;
}

function writeTranscoded(target: Uint8Array, start: number, { tag, size, pieces }: Transcoded): number {
  let at = writeHeader(target, start, tag, size);
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) {
      target.set(piece, at);
      at += piece.length;
    } else at = writeTranscoded(target, at, piece);
  }
  return at;
}

function transcode(bytes: Uint8Array, start: number, limit: number, depthLeft: number): Transcoded {
  const header = readHeader(bytes, start, limit);
  const { tag, contentStart, end } = header;
  if ((tag & 0x20) === 0) {
    if (end === undefined) throw new Asn1Error('asn1.length_indefinite');
    return { tag, size: end - contentStart, pieces: [bytes.subarray(contentStart, end)], end };
  }
  if (depthLeft <= 0) throw new Asn1Error('asn1.too_deep');
  const children: Transcoded[] = [];
  let size = 0;
  let offset = contentStart;
  while (!atEnd(bytes, offset, end, limit)) {
    const child = transcode(bytes, offset, end ?? limit, depthLeft - 1);
    children.push(child);
    size += headerSize(child.size) + child.size;
    offset = child.end;
  }
  const after = end ?? offset + 2;
  const inPieces = stringTags.has(tag & ~0x20);
  if (!inPieces && (tag & 0xc0) === 0 && tag !== TAG.sequence && tag !== TAG.set) {
    throw new Asn1Error('asn1.tag_unsupported', { params: { tag } });
  }
  return inPieces ? joinString(tag & ~0x20, children, after) : { tag, size, pieces: children, end: after };
}

/** Whether the content ends at `offset`: by its length, or by the two end-of-contents octets (X.690 clause 8.1.5). */
function atEnd(bytes: Uint8Array, offset: number, end: number | undefined, limit: number): boolean {
  if (end !== undefined) return offset === end;
  if (offset + 2 > limit) throw new Asn1Error('asn1.truncated');
  return bytes[offset] === 0 && bytes[offset + 1] === 0;
}

/** Pieces of one string (X.690 clauses 8.6.4 and 8.7.3); in a BIT STRING only the last may have unused bits. */
function joinString(tag: number, children: readonly Transcoded[], end: number): Transcoded {
  if (children.some((child) => child.tag !== tag))
    throw new Asn1Error('asn1.tag_unexpected', { params: { what: 'string' } });
  // Pieces may be in pieces themselves: what counts are the primitive ones at the bottom.
  const pieces = children.map((child) => flatten(child));
  if (tag !== TAG.bitString) return { tag, size: sizeOf(pieces), pieces, end };
  const unused = pieces.map((piece) => piece[0] ?? 8);
  if (unused.length === 0 || unused.some((bits, index) => bits > 7 || (index < unused.length - 1 && bits !== 0))) {
    throw new Asn1Error('asn1.value_invalid', { params: { what: 'BIT STRING' } });
  }
  const octets = pieces.map((piece) => piece.subarray(1));
  octets.unshift(Uint8Array.of(unused.at(-1) ?? 0));
  return { tag, size: sizeOf(octets), pieces: octets, end };
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** The content octets of a string as one array. */
function flatten({ pieces, size }: Transcoded): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only instanceof Uint8Array) return only;
  const octets = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    const part = piece instanceof Uint8Array ? piece : flatten(piece);
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}

function readHeader(bytes: Uint8Array, start: number, limit: number): Header {
  if (start + 2 > limit) throw new Asn1Error('asn1.truncated');
  const tag = bytes[start] ?? 0;
  if ((tag & 0x1f) === 0x1f || tag === 0) throw new Asn1Error('asn1.tag_unsupported', { params: { tag } });
  const first = bytes[start + 1] ?? 0;
  if (first === 0x80) return { tag, contentStart: start + 2, end: undefined };
  let length = first;
  let contentStart = start + 2;
  if (first > 0x80) {
    const octets = first & 0x7f;
    if (octets > 8) throw new Asn1Error('asn1.too_large');
    if (contentStart + octets > limit) throw new Asn1Error('asn1.truncated');
    length = 0;
    for (let index = 0; index < octets; index += 1) length = length * 256 + (bytes[contentStart + index] ?? 0);
    contentStart += octets;
  }
  if (contentStart + length > limit) throw new Asn1Error('asn1.truncated');
  return { tag, contentStart, end: contentStart + length };
}
