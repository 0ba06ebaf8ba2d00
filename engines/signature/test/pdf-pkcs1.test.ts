import { spawnSync } from 'node:child_process';
import { constants, createHash, privateEncrypt, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { der } from '@tra/asn1';
import { concatBytes, toHex } from '@tra/kernel';
import { readPdf } from '@tra/pdf';
import { type SignParts, sampleObjects, signSample, updatePdf, writePdf } from '@tra/pdf/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  defaultPolicy,
  documentPolicy,
  readProcessPolicy,
  shippedPolicies,
  type ValidationPolicy,
  type ValidationReport,
  validateDocument,
} from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { flipped, latin } from './build.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('openssl is absent: interop tests are skipped');

let signing: TestSigning;
let elliptic: TestSigning;

beforeAll(async () => {
  signing = await testSigning('Rsa', 'rsa-pkcs1-sha256');
  elliptic = await testSigning('Curve');
});

/** RSASSA-PKCS1-v1_5 over the octets, in an OCTET STRING. */
const rsa =
  (digest: string): SignParts =>
  (parts) =>
    der.octetString(sign(digest, concatBytes(...parts), signing.document.signer.privateKey));

const madeBy256 = (parts: readonly Uint8Array[]): Uint8Array =>
  der.octetString(sign('sha256', concatBytes(...parts), signing.document.signer.privateKey));

const pss: SignParts = (parts) =>
  der.octetString(
    sign('sha256', concatBytes(...parts), {
      key: signing.document.signer.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
    }),
  );

/** Any octets in the block of the signature, for values that no library makes. */
const block =
  (inside: (content: Uint8Array) => Uint8Array): SignParts =>
  (parts) =>
    der.octetString(
      privateEncrypt(
        { key: signing.document.signer.privateKey, padding: constants.RSA_PKCS1_PADDING },
        inside(concatBytes(...parts)),
      ),
    );

const digestOf = (name: string, content: Uint8Array): Uint8Array => createHash(name).update(content).digest();

const oids = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1' } as const;

const digestInfo = (oid: string, digest: Uint8Array): Uint8Array =>
  der.sequence(der.sequence(der.oid(oid), der.nullValue()), der.octetString(digest));

const hex = (bytes: Uint8Array): string => `<${toHex(bytes)}>`;
const own = (): string => hex(signing.document.certificate);
const chain = (): string => `[${own()} ${hex(signing.hierarchy.issuing.certificate)}]`;

interface Signed {
  readonly sign?: SignParts;
  /** The entry Cert with its key. */
  readonly cert?: string;
  readonly objects?: Readonly<Record<number, string>>;
}

const signed = ({ cert = `/Cert ${chain()}`, objects = {}, sign: make = rsa('sha256') }: Signed = {}) =>
  signSample(writePdf({ ...sampleObjects, ...objects }), {
    field: 14,
    fieldText: (sampleObjects[14] ?? '').replace(/>>$/, '/V %V >>'),
    object: 40,
    subFilter: 'adbe.x509.rsa_sha1',
    entries: cert,
    sign: make,
  });

/** What is shipped for the lenient, without the demand for signed attributes, which this form cannot have. */
const lenient = ((): ValidationPolicy => {
  const { policy } = readProcessPolicy(readFileSync(shippedPolicies[2]?.url as URL, 'utf8'));
  const { messageDigestOrSignedPropertiesPresent: _, ...signedAttributes } = policy.signature?.signedAttributes ?? {};
  return documentPolicy({ ...policy, signature: { ...policy.signature, signedAttributes } });
})();

async function judge(bytes: Uint8Array, policy: ValidationPolicy = lenient): Promise<ValidationReport> {
  const at = signing.clock.now();
  const crls = await signing.crls();
  const intermediates = [signing.hierarchy.issuing.certificate];
  return validateDocument({ bytes, anchors: signing.anchors, intermediates, crls, at, policy });
}

const failing = ({ signatures }: ValidationReport): readonly string[] =>
  (signatures[0]?.checks ?? []).filter(({ status }) => status !== 'passed').map(({ code }) => code);
const codes = ({ signatures }: ValidationReport): readonly string[] =>
  (signatures[0]?.checks ?? []).map(({ code }) => code);

describe('adbe.x509.rsa_sha1', () => {
  it('is read: the value, and the certificates with the signer first', async () => {
    const [signature] = readPdf(await signed()).signatures;
    expect(signature?.subFilter).toBe('adbe.x509.rsa_sha1');
    expect(signature?.contents[0]).toBe(0x04);
    expect(signature?.certificates).toEqual([signing.document.certificate, signing.hierarchy.issuing.certificate]);
    expect(signature?.problems).toEqual([]);
  });

  it.each(['sha256', 'sha384', 'sha512'])(
    'passes with %s in the value where a policy asks for no more',
    async (digest) => {
      const report = await judge(await signed({ sign: rsa(digest) }));
      expect(report).toMatchObject({ verdict: 'passed', signatures: [{ level: 'PDF' }] });
      expect(report.signatures[0]?.signer?.commonName).toBe('Rsa document-signer');
      expect(codes(report)).toEqual(expect.arrayContaining(['signature.value_valid', 'signature.hash_matches']));
    },
  );

  it.skipIf(!hasOpenssl)('verifies what openssl signed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tra-pkcs1-'));
    try {
      const key = join(folder, 'signer.key');
      writeFileSync(key, signing.document.signer.privateKey.export({ type: 'pkcs8', format: 'pem' }));
      const made: SignParts = (parts) => {
        const done = spawnSync('openssl', ['dgst', '-sha256', '-sign', key], { input: concatBytes(...parts) });
        return der.octetString(done.stdout);
      };
      expect((await judge(await signed({ sign: made }))).verdict).toBe('passed');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is open where a policy demands signed attributes', async () => {
    const { verdict, signatures } = await judge(await signed(), defaultPolicy);
    expect([verdict, signatures[0]?.subIndication]).toEqual(['indeterminate', 'SIG_CONSTRAINTS_FAILURE']);
  });

  it('is intact with SHA-1, and open for its weak digest', async () => {
    const report = await judge(await signed({ sign: rsa('sha1') }), defaultPolicy);
    expect(codes(report)).toEqual(expect.arrayContaining(['signature.value_valid', 'signature.hash_matches']));
    expect(report.signatures[0]).toMatchObject({
      verdict: 'indeterminate',
      subIndication: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    });
    expect(failing(report)).toContain('signature.algorithm_too_weak');
  });

  it('passes with one certificate as a string, and with references to what is signed', async () => {
    expect((await judge(await signed({ cert: `/Cert ${own()}` }))).verdict).toBe('passed');
    const objects = { 60: `[${own()} 61 0 R]`, 61: hex(signing.hierarchy.issuing.certificate) };
    expect((await judge(await signed({ cert: '/Cert 60 0 R', objects }))).verdict).toBe('passed');
  });

  it('fails when any octet around the value is another', async () => {
    const pdf = await signed();
    for (const at of [200, latin(pdf).indexOf('/Cert') + 40, pdf.length - 30]) {
      const report = await judge(flipped(pdf, at));
      expect(report.verdict).toBe('failed');
    }
    const changed = flipped(pdf, latin(pdf).indexOf('Pay 100') + 4, 0x08);
    expect(failing(await judge(changed))).toContain('signature.hash_mismatch');
  });
});

describe('adbe.x509.rsa_sha1 is refused', () => {
  it.each<readonly [string, () => Signed, string]>([
    ['without Cert', () => ({ cert: '' }), 'pdf.certificates_missing'],
    ['with a number in the place of Cert', () => ({ cert: '/Cert 12' }), 'pdf.certificates_invalid'],
    ['with no certificate in Cert', () => ({ cert: '/Cert []' }), 'pdf.certificates_invalid'],
    ['with a name among the certificates', () => ({ cert: `/Cert [${own()} /Two]` }), 'pdf.certificates_invalid'],
    ['with an empty certificate', () => ({ cert: '/Cert <>' }), 'pdf.certificates_invalid'],
    ['with two entries Cert', () => ({ cert: `/Cert ${own()} /Cert ${chain()}` }), 'pdf.signature_key_repeated'],
    [
      'with octets that are no certificate',
      () => ({ cert: '/Cert <30030201ff>' }),
      'signature.signer_certificate_unreadable',
    ],
    [
      'when the signer stands second',
      () => ({ cert: `/Cert [${hex(signing.hierarchy.issuing.certificate)} ${own()}]` }),
      'signature.value_invalid',
    ],
    [
      'with the certificate of another key',
      () => ({ cert: `/Cert ${hex(elliptic.document.certificate)}` }),
      'signature.algorithm_inconsistent',
    ],
    [
      'with a CMS in the place of the value',
      () => ({ sign: () => der.sequence(der.integer(1)) }),
      'pdf.contents_invalid',
    ],
    [
      'with the value in pieces (BER)',
      () => ({ sign: (parts) => der.element(0x24, madeBy256(parts)) }),
      'pdf.contents_invalid',
    ],
    ['with an empty value', () => ({ sign: () => der.octetString(new Uint8Array()) }), 'signature.value_invalid'],
    ['with MD5', () => ({ sign: rsa('md5') }), 'signature.algorithm_unsupported'],
    [
      'with SHA-224, which the clause does not know',
      () => ({ sign: rsa('sha224') }),
      'signature.algorithm_unsupported',
    ],
    [
      'with a bare digest',
      () => ({ sign: block((content) => digestOf('sha256', content)) }),
      'signature.value_invalid',
    ],
    [
      'with the digest of one algorithm under the name of another',
      () => ({ sign: block((content) => digestInfo(oids.sha1, digestOf('sha256', content))) }),
      'signature.hash_mismatch',
    ],
    [
      'with the beginning of a digest',
      () => ({ sign: block((content) => digestInfo(oids.sha256, digestOf('sha256', content).subarray(0, 20))) }),
      'signature.hash_mismatch',
    ],
    [
      'with octets behind the DigestInfo',
      () => ({
        sign: block((content) => concatBytes(digestInfo(oids.sha256, digestOf('sha256', content)), new Uint8Array(8))),
      }),
      'signature.value_invalid',
    ],
    [
      'with octets in the parameters of the digest',
      () => ({
        sign: block((content) =>
          der.sequence(
            der.sequence(der.oid(oids.sha256), der.octetString(new Uint8Array(16))),
            der.octetString(digestOf('sha256', content)),
          ),
        ),
      }),
      'signature.value_invalid',
    ],
    ['with PSS', () => ({ sign: pss }), 'signature.value_invalid'],
  ])('%s', async (_, how, code) => {
    const report = await judge(await signed(how()));
    expect(failing(report)).toContain(code);
    expect(report.verdict).not.toBe('passed');
    expect(report.signatures).toHaveLength(1);
  });

  it('when its certificate came behind what is signed', async () => {
    const pdf = await signed({ cert: '/Cert 60 0 R', objects: { 60: own() } });
    expect((await judge(pdf)).verdict).toBe('passed');
    const report = await judge(updatePdf(pdf, { 60: hex(signing.hierarchy.issuing.certificate) }));
    expect(failing(report)).toContain('pdf.certificates_not_signed');
    expect(report.verdict).toBe('failed');
  });

  it('with something else than zeros behind the value', async () => {
    const stuffed: SignParts = (parts) => concatBytes(madeBy256(parts), Uint8Array.of(1));
    expect(failing(await judge(await signed({ sign: stuffed })))).toContain('signature.hole_stuffed');
  });

  it('for every octet of the value that is another', async () => {
    const pdf = await signed();
    const start = latin(pdf).indexOf('/Contents <') + '/Contents <'.length;
    for (let at = 0; at < 520; at += 37) {
      const report = await judge(flipped(pdf, start + at));
      expect(report.verdict).toBe('failed');
    }
  });
});
