import { createPublicKey, generateKeyPairSync, generatePrimeSync } from 'node:crypto';
import { der } from '@tra/asn1';
import { fromHex, type Signer } from '@tra/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type BulkSubject,
  CertificateRefused,
  createIssuer,
  type IssueRequest,
  inspectPublicKey,
  issueCertificate,
  lintCertificate,
  newSerial,
  parseCertificate,
  prepareCertificate,
  resumeCertificate,
  validatePath,
} from '../src/index.ts';
import { type Authorities, addresses, authoritiesFor, CASES, notBefore, random, signerFor } from './profile-cases.ts';

let authorities: Authorities;
let base: IssueRequest;

beforeAll(async () => {
  authorities = await authoritiesFor('p256');
  base = {
    ...addresses,
    ...CASES.officer,
    profile: 'officer',
    publicKey: signerFor('p256', true).publicKey,
    issuer: authorities.issuing.certificate,
    signer: authorities.issuing.signer,
    notBefore,
    random,
  };
});

const verdict = (certificate: Uint8Array): string =>
  validatePath({
    certificate,
    intermediates: [authorities.issuing.certificate],
    anchors: [authorities.root.certificate],
    crls: [],
    at: new Date('2026-06-01T00:00:00Z'),
    purpose: 'any',
    revocation: 'prefer',
  }).code;

describe('store first', () => {
  it('tells serial and bytes before anything is signed, and signs exactly those', async () => {
    let signed = 0;
    const signer: Signer = {
      ...base.signer,
      sign: (data) => {
        signed += 1;
        return base.signer.sign(data);
      },
    };
    const prepared = prepareCertificate({ ...base, signer });
    expect(signed).toBe(0);
    const certificate = await prepared.sign(signer);
    expect(signed).toBe(1);
    const parsed = parseCertificate(certificate);
    expect(parsed.serialHex).toBe(prepared.serialHex);
    expect([...parsed.signedBytes]).toEqual([...prepared.tbs]);
    expect(prepared).toMatchObject({ profile: 'officer', subject: parsed.subject.text, notAfter: parsed.notAfter });
    expect(verdict(certificate)).toBe('pki.path_valid');
  });

  it('resumes from stored bytes after a restart and makes a certificate with the same serial', async () => {
    const prepared = prepareCertificate(base);
    const resumed = resumeCertificate(prepared.tbs, { profile: 'officer', issuer: authorities.issuing.certificate });
    expect(resumed.serialHex).toBe(prepared.serialHex);
    expect(verdict(await resumed.sign(base.signer))).toBe('pki.path_valid');
    const root = { profile: 'officer', issuer: authorities.root.certificate } as const;
    expect(() => resumeCertificate(prepared.tbs, root)).toThrow(CertificateRefused);
    expect(() => resumeCertificate(prepared.tbs.subarray(1), root)).toThrow(/pki\.certificate_invalid/);
  });

  it('refuses another signer, and a signature that is wrong', async () => {
    const prepared = prepareCertificate(base);
    const refusal = (signer: Signer) => prepared.sign(signer).catch(({ params }: { params: object }) => params);
    expect(await refusal(signerFor('p256', true))).toEqual({ reason: 'signer' });
    expect(await refusal({ ...base.signer, algorithm: 'ecdsa-p384-sha384' })).toEqual({ reason: 'signer' });
    const faulty: Signer = { ...base.signer, sign: async () => base.signer.sign(Uint8Array.of(1)) };
    expect(await refusal(faulty)).toEqual({ reason: 'signature' });
  });

  it('takes a serial number that was drawn before, but none that can be guessed', () => {
    const serial = newSerial(random);
    expect(prepareCertificate({ ...base, serial }).serialHex).toBe(Buffer.from(serial).toString('hex'));
    for (const bad of ['01', '00'.repeat(8), '80'.padEnd(40, '0'), '01'.repeat(21)]) {
      expect(() => prepareCertificate({ ...base, serial: fromHex(bad) })).toThrow(/reason=serial/);
    }
  });

  it('refuses what does not fit, before anybody signs', () => {
    const refused = (change: Partial<IssueRequest>): string => {
      try {
        prepareCertificate({ ...base, ...change });
        return 'accepted';
      } catch (error) {
        return (error as { params: { reason: string } }).params.reason ?? 'name';
      }
    };
    expect(refused({ publicKey: authorities.issuing.signer.publicKey })).toBe('issuer_key');
    expect(refused({ pathLength: 0 })).toBe('ca_constraints');
    expect(refused({ nameConstraints: {} })).toBe('ca_constraints');
    expect(refused({ notAfter: new Date(Number.NaN) })).toBe('validity');
    expect(refused({ signer: { ...base.signer, algorithm: 'rsa-pkcs1-sha256' } })).toBe('signer');
    expect(refused({ publicKey: signerFor('ed25519').publicKey })).toBe('pki.lint_profile_key');
    expect(refused({ subject: { commonName: 'x' } })).toBe('pki.lint_subject_required');
    expect(refused({ notAfter: new Date('2032-01-01T00:00:00Z') })).toBe('pki.lint_profile_validity');
    expect(refused({ crlUrls: ['file:///etc/passwd'] })).toBe('address');
    expect(refused({ qcStatements: { legislation: ['thai'] } })).toBe('qc_statements');
    expect(refused({ alternativeNames: [{ dns: 'www.example.go.th' }] })).toBe('pki.lint_alternative_name_forbidden');
    expect(refused({ alternativeNames: [{ email: 'nobody' }] })).toBe('name');
    expect(refused({ alternativeNames: [{ email: 'a@example.th' }, { email: 'a@example.th' }] })).toBe('name');
    expect(refused({ policies: ['2.5.29.32.0'] })).toBe('pki.lint_policy_any');
  });

  it('cross-certifies a CA that exists: its name byte for byte, its key, and limits of ours', async () => {
    const other = await authoritiesFor('p384');
    const theirs = parseCertificate(other.issuing.certificate);
    const { nameConstraints, policyConstraints, inhibitAnyPolicy } = CASES['subordinate-ca'];
    const cross = await issueCertificate({
      ...addresses,
      profile: 'subordinate-ca',
      subject: theirs.subject.der,
      publicKey: theirs.publicKey,
      issuer: authorities.root.certificate,
      signer: authorities.root.signer,
      notBefore,
      notAfter: theirs.notAfter,
      random,
      pathLength: 0,
      policies: ['1.2.764.1'],
      policyMappings: [{ issuerDomainPolicy: '1.2.764.1', subjectDomainPolicy: '1.2.764.2' }],
      ...(nameConstraints ? { nameConstraints } : {}),
      ...(policyConstraints ? { policyConstraints } : {}),
      ...(inhibitAnyPolicy === undefined ? {} : { inhibitAnyPolicy }),
    });
    const parsed = parseCertificate(cross);
    expect([...parsed.subject.der]).toEqual([...theirs.subject.der]);
    expect(parsed.subjectKeyIdHex).toBe(theirs.subjectKeyIdHex);
    expect(parsed.nameConstraints?.permitted.length).toBe(3);
    expect(parsed.policyMappings).toEqual([{ issuerDomainPolicy: '1.2.764.1', subjectDomainPolicy: '1.2.764.2' }]);
  });
});

function rsaKey(modulus: bigint, exponent: bigint = 65_537n): Uint8Array {
  const key = der.sequence(der.integer(modulus), der.integer(exponent));
  return der.sequence(fromHex('300d06092a864886f70d0101010500'), der.bitString(key));
}

const prime = (bits: number): bigint => generatePrimeSync(bits, { bigint: true });

describe('public keys are refused', () => {
  const faults = (spki: Uint8Array): readonly string[] => inspectPublicKey(spki).faults.map(({ code }) => code);
  const ed25519 = (hex: string): Uint8Array => fromHex(`302a300506032b6570032100${hex}`);

  it('never when they are sound', () => {
    for (const name of ['p256', 'p384', 'rsa-2048', 'rsa-3072', 'rsa-4096', 'ed25519'] as const) {
      expect(inspectPublicKey(signerFor(name).publicKey), name).toMatchObject({ faults: [] });
    }
    for (let count = 0; count < 200; count += 1) {
      for (const [type, options] of [
        ['ec', { namedCurve: 'P-256' }],
        ['ec', { namedCurve: 'P-384' }],
        ['ed25519', undefined],
      ] as const) {
        const { publicKey } = generateKeyPairSync(type as 'ec', options as { namedCurve: string });
        expect(faults(publicKey.export({ type: 'spki', format: 'der' }))).toEqual([]);
      }
    }
  });

  it.each<[string, () => Uint8Array, string]>([
    ['off the curve P-256', () => flipped(signerFor('p256').publicKey), 'pki.key_not_on_curve'],
    ['off the curve P-384', () => flipped(signerFor('p384').publicKey), 'pki.key_not_on_curve'],
    ['no point of Ed25519', () => ed25519(`02${'00'.repeat(31)}`), 'pki.key_not_on_curve'],
    ['Ed25519 above its field', () => ed25519('ff'.repeat(32)), 'pki.key_not_on_curve'],
    ['Ed25519 of order 1', () => ed25519(`01${'00'.repeat(31)}`), 'pki.key_small_order'],
    ['Ed25519 of order 2', () => ed25519(`ec${'ff'.repeat(30)}7f`), 'pki.key_small_order'],
    ['Ed25519 of order 4', () => ed25519('00'.repeat(32)), 'pki.key_small_order'],
    [
      'Ed25519 of order 8',
      () => ed25519('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
      'pki.key_small_order',
    ],
    ['RSA of 1024 bits', () => rsaKey(prime(512) * prime(512)), 'pki.key_size'],
    ['RSA with an even modulus', () => rsaKey((1n << 2047n) + 2n), 'pki.key_small_factor'],
    ['RSA with a small factor', () => rsaKey(751n * (((1n << 2047n) / 751n + 2n) | 1n)), 'pki.key_small_factor'],
    ['RSA with exponent 3', () => rsaKey(modulusOf(), 3n), 'pki.key_exponent'],
    ['RSA with an even exponent', () => rsaKey(modulusOf(), 65_538n), 'pki.key_exponent'],
    ['RSA with close primes', closePrimes, 'pki.key_close_primes'],
    ['RSA with one prime twice', squared, 'pki.key_close_primes'],
    ['RSA that is a prime', () => rsaKey(prime(2048)), 'pki.key_modulus_prime'],
    [
      'RSA without parameters',
      () =>
        der.sequence(
          fromHex('300b06092a864886f70d010101'),
          der.bitString(der.sequence(der.integer(modulusOf()), der.integer(65_537))),
        ),
      'pki.key_parameters',
    ],
    [
      'of another algorithm',
      () => der.sequence(der.sequence(der.oid('1.2.3')), der.bitString(Uint8Array.of(1))),
      'pki.key_unsupported',
    ],
    ['that are no keys', () => Uint8Array.of(1, 2, 3), 'pki.key_unreadable'],
    [
      'a compressed point',
      () => fromHex(`3039301306072a8648ce3d020106082a8648ce3d030107032200${'02'.repeat(33)}`),
      'pki.key_unsupported',
    ],
  ])('%s', (_name, make, code) => {
    expect(faults(make())).toContain(code);
  });

  it('with the ROCA fingerprint', () => {
    // k · M + 65537^a mod M, the form of the moduli of the faulty generator; M is the product of the first 39 primes.
    const primorial = primorialOf(39);
    const power = 65_537n ** 77n % primorial;
    const found = Array.from({ length: 20 }, (_, index) => {
      const factor = (1n << 2047n) / primorial + BigInt(index) + 1n;
      return faults(rsaKey(factor * primorial + power));
    });
    // Some of these have a small factor, which is found first.
    expect(found.filter((codes) => codes.includes('pki.key_roca')).length).toBeGreaterThan(5);
    for (const codes of found) expect(codes.length).toBeGreaterThan(0);
  });
});

function flipped(spki: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(spki);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}

function modulusOf(): bigint {
  const { n = '' } = createPublicKey({
    key: Buffer.from(signerFor('rsa-2048').publicKey),
    format: 'der',
    type: 'spki',
  }).export({ format: 'jwk' });
  return BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`);
}

function primorialOf(count: number): bigint {
  let product = 1n;
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((one) => candidate % one !== 0)) primes.push(candidate);
  }
  for (const one of primes) product *= BigInt(one);
  return product;
}

/** p and the next few hundred numbers after it: not primes both, but their product falls to Fermat all the same. */
function closePrimes(): Uint8Array {
  const p = prime(1024);
  return rsaKey(p * nextWithoutSmallFactor(p + 2n));
}

function squared(): Uint8Array {
  const p = prime(1024);
  return rsaKey(p * p);
}

function nextWithoutSmallFactor(start: bigint): bigint {
  const primorial = primorialOf(140);
  const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
  let candidate = start;
  while (gcd(primorial, candidate) !== 1n) candidate += 2n;
  return candidate;
}

describe('bulk issuing', () => {
  const subjectOf = (index: number): BulkSubject => ({
    ...base,
    subject: { ...CASES.officer.subject, commonName: `สมชาย ${index}` } as BulkSubject['subject'],
    publicKey: signerFor('p256', true).publicKey,
  });
  const bulk = (options = {}) => createIssuer({ ...base, issuer: authorities.issuing.certificate, ...options });

  it('gives what one-by-one issuing gives, but for serial number and order of extensions', async () => {
    const issuer = bulk();
    const serials = new Set<string>();
    for (let index = 0; index < 70; index += 1) {
      const subject = subjectOf(index);
      const prepared = issuer.prepare(subject);
      const certificate = await prepared.sign(base.signer);
      const parsed = parseCertificate(certificate);
      serials.add(parsed.serialHex);
      expect(prepared.serialHex).toBe(parsed.serialHex);
      expect(prepared.subject).toBe(parsed.subject.text);
      expect(lintCertificate(certificate, 'officer', { issuer: authorities.issuing.certificate })).toEqual([]);
      const single = parseCertificate(await issueCertificate({ ...base, ...subject }));
      expect(new Map([...parsed.extensions].sort())).toEqual(new Map([...single.extensions].sort()));
      if (index % 10 === 0) expect(verdict(certificate)).toBe('pki.path_valid');
    }
    expect(serials.size).toBe(70);
  });

  it('refuses what varies as one-by-one issuing does, also after many good ones', async () => {
    const issuer = bulk();
    for (let index = 0; index < 3; index += 1) await issuer.issue(subjectOf(index));
    const good = subjectOf(4);
    const bad: [Partial<BulkSubject>, RegExp][] = [
      [{ publicKey: flipped(good.publicKey) }, /pki\.key_not_on_curve/],
      [{ publicKey: authorities.issuing.signer.publicKey }, /pki\.lint_issuer_key/],
      [{ publicKey: signerFor('ed25519').publicKey }, /pki\.lint_profile_key/],
      [{ subject: { ...good.subject, commonName: ' x' } }, /pki\.name_invalid/],
      [{ subject: { commonName: 'x' } }, /pki\.lint_subject_required/],
      [{ alternativeNames: [{ email: 'x' }] }, /pki\.name_invalid/],
      [{ alternativeNames: [{ dns: 'www.example.th' }] }, /pki\.lint_alternative_name_forbidden/],
      [{ notAfter: new Date('2040-01-01T00:00:00Z') }, /outlives_issuer/],
    ];
    for (const [change, message] of bad) await expect(issuer.issue({ ...good, ...change })).rejects.toThrow(message);
    expect(verdict(await issuer.issue(good))).toBe('pki.path_valid');
  });

  it('lints values by the rules of their profile: identifiers, and common names of web servers', async () => {
    const seals = bulk({ ...CASES['e-seal'], profile: 'e-seal' });
    const seal = { ...base, ...CASES['e-seal'], alternativeNames: [] } as unknown as BulkSubject;
    await seals.issue(seal);
    const wrong = { ...seal, subject: { ...seal.subject, organizationIdentifier: '0994' } };
    await expect(seals.issue(wrong)).rejects.toThrow(/pki\.lint_subject_identifier/);
    const servers = bulk({ ...CASES['tls-server'], profile: 'tls-server' });
    const server = { ...base, ...CASES['tls-server'] } as unknown as BulkSubject;
    await servers.issue(server);
    await expect(servers.issue({ ...server, subject: { commonName: 'other.example.th' } })).rejects.toThrow(
      /pki\.lint_tls_common_name/,
    );
  });

  it('finds a signer that signs wrongly when it reads back, and refuses another signer always', async () => {
    const faulty: Signer = { ...base.signer, sign: async () => base.signer.sign(Uint8Array.of(1)) };
    const issuer = bulk({ signer: faulty, rereadEvery: 1 });
    await expect(issuer.issue(subjectOf(1))).rejects.toThrow(/reason=signature/);
    await expect(bulk().prepare(subjectOf(1)).sign(signerFor('p256', true))).rejects.toThrow(/reason=signer/);
  });
});
