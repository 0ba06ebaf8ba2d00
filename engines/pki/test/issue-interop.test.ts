import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CertificateProfile, issueCertificate, lintCertificate, PROFILES, toPem } from '../src/index.ts';
import { addresses, authoritiesFor, CASES, KEYS, type KeyName, notBefore, random, signerFor } from './profile-cases.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('openssl is absent: interop tests are skipped');
const kept = process.env.TRA_TEST_KEEP_CERTIFICATES;
const folder = kept ?? mkdtempSync(join(tmpdir(), 'tra-issue-'));
afterAll(() => kept ?? rmSync(folder, { recursive: true, force: true }));
const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
const write = (name: string, der: Uint8Array): void => writeFileSync(join(folder, name), toPem('CERTIFICATE', der));

/** Purposes by which openssl judges each profile. */
const purposes: Readonly<Record<CertificateProfile, string>> = {
  root: 'any',
  'subordinate-ca': 'any',
  'issuing-ca': 'any',
  'time-stamping': 'timestampsign',
  'document-signer': 'any',
  'e-seal': 'any',
  officer: 'any',
  'tls-server': 'sslserver',
  'ocsp-responder': 'ocsphelper',
  'trusted-list-signer': 'any',
};

/** What openssl must show of each profile. */
const shown: Readonly<Record<CertificateProfile, readonly string[]>> = {
  root: ['CA:TRUE', 'Certificate Sign, CRL Sign'],
  'subordinate-ca': ['CA:TRUE, pathlen:1', 'DNS:example.go.th', 'IP:10.0.0.0/255.0.0.0', 'Require Explicit Policy:0'],
  'issuing-ca': ['CA:TRUE, pathlen:0', 'X509v3 Any Policy'],
  'time-stamping': ['Extended Key Usage: critical', 'Time Stamping'],
  'document-signer': ['Digital Signature, Non Repudiation', 'URI:https://licence.example.go.th/', '1.3.6.1.5.5.7.3.36'],
  'e-seal': ['Non Repudiation', 'organizationIdentifier=NTRTH-0994000000000', 'qcStatements'],
  officer: ['Non Repudiation', 'GN=สมชาย', 'SN=ใจดี', 'email:somchai@example.go.th', 'serialNumber=OF-000123'],
  'tls-server': [
    'DNS:www.example.go.th, DNS:*.api.example.go.th, IP Address:203.150.1.9',
    'TLS Web Server Authentication',
  ],
  'ocsp-responder': ['OCSP No Check', 'OCSP Signing'],
  'trusted-list-signer': ['0.4.0.2231.3.0'],
};

const allowed = (profile: CertificateProfile, key: KeyName): boolean => {
  const kind = key.startsWith('rsa') ? 'rsa' : (key as 'p256');
  return PROFILES[profile].keys.includes(kind);
};

describe.skipIf(!hasOpenssl).each(KEYS)('what an authority with a %s key issues', (caKey) => {
  it('openssl verify accepts strictly, for every profile and kind of key', async () => {
    const { root, issuing } = await authoritiesFor(caKey);
    write('root.pem', root.certificate);
    write('issuing.pem', issuing.certificate);
    const files = new Map<string, string[]>();
    for (const profile of Object.keys(PROFILES) as CertificateProfile[]) {
      if (profile === 'root' || profile === 'issuing-ca') continue;
      // Every kind of key under a P-256 authority; under the others the same kind and P-256.
      const keys = KEYS.filter((key) => allowed(profile, key) && (caKey === 'p256' || key === caKey || key === 'p256'));
      for (const key of keys) {
        const issuer = profile === 'subordinate-ca' ? root : issuing;
        const subject = signerFor(key === 'rsa-2048' || key === 'rsa-3072' ? 'rsa-4096' : key, !key.startsWith('rsa'));
        if (subject.publicKey === issuer.signer.publicKey) continue;
        const certificate = await issueCertificate({
          ...addresses,
          ...CASES[profile],
          ...(PROFILES[profile].ca
            ? {}
            : { policies: [{ oid: '1.3.6.1.4.1.32473.1', cps: 'https://pki.example.go.th/cps' }] }),
          profile,
          publicKey: subject.publicKey,
          issuer: issuer.certificate,
          signer: issuer.signer,
          notBefore,
          random,
        });
        expect(lintCertificate(certificate, profile, { issuer: issuer.certificate })).toEqual([]);
        const file = `${profile}-${key}-by-${caKey}.pem`;
        write(file, certificate);
        files.set(purposes[profile], [...(files.get(purposes[profile]) ?? []), file]);
        if (key !== 'p256') continue;
        const text = openssl('x509', '-in', file, '-noout', '-text', '-nameopt', 'utf8,sep_comma_plus');
        for (const expected of shown[profile]) expect(text).toContain(expected);
      }
    }
    const at = String(Date.UTC(2026, 2, 1) / 1000);
    const common = ['verify', '-x509_strict', '-attime', at, '-CAfile', 'root.pem', '-untrusted', 'issuing.pem'];
    for (const [purpose, names] of files) {
      const output = openssl(...common, '-purpose', purpose, ...names);
      for (const name of names) expect(output).toContain(`${name}: OK`);
    }
    expect(openssl(...common, 'root.pem', 'issuing.pem')).toContain('issuing.pem: OK');
  });
});
