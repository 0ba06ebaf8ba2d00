import { der } from '@tra/asn1';
import { fromHex } from '@tra/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildOcspResponse,
  certIdOf,
  EXTENSION,
  keyIdentifier,
  type OcspStatus,
  type PathOptions,
  parseCertificate,
  signatureAlgorithmIdentifier,
  validatePath,
} from '../../src/index.ts';
import {
  at,
  type Chain,
  chain,
  commonName,
  dns,
  extension,
  type Forged,
  forge,
  keyUsage,
  optionsFor,
  purposes,
  type Recipe,
} from './forge.ts';

const day = 86_400_000;
const before = (days: number): Date => new Date(at.getTime() - days * day);
const uri = (text: string): Uint8Array => der.ia5String(text, 0x86);

interface CrlRecipe {
  readonly issuer: Forged;
  readonly entries?: readonly { serial: Uint8Array; date?: Date; extensions?: Uint8Array[] }[];
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date | null;
  /** Overrules the defaults by OID; undefined leaves one out. */
  readonly extensions?: Readonly<Record<string, Uint8Array | undefined>>;
}

async function crl({
  issuer,
  entries = [],
  thisUpdate = before(1),
  nextUpdate = before(-1),
  extensions,
}: CrlRecipe): Promise<Uint8Array> {
  const certificate = parseCertificate(issuer.der);
  const algorithm = signatureAlgorithmIdentifier(issuer.signer.algorithm);
  const keyId = der.sequence(der.implicit(0, der.octetString(keyIdentifier(certificate.publicKey))));
  const all: Readonly<Record<string, Uint8Array | undefined>> = {
    [EXTENSION.authorityKeyIdentifier]: extension(EXTENSION.authorityKeyIdentifier, keyId),
    [EXTENSION.crlNumber]: extension(EXTENSION.crlNumber, der.integer(7)),
    ...extensions,
  };
  const list = entries.map(({ serial, date = before(2), extensions: own }) =>
    der.sequence(der.unsignedInteger(serial), der.time(date), own ? der.sequence(...own) : undefined),
  );
  const present = Object.values(all).filter((entry) => entry !== undefined);
  const tbs = der.sequence(
    der.integer(1),
    algorithm,
    certificate.subject.der,
    der.time(thisUpdate),
    nextUpdate ? der.time(nextUpdate) : undefined,
    list.length > 0 ? der.sequence(...list) : undefined,
    present.length > 0 ? der.explicit(0, der.sequence(...present)) : undefined,
  );
  return der.sequence(tbs, algorithm, der.bitString(await issuer.signer.sign(tbs)));
}

const serialOf = (entry: Forged): Uint8Array => fromHex(parseCertificate(entry.der).serialHex);
const stranger = { serial: Uint8Array.of(0x55, 1) };
const points = (names: readonly Uint8Array[]): Recipe => ({
  extensions: {
    [EXTENSION.crlDistributionPoints]: extension(
      EXTENSION.crlDistributionPoints,
      der.sequence(der.sequence(der.explicit(0, der.element(0xa0, ...names)))),
    ),
  },
});
const scope = (...fields: (Uint8Array | undefined)[]) => ({
  [EXTENSION.issuingDistributionPoint]: extension(EXTENSION.issuingDistributionPoint, der.sequence(...fields), true),
});
const place = (...names: Uint8Array[]): Uint8Array => der.explicit(0, der.element(0xa0, ...names));
const flag = (number: number): Uint8Array => der.element(0x80 + number, Uint8Array.of(0xff));

/** Verdict about a chain whose end is judged by the CRL, lenient and by the profile; the intermediate always has a good one. */
async function judge(recipe: Omit<CrlRecipe, 'issuer'>, end: Recipe = {}, more: Partial<PathOptions> = {}) {
  const made = await chain({ end });
  const crls = [await crl({ issuer: made.root }), await crl({ ...recipe, issuer: made.middle })];
  const options = optionsFor(made, { crls, revocation: 'require', ...more });
  const verdict = (profile?: 'rfc5280'): string => {
    const { code, revocation } = validatePath(profile ? { ...options, profile } : options);
    return revocation.status === 'unknown' ? `unknown ${revocation.reason}` : code;
  };
  return [verdict(), verdict('rfc5280')];
}

describe('CRLs', () => {
  it.each<[string, Omit<CrlRecipe, 'issuer'>, Recipe, string, string]>([
    ['that list nobody', {}, {}, 'pki.path_valid', 'pki.path_valid'],
    ['that list others', { entries: [stranger] }, {}, 'pki.path_valid', 'pki.path_valid'],
    ['without number', { extensions: { [EXTENSION.crlNumber]: undefined } }, {}, 'pki.path_valid', 'unknown no_number'],
    [
      'without the issuer’s key',
      { extensions: { [EXTENSION.authorityKeyIdentifier]: undefined } },
      {},
      'pki.path_valid',
      'unknown no_key_id',
    ],
    ['with an entry twice', { entries: [stranger, stranger] }, {}, 'pki.path_valid', 'unknown entry_twice'],
    [
      'with a critical number',
      { extensions: { [EXTENSION.crlNumber]: extension(EXTENSION.crlNumber, der.integer(7), true) } },
      {},
      'unknown no_crl',
      'unknown no_crl',
    ],
    [
      'with an unknown extension',
      { extensions: { '1.2.3.4': extension('1.2.3.4', der.nullValue()) } },
      {},
      'pki.path_valid',
      'pki.path_valid',
    ],
    [
      'with an unknown critical extension',
      { extensions: { '1.2.3.4': extension('1.2.3.4', der.nullValue(), true) } },
      {},
      'unknown critical_extension',
      'unknown critical_extension',
    ],
    [
      'with an unknown critical extension in an entry about somebody else',
      { entries: [{ ...stranger, extensions: [extension('1.2.3.4', der.nullValue(), true)] }] },
      {},
      'unknown critical_extension',
      'unknown critical_extension',
    ],
    ['without next update', { nextUpdate: null }, {}, 'unknown no_next_update', 'unknown no_next_update'],
    [
      'from the future',
      { thisUpdate: before(-1), nextUpdate: before(-2) },
      {},
      'unknown not_yet_issued',
      'unknown not_yet_issued',
    ],
    ['from the past', { thisUpdate: before(9), nextUpdate: before(8) }, {}, 'unknown stale', 'unknown stale'],
    ['for users', { extensions: scope(flag(1)) }, {}, 'pki.path_valid', 'pki.path_valid'],
    ['for CAs', { extensions: scope(flag(2)) }, {}, 'unknown no_crl', 'unknown no_crl'],
    ['for attribute certificates', { extensions: scope(flag(5)) }, {}, 'unknown no_crl', 'unknown no_crl'],
    [
      'of the part that the certificate names',
      { extensions: scope(place(uri('http://a/1'))) },
      points([uri('http://a/1')]),
      'pki.path_valid',
      'pki.path_valid',
    ],
    [
      'of another part',
      { extensions: scope(place(uri('http://a/2'))) },
      points([uri('http://a/1')]),
      'unknown no_crl',
      'unknown no_crl',
    ],
    [
      'of a part that is written otherwise',
      { extensions: scope(place(uri('http://a/%31'))) },
      points([uri('http://a/1')]),
      'unknown no_crl',
      'unknown no_crl',
    ],
    [
      'of a part when the certificate names none',
      { extensions: scope(place(uri('http://a/1'))) },
      {},
      'unknown no_crl',
      'unknown no_crl',
    ],
    [
      'of a part with one more name',
      { extensions: scope(place(uri('http://a/1'), dns('a'))) },
      points([uri('http://a/1')]),
      'pki.path_valid',
      'unknown no_crl',
    ],
    [
      'of a part with one name less',
      { extensions: scope(place(uri('http://a/1'))) },
      points([uri('http://a/1'), dns('a')]),
      'pki.path_valid',
      'unknown no_crl',
    ],
    [
      'that are indirect',
      { extensions: scope(place(uri('http://a/1')), flag(4)) },
      points([uri('http://a/1')]),
      'pki.path_valid',
      'unknown no_crl',
    ],
    [
      'for some reasons only',
      { extensions: scope(place(uri('http://a/1')), der.element(0x83, Uint8Array.of(6, 0x40))) },
      points([uri('http://a/1')]),
      'unknown reasons_not_covered',
      'unknown reasons_not_covered',
    ],
  ])('%s', async (_name, recipe, end, lenient, strict) => {
    expect(await judge(recipe, end)).toEqual([lenient, strict]);
  });

  it.each<[string, Date, Date | undefined, string]>([
    ['before', before(2), undefined, 'pki.revoked'],
    ['before the certificate began', before(1000), undefined, 'pki.revoked'],
    ['in the future of a list from before', before(-5), undefined, 'pki.revoked'],
    ['after the instant in question, in a later list', before(-1), before(-2), 'pki.path_valid'],
  ])('that revoke %s', async (_name, date, later, code) => {
    const serial = Uint8Array.of(0x41, 0x42);
    const times = later ? { thisUpdate: later, nextUpdate: before(-9) } : {};
    const entries = [{ serial, date }];
    expect((await judge({ entries, ...times }, { serial }, later ? { now: later } : {}))[0]).toBe(code);
  });

  it('may be no older than the caller wants', async () => {
    const young = await judge({ thisUpdate: before(3) }, {}, { revocationMaxAgeMs: 4 * day });
    const old = await judge({ thisUpdate: before(3) }, {}, { revocationMaxAgeMs: 2 * day });
    expect([young[0], old[0]]).toEqual(['pki.path_valid', 'unknown stale']);
  });

  it('need a signer that may sign them', async () => {
    const made = await chain({ middle: { extensions: { [EXTENSION.keyUsage]: keyUsage(5) } } });
    const crls = [await crl({ issuer: made.root }), await crl({ issuer: made.middle })];
    expect(validatePath(optionsFor(made, { crls, revocation: 'require' })).revocation.reason).toBe('signature');
  });
});

describe('OCSP', () => {
  let made: Chain;
  let rootCrl: Uint8Array;

  beforeAll(async () => {
    made = await chain();
    rootCrl = await crl({ issuer: made.root });
  });

  const answer = async (status: Partial<OcspStatus>, by: Forged = made.middle): Promise<Uint8Array> => {
    const certId = certIdOf({ issuer: parseCertificate(made.middle.der), serial: serialOf(made.end) });
    const response = { certId, status: 'good' as const, thisUpdate: before(0.1), nextUpdate: before(-1), ...status };
    const producedAt = status.thisUpdate ?? before(0.1);
    return buildOcspResponse({
      signer: by.signer,
      responder: by.der,
      responses: [response],
      producedAt,
      includeCertificate: true,
    });
  };
  const judgeBy = (ocspResponses: Uint8Array[], more: Partial<PathOptions> = {}) => {
    const report = validatePath(optionsFor(made, { crls: [rootCrl], ocspResponses, revocation: 'require', ...more }));
    expect(report.checks.every(({ clause }) => clause)).toBe(true);
    return [report.code, report.revocation.reason];
  };

  it('alone is enough, and its evidence is in the report', async () => {
    const good = await answer({});
    expect(judgeBy([good])).toEqual(['pki.path_valid', undefined]);
    const { checks, revocation } = validatePath(
      optionsFor(made, { crls: [rootCrl], ocspResponses: [good], revocation: 'require' }),
    );
    expect(revocation).toMatchObject({ status: 'good', source: 'CN=Middle' });
    expect(checks.map(({ code }) => code)).toContain('pki.ocsp_good');
  });

  it('does not count when stale, too old, signed by a stranger, or unreadable', async () => {
    expect(judgeBy([await answer({ thisUpdate: before(9), nextUpdate: before(8) })])).toEqual([
      'pki.revocation_unknown',
      'ocsp_stale',
    ]);
    expect(judgeBy([await answer({ thisUpdate: before(2) })], { revocationMaxAgeMs: day })[0]).toBe(
      'pki.revocation_unknown',
    );
    const other = await forge({ subject: commonName('Middle'), ca: true });
    expect(judgeBy([await answer({}, other)])[0]).toBe('pki.revocation_unknown');
    expect(judgeBy([Uint8Array.of(1)])[0]).toBe('pki.revocation_unknown');
    expect(judgeBy([await answer({})], { revocation: 'off' })[0]).toBe('pki.path_valid');
  });

  it('revokes, also against a good CRL', async () => {
    const revoked = await answer({ status: 'revoked', revokedAt: before(1), reason: 'keyCompromise' });
    const crls = [rootCrl, await crl({ issuer: made.middle })];
    expect(judgeBy([revoked])).toEqual(['pki.revoked', 'keyCompromise']);
    expect(judgeBy([revoked], { crls })).toEqual(['pki.revoked', 'keyCompromise']);
  });

  it('does not overrule a revoking CRL, except a hold that it lifts later', async () => {
    const good = await answer({});
    const reason = (code: number): Uint8Array[] => [
      extension(EXTENSION.reasonCode, der.element(0x0a, Uint8Array.of(code))),
    ];
    const listed = async (code: number) => [
      rootCrl,
      await crl({ issuer: made.middle, entries: [{ serial: serialOf(made.end), extensions: reason(code) }] }),
    ];
    expect(judgeBy([good], { crls: await listed(1) })[0]).toBe('pki.revoked');
    expect(judgeBy([good], { crls: await listed(6) })[0]).toBe('pki.path_valid');
    const older = await answer({ thisUpdate: before(3) });
    expect(judgeBy([older], { crls: await listed(6) })[0]).toBe('pki.revoked');
  });

  it('of a later revocation leaves the earlier instant good', async () => {
    const revoked = await answer({
      status: 'revoked',
      revokedAt: before(-0.5),
      thisUpdate: before(-1),
      nextUpdate: before(-2),
    });
    expect(judgeBy([revoked], { now: before(-1) })[0]).toBe('pki.path_valid');
  });

  it('by a delegated responder needs the responder’s own status', async () => {
    const delegate = { [EXTENSION.extendedKeyUsage]: purposes(['1.3.6.1.5.5.7.3.9']) };
    const responder = await forge({ subject: commonName('Responder'), issuer: made.middle, extensions: delegate });
    const response = await answer({}, responder);
    expect(judgeBy([response])[0]).toBe('pki.revocation_unknown');
    const good = await crl({ issuer: made.middle, entries: [stranger] });
    const bad = await crl({ issuer: made.middle, entries: [{ serial: serialOf(responder) }] });
    const evidence = (list: Uint8Array): readonly string[] => {
      const options = optionsFor(made, { crls: [rootCrl, list], ocspResponses: [response], revocation: 'require' });
      return validatePath(options).checks.map(({ code }) => code);
    };
    expect(evidence(good)).toContain('pki.ocsp_good');
    // What a revoked responder says counts for nothing; the list itself still speaks for the end certificate.
    expect(evidence(bad)).not.toContain('pki.ocsp_good');
    expect(evidence(bad)).toContain('pki.not_revoked');
  });
});
