import { der } from '@tra/asn1';
import { describe, expect, it } from 'vitest';
import {
  EXTENSION,
  type PathOptions,
  type PeerName,
  parseCertificate,
  renderPathReport,
  type TrustAnchor,
  validatePath,
} from '../../src/index.ts';
import { testSigner } from '../../src/testing.ts';
import {
  alternativeNames,
  basicConstraints,
  chain,
  commonName,
  dns,
  email,
  extension,
  type Forged,
  forge,
  ip,
  nameConstraints,
  optionsFor,
  purposes,
} from './forge.ts';

const verdictOf = (options: PathOptions): [string, string] => {
  const { verdict, code } = validatePath(options);
  return [verdict, code];
};

describe('peer names', () => {
  const judge = async (names: Uint8Array[], ...peerNames: PeerName[]): Promise<string> => {
    const made = await chain({ end: { extensions: { [EXTENSION.subjectAltName]: alternativeNames(names) } } });
    return validatePath(optionsFor(made, { peerNames, profile: 'rfc5280' })).verdict;
  };

  it.each<[string, string, boolean]>([
    ['www.example.com', 'www.example.com', true],
    ['WWW.example.COM', 'www.Example.com.', true],
    ['www.example.com', 'example.com', false],
    ['example.com', 'www.example.com', false],
    ['*.example.com', 'www.example.com', true],
    ['*.example.com', 'a.www.example.com', false],
    ['*.example.com', 'example.com', false],
    ['*.com', 'example.com', false],
    ['*', 'com', false],
    ['w*.example.com', 'www.example.com', false],
    ['www.*.example.com', 'www.a.example.com', false],
    ['xn--*-1b3c148a.example.com', 'xn--bliss-1b3c148a.example.com', false],
    ['8.8.8.8', '8.8.8.8', false],
  ])('%s is for the host %s: %s', async (presented, wanted, fits) => {
    expect(await judge([dns(presented)], { dns: wanted })).toBe(fits ? 'passed' : 'failed');
  });

  it.each<[Uint8Array, string, boolean]>([
    [ip(192, 0, 2, 1), '192.0.2.1', true],
    [ip(192, 0, 2, 1), '192.0.2.2', false],
    [ip(192, 0, 2, 1), '192.0.2.01', false],
    [dns('192.0.2.1'), '192.0.2.1', false],
    [ip(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), '::1', true],
    [ip(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), '0:0:0:0:0:0:0:1', true],
    [ip(192, 0, 2, 1), '::ffff:192.0.2.1', false],
  ])('an address %#', async (presented, wanted, fits) => {
    expect(await judge([presented], { ip: wanted })).toBe(fits ? 'passed' : 'failed');
  });

  it('of mail fold the host only, and each name counts', async () => {
    expect(await judge([email('Ann@example.com')], { email: 'Ann@EXAMPLE.com' })).toBe('passed');
    expect(await judge([email('Ann@example.com')], { email: 'ann@example.com' })).toBe('failed');
    expect(await judge([dns('a.example'), dns('b.example')], { dns: 'a.example' }, { dns: 'b.example' })).toBe(
      'passed',
    );
    expect(await judge([dns('a.example')], { dns: 'a.example' }, { dns: 'b.example' })).toBe('failed');
  });

  it('are never taken from the common name', async () => {
    const made = await chain({ end: { subject: commonName('www.example.com') } });
    expect(verdictOf(optionsFor(made, { peerNames: [{ dns: 'www.example.com' }] }))).toEqual([
      'failed',
      'pki.peer_name',
    ]);
  });
});

describe('demands of the caller', () => {
  it('count for a certificate that limits its use', async () => {
    const client = await chain({
      end: { extensions: { [EXTENSION.extendedKeyUsage]: purposes(['1.3.6.1.5.5.7.3.2']) } },
    });
    expect(verdictOf(optionsFor(client, { requiredPurposes: ['1.3.6.1.5.5.7.3.1'] }))[1]).toBe(
      'pki.extended_key_usage',
    );
    expect(verdictOf(optionsFor(client, { requiredPurposes: ['1.3.6.1.5.5.7.3.2'] }))[0]).toBe('passed');
    expect(verdictOf(optionsFor(client, { requiredKeyUsage: ['keyAgreement'] }))[1]).toBe('pki.key_usage');
    expect(verdictOf(optionsFor(client, { requiredKeyUsage: ['digitalSignature'] }))[0]).toBe('passed');
  });

  it('limit the number of CAs, self-issued ones aside', async () => {
    const made = await chain();
    expect(verdictOf(optionsFor(made, { maxDepth: 1 }))[0]).toBe('passed');
    expect(verdictOf(optionsFor(made, { maxDepth: 0 }))).toEqual(['failed', 'pki.path_length']);
    const rolled = await forge({ subject: commonName('Middle'), ca: true, issuer: made.middle });
    const end = await forge({ issuer: rolled });
    const longer = { ...made, end };
    expect(verdictOf(optionsFor(longer, { intermediates: [made.middle.der, rolled.der], maxDepth: 1 }))[0]).toBe(
      'passed',
    );
  });
});

describe('limits of a trust anchor', () => {
  const judge = async (constraints: NonNullable<TrustAnchor['constraints']>, more: Partial<PathOptions> = {}) => {
    const policies = extension(EXTENSION.certificatePolicies, der.sequence(der.sequence(der.oid('1.2.3'))));
    const made = await chain({
      middle: { extensions: { [EXTENSION.certificatePolicies]: policies } },
      end: {
        extensions: {
          [EXTENSION.subjectAltName]: alternativeNames([dns('www.example.com')]),
          [EXTENSION.certificatePolicies]: policies,
        },
      },
    });
    return verdictOf(optionsFor(made, { anchors: [{ certificate: made.root.der, constraints }], ...more }));
  };
  const permits = (value: string) => ({
    nameConstraints: { permitted: [{ kind: 'dns', value } as const], excluded: [] },
  });

  it.each<[string, NonNullable<TrustAnchor['constraints']>, Partial<PathOptions>, string]>([
    ['none', {}, {}, 'pki.path_valid'],
    ['names that fit', permits('example.com'), {}, 'pki.path_valid'],
    ['names that do not', permits('example.org'), {}, 'pki.name_constraints'],
    ['a path length that fits', { pathLength: 1 }, {}, 'pki.path_valid'],
    ['a path length that does not', { pathLength: 0 }, {}, 'pki.path_length'],
    ['policies that fit', { policies: ['1.2.3'] }, {}, 'pki.path_valid'],
    ['policies that do not', { policies: ['1.2.4'] }, {}, 'pki.policy'],
    [
      'policies that the caller does not want',
      { policies: ['1.2.3'] },
      { policies: { acceptable: ['1.2.4'] } },
      'pki.policy',
    ],
    ['trust that has ended', { validUntil: new Date('2027-01-14T00:00:00Z') }, {}, 'pki.anchor_out_of_time'],
    ['trust that has not begun', { validFrom: new Date('2027-01-16T00:00:00Z') }, {}, 'pki.anchor_out_of_time'],
    [
      'trust at an earlier instant',
      { validUntil: new Date('2027-01-14T00:00:00Z') },
      { at: new Date('2027-01-13T00:00:00Z') },
      'pki.path_valid',
    ],
    [
      'distrust of later certificates',
      { distrustIssuedAfter: new Date('2025-12-31T00:00:00Z') },
      {},
      'pki.anchor_distrusted',
    ],
    [
      'distrust of certificates later than this one',
      { distrustIssuedAfter: new Date('2026-06-01T00:00:00Z') },
      {},
      'pki.path_valid',
    ],
    ['its purpose', { purposes: ['document-signing'] }, { purpose: 'document-signing' }, 'pki.path_valid'],
    ['another purpose', { purposes: ['time-stamping'] }, { purpose: 'document-signing' }, 'pki.anchor_purpose'],
  ])('%s', async (_name, constraints, more, code) => {
    expect((await judge(constraints, more))[1]).toBe(code);
  });

  it('do not keep another anchor from being found', async () => {
    const made = await chain();
    const cross = await forge({ subject: commonName('Other Root'), ca: true });
    const bridge = await forge({ subject: commonName('Root'), ca: true, issuer: cross, signer: made.root.signer });
    const anchors = [{ certificate: made.root.der, constraints: { validUntil: new Date(0) } }, cross.der];
    const report = validatePath(optionsFor(made, { anchors, intermediates: [made.middle.der, bridge.der] }));
    expect(report.verdict).toBe('passed');
    expect(report.candidates.map(({ code }) => code)).toEqual(['pki.anchor_out_of_time', 'pki.path_valid']);
    expect(report.path.at(-1)?.subject.get('CN')).toBe('Other Root');
  });
});

describe('name constraints', () => {
  it('read a wildcard as every host for which it can stand', async () => {
    const judge = async (subtrees: Parameters<typeof nameConstraints>[0]): Promise<string> => {
      const made = await chain({
        middle: { extensions: { [EXTENSION.nameConstraints]: nameConstraints(subtrees) } },
        end: { extensions: { [EXTENSION.subjectAltName]: alternativeNames([dns('*.example.com')]) } },
      });
      return validatePath(optionsFor(made)).verdict;
    };
    expect(await judge({ permitted: [dns('example.com')] })).toBe('passed');
    expect(await judge({ permitted: [dns('foo.example.com')] })).toBe('failed');
    expect(await judge({ permitted: [dns('example.com')], excluded: [dns('bar.example.com')] })).toBe('failed');
  });

  it('leave an unknown kind of name undecided only where such a name is present', async () => {
    const other = (value: Uint8Array) => der.element(0xa0, der.oid('1.2.3.4'), der.explicit(0, value));
    const limits = nameConstraints({ permitted: [dns('example.com')], excluded: [other(der.nullValue())] });
    const judge = async (...names: Uint8Array[]): Promise<string> => {
      const made = await chain({
        middle: { extensions: { [EXTENSION.nameConstraints]: limits } },
        end: { extensions: { [EXTENSION.subjectAltName]: alternativeNames(names) } },
      });
      return validatePath(optionsFor(made)).verdict;
    };
    expect(await judge(dns('example.com'))).toBe('passed');
    expect(await judge(dns('example.com'), other(der.nullValue()))).toBe('indeterminate');
  });

  it('cost a bounded number of comparisons', async () => {
    const hosts = (letter: string): Uint8Array[] =>
      Array.from({ length: 500 }, (_, index) => dns(`${letter}${index}.test`));
    const limits = nameConstraints({ permitted: [dns('test')], excluded: hosts('x') });
    const made = await chain({
      middle: { extensions: { [EXTENSION.nameConstraints]: limits } },
      end: { extensions: { [EXTENSION.subjectAltName]: alternativeNames(hosts('t')) } },
    });
    expect(verdictOf(optionsFor(made))).toEqual(['indeterminate', 'pki.name_constraints_unsupported']);
  });
});

/** CAs that certify each other, each under `names` names, none of them by an anchor. */
async function mesh(size: number): Promise<{ readonly all: Forged[]; readonly first: Forged }> {
  const signers = Array.from({ length: size }, () => testSigner());
  const stubs = await Promise.all(
    signers.map((signer, index) => forge({ subject: commonName(`Mesh ${index}`), ca: true, signer })),
  );
  const all: Forged[] = [];
  for (const [index, issuer] of stubs.entries())
    for (const [below, signer] of signers.entries())
      if (below !== index) all.push(await forge({ subject: commonName(`Mesh ${below}`), ca: true, signer, issuer }));
  const [first] = stubs;
  if (!first) throw new Error('no mesh');
  return { all, first };
}

describe('the search', () => {
  it('finds the way out of mutual cross-certificates', async () => {
    const { all, first } = await mesh(6);
    const root = await forge({ subject: commonName('Root'), ca: true });
    const exit = await forge({
      subject: commonName('Mesh 3'),
      ca: true,
      issuer: root,
      publicKey: parseCertificate(
        all.find(({ der: bytes }) => parseCertificate(bytes).subject.get('CN') === 'Mesh 3')?.der ?? root.der,
      ).publicKey,
    });
    const end = await forge({ issuer: first });
    const intermediates = [...all.map((entry) => entry.der), exit.der];
    const report = validatePath(optionsFor({ root, middle: exit, end }, { intermediates }));
    expect(report.verdict).toBe('passed');
    expect(report.path.length).toBeGreaterThan(3);
  });

  it('ends in a mesh that no anchor certified, with the missing issuer or the bound as reason', async () => {
    const { all, first } = await mesh(8);
    const root = await forge({ subject: commonName('Root'), ca: true });
    const end = await forge({ issuer: first });
    const report = validatePath(
      optionsFor({ root, middle: first, end }, { intermediates: all.map((entry) => entry.der) }),
    );
    expect(report.verdict).toBe('indeterminate');
    expect(['pki.no_anchor', 'pki.work_limit']).toContain(report.code);
  });

  it('does not spend its work on keys that are slow to verify with', async () => {
    const root = await forge({ subject: commonName('Root'), ca: true });
    const slow = testSigner('ecdsa-p384-sha384');
    const middle = await forge({ subject: commonName('Middle'), ca: true, issuer: root, signer: slow });
    const end = await forge({ issuer: middle });
    const lookAlikes = await Promise.all(
      Array.from({ length: 60 }, () =>
        forge({ subject: commonName('Middle'), ca: true, signer: testSigner('ecdsa-p384-sha384') }),
      ),
    );
    const intermediates = [...lookAlikes.map((entry) => entry.der), middle.der];
    // The key identifier leads to the right one at once; without it, the bound holds.
    expect(validatePath(optionsFor({ root, middle, end }, { intermediates })).verdict).toBe('passed');
    const blind = await forge({ issuer: middle, extensions: { [EXTENSION.authorityKeyIdentifier]: undefined } });
    const report = validatePath(optionsFor({ root, middle, end: blind }, { intermediates }));
    expect(['passed', 'indeterminate']).toContain(report.verdict);
    if (report.verdict === 'indeterminate') expect(report.code).toBe('pki.work_limit');
  });

  it('reads a bounded number of untrusted certificates, the first ones first', async () => {
    const made = await chain();
    const stranger = await forge({ subject: commonName('Stranger'), ca: true });
    const many = (count: number): Uint8Array[] => Array.from({ length: count }, () => stranger.der);
    const judge = (intermediates: Uint8Array[]): string => validatePath(optionsFor(made, { intermediates })).code;
    expect(judge([...many(200), made.middle.der])).toBe('pki.path_valid');
    expect(judge([made.middle.der, ...many(5000)])).toBe('pki.path_valid');
    expect(judge([...many(5000), made.middle.der])).toBe('pki.no_anchor');
  });

  it('takes what was read before as well as bytes', async () => {
    const made = await chain();
    const read = (entry: Forged) => parseCertificate(entry.der);
    const options = optionsFor(made, {
      certificate: read(made.end),
      intermediates: [read(made.middle)],
      anchors: [{ certificate: read(made.root) }],
    });
    expect(verdictOf(options)[0]).toBe('passed');
    expect(verdictOf({ ...options, certificate: made.root.der })[0]).toBe('passed');
  });
});

describe('the report as text', () => {
  const echo = (key: string, params: Record<string, unknown> = {}): string => `${key}${JSON.stringify(params)}`;

  it('lists every path with its members and names the missing CA', async () => {
    const made = await chain({
      root: { extensions: { [EXTENSION.basicConstraints]: basicConstraints(true, { pathLength: 0 }) } },
    });
    const failed = renderPathReport(validatePath(optionsFor(made)), echo);
    expect(failed).toContain('✗ pki.path_length{"subject":"CN=Middle"} [pki.path_length, RFC 5280 6.1.4 (l)]');
    expect(failed).toContain('validation.text.path_candidate{"number":1}');
    expect(failed).toMatch(/ {2}CN=example\n {4}CN=Middle\n {6}CN=Root \(validation\.text\.path_anchor\{\}\)/);
    const missing = renderPathReport(validatePath(optionsFor(made, { intermediates: [Uint8Array.of(1)] })), echo);
    expect(missing).toContain('validation.text.path_missing_issuer{"issuer":"CN=Middle"}');
    expect(missing).toContain('validation.text.path_notes{}:\n  ✓ pki.certificate_skipped{}');
    expect(missing).not.toContain('validation.text.path_anchor');
  });

  it('shows passed checks when asked, times for people, and no control characters', async () => {
    const made = await chain({ end: { subject: commonName('evil\u001b[2J') } });
    const text = renderPathReport(validatePath(optionsFor(made)), echo, { all: true, formatTime: () => 'SOON' });
    expect(text).toContain('pki.signature_ok');
    expect(text).toContain('"notAfter":"SOON"');
    expect(text).not.toContain('\u001b');
    expect(renderPathReport(validatePath(optionsFor(made)), echo, { color: true })).toContain('\u001b[32m✓');
  });
});
