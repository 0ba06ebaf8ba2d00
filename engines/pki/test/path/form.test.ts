import { generateKeyPairSync, sign } from 'node:crypto';
import { der } from '@tra/asn1';
import { describe, expect, it } from 'vitest';
import { EXTENSION, type PathOptions, type PathProfile, validatePath } from '../../src/index.ts';
import { testHierarchy, testSigner } from '../../src/testing.ts';
import {
  alternativeNames,
  basicConstraints,
  type Chain,
  chain,
  commonName,
  dns,
  email,
  emptyName,
  extension,
  ip,
  keyUsage,
  nameConstraints,
  optionsFor,
  purposes,
  type Recipe,
} from './forge.ts';

type Changes = { root?: Recipe; middle?: Recipe; end?: Recipe };

function codesAgainst(made: Chain, options: Partial<PathOptions>): readonly string[] {
  const { checks, verdict } = validatePath(optionsFor(made, options));
  const against = checks.filter(({ status }) => status !== 'passed');
  expect(verdict === 'passed').toBe(against.length === 0);
  for (const check of checks) expect(check.clause).toBeTruthy();
  return [...new Set(against.map(({ code }) => code))];
}

const judge = async (changes: Changes, profile: PathProfile | undefined): Promise<readonly string[]> =>
  codesAgainst(await chain(changes), profile ? { profile } : {});

const without = (oid: string): Recipe => ({ extensions: { [oid]: undefined } });
const having = (oid: string, value: Uint8Array): Recipe => ({ extensions: { [oid]: value } });
const nc = (subtrees: Parameters<typeof nameConstraints>[0], critical = true): Recipe =>
  having(EXTENSION.nameConstraints, nameConstraints(subtrees, critical));
const san = (...names: Uint8Array[]): Recipe => having(EXTENSION.subjectAltName, alternativeNames(names));
const utc = (text: string): Uint8Array => der.element(0x17, new TextEncoder().encode(text));
const generalized = (text: string): Uint8Array => der.element(0x18, new TextEncoder().encode(text));
const sha1Key = generateKeyPairSync('rsa', { modulusLength: 2048 });
const sha1Signer = {
  ...testSigner('rsa-pkcs1-sha256'),
  publicKey: new Uint8Array(sha1Key.publicKey.export({ type: 'spki', format: 'der' })),
};

describe('the form that RFC 5280 demands of issuers', () => {
  it('is kept by a plain chain, with and without the optional parts', async () => {
    expect(await judge({}, 'rfc5280')).toEqual([]);
    expect(await judge({ end: without(EXTENSION.keyUsage) }, 'rfc5280')).toEqual([]);
    expect(await judge({ end: having(EXTENSION.basicConstraints, basicConstraints(false)) }, 'rfc5280')).toEqual([]);
    expect(await judge({ root: without(EXTENSION.keyUsage) }, 'rfc5280')).toEqual([]);
    expect(await judge({ end: { ca: true } }, 'rfc5280')).toEqual([]);
    const critical = {
      subject: emptyName,
      extensions: { [EXTENSION.subjectAltName]: alternativeNames([dns('a.example')], true) },
    };
    expect(await judge({ end: critical }, 'rfc5280')).toEqual([]);
  });

  // What the search or section 6 itself refuses is refused without a profile too: the last column says how.
  it.each<[string, Changes, string, string[]]>([
    [
      'an end certificate that does not name its issuer’s key',
      { end: without(EXTENSION.authorityKeyIdentifier) },
      'pki.form_authority_key_id',
      [],
    ],
    [
      'an intermediate that does not name its issuer’s key',
      { middle: without(EXTENSION.authorityKeyIdentifier) },
      'pki.form_authority_key_id',
      [],
    ],
    [
      'an authority key identifier without key',
      { end: having(EXTENSION.authorityKeyIdentifier, extension(EXTENSION.authorityKeyIdentifier, der.sequence())) },
      'pki.form_authority_key_id',
      [],
    ],
    ['a root without key identifier', { root: without(EXTENSION.subjectKeyIdentifier) }, 'pki.form_subject_key_id', []],
    [
      'an intermediate without key identifier',
      { middle: without(EXTENSION.subjectKeyIdentifier) },
      'pki.form_subject_key_id',
      [],
    ],
    [
      'a critical key identifier',
      {
        root: having(
          EXTENSION.subjectKeyIdentifier,
          extension(EXTENSION.subjectKeyIdentifier, der.octetString(Uint8Array.of(1)), true),
        ),
      },
      'pki.form_criticality',
      ['pki.critical_extension_unknown'],
    ],
    ['a serial number of zero', { end: { serial: Uint8Array.of(0) } }, 'pki.form_serial', []],
    ['a negative serial number', { end: { serial: Uint8Array.of(0x80, 1) } }, 'pki.form_serial', []],
    [
      'a serial number of 21 octets',
      { end: { serial: Uint8Array.from({ length: 21 }, () => 7) } },
      'pki.form_serial',
      [],
    ],
    ['a root without a name', { root: { subject: emptyName } }, 'pki.form_subject_name', []],
    [
      'an empty subject beside names that are not critical',
      { end: { subject: emptyName, ...san(dns('a.example')) } },
      'pki.form_subject_name',
      [],
    ],
    ['a subject without any name', { end: { subject: emptyName } }, 'pki.form_subject_name', []],
    [
      'a root whose basic constraints are not critical',
      { root: having(EXTENSION.basicConstraints, basicConstraints(true, { critical: false })) },
      'pki.form_criticality',
      [],
    ],
    [
      'name constraints that are not critical',
      { root: nc({ excluded: [dns('other.example')] }, false) },
      'pki.form_criticality',
      [],
    ],
    [
      'name constraints in an end certificate',
      { end: nc({ permitted: [dns('example')] }) },
      'pki.form_name_constraints',
      [],
    ],
    [
      'empty name constraints',
      { middle: having(EXTENSION.nameConstraints, extension(EXTENSION.nameConstraints, der.sequence(), true)) },
      'pki.form_name_constraints',
      [],
    ],
    ['a wildcard as constraint', { root: nc({ permitted: [dns('*.example.com')] }) }, 'pki.form_name_constraints', []],
    [
      'a leading full stop in a DNS constraint',
      { root: nc({ excluded: [dns('.example.com')] }) },
      'pki.form_name_constraints',
      [],
    ],
    [
      'an address constraint without mask',
      { root: nc({ excluded: [ip(127, 0, 0, 1)] }) },
      'pki.form_name_constraints',
      [],
    ],
    [
      'an address constraint with holes in its mask',
      { root: nc({ excluded: [ip(10, 0, 0, 0, 255, 0, 255, 0)] }) },
      'pki.form_name_constraints',
      [],
    ],
    [
      'a mail constraint with two signs',
      { root: nc({ permitted: [email('a@b@example.com')] }) },
      'pki.form_name_constraints',
      [],
    ],
    [
      'policy constraints that are not critical',
      {
        middle: having(
          EXTENSION.policyConstraints,
          extension(EXTENSION.policyConstraints, der.sequence(der.element(0x80, Uint8Array.of(3)))),
        ),
      },
      'pki.form_criticality',
      [],
    ],
    [
      'empty policy constraints',
      { middle: having(EXTENSION.policyConstraints, extension(EXTENSION.policyConstraints, der.sequence(), true)) },
      'pki.form_policy_constraints',
      [],
    ],
    [
      'a path length without CA',
      { end: having(EXTENSION.basicConstraints, basicConstraints(false, { pathLength: 0 })) },
      'pki.form_path_length',
      [],
    ],
    ['certificate signing without CA', { end: having(EXTENSION.keyUsage, keyUsage(0, 5)) }, 'pki.form_key_usage', []],
    ['an empty key usage', { end: having(EXTENSION.keyUsage, keyUsage()) }, 'pki.form_key_usage_empty', []],
    ['a host name that is none', { end: san(dns('a..example')) }, 'pki.form_alternative_name', []],
    ['a range as address', { end: san(ip(192, 0, 2, 0, 255, 255, 255, 0)) }, 'pki.form_alternative_name', []],
    ['a mailbox with two signs', { end: san(email('a@b@example.com')) }, 'pki.form_alternative_name', []],
    [
      'a date before 2050 as GeneralizedTime',
      { end: { validity: der.sequence(utc('260101000000Z'), generalized('20280101000000Z')) } },
      'pki.form_validity',
      [],
    ],
    ['a unique identifier', { end: { uniqueId: true } }, 'pki.form_unique_id', []],
    [
      'a signature over SHA-1',
      {
        middle: { signer: sha1Signer },
        end: {
          sign: {
            algorithm: der.sequence(der.oid('1.2.840.113549.1.1.5'), der.nullValue()),
            make: (tbs) => sign('sha1', tbs, sha1Key.privateKey),
          },
        },
      },
      'pki.form_weak_digest',
      [],
    ],
  ])('refuses %s', async (_name, changes, code, lenient) => {
    expect(await judge(changes, 'rfc5280')).toContain(code);
    expect(await judge(changes, undefined)).toEqual(lenient);
  });

  it('refuses a trusted certificate that is not self-signed and does not name its issuer’s key', async () => {
    const made = await chain({ middle: without(EXTENSION.authorityKeyIdentifier) });
    expect(codesAgainst(made, { anchors: [made.middle.der], profile: 'rfc5280' })).toEqual([
      'pki.form_authority_key_id',
    ]);
    const whole = await chain();
    expect(
      codesAgainst(whole, { anchors: [whole.middle.der], intermediates: [whole.root.der], profile: 'rfc5280' }),
    ).toEqual([]);
  });

  it('refuses an empty issuer name, a curve that is spelt out, and version 1 below the anchor', async () => {
    const nameless = await chain({ end: { issuerName: emptyName } });
    expect(validatePath(optionsFor(nameless, { profile: 'rfc5280' })).verdict).not.toBe('passed');
    const versionOne = await chain({ root: { version: 1 } });
    expect(codesAgainst(versionOne, {})).toEqual([]);
    expect(codesAgainst(versionOne, { profile: 'rfc5280' })).toContain('pki.form_version');
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' });
    const spelt = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
    expect(await judge({ end: { publicKey: spelt } }, 'rfc5280')).toEqual(['pki.form_curve']);
  });

  it('does not judge how a trust anchor is numbered, dated and signed', async () => {
    const root = {
      serial: Uint8Array.of(0),
      validity: der.sequence(utc('260101000000Z'), generalized('20400101000000Z')),
    };
    expect(await judge({ root }, 'rfc5280')).toEqual([]);
  });
});

const serverAuth = '1.3.6.1.5.5.7.3.1';
const server = (recipe: Recipe = {}): Recipe => ({
  subject: commonName('www.example.com'),
  ...recipe,
  extensions: {
    [EXTENSION.subjectAltName]: alternativeNames([dns('www.example.com')]),
    [EXTENSION.extendedKeyUsage]: purposes([serverAuth]),
    ...recipe.extensions,
  },
});
const serverPurposes = (...oids: string[]): Recipe => server(having(EXTENSION.extendedKeyUsage, purposes(oids)));
const named = (name: string, ...names: Uint8Array[]): Recipe => server({ subject: commonName(name), ...san(...names) });
const keyOf = (type: 'rsa' | 'ec', options: object): Uint8Array => {
  const { publicKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', options as { modulusLength: number })
      : generateKeyPairSync('ec', options as { namedCurve: string });
  return new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
};
const rootKeyId = (...fields: Uint8Array[]): Recipe =>
  having(EXTENSION.authorityKeyIdentifier, extension(EXTENSION.authorityKeyIdentifier, der.sequence(...fields)));

describe('the Baseline Requirements for the web', () => {
  it.each<[string, Changes]>([
    ['a plain server', { end: server() }],
    ['server and client', { end: serverPurposes(serverAuth, '1.3.6.1.5.5.7.3.2') }],
    ['name constraints that are not critical', { root: nc({ permitted: [dns('example.com')] }, false), end: server() }],
    ['a wildcard below a registered name', { end: named('*.example.com', dns('*.example.com')) }],
    ['an address', { end: named('192.0.2.1', ip(192, 0, 2, 1)) }],
    [
      'RFC 5952 text of an address',
      { end: named('2001:db8::1:0:0:1', ip(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1)) },
    ],
    [
      'no subject',
      {
        end: {
          ...server(),
          subject: emptyName,
          extensions: {
            ...server().extensions,
            [EXTENSION.subjectAltName]: alternativeNames([dns('a.example.com')], true),
          },
        },
      },
    ],
  ])('accept %s', async (_name, changes) => {
    expect(await judge(changes, 'webpki')).toEqual([]);
  });

  it.each<[string, Changes, string]>([
    ['no alternative name', { end: server(without(EXTENSION.subjectAltName)) }, 'pki.form_alternative_name_missing'],
    [
      'critical alternative names beside a subject',
      { end: server(having(EXTENSION.subjectAltName, alternativeNames([dns('www.example.com')], true))) },
      'pki.form_criticality',
    ],
    ['a mailbox', { end: server(san(dns('www.example.com'), email('a@example.com'))) }, 'pki.form_alternative_name'],
    [
      'a wildcard inside a label',
      { end: server(san(dns('www.example.com'), dns('w*.example.com'))) },
      'pki.form_alternative_name',
    ],
    ['a wildcard for everything', { end: server(san(dns('www.example.com'), dns('*'))) }, 'pki.form_alternative_name'],
    [
      'a wildcard below a top-level domain',
      { end: server(san(dns('www.example.com'), dns('*.com'))) },
      'pki.form_wildcard',
    ],
    ['a wildcard below co.th', { end: server(san(dns('www.example.com'), dns('*.co.th'))) }, 'pki.form_wildcard'],
    [
      'a common name that is not certified',
      { end: named('other.example.com', dns('www.example.com')) },
      'pki.form_common_name',
    ],
    ['a common name in other case', { end: named('WWW.example.com', dns('www.example.com')) }, 'pki.form_common_name'],
    ['an address in hexadecimal', { end: named('0xC0000201', ip(192, 0, 2, 1)) }, 'pki.form_common_name'],
    ['an address with leading zeros', { end: named('192.0.002.001', ip(192, 0, 2, 1)) }, 'pki.form_common_name'],
    [
      'an address that RFC 5952 writes otherwise',
      { end: named('2001:DB8::1', ip(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)) },
      'pki.form_common_name',
    ],
    ['no purpose', { end: server(without(EXTENSION.extendedKeyUsage)) }, 'pki.form_purposes'],
    [
      'critical purposes',
      { end: server(having(EXTENSION.extendedKeyUsage, purposes([serverAuth], true))) },
      'pki.form_purposes',
    ],
    ['any purpose', { end: serverPurposes(serverAuth, '2.5.29.37.0') }, 'pki.form_purposes'],
    ['code signing', { end: serverPurposes(serverAuth, '1.3.6.1.5.5.7.3.3') }, 'pki.form_purposes'],
    ['mail', { end: serverPurposes(serverAuth, '1.3.6.1.5.5.7.3.4') }, 'pki.form_purposes'],
    ['time-stamping', { end: serverPurposes(serverAuth, '1.3.6.1.5.5.7.3.8') }, 'pki.form_purposes'],
    ['answers about status', { end: serverPurposes(serverAuth, '1.3.6.1.5.5.7.3.9') }, 'pki.form_purposes'],
    ['precertificate signing', { end: serverPurposes(serverAuth, '1.3.6.1.4.1.11129.2.4.4') }, 'pki.form_purposes'],
    ['a client only', { end: serverPurposes('1.3.6.1.5.5.7.3.2') }, 'pki.extended_key_usage'],
    ['a CA as server', { end: server({ ca: true }) }, 'pki.form_end_is_ca'],
    ['version 1', { end: { ...server(), version: 1 } }, 'pki.form_version'],
    [
      'a root limited to purposes',
      { root: having(EXTENSION.extendedKeyUsage, purposes([serverAuth])), end: server() },
      'pki.form_root_purpose',
    ],
    [
      'a root that names another key as its own',
      { root: rootKeyId(der.implicit(0, der.octetString(Uint8Array.of(1)))), end: server() },
      'pki.form_root_key_id',
    ],
    ['a root that names no key as its own', { root: rootKeyId(), end: server() }, 'pki.form_root_key_id'],
    ['RSA with 1024 bits', { end: server({ publicKey: keyOf('rsa', { modulusLength: 1024 }) }) }, 'pki.form_key'],
    [
      'RSA with a number of bits that fills no octets',
      { end: server({ publicKey: keyOf('rsa', { modulusLength: 2052 }) }) },
      'pki.form_key',
    ],
    [
      'a curve of another family',
      { end: server({ publicKey: keyOf('ec', { namedCurve: 'secp256k1' }) }) },
      'pki.form_key',
    ],
    [
      'an issuer for mail',
      { middle: having(EXTENSION.extendedKeyUsage, purposes(['1.3.6.1.5.5.7.3.4'])), end: server() },
      'pki.form_purposes',
    ],
  ])('refuse %s', async (_name, changes, code) => {
    expect(await judge(changes, 'webpki')).toContain(code);
  });

  it('take a list of public suffixes', async () => {
    const made = await chain({ end: named('*.example.com', dns('*.example.com')) });
    const isPublicSuffix = (name: string): boolean => name === 'example.com';
    expect(codesAgainst(made, { profile: 'webpki', isPublicSuffix })).toEqual(['pki.form_wildcard']);
  });
});

const mail = (recipe: Recipe = {}): Recipe => ({
  ...recipe,
  extensions: {
    [EXTENSION.subjectAltName]: alternativeNames([email('a@example.com')]),
    [EXTENSION.extendedKeyUsage]: purposes(['1.3.6.1.5.5.7.3.4']),
    ...recipe.extensions,
  },
});
const signature = (usage: Uint8Array, oids?: readonly string[], critical = false): Recipe => ({
  extensions: {
    [EXTENSION.keyUsage]: usage,
    ...(oids ? { [EXTENSION.extendedKeyUsage]: purposes(oids, critical) } : {}),
  },
});

describe('the other profiles', () => {
  it.each<[PathProfile, string, Changes, string[]]>([
    ['smime', 'mail', { end: mail() }, []],
    ['smime', 'no mailbox', { end: mail(san(dns('example.com'))) }, ['pki.form_alternative_name_missing']],
    ['smime', 'no purpose', { end: mail(without(EXTENSION.extendedKeyUsage)) }, ['pki.form_purposes']],
    [
      'smime',
      'a server too',
      { end: mail(having(EXTENSION.extendedKeyUsage, purposes(['1.3.6.1.5.5.7.3.4', serverAuth]))) },
      ['pki.form_purposes'],
    ],
    ['smime', 'no key usage', { end: mail(without(EXTENSION.keyUsage)) }, ['pki.form_key_usage']],
    [
      'smime',
      'an issuer that signs no CRLs',
      { middle: having(EXTENSION.keyUsage, keyUsage(5)), end: mail() },
      ['pki.form_key_usage'],
    ],
    ['tsa', 'time-stamping', { end: signature(keyUsage(0), ['1.3.6.1.5.5.7.3.8'], true) }, []],
    [
      'tsa',
      'time-stamping that is not critical',
      { end: signature(keyUsage(0), ['1.3.6.1.5.5.7.3.8']) },
      ['pki.extended_key_usage'],
    ],
    [
      'tsa',
      'a key that also enciphers',
      { end: signature(keyUsage(0, 2), ['1.3.6.1.5.5.7.3.8'], true) },
      ['pki.form_signer_usage'],
    ],
    ['document-signing', 'RFC 9336', { end: signature(keyUsage(0, 1), ['1.3.6.1.5.5.7.3.36']) }, []],
    ['document-signing', 'non-repudiation without purpose', { end: signature(keyUsage(1)) }, []],
    ['document-signing', 'signing without commitment', { end: signature(keyUsage(0)) }, ['pki.form_purposes']],
    ['document-signing', 'mail only', { end: signature(keyUsage(0, 1), ['1.3.6.1.5.5.7.3.4']) }, ['pki.form_purposes']],
    [
      'document-signing',
      'any purpose',
      { end: signature(keyUsage(0, 1), ['1.3.6.1.5.5.7.3.36', '2.5.29.37.0']) },
      ['pki.form_purposes'],
    ],
    [
      'document-signing',
      'a server',
      { end: signature(keyUsage(0, 1), [serverAuth]) },
      ['pki.extended_key_usage', 'pki.form_purposes'],
    ],
  ])('%s: %s', async (profile, _name, changes, codes) => {
    expect([...(await judge(changes, profile))].sort()).toEqual(codes);
  });
});

describe('what this product issues', () => {
  it('keeps the rules of its own profiles', async () => {
    const hierarchy = await testHierarchy();
    const when = new Date('2026-11-21T02:00:00Z');
    const crls = await hierarchy.crls(when);
    const judgeOwn = async (kind: 'document-signer' | 'time-stamping', profile: PathProfile) => {
      const { certificate } = await hierarchy.issue(kind);
      const intermediates = [hierarchy.issuing.certificate];
      const anchors = [hierarchy.root.certificate];
      return validatePath({ certificate, intermediates, anchors, crls, at: when, purpose: 'any', profile }).code;
    };
    expect(await judgeOwn('document-signer', 'document-signing')).toBe('pki.path_valid');
    expect(await judgeOwn('document-signer', 'rfc5280')).toBe('pki.path_valid');
    expect(await judgeOwn('time-stamping', 'tsa')).toBe('pki.path_valid');
  });
});
