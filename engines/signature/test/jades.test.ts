import { createHash } from 'node:crypto';
import { concatBytes, toBase64, toBase64Url, utf8Encode } from '@tra/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ValidationInput, type ValidationReport, validateDocument } from '../src/index.ts';
import { JsonError, parseJson } from '../src/jades/json.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';

let signing: TestSigning;
const payload = utf8Encode('{"total":1250}');
const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest());
const coded = (value: unknown): string => toBase64Url(utf8Encode(JSON.stringify(value)));

beforeAll(async () => {
  signing = await testSigning('Jades', 'rsa-pkcs1-sha256');
});

interface Parts {
  readonly head: string;
  readonly body: string;
  readonly value: string;
}

function header(more: Record<string, unknown> = {}): Record<string, unknown> {
  const { certificate } = signing.document;
  return {
    alg: 'RS256',
    sigT: '2026-11-20T07:05:00Z',
    'x5t#S256': toBase64Url(sha256(certificate)),
    x5c: [certificate, signing.hierarchy.issuing.certificate].map(toBase64),
    crit: ['sigT'],
    ...more,
  };
}

async function sign(head: string, body: string | Uint8Array = toBase64Url(payload)): Promise<Parts> {
  const content = typeof body === 'string' ? utf8Encode(body) : body;
  const value = await signing.document.signer.sign(concatBytes(utf8Encode(`${head}.`), content));
  return { head, body: typeof body === 'string' ? body : '', value: toBase64Url(value) };
}

const compact = ({ body, head, value }: Parts): string => `${head}.${body}.${value}`;

async function judge(text: string, more: Partial<ValidationInput> = {}): Promise<ValidationReport> {
  const bytes = utf8Encode(text);
  return validateDocument({
    bytes,
    anchors: signing.anchors,
    crls: await signing.crls(),
    at: signing.clock.now(),
    ...more,
  });
}

const codes = ({ signatures }: ValidationReport): string[] =>
  signatures.flatMap(({ checks }) => checks.map(({ code }) => code));

describe('validateDocument on JWS and JAdES', () => {
  it('passes the three serialisations, and B-T with a time-stamp over the signature', async () => {
    const iat = Date.parse('2026-11-20T07:05:00Z') / 1000;
    const parts = await sign(coded(header({ sigT: undefined, crit: undefined, iat })));
    expect(await judge(compact(parts))).toMatchObject({
      verdict: 'passed',
      document: { type: 'jws' },
      signatures: [{ level: 'JAdES-B-B' }],
    });
    const token = await signing.timestamper.stamp({ algorithm: 'sha256', value: sha256(utf8Encode(parts.value)) });
    const etsiU = [coded({ sigTst: { tstTokens: [{ val: toBase64(token) }] } })];
    const member = { protected: parts.head, signature: parts.value, header: { etsiU } };
    const flat = await judge(JSON.stringify({ payload: parts.body, ...member }));
    expect(flat).toMatchObject({ verdict: 'passed', signatures: [{ level: 'JAdES-B-T' }] });
    expect(flat.answers[2].code).toBe('validation.time.proven');
    const two = await judge(JSON.stringify({ payload: parts.body, signatures: [member, member] }));
    expect(two).toMatchObject({ verdict: 'passed', signatures: [{}, {}] });
    const wrong = await judge(
      JSON.stringify({
        payload: parts.body,
        ...member,
        header: { etsiU: [{ sigTst: { tstTokens: [{ val: 'AAAA' }] } }] },
      }),
    );
    expect(wrong.verdict).toBe('failed');
  });

  it('reads headers that begin with white space, and JSON behind a byte order mark', async () => {
    for (const space of [' ', '\n', '\r\n  ', '\t']) {
      const head = toBase64Url(utf8Encode(JSON.stringify(header()).replace('{', `{${space}`)));
      expect((await judge(compact(await sign(head)))).verdict, JSON.stringify(space)).toBe('passed');
    }
    const { body, head, value } = await sign(coded(header()));
    const flattened = JSON.stringify({ payload: body, protected: head, signature: value });
    expect((await judge(`\ufeff${flattened}`)).verdict).toBe('passed');
    expect((await judge(`\ufeff${flattened.replace(body, `${body}AA`)}`)).verdict).toBe('failed');
    expect((await judge('ewallet.is.none')).document.type).toBe('unknown');
  });

  it('fails a changed payload, header or value', async () => {
    const { body, head, value } = await sign(coded(header()));
    const other = coded(header({ sigT: '2020-01-01T00:00:00Z' }));
    const swapped = `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`;
    for (const parts of [
      { head, body: coded({ total: 9 }), value },
      { head: other, body, value },
      { head, body, value: swapped },
    ]) {
      expect(await judge(compact(parts))).toMatchObject({ verdict: 'failed', subIndication: 'SIG_CRYPTO_FAILURE' });
    }
  });

  it('says nothing of an algorithm that is not implemented, unless a file of sigD differs', async () => {
    const unknown = await judge(compact(await sign(coded(header({ alg: 'RS1' })))));
    expect(unknown).toMatchObject({
      verdict: 'indeterminate',
      subIndication: 'CRYPTO_CONSTRAINTS_FAILURE',
      summary: { code: 'validation.summary.method_unknown' },
      advice: { code: 'validation.advice.method_unknown' },
    });
    expect(codes(unknown)).not.toContain('signature.algorithm_too_weak');
    const mId = 'http://uri.etsi.org/19182/ObjectIdByURIHash';
    const outside = async (more: Record<string, unknown>, alg = 'RS256'): Promise<string> => {
      const sigD = {
        mId,
        pars: ['a'],
        hashM: 'S256',
        hashV: [toBase64Url(sha256(utf8Encode(toBase64Url(payload))))],
        ...more,
      };
      return compact({ ...(await sign(coded(header({ alg, crit: ['sigT', 'sigD'], sigD })), '')), body: '' });
    };
    const detached = [{ name: 'a', bytes: payload }];
    const other = [{ name: 'a', bytes: utf8Encode('other') }];
    expect((await judge(await outside({}), { detached })).verdict).toBe('passed');
    expect((await judge(await outside({}, 'RS1'), { detached })).verdict).toBe('indeterminate');
    expect((await judge(await outside({}, 'RS1'), { detached: other })).verdict).toBe('failed');
    const digest = await judge(await outside({ hashM: 'S9' }), { detached });
    expect(digest).toMatchObject({ verdict: 'indeterminate', subIndication: 'CRYPTO_CONSTRAINTS_FAILURE' });
    expect(codes(digest)).toContain('signature.reference_method_unsupported');
  });

  it('tells an empty payload from one that is elsewhere', async () => {
    const empty = await sign(coded(header()), '');
    const member = { protected: empty.head, signature: empty.value };
    for (const text of [compact(empty), JSON.stringify({ payload: '', ...member })]) {
      const report = await judge(text);
      expect(report.verdict).toBe('passed');
      expect(codes(report)).toContain('signature.content_empty');
      // A signature over nothing is none over the file that is asked about.
      expect((await judge(text, { detached: [payload] })).verdict).toBe('failed');
    }
    expect(await judge(JSON.stringify(member))).toMatchObject({
      verdict: 'indeterminate',
      subIndication: 'SIGNED_DATA_NOT_FOUND',
    });
    const { head, value } = await sign(coded(header()));
    for (const text of [`${head}..${value}`, JSON.stringify({ payload: '', protected: head, signature: value })]) {
      const report = await judge(text);
      expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'SIGNED_DATA_NOT_FOUND' });
      expect(codes(report)).not.toContain('signature.content_empty');
      expect((await judge(text, { detached: [payload] })).verdict).toBe('passed');
      expect((await judge(text, { detached: [utf8Encode('x')] })).verdict).toBe('failed');
      expect((await judge(text, { detached: [new Uint8Array()] })).verdict).toBe('failed');
    }
  });

  it.each(['none', 'HS256', 'ES256', 'PS256', '', null, 5, true, ['RS256'], { alg: 'RS256' }])(
    'refuses the algorithm %j',
    async (alg) => {
      const parts = await sign(coded(header({ alg })));
      expect((await judge(compact(parts))).verdict).toBe('failed');
      expect((await judge(`${parts.head}.${parts.body}.`)).verdict).toBe('failed');
    },
  );

  it('binds the certificate by x5t#S256, x5t#o and x5c, and takes no key from the header', async () => {
    const wrong = await sign(coded(header({ 'x5t#S256': toBase64Url(sha256(payload)) })));
    expect(await judge(compact(wrong))).toMatchObject({
      verdict: 'indeterminate',
      subIndication: 'NO_SIGNING_CERTIFICATE_FOUND',
    });
    const digVal = toBase64Url(createHash('sha512').update(signing.document.certificate).digest());
    const other = await sign(coded(header({ 'x5t#S256': undefined, 'x5t#o': { digAlg: 'S512', digVal } })));
    expect((await judge(compact(other))).verdict).toBe('passed');
    const bare = await sign(coded(header({ 'x5t#S256': undefined, x5c: undefined, jwk: { kty: 'RSA' } })));
    expect(codes(await judge(compact(bare)))).toContain('signature.signer_certificate_missing');
    const given = { intermediates: [signing.document.certificate, signing.hierarchy.issuing.certificate] };
    expect(codes(await judge(compact(bare), given))).toContain('signature.signer_certificate_not_bound');
  });

  it.each([
    ['an unknown critical name', { crit: ['sigT', 'mine'], mine: 1 }],
    ['a critical name that is absent', { crit: ['sigPId'] }],
    ['a critical name of RFC 7515', { crit: ['alg'] }],
    ['no list', { crit: 'sigT' }],
    ['an empty list', { crit: [] }],
    ['b64 that is not critical', { b64: false }],
  ])('fails %s', async (_, more) => {
    expect(await judge(compact(await sign(coded(header(more)), 'e30')))).toMatchObject({
      verdict: 'failed',
      subIndication: 'FORMAT_FAILURE',
    });
  });

  it('judges detached content: bare, by digest and joined', async () => {
    const plain = compact({ ...(await sign(coded(header()))), body: '' });
    expect((await judge(plain)).answers[0].code).toBe('validation.unchanged.content_missing');
    expect((await judge(plain, { detached: [payload] })).verdict).toBe('passed');
    expect((await judge(plain, { detached: [utf8Encode('x')] })).verdict).toBe('failed');
    const raw = await sign(coded(header({ b64: false, crit: ['sigT', 'b64'] })), payload);
    expect((await judge(compact(raw), { detached: [payload] })).verdict).toBe('passed');
    const sigD = (mId: string, more: object): Record<string, unknown> => ({
      sigD: { mId: `http://uri.etsi.org/19182/${mId}`, pars: ['a.json', 'b%20c'], ...more },
      crit: ['sigT', 'sigD'],
    });
    const second = utf8Encode('second');
    const hashV = [payload, second].map((part) => toBase64Url(sha256(part)));
    const hashed = compact(await sign(coded(header(sigD('ObjectIdByURIHash', { hashM: 'S256', hashV }))), ''));
    const files = [
      { name: 'b c', bytes: second },
      { name: 'a.json', bytes: payload },
    ];
    expect((await judge(hashed, { detached: files })).verdict).toBe('passed');
    expect(
      await judge(hashed, {
        detached: [
          { name: 'a.json', bytes: second },
          { name: 'b c', bytes: second },
        ],
      }),
    ).toMatchObject({ subIndication: 'HASH_FAILURE' });
    expect(await judge(hashed, { detached: [payload] })).not.toMatchObject({ verdict: 'passed' });
    const joined = await sign(coded(header(sigD('ObjectIdByURI', {}))), toBase64Url(concatBytes(payload, second)));
    expect((await judge(compact({ ...joined, body: '' }), { detached: files })).verdict).toBe('passed');
    const each = [payload, second].map(toBase64Url).join('');
    const apart = await sign(coded(header(sigD('ObjectIdByURI', {}))), each);
    expect((await judge(compact({ ...apart, body: '' }), { detached: files })).verdict).toBe('passed');
    const swapped = [
      { name: 'a.json', bytes: second },
      { name: 'b c', bytes: payload },
    ];
    expect((await judge(compact({ ...apart, body: '' }), { detached: swapped })).verdict).toBe('failed');
  });

  it('refuses a payload beside sigD, signed or not (TS 119 182-1 clause 5.2.8.1)', async () => {
    const hashV = [toBase64Url(sha256(payload))];
    const sigD = { mId: 'http://uri.etsi.org/19182/ObjectIdByURIHash', pars: ['a.json'], hashM: 'S256', hashV };
    const signed = await sign(coded(header({ sigD, crit: ['sigT', 'sigD'] })), '');
    const detached = [{ name: 'a.json', bytes: payload }];
    expect((await judge(compact(signed), { detached })).verdict).toBe('passed');
    expect((await judge(compact({ ...signed, body: 'eA' }), { detached })).verdict).toBe('failed');
    const both = await sign(coded(header({ sigD, crit: ['sigT', 'sigD'] })));
    expect((await judge(compact(both), { detached })).verdict).toBe('failed');
  });

  it('reads a payload in the clear in the compact form (RFC 7797 section 5.2)', async () => {
    const head = coded(header({ b64: false, crit: ['sigT', 'b64'] }));
    const signed = compact(await sign(head, 'total: 1,250 $'));
    expect((await judge(signed)).verdict).toBe('passed');
    expect((await judge(signed.replace('1,250', '9,250'))).verdict).toBe('failed');
    expect((await judge(compact(await sign(coded(header()), 'total: 1')))).verdict).not.toBe('passed');
  });

  it('says what is no JWS', async () => {
    for (const text of [
      '{',
      '{"payload":1,"signature":"","protected":""}',
      '{"signature":"!","protected":""}',
      'eyJ.a.b',
      '{"signatures":[]}',
    ]) {
      expect((await judge(text)).answers[0].code).toBe('validation.unchanged.unreadable');
    }
    expect((await judge('{"a":1}')).answers[0].code).toBe('validation.unchanged.not_signed');
  });

  it('never passes with one character changed', async () => {
    const text = compact(await sign(coded(header())));
    const passed: number[] = [];
    const crls = await signing.crls();
    for (let at = 0; at < text.length; at += 13) {
      const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      if ((await judge(changed, { crls })).verdict === 'passed') passed.push(at);
    }
    expect(passed).toEqual([]);
  });
});

describe('parseJson', () => {
  it.each([
    '{"a":1,"a":2}',
    '{"\\u0061":1,"a":2}',
    '01',
    '[1,]',
    '{"a":1,}',
    '"\n"',
    '"\\x"',
    '[1] 2',
    '',
    'nul',
    '['.repeat(100),
    '{"a"}',
  ])('refuses %j', (text) => {
    expect(() => parseJson(text)).toThrow(JsonError);
  });

  it('reads what JSON.parse reads, without a prototype', () => {
    const text = '{"__proto__":{"x":[1,-2.5e3,true,null,"\\u0e01ก"]},"":" "}';
    const found = parseJson(text);
    expect(JSON.stringify(found)).toBe(JSON.stringify(JSON.parse(text)));
    expect(Object.getPrototypeOf(found)).toBe(null);
  });
});
