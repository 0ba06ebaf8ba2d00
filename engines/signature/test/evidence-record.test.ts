import { createHash } from 'node:crypto';
import { der } from '@tra/asn1';
import { concatBytes, toBase64, utf8Encode } from '@tra/kernel';
import { oidOfDigest } from '@tra/pki';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';

let signing: TestSigning;
beforeAll(async () => {
  signing = await testSigning('Evidence');
});

const sha256 = (...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(
    createHash('sha256')
      .update(concatBytes(...parts))
      .digest(),
  );
const stamp = (value: Uint8Array): Promise<Uint8Array> => signing.timestamper.stamp({ algorithm: 'sha256', value });
const sorted = (...hashes: readonly Uint8Array[]): Uint8Array => concatBytes(...[...hashes].sort(Buffer.compare));
const [first, second, third] = ['one', 'two', 'three'].map(utf8Encode) as [Uint8Array, Uint8Array, Uint8Array];

/** An ArchiveTimeStamp in DER. */
async function archive(
  root: Uint8Array,
  tree?: readonly (readonly Uint8Array[])[],
): Promise<{ bytes: Uint8Array; token: Uint8Array }> {
  const token = await stamp(root);
  const lists = tree?.map((list) => der.sequence(...list.map((hash) => der.octetString(hash))));
  const algorithm = der.element(0xa0, der.oid(oidOfDigest('sha256')));
  return { token, bytes: der.sequence(algorithm, lists && der.element(0xa2, ...lists), token) };
}

function record(...chains: readonly (readonly Uint8Array[])[]): Uint8Array {
  const sequence = der.sequence(...chains.map((chain) => der.sequence(...chain)));
  return der.sequence(der.integer(1), der.sequence(der.sequence(der.oid(oidOfDigest('sha256')))), sequence);
}

async function judge(bytes: Uint8Array, ...detached: readonly Uint8Array[]): Promise<ValidationReport> {
  return validateDocument({
    bytes,
    detached,
    anchors: signing.anchors,
    crls: await signing.crls(),
    at: signing.clock.now(),
  });
}

const tree = (): { root: Uint8Array; lists: readonly (readonly Uint8Array[])[] } => {
  const leaves = [sha256(first), sha256(second)];
  const inner = sha256(sorted(...leaves));
  return { root: sha256(sorted(inner, sha256(third))), lists: [leaves, [sha256(third)]] };
};

describe('evidence records of RFC 4998', () => {
  it('prove the files under one hash and under a tree, and nothing else', async () => {
    const direct = record([(await archive(sha256(first))).bytes]);
    const report = await judge(direct, first);
    expect(report).toMatchObject({
      verdict: 'passed',
      document: { type: 'evidence-record' },
      signatures: [{ level: 'evidence-record' }],
    });
    expect(report.signatures[0]?.provenTime).toBe('2026-11-20T07:05:00.000Z');
    expect(await judge(direct, second)).toMatchObject({ verdict: 'failed' });
    expect(await judge(direct, first, second)).toMatchObject({ verdict: 'failed' });
    expect(await judge(direct)).not.toMatchObject({ verdict: 'passed' });
    const { lists, root } = tree();
    const grouped = record([(await archive(root, lists)).bytes]);
    expect((await judge(grouped, first, second)).verdict).toBe('passed');
    expect(await judge(grouped, first, utf8Encode('four'))).toMatchObject({
      verdict: 'failed',
      subIndication: 'HASH_FAILURE',
    });
    expect((await judge(grouped, third)).verdict).toBe('failed');
  });

  it('fail when the token covers another root', async () => {
    const { lists } = tree();
    const other = record([(await archive(sha256(first), lists)).bytes]);
    expect(await judge(other, first)).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
  });

  it('follow renewals of the token and of the tree', async () => {
    const { lists, root } = tree();
    const old = await archive(root, lists);
    const renewed = await archive(sha256(old.token));
    const chain = der.sequence(old.bytes, renewed.bytes);
    expect((await judge(record([old.bytes, renewed.bytes]), first, second)).verdict).toBe('passed');
    const unrelated = await archive(sha256(first), [[sha256(first)]]);
    const broken = await judge(record([old.bytes, unrelated.bytes]), first);
    expect(broken.verdict).toBe('failed');
    expect(broken.signatures[0]?.checks.map(({ code }) => code)).toContain('signature.renewal_broken');
    const before = sha256(der.sequence(chain));
    const again = await archive(sha256(sha256(first), before));
    expect((await judge(record([old.bytes, renewed.bytes], [again.bytes]), first)).verdict).toBe('passed');
    const forgotten = await archive(sha256(first));
    expect((await judge(record([old.bytes, renewed.bytes], [forgotten.bytes]), first)).verdict).toBe('failed');
  });

  it('never pass or break with a byte changed', async () => {
    const { lists, root } = tree();
    const { bytes: inner, token } = await archive(root, lists);
    const good = record([inner]);
    expect((await judge(good, first)).verdict).toBe('passed');
    const passed: number[] = [];
    for (let at = 0; at < good.length - token.length; at += 1) {
      const bytes = good.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 0x01;
      if ((await judge(bytes, first)).verdict === 'passed') passed.push(at);
    }
    // A record is not signed itself: only its hashes and tokens carry the proof.
    const hashes = lists.flat().map((hash) => Buffer.from(good).indexOf(hash));
    expect(hashes.every((at) => at > 0)).toBe(true);
    expect(passed.filter((at) => hashes.some((start) => at >= start && at < start + 32))).toEqual([]);
  });
});

describe('evidence records of RFC 6283', () => {
  const xml = async (root: Uint8Array, hashes: readonly (readonly Uint8Array[])[], order = 1): Promise<Uint8Array> => {
    const sequences = hashes.map(
      (list, index) =>
        `<Sequence Order="${index + 1}">${list.map((hash) => `<DigestValue>${toBase64(hash)}</DigestValue>`).join('')}</Sequence>`,
    );
    const hashTree = hashes.length > 0 ? `<HashTree>${sequences.join('')}</HashTree>` : '';
    return utf8Encode(
      `<EvidenceRecord xmlns="urn:ietf:params:xml:ns:ers" Version="1.0"><ArchiveTimeStampSequence><ArchiveTimeStampChain Order="${order}"><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><CanonicalizationMethod Algorithm="http://www.w3.org/2006/12/xml-c14n11"/><ArchiveTimeStamp Order="1">${hashTree}<TimeStamp><TimeStampToken Type="RFC3161">${toBase64(await stamp(root))}</TimeStampToken></TimeStamp></ArchiveTimeStamp></ArchiveTimeStampChain></ArchiveTimeStampSequence></EvidenceRecord>`,
    );
  };

  it('prove files under a tree, and XML in canonical form', async () => {
    const { lists, root } = tree();
    expect((await judge(await xml(root, lists), second)).verdict).toBe('passed');
    expect((await judge(await xml(root, lists), third)).verdict).toBe('failed');
    const document = utf8Encode('<?xml version="1.0"?>\n<a  b="1"/>');
    const canonical = sha256(utf8Encode('<a b="1"></a>'));
    expect((await judge(await xml(canonical, []), document)).verdict).toBe('passed');
    expect((await judge(await xml(canonical, []), utf8Encode('<a b="2"/>'))).verdict).toBe('failed');
  });

  it('fail when they are not built as the standard demands', async () => {
    const good = Buffer.from(await xml(sha256(first), [])).toString();
    for (const [from, to] of [
      ['RFC3161', 'other'],
      ['Order="1"', 'Order="x"'],
      ['xmlenc#sha256', 'md5'],
      ['xml-c14n11', 'none'],
      ['<ArchiveTimeStampSequence>', '<EncryptionInformation/><ArchiveTimeStampSequence>'],
    ] as const) {
      expect(await judge(utf8Encode(good.replace(from, to)), first)).toMatchObject({ verdict: 'failed' });
    }
  });
});
