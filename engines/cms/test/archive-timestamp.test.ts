import { der, readDer, readExplicit, SequenceReader, TAG } from '@tra/asn1';
import { seededRandom } from '@tra/kernel/testing';
import { testHierarchy } from '@tra/pki/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  archiveV2Inputs,
  archiveV3Input,
  CMS_ATTRIBUTE,
  createSignedData,
  embeddedRecords,
  parseSignedData,
  readHashIndex,
  type SignedData,
  type SignerInfo,
  withoutRecords,
} from '../src/index.ts';

const content = new TextEncoder().encode('content');
let cms: Uint8Array;

beforeAll(async () => {
  const hierarchy = await testHierarchy({ name: 'Archive', random: seededRandom(7) });
  const { certificate, signer } = await hierarchy.issue('document-signer');
  const builder = await createSignedData({
    content,
    detached: false,
    signer,
    certificate,
    certificates: [certificate],
  });
  builder.addTimestamp(der.sequence(der.integer(1)));
  cms = builder.toDer();
});

/** ContentInfo, its tag 0 and SignedData with indefinite lengths, everything below as it was. */
function indefinite(bytes: Uint8Array): Uint8Array {
  const [type, tagged] = new SequenceReader(readDer(bytes), 'ContentInfo').rest();
  if (!type || !tagged) throw new TypeError('no ContentInfo');
  const inner = readExplicit(tagged, 'content').content;
  const zeros = [0, 0, 0, 0, 0, 0];
  return Uint8Array.from([0x30, 0x80, ...type.raw, 0xa0, 0x80, 0x30, 0x80, ...inner, ...zeros]);
}

const only = ({ signers: [signer] }: SignedData): SignerInfo => {
  if (!signer) throw new TypeError('no signer');
  return signer;
};

const joined = (parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString('hex');

describe('what archive time-stamps cover', () => {
  it('of the second kind: the fields in order, the unsigned attributes with and without their tag', () => {
    const parsed = parseSignedData(cms);
    const [tagged, bare] = archiveV2Inputs(parsed, only(parsed), { content: [], keep: () => true });
    const attributes = only(parsed).unsignedAttributeList.map((one) => one.der);
    const head = [parsed.encapsulatedDer, parsed.certificatesDer as Uint8Array, ...only(parsed).fieldsDer];
    expect(joined(tagged ?? [])).toBe(joined([...head, der.element(0xa1, ...attributes)]));
    expect(joined(bare ?? [])).toBe(joined([...head, ...attributes]));
    expect(archiveV2Inputs(parsed, only(parsed), { content: [], keep: () => false })).toHaveLength(1);
  });

  it('of the second kind over BER: as it was written, too', () => {
    const [plain, parsed] = [parseSignedData(cms), parseSignedData(indefinite(cms))];
    expect(plain.ber).toBeUndefined();
    expect(parsed.ber?.encapsulated).toEqual(plain.encapsulatedDer);
    expect(parsed.ber?.certificates).toEqual(plain.certificatesDer);
    expect(archiveV2Inputs(parsed, only(parsed), { content: [], keep: () => true })).toHaveLength(4);
  });

  it('of the third kind: type, digest, signer, index', () => {
    const parsed = parseSignedData(cms);
    const list = der.sequence();
    const value = der.sequence(der.sequence(der.oid('2.16.840.1.101.3.4.2.1')), list, list, list);
    const index = {
      version: 3,
      der: value,
      digest: 'sha256',
      certificates: [],
      revocations: [],
      attributes: [],
    } as const;
    const input = archiveV3Input(parsed, only(parsed), { contentDigest: content, index });
    expect(joined(input)).toBe(joined([parsed.contentTypeDer, content, ...only(parsed).fieldsDer, value]));
  });

  it('is undefined for bytes that are no token', () => {
    expect(readHashIndex(Uint8Array.of(1, 2, 3))).toBeUndefined();
    expect(readHashIndex(cms)).toBeUndefined();
  });
});

describe('withoutRecords', () => {
  const withAttribute = (type: string): Uint8Array => {
    const [oid, tagged] = new SequenceReader(readDer(cms), 'ContentInfo').rest();
    if (!oid || !tagged) throw new TypeError('no ContentInfo');
    const fields = new SequenceReader(readExplicit(tagged, 'content'), 'SignedData').rest().map(({ raw }) => raw);
    const signer = only(parseSignedData(cms));
    const attributes = [
      ...signer.unsignedAttributeList.map((one) => one.der),
      der.sequence(der.oid(type), der.setOf(der.sequence())),
    ];
    const info = der.sequence(...signer.fieldsDer, der.element(0xa1, ...attributes));
    return der.sequence(oid.raw, der.explicit(0, der.sequence(...fields.slice(0, -1), der.element(TAG.set, info))));
  };

  it('gives the CMS as it was before a record was put in, and leaves other attributes alone', () => {
    for (const type of [CMS_ATTRIBUTE.evidenceRecordInternal, CMS_ATTRIBUTE.evidenceRecordExternal]) {
      const parsed = parseSignedData(withAttribute(type));
      expect(embeddedRecords(only(parsed))).toHaveLength(1);
      expect(withoutRecords(parsed)).toEqual(cms);
    }
    const other = parseSignedData(withAttribute(CMS_ATTRIBUTE.certificateRefs));
    expect(withoutRecords(other)).toEqual(other.der);
  });
});
