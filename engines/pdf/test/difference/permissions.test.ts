import { describe, expect, it } from 'vitest';
import { isLocked, leavesOpen } from '../../src/difference/permissions.ts';
import { compareRevisions, type FieldLock, readPdf, type SignaturePermissions } from '../../src/index.ts';
import { type SignedSampleOptions, signedSample } from '../../src/testing.ts';

const lock = (action: FieldLock['action'], ...fields: string[]): FieldLock[] => [{ action, fields }];

describe('a field lock', () => {
  it.each([
    ['All', [], 'anything', true],
    ['Include', ['a'], 'a', true],
    ['Include', ['a'], 'b', false],
    ['Include', ['a'], 'a.b', true],
    ['Include', ['a'], 'ab', false],
    ['Include', ['a.b'], 'a', false],
    ['Include', ['Signature 1'], 'Signature 10', false],
    ['Include', ['Signature 1'], 'Signature 1.x', true],
    ['Include', [], 'a', false],
    ['Exclude', ['a'], 'a', false],
    ['Exclude', ['a'], 'a.b', false],
    ['Exclude', ['a'], 'ab', true],
    ['Exclude', ['Signature 1'], 'Signature 10', true],
    ['Exclude', [], 'a', true],
  ] as const)('%s of %j: %s is locked: %s', (action, fields, name, expected) => {
    expect(isLocked(lock(action, ...fields), name)).toBe(expected);
  });

  it('adds to others', () => {
    expect(isLocked([...lock('Include', 'a'), ...lock('Include', 'b')], 'b')).toBe(true);
    expect(isLocked([], 'b')).toBe(false);
  });

  it('leaves open by name only what no other lock closes', () => {
    expect(leavesOpen(lock('Exclude', 'a'), 'a.b')).toBe(true);
    expect(leavesOpen(lock('Exclude', 'a'), 'b')).toBe(false);
    expect(leavesOpen(lock('Include', 'b'), 'a')).toBe(false);
    expect(leavesOpen([...lock('Exclude', 'a'), ...lock('Include', 'a')], 'a')).toBe(false);
  });
});

async function permissionsOf(options: SignedSampleOptions): Promise<SignaturePermissions | undefined> {
  const pdf = await signedSample(options);
  return compareRevisions(pdf, readPdf(pdf).signatures)[0]?.permissions;
}

describe('the permissions of a signature', () => {
  it.each([1, 2, 3] as const)('are those of its DocMDP, P=%i', async (level) => {
    expect(await permissionsOf({ level })).toMatchObject({ level, certifies: true });
  });

  it('are none where it states none', async () => {
    expect(await permissionsOf({})).toEqual({ level: undefined, certifies: false, locks: [] });
  });

  it('are those of its FieldMDP', async () => {
    const permissions = await permissionsOf({ lock: '/Action /Exclude /Fields [(a.b) (c)]' });
    expect(permissions?.locks).toEqual([{ action: 'Exclude', fields: ['a.b', 'c'] }]);
  });

  it('are those of the lock of its field, the strictest of several', async () => {
    const field =
      '<< /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /FT /Sig /T (Signature 1) /Lock << /Action /All /P 1 >> >>';
    const permissions = await permissionsOf({ level: 3, objects: { 14: field } });
    expect(permissions).toMatchObject({ level: 1, locks: [{ action: 'All', fields: [] }] });
  });
});
