import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignatureAlgorithm } from '@tra/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCertificate, parseCrl, parsePem, toPem, validatePath } from '../src/index.ts';
import { testHierarchy } from '../src/testing.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('openssl is absent: interop tests are skipped');

const folder = mkdtempSync(join(tmpdir(), 'tra-pki-'));
const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const algorithms: SignatureAlgorithm[] = [
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha512',
  'ed25519',
];

describe.skipIf(!hasOpenssl)('what we issue', () => {
  it.each(algorithms)('%s: openssl verify and openssl crl accept certificates and CRLs', async (algorithm) => {
    const hierarchy = await testHierarchy({ algorithm });
    const stamping = await hierarchy.issue('time-stamping');
    const signer = await hierarchy.issue('document-signer', {
      crlUrls: ['http://localhost:8420/pki/crl/issuing.crl'],
      issuerUrls: ['http://localhost:8420/pki/issuing.crt'],
      policies: ['1.3.6.1.4.1.32473.1'],
      subject: {
        commonName: 'กรมพัฒนาธุรกิจการค้า',
        organization: 'หน่วยงาน',
        country: 'TH',
        organizationIdentifier: 'VATTH-0994000000000',
      },
    });
    const crls = await hierarchy.crls(new Date());
    write('root.pem', toPem('CERTIFICATE', hierarchy.root.certificate));
    write('issuing.pem', toPem('CERTIFICATE', hierarchy.issuing.certificate));
    write('crls.pem', crls.map((crl) => toPem('X509 CRL', crl)).join(''));
    const common = [
      'verify',
      '-x509_strict',
      '-CAfile',
      'root.pem',
      '-untrusted',
      'issuing.pem',
      '-CRLfile',
      'crls.pem',
      '-crl_check_all',
    ];
    write('stamping.pem', toPem('CERTIFICATE', stamping.certificate));
    write('signer.pem', toPem('CERTIFICATE', signer.certificate));
    expect(openssl(...common, '-purpose', 'timestampsign', 'stamping.pem')).toContain('stamping.pem: OK');
    expect(openssl(...common, 'signer.pem')).toContain('signer.pem: OK');
    for (const [index, ca] of ['issuing', 'root'].entries()) {
      write('one.crl', crls[index] ?? new Uint8Array(0));
      const shown = spawnSync(
        'openssl',
        ['crl', '-inform', 'DER', '-in', 'one.crl', '-noout', '-text', '-CAfile', `${ca}.pem`],
        { cwd: folder, encoding: 'utf8' },
      );
      expect(shown.stderr).toContain('verify OK');
      expect(shown.stdout).toContain('X509v3 CRL Number');
    }
    const text = openssl('x509', '-in', 'signer.pem', '-noout', '-text', '-nameopt', 'utf8,sep_comma_plus');
    for (const expected of [
      'กรมพัฒนาธุรกิจการค้า',
      'CA Issuers - URI:http://localhost:8420/pki/issuing.crt',
      'URI:http://localhost:8420/pki/crl/issuing.crl',
      '1.3.6.1.4.1.32473.1',
      'Digital Signature, Non Repudiation',
    ]) {
      expect(text).toContain(expected);
    }
  });

  it('openssl finds the revoked certificate in our CRL', async () => {
    const hierarchy = await testHierarchy();
    const signer = await hierarchy.issue('document-signer');
    const { serialHex } = parseCertificate(signer.certificate);
    const crls = await hierarchy.crls(new Date(), [
      { serialHex, date: new Date(Date.now() - 60_000), reason: 'keyCompromise' },
    ]);
    write('root.pem', toPem('CERTIFICATE', hierarchy.root.certificate));
    write('issuing.pem', toPem('CERTIFICATE', hierarchy.issuing.certificate));
    write('crls.pem', crls.map((crl) => toPem('X509 CRL', crl)).join(''));
    write('signer.pem', toPem('CERTIFICATE', signer.certificate));
    const args = [
      'verify',
      '-CAfile',
      'root.pem',
      '-untrusted',
      'issuing.pem',
      '-CRLfile',
      'crls.pem',
      '-crl_check_all',
      'signer.pem',
    ];
    const result = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    expect(result.status).not.toBe(0);
    expect(result.stderr).toContain('certificate revoked');
    write('one.crl', crls[0] ?? new Uint8Array(0));
    expect(openssl('crl', '-inform', 'DER', '-in', 'one.crl', '-noout', '-text')).toContain('Key Compromise');
  });
});

describe.skipIf(!hasOpenssl)('what openssl issues', () => {
  const config = `[req]
distinguished_name = dn
prompt = no
[dn]
CN = placeholder
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[constrained]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
nameConstraints = critical,permitted;DNS:example.th,permitted;email:.example.th,excluded;IP:10.0.0.0/255.0.0.0
[good]
subjectAltName = DNS:www.example.th,email:a@mail.example.th,IP:192.0.2.1
[baddns]
subjectAltName = DNS:www.example.com
[badip]
subjectAltName = IP:10.1.2.3
[badmail]
subjectAltName = email:a@example.com
[unknown]
1.2.3.4.5 = critical,ASN1:NULL
`;
  let anchors: Uint8Array[];
  let intermediates: Uint8Array[];

  const make = (name: string, issuer: string | undefined, section: string): Uint8Array => {
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`);
    openssl(
      'req',
      '-new',
      '-key',
      `${name}.key`,
      '-subj',
      `/C=TH/O=Test/CN=${name}`,
      '-config',
      'openssl.cnf',
      '-out',
      `${name}.csr`,
    );
    const signing = issuer
      ? ['-CA', `${issuer}.crt`, '-CAkey', `${issuer}.key`, '-CAcreateserial']
      : ['-signkey', `${name}.key`];
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...signing,
      '-days',
      '365',
      '-extfile',
      'openssl.cnf',
      '-extensions',
      section,
      '-out',
      `${name}.crt`,
    );
    return parsePem(readFileSync(join(folder, `${name}.crt`), 'utf8'))[0] ?? new Uint8Array(0);
  };

  beforeAll(() => {
    write('openssl.cnf', config);
    anchors = [make('theroot', undefined, 'root')];
    intermediates = [make('constrained', 'theroot', 'constrained')];
  });

  it.each([
    ['good', 'passed', 'pki.path_valid'],
    ['baddns', 'failed', 'pki.name_constraints'],
    ['badip', 'failed', 'pki.name_constraints'],
    ['badmail', 'failed', 'pki.name_constraints'],
    ['unknown', 'failed', 'pki.critical_extension_unknown'],
  ])('certificate with %s is %s by %s', (section, verdict, code) => {
    const certificate = make(`end-${section}`, 'constrained', section);
    const at = new Date(Date.now() + 60_000);
    const report = validatePath({
      certificate,
      intermediates,
      anchors,
      crls: [],
      at,
      purpose: 'any',
      revocation: 'off',
    });
    expect([report.verdict, report.code]).toEqual([verdict, code]);
  });

  it('reads a CRL by openssl ca', () => {
    write('index.txt', `R\t30010101000000Z\t261120000000Z,superseded\t0A\tunknown\t/CN=x\n`);
    write('crlnumber', '1F');
    write(
      'ca.cnf',
      '[ca]\ndefault_ca = d\n[d]\ndatabase = index.txt\ncrlnumber = crlnumber\ndefault_md = sha256\ndefault_crl_days = 3\ncrl_extensions = e\n[e]\nauthorityKeyIdentifier = keyid\n',
    );
    openssl(
      'ca',
      '-config',
      'ca.cnf',
      '-gencrl',
      '-cert',
      'theroot.crt',
      '-keyfile',
      'theroot.key',
      '-out',
      'openssl.crl',
    );
    const crl = parseCrl(
      parsePem(readFileSync(join(folder, 'openssl.crl'), 'utf8'), 'X509 CRL')[0] ?? new Uint8Array(0),
    );
    expect([...crl.entries()]).toMatchObject([{ serialHex: '0a', reason: 'superseded' }]);
    expect(crl.numberHex).toBe('1f');
  });
});
