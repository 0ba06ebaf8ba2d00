import { describe, expect, it } from 'vitest';
import { RecentlyRead } from '../src/recent.ts';

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

function counting(limits = { octets: 4096, largest: 1024 }) {
  const seen: string[] = [];
  const recent = new RecentlyRead((bytes: Uint8Array) => {
    const text = Buffer.from(bytes).toString();
    seen.push(text);
    if (text.startsWith('bad')) throw new Error(text);
    return { bytes };
  }, limits);
  return { recent, seen };
}

describe('what was read lately', () => {
  it('is not read again', () => {
    const { recent, seen } = counting();
    expect(recent.get(bytesOf('one'))).toBe(recent.get(bytesOf('one')));
    expect(seen).toEqual(['one']);
  });

  it('is told apart by every octet, also where the ends are the same', () => {
    const { recent, seen } = counting();
    const tail = 'x'.repeat(64);
    const [left, right] = [recent.get(bytesOf(`a${tail}`)), recent.get(bytesOf(`b${tail}`))];
    expect(Buffer.from(left.bytes).toString()[0]).toBe('a');
    expect(Buffer.from(right.bytes).toString()[0]).toBe('b');
    recent.get(bytesOf(`a${tail}`));
    expect(seen).toHaveLength(3);
  });

  it.each([
    ['an array', (text: string) => bytesOf(text)],
    ['a Buffer, whose slice is no copy', (text: string) => Buffer.from(text)],
  ])('does not change with %s that its owner writes over', (_, make) => {
    const { recent, seen } = counting();
    const own = make('mine');
    const first = recent.get(own);
    own.fill(0x61);
    expect(Buffer.from(first.bytes).toString()).toBe('mine');
    recent.get(own);
    expect(recent.get(bytesOf('mine'))).toBe(first);
    expect(seen).toEqual(['mine', 'aaaa']);
  });

  it('is read each time when it cannot be read', () => {
    const { recent, seen } = counting();
    for (let count = 0; count < 2; count += 1) expect(() => recent.get(bytesOf('bad'))).toThrow('bad');
    expect(seen).toEqual(['bad', 'bad']);
  });

  it('is read each time when it is large', () => {
    const { recent, seen } = counting();
    for (let count = 0; count < 2; count += 1) recent.get(bytesOf('l'.repeat(1025)));
    expect(seen).toHaveLength(2);
  });

  it('is forgotten, the longest unused first, when there is more than may be kept', () => {
    const { recent, seen } = counting({ octets: 3 * 256, largest: 1024 });
    for (const text of ['one', 'two', 'three', 'one', 'four', 'one', 'two']) recent.get(bytesOf(text));
    expect(seen).toEqual(['one', 'two', 'three', 'four', 'two']);
  });
});
