import { der, readDer, SequenceReader } from '@tra/asn1';
import { CMS_ATTRIBUTE, createSignedData, parseSignedData } from '@tra/cms';
import { utf8Encode } from '@tra/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SignatureReport, type ValidationInput, type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { addUnsigned, archived, attribute, sha256, stampOver } from './support-cms.ts';

let signing: TestSigning;
const content = utf8Encode('ใบกำกับภาษีเลขที่ 7');
const policyFile = utf8Encode('นโยบายลายมือชื่อ ฉบับที่ 1');
const sha = der.sequence(der.oid('2.16.840.1.101.3.4.2.1'));

beforeAll(async () => {
  signing = await testSigning('Refusals');
});

async function make(signed: readonly Uint8Array[] = [], of: Uint8Array = content): Promise<Uint8Array> {
  const { signer, certificate } = signing.document;
  const builder = await createSignedData({
    content: of,
    detached: false,
    signer,
    certificate,
    certificates: [certificate, signing.hierarchy.issuing.certificate],
    crls: await signing.crls(),
    signingTime: signing.clock.now(),
    signedAttributes: signed,
  });
  return builder.toDer();
}

async function judge(bytes: Uint8Array, more: Partial<ValidationInput> = {}): Promise<ValidationReport> {
  const crls = await signing.crls();
  return validateDocument({ bytes, anchors: signing.anchors, crls, at: signing.clock.now(), ...more });
}

const first = async (bytes: Uint8Array, more: Partial<ValidationInput> = {}): Promise<SignatureReport> =>
  (await judge(bytes, more)).signatures[0] as SignatureReport;
const codesOf = ({ checks }: SignatureReport): string[] => checks.map(({ code }) => code);
const signatureOf = (cms: Uint8Array): Uint8Array => parseSignedData(cms).signers[0]?.signature ?? new Uint8Array();
const unsignedValues = (cms: Uint8Array, type: string): readonly Uint8Array[] =>
  parseSignedData(cms).signers[0]?.unsignedAttributes.get(type) ?? [];

describe('the document of a signature policy', () => {
  const policyOf = (hash: Uint8Array): Uint8Array =>
    attribute(
      CMS_ATTRIBUTE.signaturePolicy,
      der.sequence(
        der.oid('1.2.3.4'),
        der.sequence(sha, der.octetString(hash)),
        der.sequence(
          der.sequence(der.oid('1.2.840.113549.1.9.16.5.1'), der.ia5String('https://example.org/p/policy.pdf')),
        ),
      ),
    );
  const store = (bytes: Uint8Array): Uint8Array =>
    attribute(CMS_ATTRIBUTE.signaturePolicyStore, der.sequence(der.oid('1.2.3.5'), der.octetString(bytes)));
  const found = async (bytes: Uint8Array, name?: string, file: Uint8Array = policyFile): Promise<string[]> => {
    const detached = name === undefined ? [] : [{ name, bytes: file }];
    // Content that is given beside an attached signature replaces what is inside.
    const more = name === undefined ? {} : { detached: [{ name: 'content', bytes: content }, ...detached] };
    const codes = codesOf(await first(bytes, more));
    return codes.filter((code) => code.startsWith('signature.policy_'));
  };

  it('fits when its digest is the signed one, under whatever name', async () => {
    const cms = await make([policyOf(sha256(policyFile))]);
    expect(await found(cms)).toEqual([]);
    expect(await found(cms, 'anything.bin')).toEqual(['signature.policy_matches']);
    expect(await found(addUnsigned(cms, store(policyFile)))).toEqual(['signature.policy_matches']);
  });

  it('is another one only under the name that the signature gives', async () => {
    const cms = await make([policyOf(sha256(policyFile))]);
    expect(await found(cms, 'other.pdf', utf8Encode('other'))).toEqual([]);
    expect(await found(cms, 'policy.pdf', utf8Encode('other'))).toEqual(['signature.policy_differs']);
  });

  it('in the store that differs leaves the signature undecided', async () => {
    const cms = addUnsigned(await make([policyOf(sha256(policyFile))]), store(utf8Encode('another')));
    expect(await found(cms)).toEqual(['signature.policy_differs']);
    expect(await judge(cms)).toMatchObject({ verdict: 'indeterminate', subIndication: 'SIG_CONSTRAINTS_FAILURE' });
  });

  it('is not held against a digest of zeros, nor one of two stores taken', async () => {
    expect(await found(addUnsigned(await make([policyOf(new Uint8Array(32))]), store(policyFile)))).toEqual([]);
    const cms = await make([policyOf(sha256(policyFile))]);
    expect(await found(addUnsigned(cms, store(utf8Encode('a')), store(utf8Encode('b'))))).toEqual([]);
  });
});

describe('countersignatures below each other', () => {
  async function counter(over: Uint8Array): Promise<Uint8Array> {
    const { signer, certificate } = signing.document;
    const options = { content: over, detached: true, signer, certificate, certificates: [certificate] };
    const builder = await createSignedData(options);
    return der.sequence(...(parseSignedData(builder.toDer()).signers[0]?.fieldsDer ?? []));
  }

  const carried = async (inner: (value: Uint8Array) => Promise<Uint8Array>): Promise<ValidationReport> => {
    const cms = await make();
    const outer = await wrapped(await counter(signatureOf(cms)), inner);
    return judge(addUnsigned(cms, attribute(CMS_ATTRIBUTE.counterSignature, outer)));
  };

  /** The same SignerInfo with an unsigned countersignature over its value. */
  async function wrapped(info: Uint8Array, inner: (value: Uint8Array) => Promise<Uint8Array>): Promise<Uint8Array> {
    const fields = new SequenceReader(readDer(info), 'SignerInfo').rest();
    const value = fields.at(-1)?.content ?? new Uint8Array();
    const unsigned = der.element(0xa1, attribute(CMS_ATTRIBUTE.counterSignature, await inner(value)));
    return der.sequence(...fields.map(({ raw }) => raw), unsigned);
  }

  it('are found, and each names the one that it signs', async () => {
    const report = await carried((value) => counter(value));
    expect(report.signatures.map(({ counterSigns, id, verdict }) => [id, counterSigns, verdict])).toEqual([
      ['S1', undefined, 'passed'],
      ['S2', 'S1', 'passed'],
      ['S3', 'S2', 'passed'],
    ]);
  });

  it('over a value further up fail', async () => {
    const report = await carried(() => counter(content));
    expect(report.signatures[2]).toMatchObject({
      counterSigns: 'S2',
      verdict: 'failed',
      subIndication: 'HASH_FAILURE',
    });
    expect(report.verdict).toBe('failed');
  });

  it('too far down are counted and never pass unseen', async () => {
    const nest = async (value: Uint8Array, depth: number): Promise<Uint8Array> => {
      const info = await counter(value);
      return depth === 0 ? info : wrapped(info, (own) => nest(own, depth - 1));
    };
    const cms = await make();
    const deep = addUnsigned(cms, attribute(CMS_ATTRIBUTE.counterSignature, await nest(signatureOf(cms), 4)));
    const report = await judge(deep);
    expect(report.signatures).toHaveLength(5);
    expect(report.verdict).toBe('indeterminate');
    expect(report.answers[0].checks.map(({ code }) => code)).toContain('signature.too_many');
  });
});

describe('evidence of another signature', () => {
  it('as an archive time-stamp proves nothing', async () => {
    const other = await archived(signing, await make([], utf8Encode('another')), utf8Encode('another'));
    const [token = new Uint8Array()] = unsignedValues(other, CMS_ATTRIBUTE.archiveTimeStampV3);
    const report = await first(addUnsigned(await make(), attribute(CMS_ATTRIBUTE.archiveTimeStampV3, token)));
    expect(report.timestamps[0]).toMatchObject({ kind: 'archive', imprint: 'differs' });
    expect(report.provenTime).toBeUndefined();
  });

  it('as a signature time-stamp fails the signature', async () => {
    const token = await stampOver(signing, signatureOf(await make([], utf8Encode('another'))));
    const report = await judge(addUnsigned(await make(), attribute(CMS_ATTRIBUTE.signatureTimeStampToken, token)));
    expect(report.verdict).toBe('failed');
  });

  it('as an embedded record proves nothing', async () => {
    const other = await make([], utf8Encode('another'));
    const token = await stampOver(signing, other);
    const sequence = der.sequence(der.sequence(der.sequence(der.implicit(0, sha), token)));
    const record = der.sequence(der.integer(1), der.sequence(sha), sequence);
    const inside = (cms: Uint8Array): Uint8Array =>
      addUnsigned(cms, attribute(CMS_ATTRIBUTE.evidenceRecordInternal, record));
    expect((await first(inside(other))).provenTime).toBeDefined();
    const report = await first(inside(await make()));
    expect(report.timestamps[0]).toMatchObject({ kind: 'record', imprint: 'differs' });
    expect(report.provenTime).toBeUndefined();
  });
});

describe('attributes that come twice', () => {
  it.each([
    ['message-digest', '1.2.840.113549.1.9.4', () => der.octetString(sha256(content))],
    ['content-type', '1.2.840.113549.1.9.3', () => der.oid('1.2.840.113549.1.7.1')],
  ])('make no signature of %s', async (_, type, value) => {
    await expect(async () => {
      const report = await judge(await make([attribute(type, value())]));
      if (report.verdict !== 'passed') throw new TypeError(report.verdict);
    }).rejects.toThrow();
  });

  it('with time-stamps are all judged: one that is broken fails the signature', async () => {
    const cms = await make();
    const good = attribute(CMS_ATTRIBUTE.signatureTimeStampToken, await stampOver(signing, signatureOf(cms)));
    const bad = attribute(CMS_ATTRIBUTE.signatureTimeStampToken, await stampOver(signing, content));
    expect((await judge(addUnsigned(cms, good, good))).verdict).toBe('passed');
    expect((await judge(addUnsigned(cms, good, bad))).verdict).toBe('failed');
    expect((await judge(addUnsigned(cms, bad, good))).verdict).toBe('failed');
  });
});
