import { mutate, seededNumbers } from '@tra/asn1/testing';
import { CodedError } from '@tra/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CrlEntry, type PathOptions, parseCertificate, parseCrl, validatePath } from '../src/index.ts';
import { testHierarchy } from '../src/testing.ts';

// The million is in conformance/mutations.ts; this is the part that every test run does.
const at = new Date('2026-11-21T02:00:00Z');
type Files = PathOptions & { certificate: Uint8Array; intermediates: Uint8Array[]; crls: Uint8Array[] };
let options: Files;

beforeAll(async () => {
  const hierarchy = await testHierarchy();
  const { certificate } = await hierarchy.issue('document-signer');
  const revoked = Array.from(
    { length: 20 },
    (_, index): CrlEntry => ({
      serialHex: (0x4000 + index).toString(16),
      date: new Date(at.getTime() - index * 1000),
      reason: (['unspecified', 'keyCompromise'] as const)[index % 2] ?? 'superseded',
    }),
  );
  options = {
    certificate,
    intermediates: [hierarchy.issuing.certificate],
    anchors: [hierarchy.root.certificate],
    crls: await hierarchy.crls(at, revoked),
    at,
    purpose: 'document-signing',
  };
});

/** Refused by a coded error: false; anything else that is thrown goes on. */
function reads(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof CodedError) return false;
    throw error;
  }
}

const passes = (change: Partial<PathOptions>): boolean => validatePath({ ...options, ...change }).verdict === 'passed';

describe('3,000 changed files', () => {
  it.each<[string, (changed: Uint8Array) => Partial<PathOptions>, () => Uint8Array]>([
    ['certificate', (certificate) => ({ certificate }), () => options.certificate],
    ['intermediate', (changed) => ({ intermediates: [changed] }), () => options.intermediates[0] as Uint8Array],
    ['CRL', (changed) => ({ crls: [changed, options.crls[1] as Uint8Array] }), () => options.crls[0] as Uint8Array],
  ])('%s: none is believed, none is more than refused', (kind, change, original) => {
    const random = seededNumbers(29);
    const bytes = original();
    const genuine: readonly Uint8Array[] = [options.certificate, ...options.intermediates, ...options.crls];
    expect(passes(change(bytes))).toBe(true);
    let read = 0;
    for (let round = 0; round < 1000; round += 1) {
      const changed = mutate(bytes, genuine[random(genuine.length)] ?? bytes, random).bytes;
      if (genuine.some((file) => Buffer.compare(file, changed) === 0)) continue;
      const parsed = reads(() => {
        if (kind === 'CRL') for (const { serialHex } of parseCrl(changed).entries()) parseCrl(changed).find(serialHex);
        else parseCertificate(changed);
      });
      if (parsed) read += 1;
      expect(passes(change(changed))).toBe(false);
    }
    expect(read).toBeGreaterThan(20);
  });
});
