import { concatBytes, fromHex, toHex } from '@tra/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Asn1Error, around, checkDer, DerTemplate, der, hole, readDer, TAG, type TemplatePart } from '../src/index.ts';

const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 7 + length) % 256);

describe('a template of fixed size', () => {
  const template = new DerTemplate(
    around(
      TAG.sequence,
      der.oid('1.2.3'),
      around(TAG.octetString, hole('digest', 32)),
      around(0xa0, around(TAG.octetString, hole('nonce', 8)), der.nullValue()),
    ),
  );
  const expected = (digest: Uint8Array, nonce: Uint8Array): Uint8Array =>
    der.sequence(der.oid('1.2.3'), der.octetString(digest), der.element(0xa0, der.octetString(nonce), der.nullValue()));

  it('is what the writer writes', () => {
    const written = template.write({ digest: bytesOf(32), nonce: bytesOf(8) });
    expect(toHex(written)).toBe(toHex(expected(bytesOf(32), bytesOf(8))));
    expect(template.size).toBe(written.length);
  });

  it('is patched in place, wholly or in part, and later writings do not see it', () => {
    const buffer = new Uint8Array(100);
    buffer.set(template.write({ digest: bytesOf(32), nonce: bytesOf(8) }), 10);
    template.patch(buffer, { nonce: fromHex('ffffffffffffffff') }, 10);
    expect(toHex(buffer.subarray(10, 10 + (template.size ?? 0)))).toBe(
      toHex(expected(bytesOf(32), fromHex('ffffffffffffffff'))),
    );
    expect(toHex(template.write({ digest: bytesOf(32), nonce: bytesOf(8) }))).not.toContain('ffffffffffffffff');
    const offset = template.offsetOf('digest') ?? 0;
    expect(toHex(buffer.subarray(10 + offset, 42 + offset))).toBe(toHex(bytesOf(32)));
  });

  it('refuses a value of another size and a name used twice', () => {
    expect(() => template.write({ digest: bytesOf(31), nonce: bytesOf(8) })).toThrow(Asn1Error);
    expect(() => new DerTemplate(around(TAG.sequence, hole('a', 1), hole('a', 1)))).toThrow(Asn1Error);
    const mixed = new DerTemplate(around(TAG.sequence, hole('a', 2), hole('b')));
    expect(() => mixed.write({ a: bytesOf(3), b: bytesOf(9) })).toThrow(Asn1Error);
    expect(() => mixed.patch(new Uint8Array(20), { b: bytesOf(1) })).toThrow(Asn1Error);
  });
});

describe('a template of variable size', () => {
  it('computes lengths inside out, at every length form', () => {
    const template = new DerTemplate(
      around(TAG.sequence, around(0xa3, around(TAG.octetString, hole('value'))), der.boolean(true), hole('rest')),
    );
    for (const length of [0, 1, 100, 121, 122, 123, 124, 127, 128, 200, 253, 254, 255, 256, 65_535, 65_536, 70_000]) {
      const written = template.write({ value: bytesOf(length), rest: der.nullValue() });
      const inner = der.element(0xa3, der.octetString(bytesOf(length)));
      expect(toHex(written)).toBe(toHex(der.sequence(inner, der.boolean(true), der.nullValue())));
    }
    expect(template.size).toBeUndefined();
    expect(template.offsetOf('value')).toBeUndefined();
  });

  it('is the same as the writer for values of ever other sizes, more than are remembered', () => {
    const template = new DerTemplate(
      around(TAG.sequence, hole('a'), around(0xa0, hole('b'), around(TAG.octetString, hole('c'))), hole('d', 3)),
    );
    const size = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 120, max: 135 }), fc.constant(20_000));
    fc.assert(
      fc.property(size, size, size, (a, b, c) => {
        const values = { a: bytesOf(a), b: bytesOf(b), c: bytesOf(c), d: bytesOf(3) };
        const inner = der.element(0xa0, concatBytes(values.b, der.octetString(values.c)));
        const expected = toHex(der.element(TAG.sequence, concatBytes(values.a, inner, values.d)));
        expect(toHex(template.write(values))).toBe(expected);
        expect(toHex(template.fill([values.a, values.b, values.c, values.d]))).toBe(expected);
        expect(() => template.write({ ...values, d: bytesOf(4) })).toThrow(Asn1Error);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not take the layout of other sizes for its own where the two are remembered under one number', () => {
    const template = new DerTemplate(around(TAG.sequence, hole('a'), hole('b')));
    for (const [a, b] of [
      [1, 0],
      [0, 31],
      [2, 5],
      [1, 36],
    ] as const) {
      const values = { a: bytesOf(a), b: bytesOf(b) };
      expect(toHex(template.write(values))).toBe(toHex(der.element(TAG.sequence, concatBytes(values.a, values.b))));
    }
  });

  it('is the same as the writer for any tree', () => {
    interface Tree {
      readonly part: TemplatePart<string>;
      readonly values: Readonly<Record<string, Uint8Array>>;
      readonly bytes: Uint8Array;
    }
    let serial = 0;
    const leaf = fc
      .tuple(fc.uint8Array({ maxLength: 200 }), fc.constantFrom('bytes', 'hole', 'fixed'))
      .map(([content, kind]): Tree => {
        const bytes = der.octetString(content);
        if (kind === 'bytes') return { part: bytes, values: {}, bytes };
        serial += 1;
        const name = `hole${serial}`;
        const part = kind === 'fixed' ? hole(name, bytes.length) : hole(name);
        return { part, values: { [name]: bytes }, bytes };
      });
    const tree = fc.letrec<{ node: Tree }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'medium' },
        leaf,
        fc.tuple(fc.constantFrom(0x30, 0xa0, 0xa3), fc.array(tie('node'), { maxLength: 6 })).map(
          ([tag, parts]): Tree => ({
            part: around(tag, ...parts.map(({ part }) => part)),
            values: Object.assign({}, ...parts.map(({ values }) => values)),
            bytes: der.element(tag, concatBytes(...parts.map(({ bytes }) => bytes))),
          }),
        ),
      ),
    })).node;
    fc.assert(
      fc.property(tree, ({ part, values, bytes }) => {
        const template = new DerTemplate(part);
        expect(toHex(template.write(values))).toBe(toHex(bytes));
        expect(toHex(template.write(values))).toBe(toHex(bytes));
        checkDer(readDer(bytes).raw);
      }),
      { numRuns: 1000 },
    );
  });
});
