import { beforeAll, describe, expect, it } from 'vitest';
import { defaultPolicy, validateDocument } from '../src/index.ts';
import { type TestSigning, testPdf, testSigning } from '../src/testing.ts';
import { build, flipped, holeOf, stampOver } from './build.ts';

let signing: TestSigning;

beforeAll(async () => {
  signing = await testSigning();
});

// Without revocation and time-stamps one judgement is quick enough for every byte; what is tested here does not depend on them.
const policy = { ...defaultPolicy, revocationRequired: false };

/** `none` for octets that are no document at all any more, as when the header of the file is another: nothing in it is a signature. */
async function verdictOf(bytes: Uint8Array): Promise<string> {
  const report = await validateDocument({ bytes, anchors: signing.anchors, at: signing.clock.now(), policy });
  const isNone = report.document.type === 'unknown' && report.signatures.length === 0;
  return isNone && report.verdict === 'indeterminate' ? 'none' : report.verdict;
}

/** `%PDF-` */
const headerBytes = 5;

async function verdictsOf(bytes: Uint8Array, offsets: readonly number[], mask: number): Promise<readonly number[]> {
  const passed: number[] = [];
  for (const at of offsets) {
    const verdict = await verdictOf(flipped(bytes, at, mask));
    if (verdict !== 'failed' && !(verdict === 'none' && at < headerBytes)) passed.push(at);
  }
  return passed;
}

function outside(bytes: Uint8Array): readonly number[] {
  const { start, end } = holeOf(bytes);
  return Array.from({ length: bytes.length }, (_, index) => index).filter(
    (index) => index <= start || index >= end - 1,
  );
}

describe('one flipped byte outside the signature', () => {
  // The lowest bit makes letters and digits others, the next case makes delimiters and white space others, and the highest bit leaves ASCII.
  it('fails at every place', async () => {
    const signed = await build(signing, { crls: [] });
    expect(await verdictOf(signed)).toBe('passed');
    const offsets = outside(signed);
    expect(offsets.length).toBeGreaterThan(1500);
    expect(await verdictsOf(signed, offsets, 0x01)).toEqual([]);
  });

  it.each([0x10, 0x20, 0x80])('fails at every eleventh place with mask %i', async (mask) => {
    const signed = await build(signing, { tokens: async (value) => [await stampOver(signing, value)] });
    const offsets = outside(signed).filter((at) => at % 11 === 0);
    expect(await verdictsOf(signed, offsets, mask)).toEqual([]);
  });

  it('fails in a document signed twice', async () => {
    const signed = await signing.sign(await signing.sign(testPdf()));
    const offsets = outside(signed).filter((at) => at % 9 === 0 && (at < 3000 || at > signed.length - 1500));
    expect(await verdictsOf(signed, offsets, 0x01)).toEqual([]);
  });
});

describe('one flipped byte inside the signature', () => {
  it('never passes with other facts than before', async () => {
    const signed = await signing.sign(testPdf());
    const { start, end } = holeOf(signed);
    const facts = async (bytes: Uint8Array): Promise<string> => {
      const report = await validateDocument({ bytes, anchors: signing.anchors, at: signing.clock.now() });
      const { signer, provenTime, claimedTime } = report.signatures[0] ?? {};
      return report.verdict === 'passed' ? JSON.stringify([signer, provenTime, claimedTime]) : 'not passed';
    };
    const original = await facts(signed);
    const others = new Set<string>();
    for (let at = start + 1; at < end - 1; at += 97) others.add(await facts(flipped(signed, at, 0x03)));
    others.delete('not passed');
    for (const found of others) {
      const [signer, provenTime] = JSON.parse(found) as [unknown, string | undefined];
      expect(JSON.stringify(signer)).toBe(JSON.stringify((JSON.parse(original) as [unknown])[0]));
      if (provenTime) expect(found).toBe(original);
    }
    expect(original).not.toBe('not passed');
  });
});
