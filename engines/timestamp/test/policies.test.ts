import { createHash } from 'node:crypto';
import { contextConstructedTag, der } from '@tra/asn1';
import { parseSignedData } from '@tra/cms';
import { toHex } from '@tra/kernel';
import { seededRandom, steppedClock } from '@tra/kernel/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createAuthority,
  createRequest,
  createSerialSource,
  IMPRINT_ALGORITHMS,
  type ImprintAlgorithm,
  type PolicyRules,
  parseResponse,
  readTstInfo,
  type TstInfo,
  verifyToken,
} from '../src/index.ts';
import { type TestAuthority, testAuthority } from '../src/testing.ts';

const clock = steppedClock('2026-11-21T02:00:00.120Z');
const data = new TextEncoder().encode('ข้อมูล');
const digestOf = (algorithm: ImprintAlgorithm) => ({
  algorithm,
  value: new Uint8Array(createHash(algorithm).update(data).digest()),
});
const infoOf = (token: Uint8Array): TstInfo => readTstInfo(parseSignedData(token).content ?? new Uint8Array(0));

const policies: readonly PolicyRules[] = [
  { oid: '1.2.3.1' },
  { oid: '1.2.3.2', accuracy: { millis: 500, micros: 20 }, imprints: ['sha3-256'], acceptedExtensions: ['1.2.3.9'] },
  { oid: '1.2.3.3', qualified: true },
  { oid: '1.2.3.4', ordering: true, accuracy: { seconds: 2 } },
];
let test: TestAuthority;
beforeAll(async () => {
  test = await testAuthority(clock, 'ecdsa-p256-sha256', { policies });
});

const ask = async (request: Uint8Array) => {
  const { response, failure } = await test.authority.respond(request);
  const { token } = parseResponse(response);
  return { failure, info: token && infoOf(token), token };
};

describe('policies', () => {
  it('route a request, the first one those that name none', async () => {
    expect((await ask(createRequest(digestOf('sha256')))).info).toMatchObject({
      policy: '1.2.3.1',
      accuracy: { seconds: 1 },
      ordering: false,
      qualified: false,
    });
    expect((await ask(createRequest({ ...digestOf('sha3-256'), policy: '1.2.3.2' }))).info).toMatchObject({
      policy: '1.2.3.2',
      accuracy: { millis: 500, micros: 20 },
    });
    expect((await ask(createRequest({ ...digestOf('sha256'), policy: '1.2.3.5' }))).failure).toBe('unacceptedPolicy');
    await expect(test.authority.stamp({ ...digestOf('sha256'), policy: '1.2.3.5' })).rejects.toMatchObject({
      code: 'timestamp.policy_unsupported',
    });
  });

  it('each have their imprints', async () => {
    expect((await ask(createRequest({ ...digestOf('sha256'), policy: '1.2.3.2' }))).failure).toBe('badAlg');
    await expect(test.authority.stamp({ ...digestOf('sha256'), policy: '1.2.3.2' })).rejects.toMatchObject({
      code: 'timestamp.digest_unsupported',
    });
  });

  it.each(IMPRINT_ALGORITHMS)('stamp %s, and the token verifies', async (algorithm) => {
    const { token } = await test.authority.stamp(digestOf(algorithm));
    const crls = await test.hierarchy.crls(clock.now());
    expect(verifyToken({ token, data, anchors: [test.hierarchy.root.certificate], crls }).code).toBe(
      'timestamp.token_valid',
    );
  });

  it('state a qualified token in an extension that is not critical', async () => {
    const { info, token } = await ask(createRequest({ ...digestOf('sha256'), policy: '1.2.3.3' }));
    expect(info).toMatchObject({ qualified: true, criticalExtensions: [] });
    const statement = toHex(der.sequence(der.sequence(der.oid('0.4.0.19422.1.1'))));
    expect(toHex(token ?? new Uint8Array(0))).toContain(statement);
  });

  it('accept the extensions that they name and no others', async () => {
    const request = (...oids: readonly string[]): Uint8Array => {
      const { algorithm, value } = digestOf('sha3-256');
      const plain = createRequest({ algorithm, value, policy: '1.2.3.2', certReq: false });
      const items = oids.map((oid) => der.sequence(der.oid(oid), der.octetString(der.nullValue())));
      return der.sequence(plain.subarray(2), der.element(contextConstructedTag(0), ...items));
    };
    expect((await ask(request('1.2.3.9'))).info?.policy).toBe('1.2.3.2');
    expect((await ask(request('1.2.3.9', '1.2.3.8'))).failure).toBe('unacceptedExtension');
    expect((await ask(request('1.2.3.9', '1.2.3.9'))).failure).toBe('badDataFormat');
  });

  it('with ordering give each token a later time, by microseconds in one millisecond', async () => {
    const times: string[] = [];
    for (let count = 0; count < 12; count += 1) {
      const { token } = await test.authority.stamp({ ...digestOf('sha256'), policy: '1.2.3.4' });
      const text = Buffer.from(parseSignedData(token).content ?? []).toString('latin1');
      times.push(/\d{14}(\.\d+)?Z/.exec(text)?.[0] ?? '');
    }
    expect(times.slice(0, 3)).toEqual(['20261121020000.12Z', '20261121020000.120001Z', '20261121020000.120002Z']);
    expect(times[10]).toBe('20261121020000.12001Z');
    expect(new Set(times).size).toBe(12);
  });

  it.each<[string, readonly PolicyRules[]]>([
    ['no policy', []],
    ['one policy twice', [{ oid: '1.2.3' }, { oid: '1.2.3' }]],
    ['no accuracy', [{ oid: '1.2.3', accuracy: {} }]],
    ['1000 milliseconds', [{ oid: '1.2.3', accuracy: { millis: 1000 } }]],
    ['a qualified one that is not accurate to a second', [{ oid: '1.2.3', accuracy: { seconds: 2 }, qualified: true }]],
    ['no imprint', [{ oid: '1.2.3', imprints: [] }]],
    ['a weak imprint', [{ oid: '1.2.3', imprints: ['sha1' as 'sha256'] }]],
  ])('are refused: %s', async (_name, wrong) => {
    await expect(testAuthority(clock, 'ecdsa-p256-sha256', { policies: wrong })).rejects.toMatchObject({
      code: 'timestamp.policy_invalid',
    });
  });
});

describe('time', () => {
  it('that cannot be vouched for is not stamped, by the accuracy of the policy', async () => {
    let error = 100;
    const { authority } = await testAuthority(clock, 'ecdsa-p256-sha256', {
      policies,
      timeAvailable: (accuracyMs) => error <= accuracyMs,
    });
    const failureOf = async (policy: string) =>
      (await authority.respond(createRequest({ ...digestOf('sha3-256'), policy }))).failure;
    expect(await failureOf('1.2.3.2')).toBeUndefined();
    error = 501;
    expect(await failureOf('1.2.3.2')).toBe('timeNotAvailable');
    expect(await failureOf('1.2.3.1')).toBeUndefined();
    error = Number.POSITIVE_INFINITY;
    expect(await failureOf('1.2.3.1')).toBe('timeNotAvailable');
    await expect(authority.stamp(digestOf('sha256'))).rejects.toMatchObject({ code: 'timestamp.time_unavailable' });
  });

  it('is written without trailing zeros', async () => {
    const at = steppedClock('2026-12-31T23:59:59.900Z');
    const { authority } = await testAuthority(at);
    const textOf = async (): Promise<string> => {
      const { info } = await authority.stamp(digestOf('sha256'));
      return /\d{14}(\.\d+)?Z/.exec(Buffer.from(info).toString('latin1'))?.[0] ?? '';
    };
    expect(await textOf()).toBe('20261231235959.9Z');
    at.advance(100);
    expect(await textOf()).toBe('20270101000000Z');
    at.advance(7);
    expect(await textOf()).toBe('20270101000000.007Z');
  });
});

describe('the self check', () => {
  it.each(['every', 'sampled'] as const)(
    '%s keeps wrong tokens back, and stops the unit for good',
    async (selfCheck) => {
      const { hierarchy, unit } = await testAuthority(clock);
      let wrong = true;
      const sign = async (bytes: Uint8Array): Promise<Uint8Array> => {
        const signature = await unit.signer.sign(bytes);
        if (wrong) signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
        return signature;
      };
      const units = [
        {
          certificate: unit.certificate,
          signer: { ...unit.signer, sign },
          chain: [hierarchy.issuing.certificate],
          policies,
        },
      ];
      const authority = createAuthority({ units, clock, random: seededRandom(3), selfCheck });
      authority.check();
      const code = 'timestamp.self_check_failed';
      await expect(authority.respond(createRequest(digestOf('sha256')))).rejects.toMatchObject({ code });
      wrong = false;
      await expect(authority.stamp(digestOf('sha256'))).rejects.toMatchObject({ code });
      expect(() => authority.check()).toThrow(code);
      const blind = createAuthority({ units, clock, random: seededRandom(3), selfCheck: 'off' });
      wrong = true;
      expect((await blind.respond(createRequest(digestOf('sha256')))).issued).toBeDefined();
    },
  );
});

describe('serial numbers', () => {
  it('are positive, of 20 octets, and never repeat: within a source, between sources, when the clock stands still', () => {
    const seen = new Set<string>();
    for (let source = 1; source <= 50; source += 1) {
      const { next } = createSerialSource(seededRandom(source));
      for (let count = 0; count < 1000; count += 1) {
        const serial = next(1_800_000_000_000);
        expect(serial.length === 20 && serial[0] !== undefined && serial[0] >= 0x40 && serial[0] < 0x80).toBe(true);
        seen.add(toHex(serial));
      }
    }
    expect(seen.size).toBe(50_000);
  });

  it('carry the counter over from one half to the other', () => {
    const bytes = new Uint8Array(14).fill(0xff);
    const { next } = createSerialSource({ bytes: () => bytes });
    expect(toHex(next(1)).slice(16)).toBe('000000000001000000000000');
    expect(toHex(next(2 ** 40)).slice(16)).toBe('010000000000000000000001');
  });

  it('of a machine that was copied while it ran part by time', () => {
    const [one, two] = [createSerialSource(seededRandom(1)), createSerialSource(seededRandom(1))];
    expect(toHex(one.next(1000))).not.toBe(toHex(two.next(1001)));
  });
});
