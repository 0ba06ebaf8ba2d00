import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { der } from '@tra/asn1';
import { concatBytes, fromHex, utf8Encode } from '@tra/kernel';
import { seededRandom } from '@tra/kernel/testing';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type CertificateDescription,
  describeCertificate,
  type ExtensionDescription,
  parseCertificate,
  parsePem,
} from '../../src/index.ts';
import { testSigner } from '../../src/testing.ts';
import { extension, make } from '../ocsp/make.ts';

const describeWith = async (...extensions: Uint8Array[]): Promise<CertificateDescription> =>
  describeCertificate((await make({ extensions })).certificate);

const only = async (
  oid: string,
  value: Uint8Array,
  critical: boolean = false,
): Promise<ExtensionDescription | undefined> => (await describeWith(extension(oid, value, critical))).extensions[0];

const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 255);
const vector = (bytes: Uint8Array): Uint8Array => concatBytes(u16(bytes.length), bytes);

describe('describeCertificate', () => {
  it('gives names, times, key, fingerprints', async () => {
    const { certificate } = await make({ subject: 'กรมพัฒนา' });
    const described = describeCertificate(certificate);
    const other = new X509Certificate(certificate.der);
    expect(described).toMatchObject({
      version: 3,
      serialHex: other.serialNumber.toLowerCase(),
      subject: {
        text: 'CN=กรมพัฒนา,C=TH',
        attributes: [
          { oid: '2.5.4.6', name: 'C', value: 'TH' },
          { oid: '2.5.4.3', name: 'CN', value: 'กรมพัฒนา' },
        ],
      },
      notBefore: '2026-01-01T00:00:00.000Z',
      notAfter: '2030-01-01T00:00:00.000Z',
      publicKey: { type: 'ec', bits: 256, curve: 'P-256' },
      signatureAlgorithm: { oid: '1.2.840.10045.4.3.2', name: 'ecdsa-sha256' },
      isCa: false,
      isSelfIssued: true,
      extensions: [],
      fingerprints: {
        sha256: other.fingerprint256.replaceAll(':', '').toLowerCase(),
        sha1: other.fingerprint.replaceAll(':', '').toLowerCase(),
      },
    });
    const key = createHash('sha256').update(certificate.publicKey).digest('hex');
    expect(described.publicKey.sha256).toBe(key);
    expect(JSON.parse(JSON.stringify(described))).toEqual(described);
  });

  it('names other keys and signatures', async () => {
    for (const [algorithm, key, name] of [
      ['rsa-pkcs1-sha256', { type: 'rsa', bits: 2048 }, 'rsa-sha256'],
      ['ecdsa-p384-sha384', { type: 'ec', bits: 384, curve: 'P-384' }, 'ecdsa-sha384'],
      ['ed25519', { type: 'ed25519', bits: 255 }, 'ed25519'],
    ] as const) {
      const { certificate } = await make({ signer: testSigner(algorithm) });
      expect(describeCertificate(certificate)).toMatchObject({ publicKey: key, signatureAlgorithm: { name } });
    }
  });

  it('shows an unknown extension in hexadecimal and reports it when it is critical', async () => {
    const described = await describeWith(
      extension('1.2.3.4', Uint8Array.of(5, 0), true),
      extension('1.2.3.5', fromHex('0401ff')),
    );
    expect(described.extensions).toEqual([
      { oid: '1.2.3.4', critical: true, state: 'unknown', hex: '0500' },
      { oid: '1.2.3.5', critical: false, state: 'unknown', hex: '0401ff' },
    ]);
    expect(described.unknownCritical).toEqual(['1.2.3.4']);
  });

  it('says when a known extension is malformed', async () => {
    const wrong = await describeWith(
      extension('1.3.6.1.5.5.7.1.24', fromHex('0401')),
      extension('2.5.29.18', fromHex('3000')),
    );
    expect(wrong.extensions.map(({ name, state, value }) => [name, state, value])).toEqual([
      ['tlsFeature', 'malformed', undefined],
      ['issuerAltName', 'malformed', undefined],
    ]);
  });

  it('decodes every form of a GeneralName', async () => {
    const names = der.sequence(
      der.element(0xa0, der.oid('1.3.6.1.4.1.311.20.2.3'), der.explicit(0, der.utf8String('somchai@example.go.th'))),
      der.ia5String('a@b.th', 0x81),
      der.ia5String('xn--o3cw4h.th', 0x82),
      der.element(0xa3, der.sequence()),
      der.explicit(4, der.sequence(der.setOf(der.sequence(der.oid('2.5.4.3'), der.utf8String('ก'))))),
      der.element(0xa5, der.explicit(1, der.utf8String('x'))),
      der.ia5String('https://example.go.th/', 0x86),
      der.element(0x87, Uint8Array.of(192, 0, 2, 7)),
      der.element(0x87, fromHex('20010db8000000000000000000000001')),
      der.oid('1.2.3', 0x88),
    );
    expect((await only('2.5.29.17', names))?.value).toEqual([
      { kind: 'otherName', type: '1.3.6.1.4.1.311.20.2.3', value: 'somchai@example.go.th' },
      { kind: 'email', value: 'a@b.th' },
      { kind: 'dns', value: 'xn--o3cw4h.th' },
      { kind: 'x400Address', value: '#a3023000' },
      { kind: 'directory', value: 'CN=ก' },
      { kind: 'ediPartyName', value: '#a505a1030c0178' },
      { kind: 'uri', value: 'https://example.go.th/' },
      { kind: 'ip', value: '192.0.2.7' },
      { kind: 'ip', value: '2001:db8::1' },
      { kind: 'registeredId', value: '1.2.3' },
    ]);
  });

  it('decodes qualified certificate statements', async () => {
    const statement = (oid: string, value?: Uint8Array): Uint8Array => der.sequence(der.oid(oid), value);
    const etsi = (last: number, value?: Uint8Array): Uint8Array => statement(`0.4.0.1862.1.${last}`, value);
    const value = der.sequence(
      etsi(1),
      etsi(2, der.sequence(der.printableString('THB'), der.integer(5), der.integer(6))),
      etsi(3, der.integer(10)),
      etsi(4),
      etsi(5, der.sequence(der.sequence(der.ia5String('https://example.go.th/pds.pdf'), der.printableString('th')))),
      etsi(6, der.sequence(der.oid('0.4.0.1862.1.6.2'))),
      etsi(7, der.sequence(der.printableString('TH'))),
      statement('1.3.6.1.5.5.7.11.2', der.sequence(der.oid('0.4.0.194121.1.2'))),
      statement('1.2.3.4', der.nullValue()),
    );
    const described = await only('1.3.6.1.5.5.7.1.3', value);
    expect(described?.value).toEqual([
      { oid: '0.4.0.1862.1.1', name: 'compliance' },
      { oid: '0.4.0.1862.1.2', name: 'limitValue', value: { currency: 'THB', amount: '5', exponent: 6 } },
      { oid: '0.4.0.1862.1.3', name: 'retentionPeriod', value: 10 },
      { oid: '0.4.0.1862.1.4', name: 'secureDevice' },
      { oid: '0.4.0.1862.1.5', name: 'disclosures', value: [{ url: 'https://example.go.th/pds.pdf', language: 'th' }] },
      { oid: '0.4.0.1862.1.6', name: 'type', value: ['eseal'] },
      { oid: '0.4.0.1862.1.7', name: 'legislation', value: ['TH'] },
      { oid: '1.3.6.1.5.5.7.11.2', name: 'pkixSyntaxV2', value: { semantics: '0.4.0.194121.1.2' } },
      { oid: '1.2.3.4', value: '#0500' },
    ]);
  });

  it('lists signed certificate timestamps, and finds lists that do not add up', async () => {
    const timestamp = (milliseconds: bigint): Uint8Array =>
      concatBytes(
        Uint8Array.of(0),
        new Uint8Array(32).fill(0xab),
        fromHex(milliseconds.toString(16).padStart(16, '0')),
        u16(0),
        Uint8Array.of(4, 3),
        vector(Uint8Array.of(1, 2, 3)),
      );
    const list = vector(concatBytes(vector(timestamp(1_790_000_000_123n)), vector(Uint8Array.of(7, 1))));
    const oid = '1.3.6.1.4.1.11129.2.4.2';
    expect((await only(oid, der.octetString(list)))?.value).toEqual([
      {
        version: 1,
        logId: 'ab'.repeat(32),
        time: new Date(1_790_000_000_123).toISOString(),
        algorithm: 'ecdsa-sha256',
        signature: '010203',
      },
      { version: 8, value: '#0701' },
    ]);
    for (const broken of [
      list.subarray(1),
      concatBytes(list, Uint8Array.of(0)),
      vector(new Uint8Array(0)),
      vector(vector(timestamp(2n ** 63n))),
    ])
      expect((await only(oid, der.octetString(broken)))?.state).toBe('malformed');
  });

  it('decodes attributes of the subject, the period of the key, features, poison and nocheck', async () => {
    const born = der.sequence(
      der.oid('1.3.6.1.5.5.7.9.1'),
      der.setOf(der.generalizedTime(new Date('1990-05-06T00:00:00Z'))),
    );
    const country = der.sequence(der.oid('1.3.6.1.5.5.7.9.4'), der.setOf(der.printableString('TH')));
    expect((await only('2.5.29.9', der.sequence(born, country)))?.value).toEqual([
      { oid: '1.3.6.1.5.5.7.9.1', name: 'dateOfBirth', values: ['1990-05-06T00:00:00.000Z'] },
      { oid: '1.3.6.1.5.5.7.9.4', name: 'countryOfCitizenship', values: ['TH'] },
    ]);
    const period = der.sequence(
      der.element(0x80, utf8Encode('20260101000000Z')),
      der.element(0x81, utf8Encode('20270101000000Z')),
    );
    expect((await only('2.5.29.16', period))?.value).toEqual({
      notBefore: '2026-01-01T00:00:00.000Z',
      notAfter: '2027-01-01T00:00:00.000Z',
    });
    expect((await only('1.3.6.1.5.5.7.1.24', der.sequence(der.integer(5), der.integer(9))))?.value).toEqual([
      'status_request',
      9,
    ]);
    expect(await only('1.3.6.1.4.1.11129.2.4.3', der.nullValue(), true)).toMatchObject({
      name: 'precertificatePoison',
      value: null,
    });
    expect(await only('1.3.6.1.5.5.7.48.1.5', der.nullValue())).toMatchObject({ name: 'ocspNoCheck', value: null });
  });

  it('never throws, whatever an extension holds', async () => {
    const random = seededRandom(5);
    const oids = ['9', '16', '17', '18', '30', '31', '32', '33', '35', '36', '37', '46', '54'].map(
      (last) => `2.5.29.${last}`,
    );
    const { certificate } = await make();
    for (let round = 0; round < 3000; round += 1) {
      const [length = 0, pick = 0] = random.bytes(2);
      const oid = [...oids, '1.3.6.1.5.5.7.1.3', '1.3.6.1.4.1.11129.2.4.2', '1.3.6.1.5.5.7.1.11'][pick % 16] ?? '';
      const value = Uint8Array.of(0x30, length % 64, ...random.bytes(length % 64));
      const extensions = new Map([[oid, { oid, critical: false, value }]]);
      expect(describeCertificate({ ...certificate, extensions }).extensions).toHaveLength(1);
    }
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'tra-describe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasOpenssl)('a certificate that openssl made', () => {
  it('is described extension by extension', () => {
    writeFileSync(
      join(folder, 'x.cnf'),
      `[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n[dn]\nCN=Everything\n[v3]
basicConstraints=critical,CA:true,pathlen:3\nkeyUsage=critical,digitalSignature,cRLSign,keyCertSign
extendedKeyUsage=OCSPSigning,1.2.3.4\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid,issuer:always
subjectAltName=email:a@b.th,IP:10.0.0.1\nissuerAltName=URI:https://ca.example/\ninhibitAnyPolicy=2
policyConstraints=requireExplicitPolicy:1,inhibitPolicyMapping:0\npolicyMappings=1.2.3.4:1.2.3.5
authorityInfoAccess=OCSP;URI:http://ocsp.example/,caIssuers;URI:http://ca.example/ca.crt
subjectInfoAccess=caRepository;URI:http://repo.example/
crlDistributionPoints=point\nfreshestCRL=URI:http://crl.example/delta.crl
nameConstraints=permitted;DNS:example.th,excluded;IP:10.0.0.0/255.0.0.0
certificatePolicies=1.2.3.4,@policy\ntlsfeature=status_request
[policy]\npolicyIdentifier=1.2.3.6\nCPS.1=https://ca.example/cps\nuserNotice.1=@notice
[notice]\nexplicitText=UTF8:ข้อความ\norganization=Org\nnoticeNumbers=1,2
[point]\nfullname=URI:http://crl.example/ca.crl\nreasons=keyCompromise,CACompromise\n`,
    );
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'x.key'],
        ...['-config', 'x.cnf', '-utf8', '-out', 'x.pem', '-days', '30'],
      ],
      { cwd: folder, stdio: 'pipe' },
    );
    const [bytes = new Uint8Array(0)] = parsePem(readFileSync(join(folder, 'x.pem'), 'utf8'));
    const { extensions, unknownCritical } = describeCertificate(parseCertificate(bytes));
    expect(extensions.every(({ state }) => state === 'decoded')).toBe(true);
    expect(unknownCritical).toEqual([]);
    const value = (name: string): unknown => extensions.find((entry) => entry.name === name)?.value;
    const uri = (text: string): object => ({ kind: 'uri', value: text });
    expect(value('basicConstraints')).toEqual({ ca: true, pathLength: 3 });
    expect(value('keyUsage')).toEqual(['digitalSignature', 'keyCertSign', 'cRLSign']);
    expect(value('extKeyUsage')).toEqual([{ oid: '1.3.6.1.5.5.7.3.9', name: 'OCSPSigning' }, { oid: '1.2.3.4' }]);
    expect(value('authorityKeyIdentifier')).toMatchObject({ issuers: [{ kind: 'directory', value: 'CN=Everything' }] });
    expect(value('subjectAltName')).toEqual([
      { kind: 'email', value: 'a@b.th' },
      { kind: 'ip', value: '10.0.0.1' },
    ]);
    expect(value('issuerAltName')).toEqual([uri('https://ca.example/')]);
    expect(value('inhibitAnyPolicy')).toBe(2);
    expect(value('policyConstraints')).toEqual({ requireExplicitPolicy: 1, inhibitPolicyMapping: 0 });
    expect(value('policyMappings')).toEqual([{ issuerDomainPolicy: '1.2.3.4', subjectDomainPolicy: '1.2.3.5' }]);
    expect(value('authorityInfoAccess')).toEqual([
      { method: 'ocsp', location: uri('http://ocsp.example/') },
      { method: 'caIssuers', location: uri('http://ca.example/ca.crt') },
    ]);
    expect(value('subjectInfoAccess')).toEqual([{ method: 'caRepository', location: uri('http://repo.example/') }]);
    expect(value('cRLDistributionPoints')).toEqual([
      { names: [uri('http://crl.example/ca.crl')], reasons: ['keyCompromise', 'cACompromise'] },
    ]);
    expect(value('freshestCRL')).toEqual([{ names: [uri('http://crl.example/delta.crl')] }]);
    expect(value('nameConstraints')).toEqual({
      permitted: [{ kind: 'dns', value: 'example.th' }],
      excluded: [{ kind: 'ip', value: '10.0.0.0/8' }],
    });
    expect(value('certificatePolicies')).toEqual([
      { oid: '1.2.3.4' },
      {
        oid: '1.2.3.6',
        qualifiers: [
          { kind: 'cps', value: 'https://ca.example/cps' },
          { kind: 'userNotice', reference: { organization: 'Org', numbers: [1, 2] }, text: 'ข้อความ' },
        ],
      },
    ]);
    expect(value('tlsFeature')).toEqual(['status_request']);
  });
});
