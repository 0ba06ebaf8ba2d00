import { createHash } from 'node:crypto';
import { der } from '@tra/asn1';
import { CONTENT_TYPE, createSignedData, parseSignedData } from '@tra/cms';
import { toHex } from '@tra/kernel';
import { type SteppedClock, seededRandom, steppedClock } from '@tra/kernel/testing';
import { buildOcspRequest, createOcspResponder, parseCertificate, parseOcspRequest } from '@tra/pki';
import { testSigner } from '@tra/pki/testing';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createAuthority,
  createRequest,
  type FailureName,
  parseRequest,
  parseResponse,
  RequestRefusal,
  readTstInfo,
  type TimestampingUnit,
  type VerifyTokenOptions,
  verifyToken,
} from '../src/index.ts';
import { TEST_POLICY, type TestAuthority, testAuthority } from '../src/testing.ts';

const data = new TextEncoder().encode('ข้อมูล');
const value = createHash('sha256').update(data).digest();
const imprint = { algorithm: 'sha256', value } as const;
const sha256 = der.sequence(der.oid('2.16.840.1.101.3.4.2.1'), der.nullValue());

let clock: SteppedClock;
let test: TestAuthority;
let crls: Uint8Array[];

beforeAll(async () => {
  test = await testAuthority({ now: () => clock.now() });
  crls = await test.hierarchy.crls(new Date('2026-11-21T02:00:00Z'));
});
beforeEach(() => {
  clock = steppedClock('2026-11-21T02:00:00.120Z');
});

const verify = (token: Uint8Array, own: Partial<VerifyTokenOptions> = {}): [string, string] => {
  const { verdict, code } = verifyToken({ token, data, anchors: [test.hierarchy.root.certificate], crls, ...own });
  return [verdict, code];
};

describe('a granted token', () => {
  it('holds what was asked for', async () => {
    const nonce = Uint8Array.of(0xff, 1, 2);
    const { response, issued } = await test.authority.respond(createRequest({ ...imprint, nonce, certReq: false }));
    const { token, status } = parseResponse(response);
    expect(status).toBe('granted');
    const signedData = parseSignedData(token ?? new Uint8Array(0));
    expect(signedData.certificates).toHaveLength(0);
    const info = readTstInfo(signedData.content ?? new Uint8Array(0));
    expect(info).toMatchObject({
      policy: TEST_POLICY,
      genTime: new Date('2026-11-21T02:00:00.120Z'),
      ordering: false,
      accuracy: { seconds: 1 },
    });
    expect(info.nonce).toEqual(Uint8Array.of(0, 0xff, 1, 2));
    expect(info.serialHex).toBe(toHex(issued?.serial ?? new Uint8Array(0)));
    expect(info.serialHex.length).toBeGreaterThanOrEqual(32);
    expect(issued?.digest).toEqual(new Uint8Array(value));
  });

  it('copies a negative nonce as it came', async () => {
    const request = der.sequence(der.integer(1), der.sequence(sha256, der.octetString(value)), der.integer(-12345));
    const { response } = await test.authority.respond(request);
    const { token } = parseResponse(response);
    expect(
      verify(token ?? request, {
        intermediates: [test.unit.certificate, test.hierarchy.issuing.certificate],
        nonce: Uint8Array.of(0xcf, 0xc7),
      }),
    ).toEqual(['passed', 'timestamp.token_valid']);
  });

  it('has serials that never repeat', async () => {
    const serials = await Promise.all(
      Array.from({ length: 200 }, async () => toHex((await test.authority.stamp(imprint)).serial)),
    );
    expect(new Set(serials).size).toBe(200);
  });
});

const raw = {
  version: (version: number) => der.sequence(der.integer(version), der.sequence(sha256, der.octetString(value))),
  digest: (oid: string, length: number) =>
    der.sequence(
      der.integer(1),
      der.sequence(der.sequence(der.oid(oid), der.nullValue()), der.octetString(new Uint8Array(length))),
    ),
  nonce: (length: number) =>
    der.sequence(
      der.integer(1),
      der.sequence(sha256, der.octetString(value)),
      der.unsignedInteger(new Uint8Array(length).fill(7)),
    ),
  nonceOf: (...octets: number[]) =>
    der.sequence(
      der.integer(1),
      der.sequence(sha256, der.octetString(value)),
      der.element(0x02, Uint8Array.from(octets)),
    ),
  extension: () => {
    const extensions = der.element(0xa0, der.sequence(der.oid('1.2.3'), der.octetString(new Uint8Array(1))));
    return der.sequence(der.integer(1), der.sequence(sha256, der.octetString(value)), extensions);
  },
};

describe('a nonce', () => {
  it.each([[[0]], [[0x7f]], [[0, 0x80]], [[0, 0xff, 1]], [[0x80]], [[0xff]], [[0xff, 0x7f]], [[1, 0, 0]]])(
    '%j comes back as it was sent',
    async (octets) => {
      const { issued } = await test.authority.respond(raw.nonceOf(...octets));
      expect(readTstInfo(issued?.info ?? new Uint8Array(0)).nonce).toEqual(Uint8Array.from(octets));
    },
  );
});

describe('refusals', () => {
  it.each<[string, Uint8Array, FailureName]>([
    ['no bytes', new Uint8Array(0), 'badDataFormat'],
    ['more than 4 KiB', new Uint8Array(5000), 'badDataFormat'],
    ['trailing bytes', Uint8Array.of(...createRequest(imprint), 0), 'badDataFormat'],
    ['a length that is not minimal', Uint8Array.of(0x30, 0x81, ...createRequest(imprint).subarray(1)), 'badDataFormat'],
    ['version 2', raw.version(2), 'badRequest'],
    ['version 0', raw.version(0), 'badRequest'],
    ['SHA-1', raw.digest('1.3.14.3.2.26', 20), 'badAlg'],
    ['MD5', raw.digest('1.2.840.113549.2.5', 16), 'badAlg'],
    ['an unknown algorithm', raw.digest('1.2.3.4', 32), 'badAlg'],
    ['SHA-256 of 20 octets', raw.digest('2.16.840.1.101.3.4.2.1', 20), 'badDataFormat'],
    ['SHA-512 of 32 octets', raw.digest('2.16.840.1.101.3.4.2.3', 32), 'badDataFormat'],
    ['a nonce of 65 octets', raw.nonce(65), 'badDataFormat'],
    ['a nonce with a zero too many', raw.nonceOf(0, 0x7f), 'badDataFormat'],
    ['a negative nonce with an octet too many', raw.nonceOf(0xff, 0x80), 'badDataFormat'],
    ['a nonce without octets', raw.nonceOf(), 'badDataFormat'],
    ['another policy', createRequest({ ...imprint, policy: '1.2.3' }), 'unacceptedPolicy'],
    ['an extension', raw.extension(), 'unacceptedExtension'],
  ])('%s', async (_name, request, failure) => {
    const reply = await test.authority.respond(request);
    expect(reply.failure).toBe(failure);
    expect(reply.issued).toBeUndefined();
    expect(parseResponse(reply.response)).toMatchObject({ status: 'rejection', failures: [failure] });
  });

  it('everything outside the validity of its certificate', async () => {
    clock = steppedClock('2030-01-02T00:00:00Z');
    expect((await test.authority.respond(createRequest(imprint))).failure).toBe('systemFailure');
    await expect(test.authority.stamp(imprint)).rejects.toMatchObject({ code: 'timestamp.unit_expired' });
    clock = steppedClock('2025-01-02T00:00:00Z');
    await expect(test.authority.stamp(imprint)).rejects.toMatchObject({ code: 'timestamp.unit_expired' });
  });

  it('a digest that does not fit, when stamping directly', async () => {
    await expect(test.authority.stamp({ algorithm: 'sha256', value: new Uint8Array(20) })).rejects.toMatchObject({
      code: 'timestamp.digest_length',
    });
    const algorithm = 'sha1' as 'sha256';
    await expect(test.authority.stamp({ algorithm, value: new Uint8Array(20) })).rejects.toMatchObject({
      code: 'timestamp.digest_unsupported',
    });
  });

  it('a certificate that is not of a time-stamping unit, or of another key', async () => {
    const signer = await test.hierarchy.issue('document-signer');
    const authorityOf = (unit: Pick<TimestampingUnit, 'certificate' | 'signer'>) =>
      createAuthority({
        units: [{ ...unit, chain: [], policies: [{ oid: TEST_POLICY }] }],
        clock,
        random: seededRandom(1),
      });
    expect(() => authorityOf(signer)).toThrow(expect.objectContaining({ code: 'timestamp.unit_invalid' }));
    expect(() => authorityOf({ certificate: test.unit.certificate, signer: testSigner() })).toThrow(
      expect.objectContaining({ code: 'timestamp.unit_invalid' }),
    );
  });
});

describe('verification', () => {
  it('passes, and reports who and when', async () => {
    const { token } = await test.authority.stamp(imprint);
    const report = verifyToken({ token, data, anchors: [test.hierarchy.root.certificate], crls });
    expect(report).toMatchObject({
      verdict: 'passed',
      code: 'timestamp.token_valid',
      genTime: new Date('2026-11-21T02:00:00.120Z'),
    });
    expect(report.certificate?.subject.get('CN')).toBe('Stamp time-stamping');
    expect(report.path?.path).toHaveLength(3);
    expect(report.checks.every(({ clause }) => clause)).toBe(true);
  });

  /** A response of the issuing authority about the unit; the CRL of the root tells about that authority. */
  const ocspOf = async (
    status: { status: 'good' } | { status: 'revoked'; revokedAt: Date; reason: 'keyCompromise' },
  ) => {
    const { certificate, signer } = test.hierarchy.issuing;
    const unit = parseCertificate(test.unit.certificate);
    const request = parseOcspRequest(buildOcspRequest({ certificate: unit, issuer: parseCertificate(certificate) }));
    const certId = request.requests[0]?.der ?? new Uint8Array();
    const [thisUpdate, nextUpdate] = [new Date('2026-11-21T02:00:00Z'), new Date('2026-11-22T02:00:00Z')];
    const responder = createOcspResponder({ signer, responder: certificate });
    const response = { certId, ...status, thisUpdate, nextUpdate };
    return await responder.respond({ responses: [response], producedAt: thisUpdate });
  };

  it('takes the status of the authority from OCSP as well', async () => {
    const { token } = await test.authority.stamp(imprint);
    const rootCrl = crls.slice(1);
    const good = await ocspOf({ status: 'good' });
    const bad = await ocspOf({
      status: 'revoked',
      revokedAt: new Date('2026-11-20T00:00:00Z'),
      reason: 'keyCompromise',
    });
    expect(verify(token, { crls: rootCrl })).toEqual(['indeterminate', 'pki.revocation_unknown']);
    expect(verify(token, { crls: rootCrl, ocspResponses: [good] })).toEqual(['passed', 'timestamp.token_valid']);
    expect(verify(token, { crls: rootCrl, ocspResponses: [bad] })).toEqual(['failed', 'pki.revoked']);
    const forged = Buffer.from(good);
    forged.write('1', forged.indexOf('20261122020000Z') + 13);
    expect(verify(token, { crls: rootCrl, ocspResponses: [forged] })[0]).toBe('indeterminate');
  });

  it('is refused for each thing that is wrong', async () => {
    const { token } = await test.authority.stamp(imprint);
    expect(verify(token, { data: new Uint8Array(3) })).toEqual(['failed', 'timestamp.imprint_mismatch']);
    expect(verify(token, { nonce: Uint8Array.of(1) })).toEqual(['failed', 'timestamp.nonce_mismatch']);
    expect(verify(token, { policies: ['1.2.3'] })).toEqual(['failed', 'timestamp.policy_not_accepted']);
    expect(verify(token, { anchors: [] })).toEqual(['indeterminate', 'pki.no_anchor']);
    expect(verify(token, { crls: [] })).toEqual(['indeterminate', 'pki.revocation_unknown']);
    expect(verify(token, { at: new Date('2031-01-01') })[0]).toBe('failed');
    expect(verify(new Uint8Array(3))).toEqual(['failed', 'timestamp.token_unreadable']);
    const { data: _, ...without } = { token, data, anchors: [test.hierarchy.root.certificate], crls };
    expect(verifyToken(without).code).toBe('timestamp.imprint_not_compared');
    expect(verifyToken({ ...without, digest: { algorithm: 'sha512', value: new Uint8Array(64) } }).code).toBe(
      'timestamp.imprint_algorithm_differs',
    );
  });

  it('refuses a token signed by something else than a time-stamping unit', async () => {
    const { token } = await test.authority.stamp(imprint);
    const { content = new Uint8Array(0) } = parseSignedData(token);
    const entity = await test.hierarchy.issue('document-signer');
    const certificates = [entity.certificate, test.hierarchy.issuing.certificate];
    const forged = await createSignedData({
      content,
      detached: false,
      contentType: CONTENT_TYPE.tstInfo,
      ...entity,
      certificates,
    });
    expect(verify(forged.toDer())).toEqual(['failed', 'pki.extended_key_usage']);
    const plain = await createSignedData({ content, detached: false, ...test.unit, certificates });
    expect(verify(plain.toDer())).toEqual(['failed', 'timestamp.not_a_token']);
  });

  it('is not misled by certificates injected into a token', async () => {
    const { token } = await test.authority.stamp(imprint);
    const twin = await testAuthority({ now: () => clock.now() });
    const { token: foreign } = await twin.authority.stamp(imprint);
    expect(verify(foreign)[0]).not.toBe('passed');
    expect(
      verify(token, {
        intermediates: [twin.unit.certificate, twin.hierarchy.issuing.certificate, twin.hierarchy.root.certificate],
      })[0],
    ).toBe('passed');
  });

  it('of a unit revoked for a stolen key fails even for tokens from before', async () => {
    const { token } = await test.authority.stamp(imprint);
    const now = new Date('2026-11-22T02:00:00Z');
    const { serialHex } = parseCertificate(test.unit.certificate);
    const entry = { serialHex, date: new Date('2026-11-22T00:00:00Z') };
    const stolen = await test.hierarchy.crls(now, [{ ...entry, reason: 'keyCompromise' }]);
    expect(verify(token, { crls: stolen, now })).toEqual(['failed', 'pki.revoked']);
    const retired = await test.hierarchy.crls(now, [{ ...entry, reason: 'cessationOfOperation' }]);
    expect(verify(token, { crls: retired, now })[0]).toBe('passed');
  });
});

describe('mutations', () => {
  let seed = 4711;
  const next = (limit: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % limit;
  };
  const mutate = (original: Uint8Array): Uint8Array => {
    const bytes = Uint8Array.from(original);
    if (next(8) === 0) return bytes.subarray(0, next(bytes.length));
    for (let count = 0; count <= next(3); count += 1) bytes[next(bytes.length)] = next(256);
    return bytes;
  };

  it('20,000 of a request are answered by a rejection or by a token for exactly what stands in them', async () => {
    const request = createRequest({ ...imprint, nonce: Uint8Array.of(1, 2, 3, 4), policy: TEST_POLICY });
    let granted = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const mutated = mutate(request);
      // Only every tenth that would be granted is signed: reading is what is tested here.
      try {
        parseRequest(mutated);
        if (next(10) > 0) continue;
      } catch (error) {
        if (!(error instanceof RequestRefusal)) throw error;
      }
      const { response, failure, issued } = await test.authority.respond(mutated);
      const { status, token } = parseResponse(response);
      expect(status).toBe(failure ? 'rejection' : 'granted');
      if (!token) continue;
      granted += 1;
      const info = readTstInfo(parseSignedData(token).content ?? new Uint8Array(0));
      expect(info.imprint.value).toEqual(issued?.digest);
      expect(info.imprint.der).toEqual(parseRequest(mutated).imprint.der);
    }
    expect(granted).toBeGreaterThan(0);
  });

  it('1,500 of a token are never accepted for something else', async () => {
    const { token } = await test.authority.stamp(imprint);
    const original = parseSignedData(token);
    for (let round = 0; round < 1500; round += 1) {
      const mutated = mutate(token);
      const report = verifyToken({ token: mutated, data, anchors: [test.hierarchy.root.certificate], crls });
      if (report.verdict !== 'passed') continue;
      expect(parseSignedData(mutated).content).toEqual(original.content);
      expect(report.certificate?.der).toEqual(test.unit.certificate);
    }
  });
});
