import { der } from '@tra/asn1';
import { CMS_ATTRIBUTE, createSignedData, parseSignedData } from '@tra/cms';
import { utf8Encode } from '@tra/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SignatureReport, type ValidationInput, type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { addUnsigned, archived, attribute, sha256, stampOver, withUnsigned } from './support-cms.ts';

let signing: TestSigning;
let foreign: TestSigning;
const content = utf8Encode('ใบอนุญาตเลขที่ 1');

beforeAll(async () => {
  signing = await testSigning();
  foreign = await testSigning('Foreign');
});

interface Made {
  readonly stamped?: boolean;
  readonly crls?: boolean;
  readonly detached?: boolean;
  readonly signingTime?: false;
  readonly signed?: readonly Uint8Array[];
}

async function make({ crls = true, detached = false, signed = [], signingTime, stamped = true }: Made = {}) {
  const { signer, certificate } = signing.document;
  const builder = await createSignedData({
    content,
    detached,
    signer,
    certificate,
    certificates: [certificate, signing.hierarchy.issuing.certificate],
    crls: crls ? await signing.crls() : [],
    ...(signingTime === false ? {} : { signingTime: signing.clock.now() }),
    signedAttributes: signed,
  });
  if (stamped) builder.addTimestamp(await stampOver(signing, builder.signatureValue));
  return builder.toDer();
}

async function judge(bytes: Uint8Array, more: Partial<ValidationInput> = {}): Promise<ValidationReport> {
  const crls = await signing.crls();
  return validateDocument({ bytes, anchors: signing.anchors, crls, at: signing.clock.now(), ...more });
}

const first = async (bytes: Uint8Array, more: Partial<ValidationInput> = {}): Promise<SignatureReport> =>
  (await judge(bytes, more)).signatures[0] as SignatureReport;

const codesOf = ({ checks }: SignatureReport): string[] => checks.map(({ code }) => code);

describe('levels of CAdES', () => {
  it.each([
    ['CAdES-B-B', { stamped: false, crls: false }],
    ['CAdES-B-T', { crls: false }],
    ['CAdES-B-LT', {}],
    ['CAdES-BES', { stamped: false, crls: false, signingTime: false }],
    ['CAdES-T', { crls: false, signingTime: false }],
    ['CAdES-LT', { signingTime: false }],
  ] as const)('%s', async (level, made) => {
    expect((await first(await make(made))).level).toBe(level);
  });

  it('is EPES where a policy is named and the time is not', async () => {
    const policy = der.sequence(
      der.oid('1.2.3.4'),
      der.sequence(der.sequence(der.oid('2.16.840.1.101.3.4.2.1')), der.octetString(sha256(content))),
    );
    const signed = [attribute(CMS_ATTRIBUTE.signaturePolicy, policy)];
    expect((await first(await make({ stamped: false, crls: false, signingTime: false, signed }))).level).toBe(
      'CAdES-EPES',
    );
    const broken = await first(await make({ signed: [attribute(CMS_ATTRIBUTE.signaturePolicy, der.integer(1))] }));
    expect(codesOf(broken)).toContain('signature.policy_unreadable');
  });

  it('is B-LTA with an archive time-stamp of the third kind, and B-T without material', async () => {
    const cms = await make();
    expect((await first(await archived(signing, cms, content))).level).toBe('CAdES-B-LTA');
    expect((await first(await archived(signing, await make({ crls: false }), content))).level).toBe('CAdES-B-T');
  });

  it('counts references and the time-stamps over them: C and X', async () => {
    const refs = [CMS_ATTRIBUTE.certificateRefs, CMS_ATTRIBUTE.revocationRefs].map((type) =>
      attribute(type, der.sequence()),
    );
    const c = addUnsigned(await make({ crls: false }), ...refs);
    expect((await first(c)).level).toBe('CAdES-C');
    const { signers } = parseSignedData(c);
    const pairs = signers[0]?.unsignedAttributeList
      .filter(({ type }) => type === CMS_ATTRIBUTE.certificateRefs || type === CMS_ATTRIBUTE.revocationRefs)
      .flatMap(({ typeDer, valuesDer }) => [typeDer, valuesDer]);
    const token = await stampOver(signing, ...(pairs ?? []));
    const report = await first(addUnsigned(c, attribute(CMS_ATTRIBUTE.certCrlTimeStamp, token)));
    expect(report.level).toBe('CAdES-X');
    expect(report.timestamps.map(({ imprint, kind, status }) => [kind, imprint, status])).toEqual([
      ['signature', 'matches', 'valid'],
      ['references', 'matches', 'valid'],
    ]);
  });
});

describe('content time-stamps', () => {
  it('cover the content, inside or beside', async () => {
    const signed = [attribute(CMS_ATTRIBUTE.contentTimeStamp, await stampOver(signing, content))];
    const inside = await first(await make({ signed }));
    expect(inside.timestamps[0]).toMatchObject({ kind: 'content', imprint: 'matches', status: 'valid' });
    const outside = await make({ detached: true, signed });
    expect((await first(outside, { detached: [content] })).timestamps[0]?.imprint).toBe('matches');
    expect((await first(outside)).timestamps[0]).toMatchObject({ imprint: 'data_missing', status: 'data_missing' });
    const digests = { sha256: sha256(content) };
    expect((await first(outside, { hashed: [{ digests }] })).timestamps[0]?.imprint).toBe('matches');
  });

  it('over other content prove nothing and do not fail the signature', async () => {
    const signed = [attribute(CMS_ATTRIBUTE.contentTimeStamp, await stampOver(signing, utf8Encode('other')))];
    const report = await judge(await make({ signed }));
    expect(report.verdict).toBe('passed');
    expect(report.signatures[0]?.timestamps[0]).toMatchObject({ imprint: 'differs', status: 'other_data' });
    expect(codesOf(report.signatures[0] as SignatureReport)).toContain('signature.timestamp_broken');
  });

  it('among the unsigned attributes are not looked at', async () => {
    const token = await stampOver(signing, content);
    const report = await first(addUnsigned(await make(), attribute(CMS_ATTRIBUTE.contentTimeStamp, token)));
    expect(report.timestamps.map(({ kind }) => kind)).toEqual(['signature']);
  });
});

describe('archive time-stamps of the third kind', () => {
  it('cover certificates, CRLs and time-stamps, and prove the time', async () => {
    const report = await first(await archived(signing, await make(), content));
    expect(report.timestamps[1]).toMatchObject({
      kind: 'archive',
      variant: 'CAdES-v3',
      imprint: 'matches',
      status: 'valid',
      covers: { signedData: true, signature: true, timestamps: 1 },
    });
    expect(report.timestamps[1]?.covers.certificates).toBeGreaterThanOrEqual(2);
    expect(codesOf(report)).not.toContain('signature.hash_index_unmatched');
  });

  it('prove the time of a signature that has no other', async () => {
    const report = await first(await archived(signing, await make({ stamped: false }), content));
    expect(report.provenTime).toBe('2026-11-20T07:05:00.000Z');
  });

  it('tell an entry that belongs to nothing', async () => {
    const report = await first(await archived(signing, await make(), content, { foreign: true }));
    expect(codesOf(report)).toContain('signature.hash_index_unmatched');
    expect(report.timestamps[1]?.imprint).toBe('matches');
  });

  it('do not cover what their index leaves out', async () => {
    const report = await first(await archived(signing, await make(), content, { leaveOut: 1 }));
    expect(report.timestamps[1]?.covers.timestamps).toBe(0);
  });

  it.each([
    ['an exchanged index', { exchanged: true }],
    ['other content', { content: utf8Encode('other') }],
  ] as const)('prove nothing with %s', async (_, changes) => {
    const report = await first(await archived(signing, await make({ stamped: false }), content, changes));
    expect(report.timestamps[0]).toMatchObject({ kind: 'archive', imprint: 'differs' });
    expect(report.provenTime).toBeUndefined();
  });

  it('from another authority prove nothing', async () => {
    const report = await first(await archived(foreign, await make({ stamped: false }), content));
    expect(report.timestamps[0]).toMatchObject({ imprint: 'matches', status: 'untrusted' });
    expect(report.provenTime).toBeUndefined();
  });

  it('from the future prove nothing', async () => {
    const later = await archived(signing, await make({ stamped: false }), content);
    const report = await first(later, { at: new Date('2026-11-20T06:00:00Z') });
    expect(report.timestamps[0]?.status).not.toBe('valid');
    expect(report.provenTime).toBeUndefined();
  });

  it('with two indexes cover nothing', async () => {
    const cms = await archived(signing, await make({ stamped: false }), content);
    const twice = withUnsigned(cms, (attributes) =>
      attributes.map((one) => {
        const { signers } = parseSignedData(cms);
        const token = signers[0]?.unsignedAttributes.get(CMS_ATTRIBUTE.archiveTimeStampV3)?.[0];
        const index =
          token && parseSignedData(token).signers[0]?.unsignedAttributes.get(CMS_ATTRIBUTE.hashIndexV3)?.[0];
        return token && index
          ? attribute(CMS_ATTRIBUTE.archiveTimeStampV3, addUnsigned(token, attribute(CMS_ATTRIBUTE.hashIndexV2, index)))
          : one;
      }),
    );
    expect((await first(twice)).timestamps[0]).toMatchObject({ imprint: 'differs' });
  });
});

describe('countersignatures', () => {
  const counter = async (over: Uint8Array, by: TestSigning = signing): Promise<Uint8Array> => {
    const { signer, certificate } = by.document;
    const builder = await createSignedData({
      content: over,
      detached: true,
      signer,
      certificate,
      certificates: [certificate],
    });
    const cms = parseSignedData(builder.toDer());
    const fields = cms.signers[0]?.fieldsDer ?? [];
    return der.sequence(...fields);
  };

  it('are judged for themselves and name what they sign', async () => {
    const cms = await make();
    const value = parseSignedData(cms).signers[0]?.signature ?? new Uint8Array();
    const report = await judge(addUnsigned(cms, attribute(CMS_ATTRIBUTE.counterSignature, await counter(value))));
    expect(report.signatures.map(({ counterSigns, id, verdict }) => [id, counterSigns, verdict])).toEqual([
      ['S1', undefined, 'passed'],
      ['S2', 'S1', 'passed'],
    ]);
  });

  it('over another value fail', async () => {
    const cms = await make();
    const report = await judge(
      addUnsigned(cms, attribute(CMS_ATTRIBUTE.counterSignature, await counter(utf8Encode('another value')))),
    );
    expect(report.signatures[1]).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
  });

  it('that cannot be read fail, and by somebody unknown stay open', async () => {
    const cms = await make();
    const value = parseSignedData(cms).signers[0]?.signature ?? new Uint8Array();
    const broken = await judge(addUnsigned(cms, attribute(CMS_ATTRIBUTE.counterSignature, der.integer(1))));
    expect(broken.signatures[1]).toMatchObject({ counterSigns: 'S1', verdict: 'failed' });
    const unknown = await judge(
      addUnsigned(cms, attribute(CMS_ATTRIBUTE.counterSignature, await counter(value, foreign))),
    );
    expect(unknown.signatures[1]?.verdict).toBe('indeterminate');
  });
});

describe('material inside a signature', () => {
  it('helps to build the path and is not trusted for being there', async () => {
    const values = attribute(
      CMS_ATTRIBUTE.certificateValues,
      der.sequence(foreign.hierarchy.root.certificate, foreign.hierarchy.issuing.certificate),
    );
    const { signer, certificate } = foreign.document;
    const builder = await createSignedData({
      content,
      detached: false,
      signer,
      certificate,
      certificates: [certificate],
    });
    expect((await judge(addUnsigned(builder.toDer(), values))).verdict).toBe('indeterminate');
    const own = await createSignedData({
      content,
      detached: false,
      signer: signing.document.signer,
      certificate: signing.document.certificate,
      certificates: [signing.document.certificate],
    });
    const issuing = attribute(CMS_ATTRIBUTE.certificateValues, der.sequence(signing.hierarchy.issuing.certificate));
    expect((await judge(own.toDer())).verdict).toBe('indeterminate');
    expect((await judge(addUnsigned(own.toDer(), issuing))).verdict).toBe('passed');
  });

  it('takes CRLs of revocation-values for revocation, not those of another issuer', async () => {
    const values = async (by: TestSigning): Promise<Uint8Array> =>
      attribute(CMS_ATTRIBUTE.revocationValues, der.sequence(der.explicit(0, der.sequence(...(await by.crls())))));
    const bare = await make({ crls: false, stamped: false });
    const none: Partial<ValidationInput> = { crls: [] };
    expect((await judge(bare, none)).subIndication).toBe('TRY_LATER');
    expect((await judge(addUnsigned(bare, await values(foreign)), none)).subIndication).toBe('TRY_LATER');
    expect((await judge(addUnsigned(bare, await values(signing)), none)).verdict).toBe('passed');
  });

  it('that cannot be read is left out', async () => {
    const rubbish = [
      attribute(CMS_ATTRIBUTE.certificateValues, der.integer(5)),
      attribute(CMS_ATTRIBUTE.revocationValues, der.sequence(der.explicit(0, der.integer(5)))),
      attribute(CMS_ATTRIBUTE.archiveTimeStampV3, der.integer(5)),
      attribute(CMS_ATTRIBUTE.evidenceRecordInternal, der.integer(5)),
    ];
    const report = await judge(addUnsigned(await make(), ...rubbish));
    expect(report.verdict).toBe('passed');
    expect(report.signatures[0]?.timestamps[1]).toMatchObject({
      kind: 'archive',
      status: 'invalid',
      imprint: 'differs',
    });
  });
});

describe('evidence records inside a signature', () => {
  /** An EvidenceRecord of one time-stamp directly over one hash (RFC 4998 section 3.1). */
  const recordOver = async (...data: readonly Uint8Array[]): Promise<Uint8Array> => {
    const sha = der.sequence(der.oid('2.16.840.1.101.3.4.2.1'));
    const token = await stampOver(signing, ...data);
    return der.sequence(
      der.integer(1),
      der.sequence(sha),
      der.sequence(der.sequence(der.sequence(der.implicit(0, sha), token))),
    );
  };
  const inside = (cms: Uint8Array, record: Uint8Array): Uint8Array =>
    addUnsigned(cms, attribute(CMS_ATTRIBUTE.evidenceRecordInternal, record));

  it('cover the signature as it was without them', async () => {
    const cms = await make();
    const report = await first(inside(cms, await recordOver(cms)));
    expect(report.level).toBe('CAdES-ERS');
    expect(report.timestamps[1]).toMatchObject({ kind: 'record', record: 1, imprint: 'matches', status: 'valid' });
    expect(report.timestamps[1]?.covers.signature).toBe(true);
  });

  it('over something else prove nothing', async () => {
    const bare = await make({ stamped: false });
    const report = await first(inside(bare, await recordOver(content)));
    expect(report.timestamps[0]).toMatchObject({ kind: 'record', imprint: 'differs' });
    expect(report.provenTime).toBeUndefined();
  });
});

describe('digests that contradict each other', () => {
  it('in SignerInfo and message-digest fail', async () => {
    const cms = await make({ stamped: false });
    const hex = Buffer.from(cms).toString('hex');
    // The digestAlgorithm of the SignerInfo becomes SHA-384; the message digest was made by SHA-256.
    const at = hex.lastIndexOf('608648016503040201');
    const changed = Buffer.from(`${hex.slice(0, at)}608648016503040202${hex.slice(at + 18)}`, 'hex');
    expect((await judge(new Uint8Array(changed))).verdict).toBe('failed');
  });
});
