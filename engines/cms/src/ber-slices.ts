/** Where the fields of a SignedData stand in BER, as written. */
export interface BerSlices {
  readonly encapsulated: Uint8Array;
  readonly certificates?: Uint8Array;
  readonly crls?: Uint8Array;
}

interface Slice {
  readonly tag: number;
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly start: number;
  readonly end: number;
}

const maxDepth = 32;

/**
 * Finds encapContentInfo, certificates and crls of a ContentInfo in BER as they were written: an archive time-stamp of the second kind covers those very
 * octets (ETSI TS 101 733 annex K). Undefined when the structure is another; the bytes must have been read as SignedData before.
 */
export function berSlices(bytes: Uint8Array): BerSlices | undefined {
  const info = sliceAt(bytes, 0, { limit: bytes.length, depth: maxDepth });
  const tagged = info && childrenIn(bytes, info)[1];
  const signedData = tagged && childrenIn(bytes, tagged)[0];
  const fields = signedData && childrenIn(bytes, signedData);
  const encapsulated = fields?.[2];
  if (!fields || !encapsulated) return undefined;
  const raw = (slice: Slice | undefined): Uint8Array | undefined => slice && bytes.subarray(slice.start, slice.end);
  const certificates = raw(fields.find(({ tag }) => tag === 0xa0));
  const crls = raw(fields.find(({ tag }) => tag === 0xa1));
  return {
    encapsulated: bytes.subarray(encapsulated.start, encapsulated.end),
    ...(certificates ? { certificates } : {}),
    ...(crls ? { crls } : {}),
  };
}

function childrenIn(bytes: Uint8Array, parent: Slice): readonly Slice[] {
  const found: Slice[] = [];
  for (let at = parent.contentStart; at < parent.contentEnd; ) {
    const child = sliceAt(bytes, at, { limit: parent.contentEnd, depth: maxDepth });
    if (!child || found.length > 64) return found;
    found.push(child);
    at = child.end;
  }
  return found;
}

interface Bounds {
  readonly limit: number;
  readonly depth: number;
}

/** One element; with an indefinite length its end is found by walking what is inside (X.690 clause 8.1.3.6). */
function sliceAt(bytes: Uint8Array, start: number, { depth, limit }: Bounds): Slice | undefined {
  if (depth <= 0 || start + 2 > limit) return undefined;
  const tag = bytes[start] ?? 0;
  const first = bytes[start + 1] ?? 0;
  if (first === 0x80) {
    let at = start + 2;
    while (at + 2 <= limit) {
      if (bytes[at] === 0 && bytes[at + 1] === 0)
        return { tag, contentStart: start + 2, contentEnd: at, start, end: at + 2 };
      const child = sliceAt(bytes, at, { limit, depth: depth - 1 });
      if (!child) return undefined;
      at = child.end;
    }
    return undefined;
  }
  const octets = first > 0x80 ? first & 0x7f : 0;
  const contentStart = start + 2 + octets;
  let length = first > 0x80 ? 0 : first;
  for (let index = 0; index < octets; index += 1) length = length * 256 + (bytes[start + 2 + index] ?? 0);
  const end = contentStart + length;
  return end > limit ? undefined : { tag, contentStart, contentEnd: end, start, end };
}
