const maxDepth = 32;

interface Header {
  readonly body: number;
  /** Length of the contents, or -1 for the indefinite form. */
  readonly length: number;
}

function readHeader(bytes: Uint8Array, at: number): Header | undefined {
  let position = at;
  const tag = bytes[position];
  if (tag === undefined) return undefined;
  position += 1;
  if ((tag & 0x1f) === 0x1f) {
    while (((bytes[position] ?? 0) & 0x80) !== 0 && position - at < 6) position += 1;
    position += 1;
  }
  const first = bytes[position];
  if (first === undefined) return undefined;
  position += 1;
  if (first < 0x80) return { body: position, length: first };
  if (first === 0x80) return { body: position, length: -1 };
  const octets = first & 0x7f;
  if (octets > 4) return undefined;
  let length = 0;
  for (let index = 0; index < octets; index += 1) length = length * 256 + (bytes[position + index] ?? 0);
  return { body: position + octets, length };
}

function elementEnd(bytes: Uint8Array, at: number, depth: number): number | undefined {
  const header = readHeader(bytes, at);
  if (!header || depth > maxDepth) return undefined;
  if (header.length >= 0) {
    const end = header.body + header.length;
    return end <= bytes.length ? end : undefined;
  }
  let position = header.body;
  while (!(bytes[position] === 0 && bytes[position + 1] === 0)) {
    const end = elementEnd(bytes, position, depth + 1);
    if (end === undefined || end <= position) return undefined;
    position = end;
  }
  return position + 2 <= bytes.length ? position + 2 : undefined;
}

/**
 * The first BER element of `bytes` without what follows it (X.690 clause 8.1): cuts the zeros that fill up Contents.
 * Undefined when `bytes` do not start with a whole element of that tag, a SEQUENCE unless told.
 */
export function firstElement(bytes: Uint8Array, tag: number = 0x30): Uint8Array | undefined {
  if (bytes[0] !== tag) return undefined;
  const end = elementEnd(bytes, 0, 0);
  return end === undefined ? undefined : bytes.subarray(0, end);
}
