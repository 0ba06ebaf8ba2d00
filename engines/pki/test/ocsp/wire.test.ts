import { der } from '@tra/asn1';
import { fromHex, toHex } from '@tra/kernel';
import { seededRandom } from '@tra/kernel/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildOcspRequest,
  buildOcspResponse,
  certIdOf,
  createOcspResponder,
  encodeOcspRequest,
  OCSP,
  ocspEvidence,
  ocspFailure,
  PkiError,
  parseOcspRequest,
  parseOcspResponse,
} from '../../src/index.ts';
import { testSigner } from '../../src/testing.ts';
import { at, ca, extension, hours, type Made, make } from './make.ts';

let issuer: Made;
let subject: Made;
let certId: Uint8Array;

beforeAll(async () => {
  issuer = await make({ subject: 'CA', extensions: ca });
  subject = await make({ issuer });
  certId = certIdOf({ issuer: issuer.certificate, serial: fromHex(subject.certificate.serialHex) });
});

const reasonOf = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    if (error instanceof PkiError) return error.params.reason;
    throw error;
  }
  return undefined;
};

const request = (extensions: readonly Uint8Array[], list: readonly Uint8Array[] = [der.sequence(certId)]): Uint8Array =>
  der.sequence(
    der.sequence(
      der.sequence(...list),
      extensions.length > 0 ? der.explicit(2, der.sequence(...extensions)) : undefined,
    ),
  );
const nonceOf = (length: number): Uint8Array => extension(OCSP.nonce, der.octetString(new Uint8Array(length).fill(1)));

describe('requests', () => {
  it('come back as they were built, one or many, with and without a nonce', () => {
    const nonce = new Uint8Array(32).fill(3);
    const one = parseOcspRequest(
      buildOcspRequest({
        certificate: subject.certificate.der,
        issuer: issuer.certificate.der,
        digest: 'sha256',
        nonce,
      }),
    );
    expect(one).toMatchObject({ nonce, preferredAlgorithms: [], signed: false, unknownCritical: [] });
    expect(one.requests).toMatchObject([{ digest: 'sha256', serialHex: subject.certificate.serialHex }]);
    const many = parseOcspRequest(encodeOcspRequest(Array.from({ length: 50 }, () => certId)));
    expect(many.requests.map((id) => toHex(id.der))).toEqual(Array.from({ length: 50 }, () => toHex(certId)));
    expect(many.nonce).toBeUndefined();
  });

  it('take nonces of 1 to 128 octets and no others', () => {
    for (const length of [1, 32, 128]) expect(parseOcspRequest(request([nonceOf(length)])).nonce).toHaveLength(length);
    for (const length of [0, 129]) {
      expect(reasonOf(() => parseOcspRequest(request([nonceOf(length)])))).toBe('nonce');
      expect(() => encodeOcspRequest([certId], new Uint8Array(length))).toThrow(PkiError);
    }
    const bare = extension(OCSP.nonce, Uint8Array.of(1, 2, 3));
    expect(() => parseOcspRequest(request([bare]))).toThrow('pki.ocsp_request_invalid');
  });

  it('may name preferred algorithms, acceptable answers and a locator; other critical extensions are reported', () => {
    const preferred = extension(
      OCSP.preferredSignatureAlgorithms,
      der.sequence(
        der.sequence(der.sequence(der.oid('1.2.840.10045.4.3.2'))),
        der.sequence(der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nullValue()), der.sequence(der.oid('1.2.3'))),
      ),
    );
    const acceptable = extension(OCSP.acceptableResponses, der.sequence(der.oid(OCSP.basic)), true);
    expect(parseOcspRequest(request([preferred, acceptable]))).toMatchObject({
      preferredAlgorithms: ['1.2.840.10045.4.3.2', '1.2.840.113549.1.1.11'],
      unknownCritical: [],
    });
    const strange = extension('1.2.3.4', der.nullValue(), true);
    const inside = der.sequence(certId, der.explicit(0, der.sequence(strange)));
    expect(parseOcspRequest(request([strange], [inside])).unknownCritical).toEqual(['1.2.3.4', '1.2.3.4']);
  });

  it('keep an unknown digest of a CertID apart', () => {
    const id = der.sequence(
      der.sequence(der.oid('1.2.3.4')),
      der.octetString(new Uint8Array(7)),
      der.octetString(new Uint8Array(7)),
      der.integer(5),
    );
    const [read] = parseOcspRequest(request([], [der.sequence(id)])).requests;
    expect(read).toMatchObject({ serialHex: '05' });
    expect(read?.digest).toBeUndefined();
  });

  it('are refused when empty, of another version, with wrong hashes, too long serials, twice an extension or trailing bytes', () => {
    const id = (hash: number, serial: Uint8Array): Uint8Array =>
      der.sequence(
        der.sequence(der.oid('1.3.14.3.2.26'), der.nullValue()),
        der.octetString(new Uint8Array(20)),
        der.octetString(new Uint8Array(hash)),
        der.element(2, serial),
      );
    const of =
      (...ids: Uint8Array[]): (() => unknown) =>
      () =>
        parseOcspRequest(
          request(
            [],
            ids.map((item) => der.sequence(item)),
          ),
        );
    expect(reasonOf(of())).toBe('request_list');
    expect(reasonOf(of(...Array.from({ length: 513 }, () => certId)))).toBe('request_list');
    expect(reasonOf(of(id(19, Uint8Array.of(1))))).toBe('cert_id');
    expect(reasonOf(of(id(20, new Uint8Array(65).fill(1))))).toBe('cert_id');
    expect(reasonOf(of(id(20, Uint8Array.of(0, 1))))).toBe('asn1.value_invalid');
    expect(reasonOf(() => parseOcspRequest(request([nonceOf(8), nonceOf(8)])))).toBe('extension_twice');
    expect(reasonOf(() => parseOcspRequest(new Uint8Array([...request([]), 0])))).toBe('asn1.trailing_bytes');
    expect(reasonOf(() => parseOcspRequest(new Uint8Array(70_000).fill(0x30)))).toBe('asn1.too_large');
    const version = der.sequence(der.sequence(der.explicit(0, der.integer(1)), der.sequence(der.sequence(certId))));
    expect(reasonOf(() => parseOcspRequest(version))).toBe('version');
  });
});

describe('answers', () => {
  const times = { thisUpdate: at, nextUpdate: hours(1) };

  it('that fail are five constant octets', () => {
    expect(toHex(ocspFailure('malformedRequest'))).toBe('30030a0101');
    expect(toHex(ocspFailure('unauthorized'))).toBe('30030a0106');
    for (const status of ['malformedRequest', 'internalError', 'tryLater', 'sigRequired', 'unauthorized'] as const)
      expect(parseOcspResponse(ocspFailure(status))).toMatchObject({ status });
  });

  it('come back as they were built', async () => {
    const bytes = await buildOcspResponse({
      signer: issuer.signer,
      responder: issuer.certificate,
      producedAt: at,
      nonce: Uint8Array.of(1, 2),
      responses: [
        { certId, status: 'good', ...times, archiveCutoff: hours(-9000) },
        { certId, status: 'unknown', thisUpdate: at },
        { certId, status: 'revoked', revokedAt: hours(-1), reason: 'unspecified', ...times },
        { certId, status: 'non-issued', ...times },
      ],
    });
    const { status, basic } = parseOcspResponse(bytes);
    expect(status).toBe('successful');
    expect(basic).toMatchObject({
      producedAt: at,
      nonce: Uint8Array.of(1, 2),
      extendedRevoke: true,
      unknownCritical: [],
      certificates: [issuer.certificate.der],
      responses: [
        { status: 'good', ...times, archiveCutoff: hours(-9000) },
        { status: 'unknown', thisUpdate: at },
        { status: 'revoked', revokedAt: hours(-1), ...times },
        { status: 'revoked', revokedAt: new Date(0), reason: 'certificateHold' },
      ],
    });
    expect(basic?.responses[2]?.reason).toBeUndefined();
    expect(basic?.responses[1]?.nextUpdate).toBeUndefined();
  });

  it('may carry a nonce in the form of RFC 2560, which is taken as it stands', async () => {
    const { certificate, signer } = issuer;
    const responses = [{ certId, status: 'good', ...times }] as const;
    const bytes = await buildOcspResponse({
      signer,
      responder: certificate,
      producedAt: at,
      nonce: new Uint8Array(3).fill(7),
      responses,
    });
    const old = fromHex(toHex(bytes).replace('0403070707', '3003020107'));
    expect(parseOcspResponse(old).basic?.nonce).toEqual(fromHex('3003020107'));
  });

  it('are refused when asked for what cannot be said', async () => {
    const { signer, certificate: responder } = issuer;
    expect(() => createOcspResponder({ signer: testSigner(), responder })).toThrow(PkiError);
    const build = (response: object, nonce?: Uint8Array): Promise<Uint8Array> =>
      buildOcspResponse({
        signer,
        responder,
        producedAt: at,
        responses: [{ certId, status: 'good', ...times, ...response }],
        ...(nonce ? { nonce } : {}),
      });
    await expect(build({ nextUpdate: hours(-1) })).rejects.toThrow('ocsp_times');
    await expect(build({ status: 'revoked' })).rejects.toThrow('revoked_at');
    await expect(build({ revokedAt: at })).rejects.toThrow('revoked_at');
    await expect(build({}, new Uint8Array(129))).rejects.toThrow('nonce');
    await expect(buildOcspResponse({ signer, responder, producedAt: at, responses: [] })).rejects.toThrow('responses');
  });

  it('are refused when successful without bytes, failed with bytes, of another type, status or version', async () => {
    const bytes = await buildOcspResponse({
      signer: issuer.signer,
      responder: issuer.certificate,
      producedAt: at,
      responses: [{ certId, status: 'good', ...times }],
      includeCertificate: false,
    });
    const hex = toHex(bytes);
    const reason = (text: string): unknown => reasonOf(() => parseOcspResponse(fromHex(text)));
    expect(reason('30030a0100')).toBe('response_bytes');
    expect(reason('30030a0104')).toBe('status');
    expect(reason(hex.replace('0a0100', '0a0101'))).toBe('response_bytes');
    expect(reason(hex.replace('2b0601050507300101', '2b0601050507300102'))).toBe('response_type');
    expect(reason(hex.replace('8000', '8001'))).toMatch(/^asn1\./);
    expect(reason(`${hex}00`)).toBe('asn1.trailing_bytes');
  });
});

describe('mutated bytes', () => {
  it('never crash a parser, never hang, never turn into another truth', async () => {
    const random = seededRandom(11);
    const good = await buildOcspResponse({
      signer: issuer.signer,
      responder: issuer.certificate,
      producedAt: at,
      responses: [{ certId, status: 'revoked', revokedAt: hours(-1), thisUpdate: at, nextUpdate: hours(1) }],
    });
    const asked = buildOcspRequest({
      certificate: subject.certificate,
      issuer: issuer.certificate,
      nonce: new Uint8Array(32),
    });
    const { certificate } = subject;
    const statuses = new Set<string>();
    for (let round = 0; round < 20_000; round += 1) {
      const response = round % 2 === 0;
      const bytes = mutate(response ? good : asked, random);
      try {
        if (response) {
          const responses = [parseOcspResponse(bytes)];
          const options = { certificate, issuer: issuer.certificate, responses, at, now: at };
          if (toHex(bytes) !== toHex(good)) statuses.add(ocspEvidence(options).status);
        } else parseOcspRequest(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(PkiError);
      }
    }
    // A changed certificate beside the answer or an unused bit leaves what is signed as it was; `good` can never come of it.
    expect(statuses.has('good')).toBe(false);
  });
});

function mutate(bytes: Uint8Array, random: { bytes(length: number): Uint8Array }): Uint8Array {
  const [how = 0, a = 0, b = 0, c = 0] = random.bytes(4);
  const place = ((a << 8) | b) % bytes.length;
  if (how % 4 === 0) return bytes.slice(0, place);
  if (how % 4 === 1) return new Uint8Array([...bytes.slice(0, place), ...bytes.slice(place + 1 + (c % 4))]);
  if (how % 4 === 2) return new Uint8Array([...bytes.slice(0, place), c, ...bytes.slice(place)]);
  const copy = Uint8Array.from(bytes);
  copy[place] = how % 8 === 3 ? c : (copy[place] ?? 0) ^ (1 << (c % 8));
  return copy;
}
