import { randomBytes } from 'node:crypto';
import { der, readDer, SequenceReader, TAG } from '@tra/asn1';
import type { Signer } from '@tra/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildCrl,
  type CertificateProfile,
  EXTENSION,
  encodeName,
  keyIdentifier,
  type PathOptions,
  parseCertificate,
  signatureAlgorithmIdentifier,
  validatePath,
} from '../src/index.ts';
import { type TestEntity, type TestHierarchy, testHierarchy, testSigner } from '../src/testing.ts';

const at = new Date('2026-11-21T02:00:00Z');
let hierarchy: TestHierarchy;
let signer: TestEntity;
let crls: Uint8Array[];

beforeAll(async () => {
  hierarchy = await testHierarchy();
  signer = await hierarchy.issue('document-signer');
  crls = await hierarchy.crls(at);
});

function options(overrides: Partial<PathOptions> = {}): PathOptions {
  return {
    certificate: signer.certificate,
    intermediates: [hierarchy.issuing.certificate],
    anchors: [hierarchy.root.certificate],
    crls,
    at,
    purpose: 'document-signing',
    ...overrides,
  };
}

const judge = (overrides: Partial<PathOptions> = {}): [string, string] => {
  const { verdict, code } = validatePath(options(overrides));
  return [verdict, code];
};

/** A certificate with chosen extensions, for what no profile would issue. */
async function forge(fields: {
  subject: string;
  issuer: TestEntity;
  publicKey: Uint8Array;
  extensions?: Uint8Array[];
  signer?: Signer;
}): Promise<Uint8Array> {
  const issuer = parseCertificate(fields.issuer.certificate);
  const by = fields.signer ?? fields.issuer.signer;
  const algorithm = signatureAlgorithmIdentifier(by.algorithm);
  const tbs = der.sequence(
    der.explicit(0, der.integer(2)),
    der.unsignedInteger(randomBytes(16)),
    algorithm,
    issuer.subject.der,
    der.sequence(der.time(new Date('2026-02-01T00:00:00Z')), der.time(new Date('2030-02-01T00:00:00Z'))),
    encodeName({ commonName: fields.subject }),
    fields.publicKey,
    fields.extensions ? der.explicit(3, der.sequence(...fields.extensions)) : undefined,
  );
  return der.sequence(tbs, algorithm, der.bitString(await by.sign(tbs)));
}

const extension = (oid: string, value: Uint8Array, critical: boolean = false): Uint8Array =>
  der.sequence(der.oid(oid), critical ? der.boolean(true) : undefined, der.octetString(value));
const caExtensions = (pathLength?: number): Uint8Array[] => [
  extension(
    EXTENSION.basicConstraints,
    der.sequence(der.boolean(true), pathLength === undefined ? undefined : der.integer(pathLength)),
    true,
  ),
  extension(EXTENSION.keyUsage, der.namedBits([5, 6]), true),
];

describe('a good path', () => {
  it('passes with every check listed', () => {
    const report = validatePath(options());
    expect([report.verdict, report.code]).toEqual(['passed', 'pki.path_valid']);
    expect(report.path.map(({ subject }) => subject.get('CN'))).toEqual([
      'Test document-signer',
      'Test Issuing CA',
      'Test Root',
    ]);
    expect(report.revocation).toMatchObject({ status: 'good', source: 'CN=Test Issuing CA,O=Test,C=TH' });
    expect(report.checks.every(({ status, clause }) => status === 'passed' && clause)).toBe(true);
    expect(report.checks.map(({ code }) => code)).toContain('pki.not_revoked');
  });

  it('is found among strangers, duplicates and broken certificates', async () => {
    const other = await testHierarchy({ name: 'Other' });
    const intermediates = [
      other.root.certificate,
      Uint8Array.of(1, 2, 3),
      other.issuing.certificate,
      hierarchy.issuing.certificate,
      hierarchy.issuing.certificate,
    ];
    expect(judge({ intermediates })[0]).toBe('passed');
  });

  it('is taken to the second anchor when the first of the same name has another key', async () => {
    const twin = await testHierarchy();
    expect(judge({ anchors: [twin.root.certificate, hierarchy.root.certificate] })[0]).toBe('passed');
  });

  it('may end at an intermediate that is trusted itself', () => {
    expect(judge({ anchors: [hierarchy.issuing.certificate], intermediates: [] })[0]).toBe('passed');
  });
});

describe('a path that is not', () => {
  it('names the missing issuer', () => {
    const report = validatePath(options({ intermediates: [] }));
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      code: 'pki.no_anchor',
      params: { issuer: 'CN=Test Issuing CA,O=Test,C=TH' },
    });
  });

  it('does not accept an anchor of the same name with another key', async () => {
    const twin = await testHierarchy();
    expect(
      judge({
        anchors: [twin.root.certificate],
        intermediates: [hierarchy.issuing.certificate, twin.issuing.certificate],
      }),
    ).toEqual(['indeterminate', 'pki.no_anchor']);
  });

  it('has a signature that its own issuer did not make', () => {
    const damaged = signer.certificate.map((byte, index, all) => (index === all.length - 1 ? byte ^ 1 : byte));
    expect(judge({ certificate: damaged })).toEqual(['failed', 'pki.signature_invalid']);
  });

  it.each([
    ['2025-12-31T23:59:59Z', 'pki.not_yet_valid'],
    ['2031-01-01T00:00:00Z', 'pki.expired'],
  ])('is out of time at %s', (time, code) => {
    expect(judge({ at: new Date(time), revocation: 'off' })).toEqual(['failed', code]);
  });

  it('is valid to the last second of notAfter', () => {
    expect(judge({ at: new Date('2030-01-01T00:00:00.999Z'), revocation: 'off' })[0]).toBe('passed');
    expect(judge({ at: new Date('2030-01-01T00:00:01.000Z'), revocation: 'off' })).toEqual(['failed', 'pki.expired']);
  });

  it('serves its purpose only', async () => {
    expect(judge({ purpose: 'time-stamping' })).toEqual(['failed', 'pki.extended_key_usage']);
    const unit = await hierarchy.issue('time-stamping');
    expect(judge({ certificate: unit.certificate, purpose: 'time-stamping' })[0]).toBe('passed');
    expect(judge({ certificate: unit.certificate })).toEqual(['failed', 'pki.extended_key_usage']);
  });

  it('demands that the time-stamping purpose is critical and alone', async () => {
    const key = testSigner();
    const stamping = der.oid('1.3.6.1.5.5.7.3.8');
    const both = der.sequence(stamping, der.oid('1.3.6.1.5.5.7.3.4'));
    for (const usage of [
      extension(EXTENSION.extendedKeyUsage, der.sequence(stamping)),
      extension(EXTENSION.extendedKeyUsage, both, true),
    ]) {
      const certificate = await forge({
        subject: 'tsu',
        issuer: hierarchy.issuing,
        publicKey: key.publicKey,
        extensions: [usage],
      });
      expect(judge({ certificate, purpose: 'time-stamping' })).toEqual(['failed', 'pki.extended_key_usage']);
    }
  });

  it.each<[string, Uint8Array[], string]>([
    ['an end certificate', [extension(EXTENSION.keyUsage, der.namedBits([5]), true)], 'pki.basic_constraints'],
    [
      'a CA that may not sign certificates',
      [caExtensions()[0] ?? der.nullValue(), extension(EXTENSION.keyUsage, der.namedBits([6]), true)],
      'pki.issuer_key_usage',
    ],
    ['a CA below a path length of zero', caExtensions(), 'pki.path_length'],
  ])('has %s as issuer', async (_name, extensions, code) => {
    const key = testSigner();
    const issuer = code === 'pki.path_length' ? hierarchy.issuing : hierarchy.root;
    const middle = {
      certificate: await forge({ subject: 'middle', issuer, publicKey: key.publicKey, extensions }),
      signer: key,
    };
    const certificate = await forge({ subject: 'end', issuer: middle, publicKey: testSigner().publicKey });
    const intermediates = [middle.certificate, hierarchy.issuing.certificate];
    expect(judge({ certificate, intermediates, purpose: 'any', revocation: 'off' })).toEqual(['failed', code]);
  });

  it('cannot be read', () => {
    expect(judge({ certificate: new Uint8Array(0) })).toEqual(['failed', 'pki.certificate_unreadable']);
  });
});

describe('revocation', () => {
  const revokedCrls = (date: string, reason: 'keyCompromise' | 'superseded' = 'keyCompromise'): Promise<Uint8Array[]> =>
    hierarchy.crls(at, [{ serialHex: parseCertificate(signer.certificate).serialHex, date: new Date(date), reason }]);

  it('fails with reason and date', async () => {
    const report = validatePath(options({ crls: await revokedCrls('2026-11-20T00:00:00Z') }));
    expect(report).toMatchObject({
      verdict: 'failed',
      code: 'pki.revoked',
      revocation: { status: 'revoked', reason: 'keyCompromise', since: new Date('2026-11-20T00:00:00Z') },
    });
  });

  it('does not reach back before its date for signatures', async () => {
    const later = await hierarchy.crls(new Date('2026-11-22T02:00:00Z'), [
      { serialHex: parseCertificate(signer.certificate).serialHex, date: new Date('2026-11-22T00:00:00Z') },
    ]);
    expect(judge({ crls: later, now: new Date('2026-11-22T02:00:00Z') })[0]).toBe('passed');
    expect(judge({ crls: later, at: new Date('2026-11-22T02:00:00Z') })[1]).toBe('pki.revoked');
  });

  it.each<['keyCompromise' | 'superseded' | undefined, string]>([
    ['keyCompromise', 'failed'],
    [undefined, 'failed'],
    ['superseded', 'passed'],
  ])('of a time-stamping unit for %s reaches back: %s (RFC 3161 section 4)', async (reason, verdict) => {
    const unit = await hierarchy.issue('time-stamping');
    const entry = {
      serialHex: parseCertificate(unit.certificate).serialHex,
      date: new Date('2026-11-22T00:00:00Z'),
      ...(reason ? { reason } : {}),
    };
    const now = new Date('2026-11-22T02:00:00Z');
    const report = validatePath(
      options({
        certificate: unit.certificate,
        purpose: 'time-stamping',
        crls: await hierarchy.crls(now, [entry]),
        now,
      }),
    );
    expect(report.verdict).toBe(verdict);
  });

  it.each<[string, () => Promise<Uint8Array[]> | Uint8Array[], string]>([
    ['there is no CRL', () => [], 'no_crl'],
    ['the CRL is stale', () => hierarchy.crls(new Date('2026-11-01T00:00:00Z')), 'stale'],
    ['the CRL is from the future', () => hierarchy.crls(new Date('2026-12-01T00:00:00Z')), 'not_yet_issued'],
    ['the CRL is of another CA', async () => (await testHierarchy({ name: 'Other' })).crls(at), 'no_crl'],
    ['the CRL is signed by a twin of the CA', async () => (await testHierarchy()).crls(at), 'signature'],
    [
      'the CRL is damaged',
      () => crls.map((crl) => crl.map((byte, index) => (index === crl.length - 1 ? byte ^ 1 : byte))),
      'signature',
    ],
  ])('is unknown when %s', async (_name, make, reason) => {
    const lists = await make();
    expect(judge({ crls: lists })).toEqual(['indeterminate', 'pki.revocation_unknown']);
    const leaf = validatePath(options({ crls: lists })).revocation;
    expect(leaf).toMatchObject({ status: 'unknown', reason });
    expect(judge({ crls: lists, revocation: 'prefer' })[0]).toBe('passed');
  });

  it('is unknown when only the issuing CA has no CRL', () => {
    expect(judge({ crls: crls.slice(0, 1) })).toEqual(['indeterminate', 'pki.revocation_unknown']);
  });

  it('of the issuing CA fails the path', async () => {
    const { serialHex: issuingSerial } = parseCertificate(hierarchy.issuing.certificate);
    const rootCrl = await buildCrl({
      issuer: hierarchy.root.certificate,
      signer: hierarchy.root.signer,
      number: 2,
      thisUpdate: new Date(at.getTime() - 1000),
      nextUpdate: new Date(at.getTime() + 86_400_000),
      entries: [{ serialHex: issuingSerial, date: new Date('2026-11-01T00:00:00Z'), reason: 'cACompromise' }],
    });
    expect(judge({ crls: [crls[0] ?? rootCrl, rootCrl] })).toEqual(['failed', 'pki.revoked']);
  });
});

describe('work', () => {
  it('stays small for cycles of CAs with the same names and for many look-alikes', async () => {
    const keys = Array.from({ length: 12 }, () => testSigner());
    const named = keys.map((key, index) => ({
      certificate: hierarchy.root.certificate,
      signer: key,
      name: `Loop ${index % 3}`,
    }));
    const loop: Uint8Array[] = [];
    for (const [index, entity] of named.entries()) {
      for (const step of [1, 2, 4]) {
        const above = named[(index + step) % named.length] ?? entity;
        const fake: TestEntity = {
          certificate: await forge({ subject: above.name, issuer: hierarchy.root, publicKey: above.signer.publicKey }),
          signer: above.signer,
        };
        loop.push(
          await forge({
            subject: entity.name,
            issuer: fake,
            publicKey: entity.signer.publicKey,
            extensions: caExtensions(),
          }),
        );
      }
    }
    const first = named[0];
    if (!first) throw new Error('no entity');
    const issuer: TestEntity = {
      certificate: await forge({ subject: first.name, issuer: hierarchy.root, publicKey: first.signer.publicKey }),
      signer: first.signer,
    };
    const certificate = await forge({ subject: 'end', issuer, publicKey: testSigner().publicKey });
    const report = validatePath(options({ certificate, intermediates: loop, purpose: 'any' }));
    expect([report.verdict, report.code]).toEqual(['indeterminate', 'pki.no_anchor']);
  });
});

describe('3,000 mutations', () => {
  it('never crash, never hang, and are never accepted', async () => {
    const inputs: [keyof Pick<PathOptions, 'certificate' | 'intermediates' | 'crls'>, Uint8Array][] = [
      ['certificate', signer.certificate],
      ['intermediates', hierarchy.issuing.certificate],
      ['crls', crls[0] ?? new Uint8Array(0)],
      ['crls', crls[1] ?? new Uint8Array(0)],
    ];
    let seed = 12345;
    const next = (limit: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % limit;
    };
    for (let round = 0; round < 3000; round += 1) {
      const [where, original] = inputs[round % inputs.length] ?? inputs[0]!;
      const mutated = mutate(original, next);
      if (Buffer.compare(mutated, original) === 0) continue;
      const report = validatePath(
        options(
          where === 'certificate'
            ? { certificate: mutated }
            : where === 'intermediates'
              ? { intermediates: [mutated] }
              : { crls: crls.map((crl) => (crl === original ? mutated : crl)) },
        ),
      );
      if (report.verdict === 'passed') throw new Error(`accepted ${where} ${Buffer.from(mutated).toString('hex')}`);
    }
  });
});

function mutate(original: Uint8Array, next: (limit: number) => number): Uint8Array {
  const bytes = Uint8Array.from(original);
  const kind = next(4);
  if (kind === 0) return bytes.subarray(0, next(bytes.length));
  if (kind === 1)
    return Uint8Array.from([
      ...bytes.subarray(0, next(bytes.length)),
      next(256),
      ...bytes.subarray(next(bytes.length)),
    ]);
  for (let count = 0; count <= next(3); count += 1) bytes[next(bytes.length)] = next(256);
  return bytes;
}

describe('profiles', () => {
  it.each<CertificateProfile>(['root', 'issuing-ca', 'time-stamping', 'document-signer'])(
    '%s reads back',
    async (profile) => {
      if (profile === 'root' || profile === 'issuing-ca') {
        const { certificate } = profile === 'root' ? hierarchy.root : hierarchy.issuing;
        expect(parseCertificate(certificate).isCa).toBe(true);
        return;
      }
      const { certificate } = await hierarchy.issue(profile);
      const parsed = parseCertificate(certificate);
      expect(parsed.serialHex).toMatch(/^[4-7][0-9a-f]{39}$/);
      expect(parsed.subjectKeyIdHex).toBe(Buffer.from(keyIdentifier(parsed.publicKey)).toString('hex'));
      const issuing = parseCertificate(hierarchy.issuing.certificate);
      expect(parsed.authorityKeyId?.keyIdHex).toBe(issuing.subjectKeyIdHex);
      new SequenceReader(readDer(certificate), 'Certificate').take(TAG.sequence, 'tbs');
    },
  );

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'a root that signs an end certificate',
      () => hierarchy.issue('document-signer', { issuer: hierarchy.root.certificate, signer: hierarchy.root.signer }),
      'root_signs_ca_only',
    ],
    ['a CA below path length zero', () => hierarchy.issue('issuing-ca'), 'path_length'],
    [
      'an end certificate as issuer',
      () => hierarchy.issue('document-signer', { issuer: signer.certificate, signer: signer.signer }),
      'issuer_not_ca',
    ],
    ['another key than the issuer’s', () => hierarchy.issue('document-signer', { signer: testSigner() }), 'signer'],
    [
      'a life beyond the issuer’s',
      () => hierarchy.issue('document-signer', { notAfter: new Date('2040-01-01') }),
      'outlives_issuer',
    ],
    [
      'an end before the start',
      () => hierarchy.issue('document-signer', { notAfter: new Date('2020-01-01') }),
      'validity',
    ],
  ])('refuse %s', async (_name, work, reason) => {
    await expect(work()).rejects.toMatchObject({ code: 'pki.request_invalid', params: { reason } });
  });

  it('refuse weak and unreadable keys and bad names', async () => {
    const weak = testSigner('rsa-pkcs1-sha256', 1024);
    await expect(hierarchy.issue('document-signer', { publicKey: weak.publicKey })).rejects.toMatchObject({
      code: 'pki.key_invalid',
    });
    await expect(hierarchy.issue('document-signer', { publicKey: Uint8Array.of(1) })).rejects.toMatchObject({
      code: 'pki.key_invalid',
    });
    for (const subject of [{ commonName: ' ' }, { commonName: 'x', country: 'th' }, { commonName: 'x'.repeat(300) }]) {
      await expect(hierarchy.issue('document-signer', { subject })).rejects.toMatchObject({ code: 'pki.name_invalid' });
    }
  });
});
