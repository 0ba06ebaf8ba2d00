import { fromHex, toHex, utf8Encode } from '@tra/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Asn1Error,
  berToDer,
  checkDer,
  childrenOf,
  der,
  maxTimeOctets,
  readBitString,
  readBoolean,
  readDer,
  readDerPrefix,
  readInteger,
  readNamedBits,
  readOid,
  readSmallInteger,
  readString,
  readTime,
  SequenceReader,
  TAG,
  writeTimeAt,
} from '../src/index.ts';
import { encodeAgain, mutate, mutationKinds, seededNumbers } from '../src/testing.ts';

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof Asn1Error) return error.code;
    throw error;
  }
  return 'accepted';
};

const leaf = fc.oneof(
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map((value) => der.integer(value)),
  fc.boolean().map((value) => der.boolean(value)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => der.octetString(bytes)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => der.bitString(bytes)),
  fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((text) => !/\p{Cs}/u.test(text))
    .map((text) => der.utf8String(text)),
  fc
    .date({ min: new Date('1800-01-01'), max: new Date('2500-01-01'), noInvalidDate: true })
    .map((date) => der.time(date)),
  fc
    .date({ min: new Date('1800-01-01'), max: new Date('2500-01-01'), noInvalidDate: true })
    .map((date) => der.generalizedTime(date, 'millisecond')),
  fc.constant(der.nullValue()),
  fc.nat(120).map((value) => der.integer(value, TAG.enumerated)),
  fc.array(fc.nat(63), { maxLength: 9 }).map((bits) => der.namedBits(bits)),
  fc.string({ unit: 'binary-ascii', maxLength: 20 }).map((text) => der.ia5String(text)),
  fc.stringMatching(/^[A-Za-z0-9 ]{0,20}$/).map((text) => der.printableString(text)),
  fc
    .array(fc.integer({ min: 0x20, max: 0xd7ff }), { maxLength: 9 })
    .map((units) => der.element(TAG.bmpString, Uint8Array.from(units.flatMap((unit) => [unit >> 8, unit & 0xff])))),
  fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 64n }), fc.nat()).map(([a, b]) => der.oid(`2.${a}.${b}`)),
);
const tree = fc.letrec<{ node: Uint8Array }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('node'), { maxLength: 5 }).map((parts) => der.sequence(...parts)),
    fc.array(tie('node'), { maxLength: 5 }).map((parts) => der.setOf(...parts)),
    fc.tuple(fc.nat(30), tie('node')).map(([number, inner]) => der.explicit(number, inner)),
  ),
})).node;

describe('lengths', () => {
  it.each([
    ['', 'asn1.truncated'],
    ['04', 'asn1.truncated'],
    ['0402aa', 'asn1.truncated'],
    ['0400aa', 'asn1.trailing_bytes'],
    ['048100', 'asn1.length_not_minimal'],
    ['04817f', 'asn1.length_not_minimal'],
    ['04820080', 'asn1.length_not_minimal'],
    ['0480', 'asn1.length_indefinite'],
    ['3080020101', 'asn1.length_indefinite'],
    ['048501000000000000', 'asn1.too_large'],
    ['0482', 'asn1.truncated'],
    ['1f8101', 'asn1.tag_unsupported'],
    ['0000', 'asn1.tag_unsupported'],
  ])('%s is %s', (hex, code) => {
    expect(refusal(() => readDer(fromHex(hex)))).toBe(code);
  });

  it('keeps to the limits on size and depth', () => {
    expect(refusal(() => readDer(new Uint8Array(11).fill(4), { maxBytes: 10 }))).toBe('asn1.too_large');
    let nested = der.nullValue();
    for (let level = 0; level < 40; level += 1) nested = der.sequence(nested);
    expect(refusal(() => checkDer(nested))).toBe('asn1.too_deep');
    expect(checkDer(nested, { maxDepth: 41 })).toBe(41);
  });

  it('reads a prefix and leaves padding alone', () => {
    expect(toHex(readDerPrefix(fromHex('0401aa0000')).raw)).toBe('0401aa');
  });

  it('views the original memory, a Buffer too, and never changes it', () => {
    const bytes = Buffer.from('3003020105', 'hex');
    const [child] = childrenOf(readDer(bytes));
    expect(child?.content.buffer).toBe(bytes.buffer);
    der.implicit(0, child?.raw ?? bytes);
    expect(bytes.toString('hex')).toBe('3003020105');
  });
});

describe('values', () => {
  it.each([
    [() => readBoolean(readDer(fromHex('010101'))), 'asn1.value_invalid'],
    [() => readBoolean(readDer(fromHex('0100'))), 'asn1.value_invalid'],
    [() => readBoolean(readDer(fromHex('0201ff'))), 'asn1.tag_unexpected'],
    [() => readInteger(readDer(fromHex('0200'))), 'asn1.value_invalid'],
    [() => readInteger(readDer(fromHex('02020001'))), 'asn1.value_invalid'],
    [() => readInteger(readDer(fromHex('0202ff80'))), 'asn1.value_invalid'],
    [() => readSmallInteger(readDer(fromHex('0201ff'))), 'asn1.value_invalid'],
    [() => readSmallInteger(readDer(fromHex('02050100000000'))), 'asn1.value_invalid'],
    [() => readOid(readDer(fromHex('0600'))), 'asn1.value_invalid'],
    [() => readOid(readDer(fromHex('06022a80'))), 'asn1.value_invalid'],
    [() => readOid(readDer(fromHex('06032a8001'))), 'asn1.value_invalid'],
    [() => readBitString(readDer(fromHex('0300'))), 'asn1.value_invalid'],
    [() => readBitString(readDer(fromHex('030208ff'))), 'asn1.value_invalid'],
    [() => readBitString(readDer(fromHex('030201ff'))), 'asn1.value_invalid'],
    [() => readBitString(readDer(fromHex('030101'))), 'asn1.value_invalid'],
    [() => readString(readDer(fromHex('0c01ff'))), 'asn1.value_invalid'],
    [() => readString(readDer(fromHex('130180'))), 'asn1.value_invalid'],
    [() => readString(readDer(fromHex('1e0141'))), 'asn1.value_invalid'],
    [() => readString(readDer(fromHex('1e02d800'))), 'asn1.value_invalid'],
    [() => readString(readDer(fromHex('1c0400110000'))), 'asn1.value_invalid'],
    [() => readString(readDer(fromHex('020101'))), 'asn1.tag_unexpected'],
    [() => childrenOf(readDer(fromHex('020101'))), 'asn1.tag_unexpected'],
  ])('refuses value %#', (work, code) => {
    expect(refusal(work)).toBe(code);
  });

  it.each([
    ['261121014500Z', 0x17, '2026-11-21T01:45:00.000Z'],
    ['500101000000Z', 0x17, '1950-01-01T00:00:00.000Z'],
    ['491231235959Z', 0x17, '2049-12-31T23:59:59.000Z'],
    ['20500101000000Z', 0x18, '2050-01-01T00:00:00.000Z'],
    ['20261121014500.5Z', 0x18, '2026-11-21T01:45:00.500Z'],
    ['20261121014500.123456Z', 0x18, '2026-11-21T01:45:00.123Z'],
    ['20240229000000Z', 0x18, '2024-02-29T00:00:00.000Z'],
  ])('reads time %s', (text, tag, expected) => {
    expect(readTime(readDer(der.element(tag, utf8Encode(text)))).toISOString()).toBe(expected);
  });

  it.each([
    ['2611210145Z', 0x17],
    ['261121014500+0700', 0x17],
    ['20261121014500.50Z', 0x18],
    ['20261121014500.Z', 0x18],
    ['20261121014500', 0x18],
    ['20260229000000Z', 0x18],
    ['20261321000000Z', 0x18],
    ['20261121240000Z', 0x18],
    ['20261121006000Z', 0x18],
    ['2026112100000aZ', 0x18],
    ['9'.repeat(40), 0x18],
  ])('refuses time %s', (text, tag) => {
    expect(refusal(() => readTime(readDer(der.element(tag, utf8Encode(text)))))).toBe('asn1.value_invalid');
  });

  it('writes times in place as the writer does, for every year', () => {
    const years = { min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(years), (date) => {
        const target = new Uint8Array(3 + maxTimeOctets);
        const end = writeTimeAt(target, 3, date.getTime());
        expect(toHex(target.subarray(3, end))).toBe(toHex(der.time(date)));
        expect(readTime(readDer(target.subarray(3, end))).getTime()).toBe(Math.floor(date.getTime() / 1000) * 1000);
      }),
      { numRuns: 3000 },
    );
    expect(refusal(() => writeTimeAt(new Uint8Array(20), 0, Number.NaN))).toBe('asn1.value_invalid');
    expect(refusal(() => writeTimeAt(new Uint8Array(20), 0, Date.UTC(10_000, 0)))).toBe('asn1.value_invalid');
  });

  it('knows object identifiers of every root and size', () => {
    for (const oid of [
      '0.0',
      '1.39',
      '2.5.29.15',
      '2.999.3',
      '1.2.840.113549.1.9.16.2.47',
      '2.25.329800735698586629295641978511506172918',
    ]) {
      expect(readOid(readDer(der.oid(oid)))).toBe(oid);
    }
    for (const wrong of ['', '3.1', '1.40', '1', '1.2.', '1.02', 'a.b'])
      expect(refusal(() => der.oid(wrong))).toBe('asn1.value_invalid');
  });

  it('writes and reads named bits without trailing zeros', () => {
    expect(toHex(der.namedBits([0]))).toBe('03020780');
    expect(toHex(der.namedBits([5, 6]))).toBe('03020106');
    expect(toHex(der.namedBits([]))).toBe('030100');
    expect([...readNamedBits(readDer(der.namedBits([2, 25])))]).toEqual([2, 25]);
  });

  it('refuses characters that a string type cannot carry', () => {
    expect(refusal(() => der.printableString('ก'))).toBe('asn1.value_invalid');
    expect(refusal(() => der.printableString('a@b'))).toBe('asn1.value_invalid');
    expect(refusal(() => der.ia5String('é'))).toBe('asn1.value_invalid');
    expect(refusal(() => der.utf8String('\ud800'))).toBe('asn1.value_invalid');
  });
});

describe('BER', () => {
  it.each([
    ['30800201010000', '3003020101'],
    ['3080020101000000000000', '3003020101'],
    ['30810302010100', '3003020101'],
    ['24800401aa0402bbcc0000', '0403aabbcc'],
    ['24840000000a24800401aa00000401bb', '0402aabb'],
    ['2380030200aa030204b00000', '030304aab0'],
    ['308024800401aa00000000', '30030401aa'],
    ['31060201020201010000', '3106020102020101'],
    ['a08030800000000000', 'a0023000'],
  ])('%s is %s in DER', (ber, expected) => {
    expect(toHex(berToDer(fromHex(ber)))).toBe(expected);
  });

  it.each([
    ['3080020101', 'asn1.truncated'],
    ['30800201010000ff', 'asn1.trailing_bytes'],
    ['0480aa0000', 'asn1.length_indefinite'],
    ['248002010a0000', 'asn1.tag_unexpected'],
    ['2380030204b0030200aa0000', 'asn1.value_invalid'],
    ['30890000000000000000ff', 'asn1.too_large'],
    ['3003020201', 'asn1.truncated'],
    ['308000', 'asn1.truncated'],
    ['1f8100', 'asn1.tag_unsupported'],
    ['3080'.repeat(40), 'asn1.too_deep'],
  ])('%s is %s', (ber, code) => {
    expect(refusal(() => berToDer(fromHex(ber)))).toBe(code);
  });

  it('leaves DER as it is', () => {
    fc.assert(
      fc.property(tree, (bytes) => {
        expect(toHex(berToDer(bytes))).toBe(toHex(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('of random and mutated bytes gives DER or a named refusal', () => {
    fc.assert(
      fc.property(tree, fc.nat(), fc.nat(255), (bytes, position, value) => {
        const mutated = Uint8Array.from(bytes);
        mutated[position % mutated.length] = value;
        if (refusal(() => berToDer(mutated)) === 'accepted') readDer(berToDer(mutated));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('SequenceReader', () => {
  const reader = (): SequenceReader => new SequenceReader(readDer(fromHex('3006020101020102')), 'Pair');

  it('takes in order and insists on the end', () => {
    const pair = reader();
    expect(readSmallInteger(pair.take(TAG.integer, 'first'))).toBe(1);
    expect(pair.takeOptional(TAG.boolean)).toBeUndefined();
    expect(refusal(() => pair.end())).toBe('asn1.trailing_bytes');
    expect(refusal(() => pair.take(TAG.boolean, 'second'))).toBe('asn1.tag_unexpected');
    expect(pair.rest()).toHaveLength(1);
    pair.end();
    expect(refusal(() => pair.take(TAG.integer, 'third'))).toBe('asn1.truncated');
  });
});

describe('what parses encodes again to the same bytes', () => {
  it('for anything that was written', () => {
    fc.assert(
      fc.property(tree, (bytes) => {
        checkDer(bytes);
        expect(toHex(encodeAgain(readDer(bytes)))).toBe(toHex(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it('for mutated bytes: either refused by name or the same again', () => {
    let accepted = 0;
    fc.assert(
      fc.property(tree, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, position, mask) => {
        const mutated = Uint8Array.from(bytes);
        const at = position % mutated.length;
        mutated[at] = (mutated[at] ?? 0) ^ mask;
        try {
          checkDer(mutated);
        } catch (error) {
          expect(error).toBeInstanceOf(Asn1Error);
          return;
        }
        accepted += 1;
        expect(toHex(encodeAgain(readDer(mutated)))).toBe(toHex(mutated));
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).toBeGreaterThan(0);
  });

  it('for random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const outcome = refusal(() => checkDer(bytes));
        if (outcome === 'accepted') expect(toHex(encodeAgain(readDer(bytes)))).toBe(toHex(bytes));
      }),
      { numRuns: 20_000 },
    );
  });

  it('for elements moved, repeated, grafted and lengths tampered with', () => {
    const files = fc.sample(tree, { numRuns: 60, seed: 5 });
    const random = seededNumbers(11);
    const accepted = new Set<string>();
    for (let round = 0; round < 30_000; round += 1) {
      const file = files[random(files.length)] ?? der.nullValue();
      const { kind, bytes } = mutate(file, files[random(files.length)] ?? file, random);
      if (refusal(() => checkDer(bytes)) !== 'accepted') continue;
      accepted.add(kind);
      expect(toHex(encodeAgain(readDer(bytes)))).toBe(toHex(bytes));
    }
    expect([...accepted]).toEqual(expect.arrayContaining(['element-graft', 'element-delete', 'element-value']));
    expect(mutationKinds.length).toBeGreaterThanOrEqual(14);
  });
});

describe('the order inside a SET', () => {
  it.each([
    ['3106020101020102', 'accepted'],
    ['3106020102020101', 'asn1.value_invalid'],
    ['31060201010101ff', 'asn1.value_invalid'],
    ['31060101ff020101', 'accepted'],
    // A SET of tagged components: [0] constructed before [1] primitive, although its first octet is higher.
    ['3108a003020101810101', 'accepted'],
    ['3108810101a003020101', 'accepted'],
    ['310b820101810101a003020101', 'asn1.value_invalid'],
    ['3100', 'accepted'],
  ])('%s is %s', (hex, code) => {
    expect(refusal(() => checkDer(fromHex(hex)))).toBe(code);
  });
});

describe('many elements', () => {
  it('are written and transcoded without a limit of the call stack', () => {
    const many = Array.from({ length: 200_000 }, () => der.nullValue());
    const body = new Uint8Array(400_000).map((_, index) => (index % 2 === 0 ? 5 : 0));
    expect(checkDer(der.element(TAG.sequence, body))).toBe(many.length + 1);
    const ber = new Uint8Array(400_006);
    ber.set([0x30, 0x80]);
    ber.set(body, 2);
    expect(refusal(() => berToDer(ber))).toBe('accepted');
    const pieces = new Uint8Array(400_004);
    pieces.set([0x24, 0x80]);
    for (let at = 2; at < 400_002; at += 2) pieces.set([4, 0], at);
    expect(toHex(berToDer(pieces))).toBe('0400');
  });

  it('BIT STRING with unused bits is written only when they are zero', () => {
    expect(toHex(der.bitString(Uint8Array.of(0xf0), 4))).toBe('030204f0');
    expect(refusal(() => der.bitString(Uint8Array.of(0xf1), 4))).toBe('asn1.value_invalid');
    expect(refusal(() => der.bitString(new Uint8Array(0), 1))).toBe('asn1.value_invalid');
    expect(refusal(() => der.bitString(Uint8Array.of(0), 8))).toBe('asn1.value_invalid');
  });
});
