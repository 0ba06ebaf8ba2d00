import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { der } from '@tra/asn1';
import type { SignatureAlgorithm } from '@tra/kernel';
import { afterAll, describe, expect, it } from 'vitest';
import {
  buildCertificationRequest,
  type CertificateProfile,
  type CertificationRequest,
  checkCertificationRequest,
  parseCertificationRequest,
  publicKeyHash,
  requestedNames,
  toPem,
  worstStatus,
} from '../src/index.ts';
import { testSigner } from '../src/testing.ts';
import { rsaSigner } from './rsa-keys.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'tra-csr-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });

const subject = { commonName: 'กรมการปกครอง', organization: 'กระทรวงมหาดไทย', country: 'TH' };
const names = [{ dns: 'www.example.go.th' }, { ip: '192.0.2.7' }, { ip: '2001:db8::7' }];

function failedCodes(request: CertificationRequest, profile: CertificateProfile, options = {}): readonly string[] {
  return checkCertificationRequest(request, { profile, ...options })
    .filter(({ status }) => status === 'failed')
    .map(({ code }) => code);
}

function signerOf(algorithm: SignatureAlgorithm) {
  return algorithm.startsWith('rsa') ? rsaSigner(algorithm, 2048) : testSigner(algorithm);
}

const algorithms: SignatureAlgorithm[] = [
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha512',
  'ed25519',
];

describe('certification requests that we build', () => {
  it.each(algorithms)('%s: read back with names, password and proof of possession', async (algorithm) => {
    const signer = signerOf(algorithm);
    const csr = await buildCertificationRequest({
      subject,
      signer,
      alternativeNames: names,
      challengePassword: 'ความลับ 42',
    });
    const request = parseCertificationRequest(toPem('CERTIFICATE REQUEST', csr));
    expect(request.subject.text).toBe('CN=กรมการปกครอง,O=กระทรวงมหาดไทย,C=TH');
    expect(request.challengePassword).toBe('ความลับ 42');
    expect(requestedNames(request)).toEqual([names[0], names[1], { ip: '2001:db8:0:0:0:0:0:7' }]);
    const profile = algorithm === 'ed25519' ? 'document-signer' : 'tls-server';
    const checks = checkCertificationRequest(
      { ...request, ...(algorithm === 'ed25519' ? { subjectAltNames: [] } : {}) },
      { profile },
    );
    expect(worstStatus(checks)).toBe('passed');
    expect(checks.map(({ code }) => code)).toEqual(['pki.csr_possession_ok', 'pki.csr_key_ok']);
  });

  it.skipIf(!hasOpenssl).each(algorithms)('%s: openssl req verifies them', async (algorithm) => {
    const signer = signerOf(algorithm);
    const csr = await buildCertificationRequest({ subject, signer, alternativeNames: names, ca: true });
    writeFileSync(join(folder, 'our.pem'), toPem('CERTIFICATE REQUEST', csr));
    const result = spawnSync('openssl', ['req', '-in', 'our.pem', '-noout', '-verify', '-text', '-nameopt', 'utf8'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(result.stdout + result.stderr).toContain('verify OK');
    expect(result.stdout).toContain('กรมการปกครอง');
    expect(result.stdout).toContain('DNS:www.example.go.th, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7');
    expect(result.stdout).toContain('CA:TRUE');
  });
});

describe.skipIf(!hasOpenssl)('certification requests of openssl', () => {
  it.each([
    ['P-256', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], 'passed'],
    ['P-384', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], 'passed'],
    ['Ed25519', ['-newkey', 'ed25519'], 'passed'],
    ['RSA-2048', ['-newkey', 'rsa:2048'], 'passed'],
    ['RSA-2048 with PSS', ['-newkey', 'rsa:2048', '-sigopt', 'rsa_padding_mode:pss'], 'passed'],
    ['RSA-1024', ['-newkey', 'rsa:1024'], 'failed'],
    ['RSA-2048 with exponent 3', ['-newkey', 'rsa:2048', '-pkeyopt', 'rsa_keygen_pubexp:3'], 'failed'],
    ['RSA-2048 with SHA-1', ['-newkey', 'rsa:2048', '-sha1'], 'failed'],
    ['secp256k1', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1'], 'failed'],
    ['P-521', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521'], 'failed'],
    ['Ed448', ['-newkey', 'ed448'], 'failed'],
  ])('%s', (_name, args, verdict) => {
    openssl('req', '-new', '-nodes', '-keyout', 'k.pem', '-out', 'r.pem', '-utf8', '-subj', '/C=TH/CN=ทดสอบ', ...args);
    const request = parseCertificationRequest(readFileSync(join(folder, 'r.pem'), 'utf8'));
    expect(request.subject.get('CN')).toBe('ทดสอบ');
    expect(worstStatus(checkCertificationRequest(request, { profile: 'document-signer' }))).toBe(verdict);
  });
});

describe('certification requests are refused', () => {
  const signer = testSigner();
  const build = (options = {}) => buildCertificationRequest({ subject, signer, ...options });

  it('for a signature by another key, or changed bytes', async () => {
    const csr = await build();
    const request = parseCertificationRequest(csr);
    expect(failedCodes({ ...request, publicKey: testSigner().publicKey }, 'document-signer')).toEqual([
      'pki.csr_possession',
    ]);
    const other = await buildCertificationRequest({
      subject,
      signer: { ...testSigner(), publicKey: signer.publicKey },
    });
    expect(failedCodes(parseCertificationRequest(other), 'document-signer')).toEqual(['pki.csr_possession']);
  });

  it('for a blocked key, and for the key of an authority', async () => {
    const request = parseCertificationRequest(await build());
    const blockedKeys = new Set([publicKeyHash(signer.publicKey)]);
    expect(failedCodes(request, 'document-signer', { blockedKeys })).toEqual(['pki.csr_key_blocked']);
    const authorityKeys = [testSigner().publicKey, signer.publicKey];
    expect(failedCodes(request, 'document-signer', { authorityKeys })).toEqual(['pki.csr_key_of_authority']);
    expect(failedCodes(request, 'document-signer', { blockedKeys: new Set(['00']), authorityKeys: [] })).toEqual([]);
  });

  it('for names, keys and extensions that the profile has no room for', async () => {
    const withNames = parseCertificationRequest(await build({ alternativeNames: [{ uri: 'urn:x:y' }] }));
    expect(failedCodes(withNames, 'tls-server')).toEqual(['pki.lint_alternative_name_forbidden']);
    const ca = parseCertificationRequest(await build({ ca: true }));
    expect(failedCodes(ca, 'tls-server')).toEqual(['pki.csr_asks_for_ca']);
    expect(failedCodes(ca, 'subordinate-ca')).toEqual([]);
    const edwards = parseCertificationRequest(
      await buildCertificationRequest({ subject, signer: testSigner('ed25519') }),
    );
    expect(failedCodes(edwards, 'tls-server')).toEqual(['pki.lint_profile_key']);
  });

  it('for malformed alternative names, and tell which extensions they will not get', async () => {
    const request = parseCertificationRequest(await build());
    const bad = { ...request, subjectAltNames: [{ kind: 'dns', value: '-x_.th' } as const] };
    expect(failedCodes(bad, 'tls-server')).toEqual(['pki.csr_names_malformed']);
    const extensions = new Map([['1.2.3', { oid: '1.2.3', critical: false, value: Uint8Array.of(5, 0) }]]);
    expect(checkCertificationRequest({ ...request, extensions }, { profile: 'tls-server' }).at(-1)).toMatchObject({
      code: 'pki.csr_extension_ignored',
      status: 'indeterminate',
      params: { extension: '1.2.3' },
    });
  });

  it('when they cannot be read', async () => {
    const csr = await build({ alternativeNames: names });
    const broken = [
      new Uint8Array(0),
      csr.subarray(1),
      csr.subarray(0, -1),
      Uint8Array.from([...csr, 0]),
      der.sequence(),
    ];
    for (const bytes of broken) expect(() => parseCertificationRequest(bytes)).toThrow(/pki\.csr_invalid/);
    for (const text of ['', 'x', toPem('CERTIFICATE', csr), toPem('CERTIFICATE REQUEST', csr).repeat(2)]) {
      expect(() => parseCertificationRequest(text)).toThrow(/pki\.csr_invalid/);
    }
    expect(() => parseCertificationRequest(new Uint8Array(70_000))).toThrow(/pki\.csr_invalid/);
    await expect(build({ challengePassword: '' })).rejects.toMatchObject({ code: 'pki.request_invalid' });
    await expect(build({ challengePassword: 'x'.repeat(256) })).rejects.toMatchObject({ code: 'pki.request_invalid' });
  });

  it('after any single byte was changed: never a crash, never a proof', async () => {
    const csr = await build({ alternativeNames: names, challengePassword: 'x' });
    for (let index = 0; index < csr.length; index += 1) {
      for (const flip of [1, 0x80, 0xff]) {
        const bytes = Uint8Array.from(csr);
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        try {
          const checks = checkCertificationRequest(parseCertificationRequest(bytes), { profile: 'tls-server' });
          expect(checks.map(({ code }) => code)).not.toContain('pki.csr_possession_ok');
        } catch (error) {
          expect(error).toMatchObject({ code: 'pki.csr_invalid' });
        }
      }
    }
  });
});
