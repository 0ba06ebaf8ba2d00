import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { der, readDer, SequenceReader } from '@tra/asn1';
import { fromHex } from '@tra/kernel';
import { parseCertificate } from '@tra/pki';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { CMS_ATTRIBUTE, CONTENT_TYPE, messageHash, parseSignedData, verifySignedData } from '../src/index.ts';

const content = new TextEncoder().encode('สัญญา');
const shake = (octets: number): Uint8Array => createHash('shake256', { outputLength: octets }).update(content).digest();

const id = (oid: string, ...parameters: readonly Uint8Array[]): Uint8Array => der.sequence(der.oid(oid), ...parameters);
const shake256 = id('2.16.840.1.101.3.4.2.12');
const withLength = (bits: number): Uint8Array => id('2.16.840.1.101.3.4.2.18', der.integer(bits));

interface Key {
  readonly privateKey: KeyObject;
  readonly certificate: Uint8Array;
  readonly algorithm: Uint8Array;
  readonly hash: string | null;
}

let hierarchy: TestHierarchy;
let ed448: Key;
let rsa: Key;
let curve: Key;

/** A certificate with another key; nobody looks at who signed it here. */
function withKey(certificate: Uint8Array, spki: Uint8Array): Uint8Array {
  const [tbs, ...rest] = new SequenceReader(readDer(certificate), 'Certificate').rest();
  if (!tbs) throw new Error('no certificate');
  const fields = new SequenceReader(tbs, 'TBSCertificate').rest().map(({ raw }) => raw);
  return der.sequence(der.sequence(...fields.with(6, spki)), ...rest.map(({ raw }) => raw));
}

async function keyOf(
  { privateKey, publicKey }: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
  algorithm: Uint8Array,
  hash: string | null = 'sha256',
): Promise<Key> {
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const { certificate } = await hierarchy.issue('document-signer');
  return { privateKey, certificate: withKey(certificate, spki), algorithm, hash };
}

beforeAll(async () => {
  hierarchy = await testHierarchy();
  ed448 = await keyOf(generateKeyPairSync('ed448'), id('1.3.101.113'), null);
  rsa = await keyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }), id('1.2.840.113549.1.1.1', der.nullValue()));
  curve = await keyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }), id('1.2.840.10045.4.3.2'));
});

interface Made {
  readonly key?: Key;
  readonly digestAlgorithm?: Uint8Array;
  readonly digest?: Uint8Array;
  readonly algorithm?: Uint8Array;
}

/** A CMS with signed attributes, put together by hand (RFC 5652 section 5.3). */
function made({ key = ed448, algorithm = key.algorithm, digest = shake(64), digestAlgorithm = shake256 }: Made = {}) {
  const { certificate: own, hash, privateKey } = key;
  const attributes = der.setOf(
    der.sequence(der.oid(CMS_ATTRIBUTE.contentType), der.setOf(der.oid(CONTENT_TYPE.data))),
    der.sequence(der.oid(CMS_ATTRIBUTE.messageDigest), der.setOf(der.octetString(digest))),
  );
  const { issuer, serialHex } = parseCertificate(own);
  const signer = der.sequence(
    der.integer(1),
    der.sequence(issuer.der, der.element(0x02, fromHex(serialHex))),
    digestAlgorithm,
    der.implicit(0, attributes),
    algorithm,
    der.octetString(sign(hash, attributes, privateKey)),
  );
  const signedData = der.sequence(
    der.integer(1),
    der.setOf(digestAlgorithm),
    der.sequence(der.oid(CONTENT_TYPE.data)),
    der.element(0xa0, own),
    der.setOf(signer),
  );
  return der.sequence(der.oid(CONTENT_TYPE.signedData), der.explicit(0, signedData));
}

const judge = (how: Made = {}, over: Uint8Array = content) =>
  verifySignedData(parseSignedData(made(how)), (digest) => messageHash(digest).update(over).digest())[0];

describe('the identifier of a key in the place of a method of signing', () => {
  const sha256 = {
    digestAlgorithm: id('2.16.840.1.101.3.4.2.1'),
    digest: createHash('sha256').update(content).digest(),
  };
  const ofKey = (): Made => ({ ...sha256, key: curve, algorithm: id('1.2.840.10045.2.1') });

  it('is read with the digest that stands beside it, as some signers write it', () => {
    expect(judge(ofKey())).toMatchObject({ verdict: 'passed', digest: 'sha256', signatureIntact: true });
    expect(judge({ ...sha256, key: rsa })).toMatchObject({ verdict: 'passed', signatureIntact: true });
  });

  it('fails over other content, with another digest and for a key of another kind', () => {
    expect(judge(ofKey(), new Uint8Array(1))?.verdict).toBe('failed');
    const sha384 = {
      digestAlgorithm: id('2.16.840.1.101.3.4.2.2'),
      digest: createHash('sha384').update(content).digest(),
    };
    expect(judge({ ...ofKey(), ...sha384 })).toMatchObject({ verdict: 'failed', code: 'cms.signature' });
    expect(judge({ ...sha256, key: rsa, algorithm: id('1.2.840.10045.2.1') })?.verdict).toBe('failed');
    expect(judge({ ...sha256, key: curve, algorithm: id('1.2.840.10040.4.1') })?.verdict).toBe('failed');
  });
});

describe('SHAKE256 as the digest of the content', () => {
  it('goes with Ed448, under both identifiers (RFC 8419, RFC 8702)', () => {
    for (const digestAlgorithm of [shake256, withLength(512)]) {
      expect(judge({ digestAlgorithm })).toMatchObject({
        verdict: 'passed',
        digest: 'shake256',
        contentIntact: true,
        signatureIntact: true,
      });
    }
  });

  it('has 64 octets', () => {
    expect(messageHash('shake256').update(content).digest()).toHaveLength(64);
    expect(messageHash('sha256').update(content).digest()).toHaveLength(32);
  });

  it('fails over other content and with fewer octets', () => {
    expect(judge({}, new Uint8Array(1))).toMatchObject({ verdict: 'failed', code: 'cms.message_digest' });
    expect(judge({ digest: shake(32) })).toMatchObject({ verdict: 'failed', code: 'cms.message_digest' });
    expect(judge({ digest: shake(65) })).toMatchObject({ verdict: 'failed', code: 'cms.message_digest' });
  });

  it.each<readonly [string, () => Made]>([
    ['of 256 bits', () => ({ digestAlgorithm: withLength(256), digest: shake(32) })],
    ['with parameters', () => ({ digestAlgorithm: id('2.16.840.1.101.3.4.2.12', der.nullValue()) })],
    ['with a length that is missing', () => ({ digestAlgorithm: id('2.16.840.1.101.3.4.2.18') })],
    ['beside RSA', () => ({ key: rsa })],
    ['beside ECDSA with SHA-256', () => ({ key: curve })],
    ['128', () => ({ digestAlgorithm: id('2.16.840.1.101.3.4.2.11'), digest: shake(32) })],
    ...[30, 31, 32, 33].map((last): readonly [string, () => Made] => [
      `in the method of signing 1.3.6.1.5.5.7.6.${last} (RFC 8692)`,
      () => ({ key: curve, algorithm: id(`1.3.6.1.5.5.7.6.${last}`) }),
    ]),
  ])('is not supported %s, and said so', (_, how) => {
    expect(judge(how())?.checks[0]).toMatchObject({ code: 'cms.digest_unsupported', status: 'indeterminate' });
    expect(judge(how())?.verdict).not.toBe('passed');
  });
});
