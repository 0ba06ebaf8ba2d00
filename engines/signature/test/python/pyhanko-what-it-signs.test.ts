import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestSigning, testPdf, testSigning } from '../../src/testing.ts';
import { flipped } from '../build.ts';
import { hasPyhanko, type Pyhanko, type PyhankoSigning, startPyhanko } from './pyhanko.ts';
import { formToSign, intactHere, intactThere, ourReport, protectedPlaces } from './pyhanko-subjects.ts';

describe.skipIf(!hasPyhanko).each(['ecdsa-p256-sha256', 'rsa-pkcs1-sha256'] as const)(
  'we agree with pyHanko about what it signs with %s:',
  (algorithm) => {
    let signing: TestSigning;
    let pyhanko: Pyhanko;
    beforeAll(async () => {
      signing = await testSigning('Theirs', algorithm);
      pyhanko = startPyhanko(signing);
    });
    afterAll(() => pyhanko.close());

    const archived = { stamped: true, kept: true, archived: true };
    it.each<readonly [string, Partial<PyhankoSigning>, object]>([
      ['an approval', {}, { level: 'PAdES-B-B' }],
      [
        'an approval with a time-stamp',
        { stamped: true },
        { level: 'PAdES-B-T', provenTime: '2026-11-20T07:05:00.000Z' },
      ],
      ['a visible signature', { box: [350, 180, 500, 230] }, { level: 'PAdES-B-B' }],
      ['adbe.pkcs7.detached', { plain: true }, { level: 'PDF-PKCS7' }],
      ['a certification P=1', { level: 1 }, { revision: { permission: 1 } }],
      ['a certification P=2', { level: 2, stamped: true }, { revision: { permission: 2 } }],
      ['a certification P=3', { level: 3 }, { revision: { permission: 3 } }],
      ['a lock of all fields', { lock: { action: 'All' } }, { level: 'PAdES-B-B' }],
      [
        'a lock with a permission',
        { lock: { action: 'Include', fields: ['amount'], level: 1 } },
        { revision: { permission: 1 } },
      ],
      ['everything for long', archived, { level: 'PAdES-B-LTA', revision: { changes: 'allowed' } }],
      [
        'a certification for long',
        { ...archived, level: 1 },
        { level: 'PAdES-B-LTA', revision: { changes: 'allowed', permission: 1 } },
      ],
    ])('%s', async (_, how, expected) => {
      const field = how.box || how.lock ? 'Of pyHanko' : 'Signature 1';
      const pdf = await pyhanko.sign(formToSign(), { field, ...how });
      const report = await ourReport(signing, pdf, { revocation: true });
      expect(report.signatures[0]).toMatchObject({ fieldName: field, verdict: 'passed', ...expected });
      expect(report.verdict).toBe('passed');
      expect((await pyhanko.validate(pdf)).signatures[0]).toMatchObject({ field, holds: true });
    });

    it('wherever a bit is turned', async () => {
      const pdf = await pyhanko.sign(testPdf(), { field: 'Of pyHanko', stamped: true, level: 2 });
      for (const at of protectedPlaces(pdf)) {
        const bad = flipped(pdf, at);
        const { signatures, refused } = await pyhanko.validate(bad);
        const report = await ourReport(signing, bad);
        expect([at, report.verdict === 'passed']).toEqual([at, false]);
        expect([at, refused === undefined && signatures[0]?.holds === true]).toEqual([at, false]);
        if (signatures[0] && report.signatures[0])
          expect([at, intactHere(report.signatures[0])]).toEqual([at, intactThere(signatures[0])]);
      }
    });

    it('and sign after it, also where it kept everything for long', async () => {
      const theirs = await pyhanko.sign(formToSign(), { field: 'Signature 1', ...archived, level: 2 });
      const both = await signing.sign(theirs, { fieldName: 'Signature 2' });
      const report = await ourReport(signing, both, { revocation: true });
      expect(report.signatures.map(({ level, verdict }) => [level, verdict])).toEqual([
        ['PAdES-B-LTA', 'passed'],
        ['document-timestamp', 'passed'],
        ['PAdES-B-LT', 'passed'],
      ]);
      expect((await pyhanko.validate(both)).signatures.map(({ valid, changes }) => [valid, changes])).toEqual([
        [true, 'FORM_FILLING'],
        [true, 'FORM_FILLING'],
        [true, 'NONE'],
      ]);
      const more = await pyhanko.sign(both, { field: 'Of pyHanko', stamped: true });
      expect((await ourReport(signing, more)).verdict).toBe('passed');
    });

    it('and refuse to sign what it certified against any change', async () => {
      const theirs = await pyhanko.sign(formToSign(), { field: 'Signature 1', level: 1 });
      await expect(signing.sign(theirs)).rejects.toMatchObject({ code: 'signature.document_refused' });
      await expect(pyhanko.sign(theirs, { field: 'Signature 2' })).rejects.toThrow('forbids all changes');
    });
  },
);
