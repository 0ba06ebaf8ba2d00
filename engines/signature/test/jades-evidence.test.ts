import { toBase64, toBase64Url, utf8Encode } from '@tra/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SignatureReport, validateDocument } from '../src/index.ts';
import { canonicalJson } from '../src/jades/canonical-json.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { sha256, stampOver } from './support-cms.ts';

let signing: TestSigning;
const payload = toBase64Url(utf8Encode('ใบอนุญาต'));
const coded = (value: unknown): string => toBase64Url(utf8Encode(JSON.stringify(value)));
const stamp = (token: Uint8Array): unknown => ({ tstTokens: [{ val: toBase64(token) }] });

beforeAll(async () => {
  signing = await testSigning('JadesEvidence', 'rsa-pkcs1-sha256');
});

interface Signed {
  readonly head: string;
  readonly value: string;
}

async function sign(more: Record<string, unknown> = {}): Promise<Signed> {
  const { certificate, signer } = signing.document;
  const head = coded({
    alg: 'RS256',
    iat: signing.clock.now().getTime() / 1000,
    'x5t#S256': toBase64Url(sha256(certificate)),
    x5c: [certificate, signing.hierarchy.issuing.certificate].map((one) => toBase64(one)),
    ...more,
  });
  return { head, value: toBase64Url(await signer.sign(utf8Encode(`${head}.${payload}`))) };
}

async function judge({ head, value }: Signed, etsiU: readonly unknown[]): Promise<SignatureReport> {
  const unsigned = etsiU.length > 0 ? { header: { etsiU } } : {};
  const bytes = utf8Encode(JSON.stringify({ payload, protected: head, signature: value, ...unsigned }));
  const crls = await signing.crls();
  const report = await validateDocument({ bytes, anchors: signing.anchors, crls, at: signing.clock.now() });
  return report.signatures[0] as SignatureReport;
}

const material = async (): Promise<readonly unknown[]> => [
  { xVals: [{ x509Cert: { val: toBase64(signing.hierarchy.root.certificate) } }] },
  { rVals: { crlVals: (await signing.crls()).map((crl) => ({ val: toBase64(crl) })) } },
];

describe('the schema of the protected header', () => {
  const structure = async (more: Record<string, unknown>, etsiU: readonly unknown[] = []): Promise<unknown> => {
    const { checks } = await judge(await sign(more), etsiU);
    return checks.find(({ code }) => code === 'signature.structure_invalid')?.params?.element;
  };

  it.each([
    ['no time of signing', { iat: undefined, sigPl: { addressLocality: 'กรุงเทพมหานคร' } }, 'iat'],
    ['two times of signing', { sigT: '2026-11-20T07:05:00Z' }, 'iat'],
    ['no certificate', { srCms: [], x5c: undefined, 'x5t#S256': undefined }, 'x5t#S256'],
    ['a SHA-1 digest of the certificate', { srCms: [], x5t: 'AAAA' }, 'x5t'],
  ])('is broken by %s', async (_, more, element) => {
    expect(await structure(more)).toBe(element);
  });

  it('wants etsiU all encoded or all in the clear (TS 119 182-1 clause 5.3.1)', async () => {
    const clear = { xVals: [] };
    const coded = toBase64Url(utf8Encode(JSON.stringify(clear)));
    expect(await structure({ srCms: [] }, [clear, coded])).toBe('etsiU');
    expect(await structure({ srCms: [] }, [clear, clear])).toBeUndefined();
    expect(await structure({ srCms: [] }, [coded, coded])).toBeUndefined();
  });

  it('is nothing to a plain JWS, and kept by JAdES', async () => {
    expect(await structure({ iat: undefined })).toBeUndefined();
    expect(await structure({ sigPl: { addressLocality: 'กรุงเทพมหานคร' } })).toBeUndefined();
  });
});

describe('JAdES in the long term', () => {
  it('rises from B-B over B-T and B-LT to B-LTA', async () => {
    const one = await sign();
    expect((await judge(one, [])).level).toBe('JAdES-B-B');
    const time = coded({ sigTst: stamp(await stampOver(signing, utf8Encode(one.value))) });
    expect((await judge(one, [time])).level).toBe('JAdES-B-T');
    const members = [time, ...(await material()).map(coded)];
    expect((await judge(one, members)).level).toBe('JAdES-B-LT');
    const octets = utf8Encode(`${payload}.${one.head}.${one.value}.${members.join('')}`);
    const last = coded({ arcTst: stamp(await stampOver(signing, octets)) });
    const report = await judge(one, [...members, last]);
    expect(report).toMatchObject({ level: 'JAdES-B-LTA', verdict: 'passed' });
    expect(report.timestamps[1]).toMatchObject({ kind: 'archive', imprint: 'matches', status: 'valid' });
    const moved = await judge(one, [members[0], last, ...members.slice(1)]);
    expect(moved.timestamps[1]).toMatchObject({ imprint: 'differs' });
  });

  it('covers members in the clear in their canonical form', async () => {
    const one = await sign();
    const members = [{ sigTst: stamp(await stampOver(signing, utf8Encode(one.value))) }, ...(await material())];
    const clear = members.map((member) => canonicalJson(JSON.parse(JSON.stringify(member)))).join('');
    const octets = utf8Encode(`${payload}.${one.head}.${one.value}.${clear}`);
    const report = await judge(one, [...members, { arcTst: stamp(await stampOver(signing, octets)) }]);
    expect(report.timestamps.map(({ imprint }) => imprint)).toEqual(['matches', 'matches']);
  });

  it('takes a content time-stamp over the payload, and refuses one over something else', async () => {
    const good = await sign({ adoTst: [stamp(await stampOver(signing, utf8Encode(payload)))], crit: ['adoTst'] });
    expect((await judge(good, [])).timestamps).toMatchObject([{ kind: 'content', imprint: 'matches' }]);
    const bad = await sign({ adoTst: [stamp(await stampOver(signing, utf8Encode('x')))], crit: ['adoTst'] });
    expect((await judge(bad, [])).timestamps).toMatchObject([{ kind: 'content', imprint: 'differs' }]);
  });

  it('is not baseline without exactly one certificate digest and one claimed time', async () => {
    expect((await judge(await sign({ sigT: '2024-01-01T00:00:00Z' }), [])).level).toBe('JWS');
    expect((await judge(await sign({ 'x5t#S256': undefined }), [])).level).toBe('JWS');
    expect((await judge(await sign({ b64: true }), [])).level).toBe('JWS');
  });

  it('leaves out members that cannot be read', async () => {
    const one = await sign();
    const odd = [
      '%%%',
      coded({ sigTst: 1 }),
      coded({ sigTst: {}, xVals: [] }),
      7,
      { rVals: 'x' },
      { arcTst: { tstTokens: [{ val: 1 }] } },
    ];
    const report = await judge(one, odd);
    expect(report.verdict).toBe('passed');
    expect(report.timestamps.every(({ status }) => status === 'invalid')).toBe(true);
  });

  it('does not take a time-stamp of another signature', async () => {
    const [one, other] = [await sign(), await sign({ kid: 'other' })];
    const time = coded({ sigTst: stamp(await stampOver(signing, utf8Encode(other.value))) });
    expect(await judge(one, [time])).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
  });
});

describe('countersignatures in cSig', () => {
  const counter = async (over: Uint8Array, more: Record<string, unknown> = {}, own = ''): Promise<string> => {
    const { certificate, signer } = signing.document;
    const head = coded({
      alg: 'RS256',
      iat: signing.clock.now().getTime() / 1000,
      'x5t#S256': toBase64Url(sha256(certificate)),
      x5c: [toBase64(certificate), toBase64(signing.hierarchy.issuing.certificate)],
      ...more,
    });
    const value = await signer.sign(utf8Encode(`${head}.${toBase64Url(over)}`));
    return `${head}.${own}.${toBase64Url(value)}`;
  };
  const all = async (one: Signed, ...members: readonly unknown[]) => {
    const etsiU = members.map((cSig) => coded({ cSig }));
    const bytes = utf8Encode(JSON.stringify({ payload, protected: one.head, signature: one.value, header: { etsiU } }));
    const crls = await signing.crls();
    return validateDocument({ bytes, anchors: signing.anchors, crls, at: signing.clock.now() });
  };

  it('are judged for themselves, over the value as octets or as text', async () => {
    const one = await sign();
    const value = new Uint8Array(Buffer.from(one.value, 'base64url'));
    const report = await all(one, await counter(value), await counter(utf8Encode(one.value)));
    expect(report.signatures.map(({ counterSigns, id, verdict }) => [id, counterSigns, verdict])).toEqual([
      ['S1', undefined, 'passed'],
      ['S2', 'S1', 'passed'],
      ['S3', 'S1', 'passed'],
    ]);
  });

  it('over something else, with a payload of their own, or unreadable never pass', async () => {
    const one = await sign();
    const value = new Uint8Array(Buffer.from(one.value, 'base64url'));
    const other = utf8Encode('another value');
    for (const member of [
      await counter(other),
      await counter(other, {}, toBase64Url(other)),
      await counter(value, {}, toBase64Url(other)),
      await counter(value, { sigD: { mId: 'http://uri.etsi.org/19182/ObjectIdByURIHash', pars: [] }, crit: ['sigD'] }),
      'rubbish',
      7,
    ]) {
      const report = await all(one, member);
      expect(report.signatures[1]).toMatchObject({ counterSigns: 'S1', verdict: 'failed' });
      expect(report.verdict).toBe('failed');
    }
  });

  it('below each other are followed', async () => {
    const one = await sign();
    const outer = (await counter(new Uint8Array(Buffer.from(one.value, 'base64url')))).split('.') as [
      string,
      string,
      string,
    ];
    const inner = coded({ cSig: await counter(new Uint8Array(Buffer.from(outer[2], 'base64url'))) });
    const nested = { protected: outer[0], signature: outer[2], header: { etsiU: [inner] } };
    const report = await all(one, nested);
    expect(report.signatures.map(({ counterSigns, verdict }) => [counterSigns, verdict])).toEqual([
      [undefined, 'passed'],
      ['S1', 'passed'],
      ['S2', 'passed'],
    ]);
  });
});
