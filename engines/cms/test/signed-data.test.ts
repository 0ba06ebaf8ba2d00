import { createHash } from 'node:crypto';
import { der, readDer, SequenceReader } from '@tra/asn1';
import { type TestEntity, type TestHierarchy, testHierarchy, testSigner } from '@tra/pki/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  CMS_ATTRIBUTE,
  CmsError,
  createSignedData,
  encodeSigningCertificateV2,
  parseSignedData,
  verifySignedData,
} from '../src/index.ts';

const content = new TextEncoder().encode('content');
const digest = (algorithm: string): Uint8Array => createHash(algorithm).update(content).digest();
let hierarchy: TestHierarchy;
let entity: TestEntity;
let detached: Uint8Array;

beforeAll(async () => {
  hierarchy = await testHierarchy();
  entity = await hierarchy.issue('document-signer');
  detached = await sign(true);
});

async function sign(
  isDetached: boolean,
  own: Partial<Parameters<typeof createSignedData>[0]> = {},
): Promise<Uint8Array> {
  const { signer, certificate } = entity;
  const base = { content, detached: isDetached, signer, certificate, certificates: [certificate], ...own };
  return (await createSignedData(base)).toDer();
}

const check = (bytes: Uint8Array, source: (algorithm: string) => Uint8Array | undefined = digest): string | undefined =>
  verifySignedData(parseSignedData(bytes), source)[0]?.code;

describe('what was created', () => {
  it('verifies and says who, what and when', async () => {
    const signingTime = new Date('2026-11-21T02:00:00Z');
    const [result] = verifySignedData(parseSignedData(await sign(false, { signingTime })), () => undefined);
    expect(result).toMatchObject({
      verdict: 'passed',
      code: 'cms.signature_valid',
      contentIntact: true,
      signatureIntact: true,
      essCertificate: 'match',
      signingTime,
    });
    expect(verifySignedData(parseSignedData(detached), digest)[0]?.signingTime).toBeUndefined();
  });

  it('keeps signed attributes in DER order and CRLs and certificates readable', async () => {
    const crls = await hierarchy.crls(new Date('2026-11-21T02:00:00Z'));
    const signedData = parseSignedData(await sign(true, { crls, certificates: [hierarchy.issuing.certificate] }));
    expect(signedData.crls).toHaveLength(2);
    expect(signedData.certificates).toHaveLength(2);
    const members = new SequenceReader(
      readDer(signedData.signers[0]?.signedAttributesDer ?? new Uint8Array(0)),
      'attributes',
      0x31,
    )
      .rest()
      .map(({ raw }) => raw);
    expect(der.sortSet(members)).toEqual(members);
  });

  it('carries a time-stamp without changing the signature', async () => {
    const { signer, certificate } = entity;
    const builder = await createSignedData({
      content,
      detached: true,
      signer,
      certificate,
      certificates: [certificate],
    });
    builder.addTimestamp(der.sequence(der.nullValue()));
    const [result] = verifySignedData(parseSignedData(builder.toDer()), digest);
    expect(result?.verdict).toBe('passed');
    expect(result?.timestamps).toEqual([der.sequence(der.nullValue())]);
    expect(result?.signer.signature).toEqual(builder.signatureValue);
  });

  it('needs the certificate of the key', async () => {
    await expect(sign(true, { signer: testSigner() })).rejects.toMatchObject({ code: 'cms.request_invalid' });
  });
});

describe('verification', () => {
  it('finds other content, missing content and a missing certificate', async () => {
    expect(check(detached, (algorithm) => createHash(algorithm).update('other').digest())).toBe('cms.message_digest');
    expect(check(detached, () => undefined)).toBe('cms.message_digest_unknown');
    const bare = await sign(true, { certificates: [] });
    expect(check(bare)).toBe('cms.signer_certificate_missing');
    expect(verifySignedData(parseSignedData(bare), digest, [entity.certificate])[0]?.verdict).toBe('passed');
  });

  it('does not accept a certificate of the same name and serial with another key', async () => {
    const twin = await testHierarchy();
    const other = await twin.issue('document-signer');
    const bare = await sign(true, { certificates: [] });
    expect(verifySignedData(parseSignedData(bare), digest, [other.certificate])[0]?.verdict).toBe('failed');
  });

  it('finds the certificate swapped for another of the same key', async () => {
    const swapped = await hierarchy.issue('document-signer', { publicKey: entity.signer.publicKey });
    const attributes = new Map([
      [CMS_ATTRIBUTE.signingCertificateV2, [encodeSigningCertificateV2(swapped.certificate)]],
    ]);
    const { matchSigningCertificate } = await import('../src/index.ts');
    const { parseCertificate } = await import('@tra/pki');
    expect(matchSigningCertificate(attributes, parseCertificate(swapped.certificate))).toBe('match');
    expect(matchSigningCertificate(attributes, parseCertificate(entity.certificate))).toBe('mismatch');
    expect(matchSigningCertificate(new Map(), parseCertificate(entity.certificate))).toBe('absent');
    const twice = new Map([
      [
        CMS_ATTRIBUTE.signingCertificateV2,
        [encodeSigningCertificateV2(entity.certificate), encodeSigningCertificateV2(entity.certificate)],
      ],
    ]);
    expect(matchSigningCertificate(twice, parseCertificate(entity.certificate))).toBe('mismatch');
  });

  it('refuses signed attributes served as content (attribute stripping)', async () => {
    const attributes = parseSignedData(detached).signers[0]?.signedAttributesDer ?? new Uint8Array(0);
    const stripped = replaceSigner(detached, attributes);
    const [result] = verifySignedData(parseSignedData(stripped), digest);
    expect(result?.verdict).toBe('failed');
  });

  it('of a SignedData without signers gives nothing', () => {
    const empty = der.sequence(
      der.oid('1.2.840.113549.1.7.2'),
      der.explicit(
        0,
        der.sequence(der.integer(1), der.setOf(), der.sequence(der.oid('1.2.840.113549.1.7.1')), der.setOf()),
      ),
    );
    expect(verifySignedData(parseSignedData(empty), digest)).toEqual([]);
  });
});

/** The same signature over `attributes` as attached content, the signed attributes left out. */
function replaceSigner(bytes: Uint8Array, attributes: Uint8Array): Uint8Array {
  const signedData = parseSignedData(bytes);
  const signer = signedData.signers[0];
  if (signer?.identifier.kind !== 'issuerAndSerial') throw new Error('unexpected signer');
  const algorithm = der.sequence(der.oid(signer.digestAlgorithm));
  const info = der.sequence(
    der.integer(1),
    der.sequence(signer.identifier.issuer.der, der.element(2, Buffer.from(signer.identifier.serialHex, 'hex'))),
    algorithm,
    signer.signatureAlgorithm,
    der.octetString(signer.signature),
  );
  const body = der.sequence(
    der.integer(1),
    der.setOf(algorithm),
    der.sequence(der.oid('1.2.840.113549.1.7.1'), der.explicit(0, der.octetString(attributes))),
    der.element(0xa0, ...signedData.certificates),
    der.setOf(info),
  );
  return der.sequence(der.oid('1.2.840.113549.1.7.2'), der.explicit(0, body));
}

describe('reading', () => {
  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'cms.invalid'],
    ['a number', der.integer(1), 'cms.invalid'],
    [
      'another content type',
      der.sequence(der.oid('1.2.840.113549.1.7.1'), der.explicit(0, der.octetString(new Uint8Array(1)))),
      'cms.not_signed_data',
    ],
    ['an empty sequence of indefinite length', Uint8Array.of(0x30, 0x80, 0, 0), 'cms.invalid'],
  ])('refuses %s', (_name, bytes, code) => {
    expect(() => parseSignedData(bytes)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses trailing bytes', () => {
    expect(() => parseSignedData(Uint8Array.of(...detached, 0))).toThrow(
      expect.objectContaining({ code: 'cms.invalid' }),
    );
  });

  it('of 3,000 mutations crashes never, and accepts only what leaves everything signed as it was', () => {
    const original = verifySignedData(parseSignedData(detached), digest)[0];
    let seed = 99;
    const next = (limit: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % limit;
    };
    for (let round = 0; round < 3000; round += 1) {
      const mutated = Uint8Array.from(detached);
      for (let count = 0; count <= next(2); count += 1) mutated[next(mutated.length)] = next(256);
      let results: ReturnType<typeof verifySignedData>;
      try {
        results = verifySignedData(parseSignedData(mutated), digest);
      } catch (error) {
        expect(error).toBeInstanceOf(CmsError);
        continue;
      }
      for (const result of results.filter(({ verdict }) => verdict === 'passed')) {
        expect(result.signer.signedAttributesDer).toEqual(original?.signer.signedAttributesDer);
        expect(result.certificate?.der).toEqual(original?.certificate?.der);
      }
    }
  });
});

describe('a signer whose certificate stands elsewhere', () => {
  it('is found among the certificates given, the bound one first; without them the signature stays open', async () => {
    const { testHierarchy } = await import('@tra/pki/testing');
    const { seededRandom } = await import('@tra/kernel/testing');
    const hierarchy = await testHierarchy({ name: 'Elsewhere', random: seededRandom(3) });
    const { certificate, signer } = await hierarchy.issue('document-signer');
    const content = new Uint8Array([1, 2, 3]);
    const builder = await createSignedData({ content, detached: false, signer, certificate, certificates: [] });
    const parsed = parseSignedData(builder.toDer());
    expect(parsed.certificates).toEqual([]);
    const [alone] = verifySignedData(parsed, () => undefined);
    expect(alone).toMatchObject({ code: 'cms.signer_certificate_missing', signatureIntact: false });
    const [given] = verifySignedData(parsed, () => undefined, [hierarchy.root.certificate, certificate]);
    expect(given).toMatchObject({ verdict: 'passed', signatureIntact: true, essCertificate: 'match' });
  });
});
