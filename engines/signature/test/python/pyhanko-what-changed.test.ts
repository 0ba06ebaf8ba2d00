import { legitimateUpdates, pdfAttacks, type SignParts } from '@tra/pdf/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestSigning, testSigning } from '../../src/testing.ts';
import { partsSigner } from '../build.ts';
import { hasPyhanko, type Pyhanko, type PyhankoChange, type PyhankoSigning, startPyhanko } from './pyhanko.ts';
import { changesThere, formToSign, intactHere, intactThere, ourReport } from './pyhanko-subjects.ts';

let signing: TestSigning;
let pyhanko: Pyhanko;
let sign: SignParts;
beforeAll(async () => {
  if (!hasPyhanko) return;
  signing = await testSigning('Changes');
  pyhanko = startPyhanko(signing);
  sign = partsSigner(signing);
});
afterAll(() => pyhanko?.close());

type Step = PyhankoChange | PyhankoSigning;
const apply = (pdf: Uint8Array, step: Step): Promise<Uint8Array> =>
  'field' in step ? pyhanko.sign(pdf, step) : pyhanko.change(pdf, step);

const fieldsAll = { action: 'All' } as const;
const permissions: readonly (readonly [string, Partial<PyhankoSigning>])[] = [
  ['an approval', {}],
  ['a certification P=1', { level: 1 }],
  ['a certification P=2', { level: 2 }],
  ['a certification P=3', { level: 3 }],
  ['a lock of all fields', { lock: fieldsAll }],
  ['a lock of one field', { lock: { action: 'Include', fields: ['amount'] } }],
  ['a lock of all fields but one', { lock: { action: 'Exclude', fields: ['amount'] } }],
  ['a lock with P=1', { lock: { action: 'Include', fields: ['agree'], level: 1 } }],
];

const updates: readonly (readonly [string, readonly Step[]])[] = [
  ['a field filled in', [['fill', 'amount', '250']]],
  ['a field filled in for good', [['fill for good', 'Signature 10', 'x']]],
  ['a box ticked', [['tick', 'agree']]],
  [
    'a box ticked and a field filled in',
    [
      ['tick', 'agree'],
      ['fill', 'amount', '250'],
    ],
  ],
  ['content written over', [['write over', '100 baht', '999 baht']]],
  ['a comment', [['annotate', 'note']]],
  ['another title', [['title', 'x']]],
  ['an empty signature field', [['add field', 'New']]],
  ['an empty visible signature field', [['add field', 'New', 350, 180, 500, 230]]],
  ['a page shown twice', [['show page twice']]],
  ['all fields made read-only', [['lock all']]],
  ['a signature in its empty field', [{ field: 'Signature 2' }]],
  ['a signature in a new field', [{ field: 'Third' }]],
  ['a visible signature in a new field', [{ field: 'Third', box: [350, 180, 500, 230] }]],
  ['a signature over the content', [{ field: 'Third', box: [40, 740, 300, 770] }]],
  ['a signature kept for long', [{ field: 'Third', stamped: true, kept: true, archived: true }]],
  ['a field filled in, then a signature', [['fill', 'amount', '250'], { field: 'Signature 2' }]],
];

const filling = [
  'a field filled in: suspicious, allowed',
  'a field filled in for good: suspicious, allowed',
  'a box ticked: suspicious, allowed',
  'a box ticked and a field filled in: suspicious, allowed',
];
const overContent = 'a signature over the content: suspicious, allowed';
const thenSigned = 'a field filled in, then a signature: suspicious, allowed';
const emptyField = 'an empty signature field: forbidden, allowed';
const emptyVisible = 'an empty visible signature field: allowed, forbidden';
const visible = 'a visible signature in a new field: allowed, forbidden';

/**
 * Where the verdicts differ, ours first. Where the signer states nothing, filling in is a doubt to us (decision 0013). P=1 permits no change
 * but validation data and time-stamps, so no empty field; P=2 permits signing, in view too, and P=3 comments (ISO 32000-2 table 257). An
 * empty field has no value that a lock could keep.
 */
const differences: Readonly<Record<string, readonly string[]>> = {
  'an approval': [...filling, overContent, thenSigned],
  'a certification P=1': [emptyField],
  'a certification P=2': [emptyVisible, visible],
  'a certification P=3': ['a comment: allowed, forbidden', emptyVisible, visible],
  'a lock of all fields': [emptyVisible],
  'a lock of one field': [...filling.slice(1, 3), overContent],
  'a lock of all fields but one': [emptyVisible],
  'a lock with P=1': [emptyField],
};

/**
 * White space behind the end is a change to us, if a harmless one. pyHanko knows no comments and no structure trees, and takes the look of a
 * locked field for changed as soon as anything follows.
 */
const permittedOtherwise: readonly string[] = [
  'white space at the end: allowed, unchanged',
  'a time-stamp under /Action /All: allowed, forbidden',
  'a structure element for a new signature field: allowed, forbidden',
  'a note under P=3: allowed, forbidden',
  'a highlight without a look over text under P=3: allowed, forbidden',
  'a comment on an empty place under P=3: allowed, forbidden',
];

/** What pyHanko accepts although the standard does not, or although a page then shows something else than was signed. */
const acceptedByPyhanko: ReadonlySet<string> = new Set([
  // Bytes that no cross-reference names: what a reader that searches for objects would show.
  'the content of an object replaced and listed nowhere',
  // Signatures: one hides the page, one certifies though it is not the first (12.8.1), one has nothing that it signs.
  'a signature whose look covers the page after an approval',
  'a certification that comes second',
  'a signature without ByteRange',
  // A field inherits the value of the field above (12.7.4.2).
  'a value set above a locked field',
  // The look of a field shows its value and no other (12.7.4.3); nothing else of it may change when it is filled in (12.8.2.2).
  'a look changed without its value',
  'a look that shows another value',
  'a look with the value inside the octets of an image',
  'a check box that looks ticked',
  'a field hidden',
  'another font for all fields',
  'a value changed and its look left',
  'a check box set and shown empty',
  // Looks that were never shown come to light (12.7.3).
  'the order to draw fields anew taken back',
]);

const refusesToMake = /forbids all changes/;

describe.skipIf(!hasPyhanko)('pyHanko agrees about what comes after', () => {
  it.each(permissions)('%s', async (under, how) => {
    const field = how.lock ? 'Of pyHanko' : 'Signature 1';
    const signed = await pyhanko.sign(formToSign(), { field, ...how });
    const found: string[] = [];
    for (const [update, steps] of updates) {
      let pdf = signed;
      try {
        for (const step of steps) pdf = await apply(pdf, step);
      } catch (error) {
        expect([under, update, refusesToMake.test(String(error))]).toEqual(['a certification P=1', update, true]);
        continue;
      }
      const opinion = (await pyhanko.validate(pdf)).signatures.find((one) => one.field === field);
      const own = (await ourReport(signing, pdf)).signatures.find(({ fieldName }) => fieldName === field);
      if (!opinion || !own) throw new Error(`${update}: the signature is gone`);
      expect([update, intactHere(own), intactThere(opinion)]).toEqual([update, true, true]);
      const ours = own.revision?.changes;
      const theirs = changesThere(opinion);
      if (ours !== theirs) found.push(`${update}: ${ours}, ${theirs}`);
    }
    expect(found).toEqual(differences[under] ?? []);
  });

  it('an update that its signer permits', async () => {
    const found: string[] = [];
    for (const { build, name } of legitimateUpdates) {
      const pdf = await build(sign);
      const [opinion] = (await pyhanko.validate(pdf)).signatures;
      const [own] = (await ourReport(signing, pdf)).signatures;
      if (!opinion || !own) throw new Error(`${name}: the signature is gone`);
      expect([name, intactHere(own), intactThere(opinion)]).toEqual([name, true, true]);
      const ours = own.revision?.changes;
      const theirs = changesThere(opinion);
      if (ours !== theirs) found.push(`${name}: ${ours}, ${theirs}`);
    }
    expect(found).toEqual(permittedOtherwise);
  });
});

describe.skipIf(!hasPyhanko)('an attack that we refuse', () => {
  it.each(pdfAttacks.map((attack) => [attack.name, attack] as const))(
    'is refused by pyHanko, or listed: %s',
    async (name, attack) => {
      const pdf = await attack.build(sign);
      const { signatures, refused } = await pyhanko.validate(pdf);
      const own = await ourReport(signing, pdf);
      expect(own.verdict).toBe('failed');
      const opinion = signatures.find(({ field }) => field === 'Signature 1');
      expect(refused === undefined && opinion?.holds === true).toBe(acceptedByPyhanko.has(name));
      const ours = own.signatures.find(({ fieldName }) => fieldName === 'Signature 1');
      if (opinion?.intact !== undefined && ours?.revision?.changes === 'forbidden')
        expect(intactHere(ours)).toBe(intactThere(opinion));
    },
  );
});
