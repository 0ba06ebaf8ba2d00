import { readdirSync, readFileSync } from 'node:fs';
import { childrenOf, readDer } from '@tra/asn1';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type CertificateProfile,
  issueCertificate,
  lintCertificate,
  PROFILES,
  resumeCertificate,
} from '../src/index.ts';
import { type Breach, breaches, put, take } from './lint-breaches.ts';
import { type Authorities, addresses, authoritiesFor, CASES, notBefore, random, signerFor } from './profile-cases.ts';

/** Those that need another issuer, and are tested below; and one that parsing refuses before. */
const elsewhere = [
  'pki.lint_version',
  'pki.lint_issuer_ca',
  'pki.lint_issuer_path_length',
  'pki.lint_issuer_key',
  'pki.lint_issuer_name_constraints',
  'pki.lint_issuer_policies',
];

let authorities: Authorities;
const certificates = new Map<CertificateProfile, Uint8Array>();
const issuerOf = (profile: CertificateProfile) => (PROFILES[profile].ca ? authorities.root : authorities.issuing);

async function issue(profile: CertificateProfile, options: object = {}): Promise<Uint8Array> {
  const issuer = issuerOf(profile);
  return issueCertificate({
    ...addresses,
    ...CASES[profile],
    profile,
    publicKey: signerFor('p256', true).publicKey,
    issuer: issuer.certificate,
    signer: issuer.signer,
    notBefore,
    random,
    ...options,
  });
}

beforeAll(async () => {
  authorities = await authoritiesFor('p256');
  for (const profile of Object.keys(PROFILES) as CertificateProfile[]) {
    if (profile !== 'root') certificates.set(profile, await issue(profile));
  }
});

function broken([, profile, edit]: Breach): Uint8Array {
  const parts = take(certificates.get(profile) as Uint8Array);
  edit(parts);
  return put(parts);
}

describe('the linter', () => {
  it('has nothing to say about what we issue, nor about the bytes taken apart and put together again', () => {
    for (const [profile, certificate] of certificates) {
      const issuer = issuerOf(profile).certificate;
      expect(lintCertificate(certificate, profile, { issuer }), profile).toEqual([]);
      expect(lintCertificate(put(take(certificate)), profile, { issuer }), profile).toEqual([]);
    }
    expect(lintCertificate(authorities.root.certificate, 'root')).toEqual([]);
  });

  it.each(breaches.map((breach) => [breach[0], breach[1], breach] as const))(
    'finds %s (%s)',
    (code, profile, breach) => {
      const options = { issuer: issuerOf(profile).certificate };
      const findings = lintCertificate(broken(breach), profile, options);
      expect(findings.map((finding) => finding.code)).toContain(code);
      for (const { clause, status } of findings) {
        expect(clause).toMatch(/./);
        expect(['failed', 'indeterminate']).toContain(status);
      }
    },
  );

  it.each(breaches.map((breach) => [breach[0], breach[1], breach] as const))(
    'and nothing is signed that breaks %s (%s)',
    (code, profile, breach) => {
      const issuer = issuerOf(profile).certificate;
      const findings = lintCertificate(broken(breach), profile, { issuer });
      const tbs = childrenOf(readDer(broken(breach)))[0]?.raw as Uint8Array;
      const resume = () => resumeCertificate(tbs, { profile, issuer });
      if (findings.some(({ status }) => status === 'failed')) expect(resume).toThrow(/pki\.request_invalid/);
      else expect(resume().advice.map((advice) => advice.code)).toContain(code);
    },
  );

  it('has a test for every rule', () => {
    const folder = new URL('../src/issue/lint/', import.meta.url);
    const text = readdirSync(folder)
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n');
    const codes = new Set([...text.matchAll(/'(pki\.lint_[a-z_]+)'/g)].map((match) => match[1]));
    const tested = new Set([...breaches.map(([code]) => code), ...elsewhere]);
    expect([...codes].filter((code) => !tested.has(code ?? ''))).toEqual([]);
    expect(codes.size).toBeGreaterThan(60);
  });

  it('holds a certificate against its issuer', async () => {
    const officer = certificates.get('officer') as Uint8Array;
    const codes = (issuer: Uint8Array, certificate = officer): readonly string[] =>
      lintCertificate(certificate, undefined, { issuer }).map(({ code }) => code);
    expect(codes(officer)).toContain('pki.lint_issuer_ca');
    expect(codes(officer)).toContain('pki.lint_issuer_key');
    const issuing = certificates.get('issuing-ca') as Uint8Array;
    expect(codes(issuing, certificates.get('subordinate-ca'))).toContain('pki.lint_issuer_path_length');
    const constrained = certificates.get('subordinate-ca') as Uint8Array;
    const inside = await issue('tls-server', { subject: {}, alternativeNames: [{ dns: 'www.example.go.th' }] });
    expect(codes(constrained, inside)).not.toContain('pki.lint_issuer_name_constraints');
    const foreign = await issue('tls-server', { subject: {}, alternativeNames: [{ dns: 'www.example.com' }] });
    expect(codes(constrained, foreign)).toContain('pki.lint_issuer_name_constraints');
    const limited = await issue('issuing-ca', { policies: ['1.2.3.4'] });
    const other = await issue('officer', { policies: ['1.2.3.5'] });
    expect(codes(limited, other)).toContain('pki.lint_issuer_policies');
    expect(codes(limited, await issue('officer', { policies: ['1.2.3.4'] }))).not.toContain('pki.lint_issuer_policies');
  });

  it('says of other bytes that they cannot be read, and of a version 1 certificate that it is one', () => {
    expect(lintCertificate(new Uint8Array(3))).toMatchObject([
      { code: 'pki.certificate_unreadable', status: 'failed' },
    ]);
    const parts = take(certificates.get('officer') as Uint8Array);
    parts.version = undefined;
    parts.extensions = undefined;
    expect(lintCertificate(put(parts)).map(({ code }) => code)).toContain('pki.lint_version');
  });
});
