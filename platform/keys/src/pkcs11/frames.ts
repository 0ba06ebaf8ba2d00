/** A signature asked for, or made: packed, since thousands of them cross between the processes in a second. */
export interface Frame {
  readonly id: number;
  /** Number of the key; 0 in an answer. */
  readonly key: number;
  readonly data: Uint8Array;
}

const head = 12;

/** Frames one after another: id, key and length as 32-bit numbers, then the data. */
export function packFrames(frames: readonly Frame[]): Buffer {
  const packed = Buffer.allocUnsafe(frames.reduce((sum, { data }) => sum + head + data.length, 0));
  let at = 0;
  for (const { id, key, data } of frames) {
    packed.writeUInt32LE(id, at);
    packed.writeUInt32LE(key, at + 4);
    packed.writeUInt32LE(data.length, at + 8);
    packed.set(data, at + head);
    at += head + data.length;
  }
  return packed;
}

/** The frames of {@link packFrames}; their data is part of `packed`. Throws RangeError when it is cut off. */
export function* unpackFrames(packed: Uint8Array): Generator<Frame> {
  const buffer = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  for (let at = 0; at < buffer.length; ) {
    const end = at + head + buffer.readUInt32LE(at + 8);
    if (end > buffer.length) throw new RangeError('cut off');
    yield { id: buffer.readUInt32LE(at), key: buffer.readUInt32LE(at + 4), data: buffer.subarray(at + head, end) };
    at = end;
  }
}
