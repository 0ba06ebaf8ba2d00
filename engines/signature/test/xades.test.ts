import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utf8Decode, utf8Encode } from '@tra/kernel';
import { parseCertificate } from '@tra/pki';
import { verifyToken } from '@tra/timestamp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  readXadesSignatures,
  type SignXmlOptions,
  signatureTimestampInput,
  signXml,
  verifyXadesCrypto,
  type XadesCryptoFacts,
} from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';

const hasXmlsec = spawnSync('sh', ['-c', 'command -v xmlsec1'], { stdio: 'ignore' }).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'tra-xades-'));
afterAll(() => rmSync(folder, { recursive: true }));

const xml = utf8Encode(
  '<?xml version="1.0"?>\n<invoice xmlns="urn:invoice" Id="i"><total currency="THB">1,250</total><note>ใบกำกับภาษี</note></invoice>',
);
let signing: TestSigning;
let signed: Uint8Array;
const sign = (overrides: Partial<SignXmlOptions> = {}): Promise<Uint8Array> =>
  signXml({
    xml,
    signer: signing.document.signer,
    certificate: signing.document.certificate,
    signingTime: signing.clock.now(),
    id: 'sig',
    ...overrides,
  });

beforeAll(async () => {
  signing = await testSigning('Xades');
  signed = await sign({ timestamper: signing.timestamper });
});

function judge(bytes: Uint8Array, certificates: readonly Uint8Array[] = []): XadesCryptoFacts {
  const { document, signatures } = readXadesSignatures(bytes);
  const [signature] = signatures;
  if (!signature) throw new Error('no signature');
  return verifyXadesCrypto(signature, { document, certificates });
}

const edit = (bytes: Uint8Array, from: string | RegExp, to: string): Uint8Array => {
  const changed = utf8Decode(bytes).replace(from, to);
  if (changed === utf8Decode(bytes)) throw new Error(`nothing to change: ${from}`);
  return utf8Encode(changed);
};

describe('signing as XAdES-B-B and B-T', () => {
  it('binds time, certificate and media type, and covers the document', () => {
    const { signatures } = readXadesSignatures(signed);
    const [signature] = signatures;
    expect(signatures).toHaveLength(1);
    expect(signature).toMatchObject({ signingTime: signing.clock.now(), targetFits: true });
    expect([...(signature?.mimeTypes ?? [])]).toEqual([['sig-document', 'text/xml']]);
    expect(signature?.certificates).toEqual([signing.document.certificate]);
    const facts = judge(signed);
    expect(facts).toMatchObject({
      signatureIntact: true,
      dataIntact: true,
      dataFound: true,
      signingCertificate: 'match',
      signedPropertiesSigned: true,
      coversDocument: true,
    });
    expect(facts.signer?.der).toEqual(signing.document.certificate);
  });

  it('stamps the canonical signature value', async () => {
    const read = readXadesSignatures(signed);
    const [signature] = read.signatures;
    const [timestamp] = signature?.signatureTimestamps ?? [];
    if (!signature || !timestamp?.token) throw new Error('no time-stamp');
    const crls = await signing.crls();
    const check = (data: Uint8Array) =>
      verifyToken({ token: timestamp.token ?? new Uint8Array(), data, anchors: signing.anchors, crls }).verdict;
    expect(check(signatureTimestampInput(read, signature, timestamp))).toBe('passed');
    expect(check(utf8Encode('other'))).toBe('failed');
  });

  it('signs again what was signed before: both signatures stand', async () => {
    // The first enveloped signature covers what the second adds, so only the second holds: parallel signatures must be made otherwise.
    const twice = await sign({ xml: signed, id: 'second' });
    const { document, signatures } = readXadesSignatures(twice);
    expect(signatures.map((signature) => verifyXadesCrypto(signature, { document }).signatureIntact)).toEqual([
      false,
      true,
    ]);
  });

  it('refuses the wrong key, a time outside the certificate, an id that is taken, and no document', async () => {
    const other = await signing.hierarchy.issue('document-signer');
    await expect(sign({ certificate: other.certificate })).rejects.toThrow('signature.key_mismatch');
    await expect(sign({ signingTime: new Date('2050-01-01') })).rejects.toThrow(
      'signature.certificate_out_of_validity',
    );
    await expect(sign({ id: 'i' })).rejects.toThrow('signature.document_refused');
    await expect(sign({ xml: utf8Encode('<!DOCTYPE a><a/>') })).rejects.toThrow('signature.document_refused');
    const failing = { stamp: async () => Promise.reject(new Error('down')) };
    await expect(sign({ timestamper: failing })).rejects.toThrow('signature.timestamp_failed');
  });

  it.skipIf(!hasXmlsec)('gives what xmlsec1 verifies', () => {
    const [file, key] = [join(folder, 'signed.xml'), join(folder, 'cert.pem')];
    writeFileSync(file, signed);
    const body = Buffer.from(signing.document.certificate).toString('base64').replace(/.{64}/g, '$&\n');
    writeFileSync(key, `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`);
    const id = ['--id-attr:Id', 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties'];
    const { status, stderr } = spawnSync('xmlsec1', ['--verify', '--pubkey-cert-pem', key, ...id, file]);
    expect(status, String(stderr)).toBe(0);
  });
});

describe('what does not hold', () => {
  it('changed data, properties, value', () => {
    for (const [from, to] of [
      ['1,250', '9,250'],
      [/<xades:SigningTime>2026/, '<xades:SigningTime>2025'],
      ['<xades:MimeType>text/xml', '<xades:MimeType>text/plain'],
      ['URI="#sig-properties"', 'URI="#i"'],
    ] as const) {
      expect(judge(edit(signed, from, to)).signatureIntact, String(from)).toBe(false);
    }
    expect(judge(edit(signed, /(<ds:SignatureValue[^>]*>)[^<]{4}/, '$1AAAA')).signatureIntact).toBe(false);
    expect(judge(edit(signed, /(<ds:SignatureValue[^>]*>)[^<]*/, '$1not base64')).signatureIntact).toBe(false);
  });

  it('a certificate that the properties do not name', async () => {
    const other = await signing.hierarchy.issue('document-signer');
    const swapped = edit(
      signed,
      /(<ds:X509Certificate>)[^<]*/,
      `$1${Buffer.from(other.certificate).toString('base64')}`,
    );
    expect(judge(swapped)).toMatchObject({ signatureIntact: false, signingCertificate: 'mismatch' });
    expect(judge(swapped, [signing.document.certificate])).toMatchObject({
      signatureIntact: true,
      signingCertificate: 'match',
    });
    // Another certificate over the same key verifies the value, but is not the one that was named.
    const { notAfter } = parseCertificate(signing.document.certificate);
    const twin = await signing.hierarchy.issue('document-signer', {
      publicKey: signing.document.signer.publicKey,
      notAfter: new Date(notAfter.getTime() - 86_400_000),
    });
    const same = edit(signed, /(<ds:X509Certificate>)[^<]*/, `$1${Buffer.from(twin.certificate).toString('base64')}`);
    expect(judge(same).signingCertificate).toBe('mismatch');
  });

  it('signed properties that are not under the signature', () => {
    const text = utf8Decode(signed);
    const properties = /<xades:SignedProperties[\s\S]*<\/xades:SignedProperties>/.exec(text)?.[0] ?? '';
    const fake = properties.replace('Id="sig-properties"', 'Id="fake"').replace('>2026', '>2020');
    const wrapped = utf8Encode(
      text
        .replace(properties, fake)
        .replace(
          '</ds:Signature>',
          `<ds:Object xmlns:xades="http://uri.etsi.org/01903/v1.3.2#">${properties}</ds:Object></ds:Signature>`,
        ),
    );
    expect(judge(wrapped).signedPropertiesSigned).toBe(false);
  });

  it('two SignedProperties, two QualifyingProperties, two signing certificates', () => {
    const doubled = (name: string): Uint8Array =>
      edit(signed, new RegExp(`<xades:${name}[ >][\\s\\S]*</xades:${name}>`), '$&$&');
    for (const name of [
      'SignedProperties',
      'QualifyingProperties',
      'SigningCertificateV2',
      'SigningTime',
      'UnsignedProperties',
    ]) {
      const { malformed, signatures } = readXadesSignatures(doubled(name));
      expect([name, signatures.length, malformed.map(({ reason }) => reason)]).toEqual([
        name,
        0,
        ['xml.signature_malformed'],
      ]);
    }
  });

  it('any byte that is changed', () => {
    let survived = 0;
    for (let index = 0; index < signed.length; index += 5) {
      const mutated = signed.slice();
      mutated[index] = (mutated[index] ?? 0) ^ (1 << (index % 5));
      let facts: XadesCryptoFacts;
      try {
        facts = judge(mutated);
      } catch {
        continue;
      }
      const holds = facts.signatureIntact && facts.signingCertificate === 'match' && facts.signedPropertiesSigned;
      if (!holds) continue;
      survived += 1;
      const around = utf8Decode(signed).slice(0, utf8Decode(signed.slice(0, index)).length);
      // Outside the signature: the certificates beside it, unsigned properties, ids of the signature itself.
      expect(around).toMatch(/<ds:Signature |<xades:UnsignedProperties>/);
    }
    expect(survived).toBeGreaterThan(0);
  });
});
