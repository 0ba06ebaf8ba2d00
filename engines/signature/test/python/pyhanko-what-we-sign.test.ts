import { signedSample, stampedSample } from '@tra/pdf/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestSigning, testPdf, testSigning } from '../../src/testing.ts';
import { build, flipped, holeOf, keptSample, partsSigner } from '../build.ts';
import { hasPyhanko, type Pyhanko, startPyhanko } from './pyhanko.ts';
import { ourReport, protectedPlaces } from './pyhanko-subjects.ts';

describe.skipIf(!hasPyhanko).each(['ecdsa-p256-sha256', 'rsa-pkcs1-sha256'] as const)(
  'pyHanko agrees about what is signed with %s:',
  (algorithm) => {
    let signing: TestSigning;
    let pyhanko: Pyhanko;
    beforeAll(async () => {
      signing = await testSigning('Interop', algorithm);
      pyhanko = startPyhanko(signing);
    });
    afterAll(() => pyhanko.close());

    const good = { type: 'Sig', intact: true, valid: true, trusted: true, permitted: true, holds: true };
    const stamp = { intact: true, valid: true, trusted: true, time: '2026-11-20T07:05:00+00:00' };
    const require = { revocation: 'require' } as const;

    it('PAdES-B-B', async () => {
      const pdf = await build(signing);
      const { signatures } = await pyhanko.validate(pdf, require);
      expect(signatures).toMatchObject([{ ...good, coverage: 'ENTIRE_FILE', changes: 'NONE', timestamp: null }]);
      const report = await ourReport(signing, pdf, { revocation: true });
      expect(report).toMatchObject({ verdict: 'passed', signatures: [{ level: 'PAdES-B-B' }] });
    });

    it('PAdES-B-T, also on top of another', async () => {
      const once = await signing.sign(testPdf());
      const { signatures } = await pyhanko.validate(once, require);
      expect(signatures).toMatchObject([{ ...good, coverage: 'ENTIRE_FILE', changes: 'NONE', timestamp: stamp }]);
      const twice = await pyhanko.validate(await signing.sign(once), require);
      expect(twice.signatures).toMatchObject([
        { ...good, coverage: 'ENTIRE_REVISION', changes: 'FORM_FILLING', timestamp: stamp },
        { ...good, coverage: 'ENTIRE_FILE', changes: 'NONE', timestamp: stamp },
      ]);
    });

    it('PAdES-B-T changed before the hole, behind it, in the value and in the time-stamp', async () => {
      const pdf = await signing.sign(testPdf());
      for (const at of protectedPlaces(pdf)) {
        const bad = flipped(pdf, at);
        const { signatures, refused } = await pyhanko.validate(bad, require);
        expect([at, refused !== undefined || !signatures[0]?.holds]).toEqual([at, true]);
        expect([at, (await ourReport(signing, bad, { revocation: true })).verdict]).not.toEqual([at, 'passed']);
      }
    });

    it('PAdES-B-T that it extends to B-LT and B-LTA', async () => {
      const signed = await signing.sign(testPdf());
      const kept = await pyhanko.extend(signed);
      const opinion = await pyhanko.validate(kept, require);
      expect(opinion.signatures).toMatchObject([{ ...good, changes: 'LTA_UPDATES', timestamp: stamp }]);
      expect(opinion.store).toMatchObject({ certificates: 4, crls: 2 });
      expect(await ourReport(signing, kept)).toMatchObject({
        verdict: 'passed',
        signatures: [{ level: 'PAdES-B-LT', revision: { changes: 'allowed' } }],
      });
      const archived = await pyhanko.extend(signed, { archived: true });
      expect(await ourReport(signing, archived)).toMatchObject({
        verdict: 'passed',
        signatures: [
          { level: 'PAdES-B-LTA', verdict: 'passed', revision: { changes: 'allowed' } },
          { level: 'document-timestamp', verdict: 'passed' },
        ],
      });
    });

    it('a security store and a document time-stamp of our own', async () => {
      const sign = partsSigner(signing);
      const signed = await signedSample({ sign });
      const { name, pdf: kept } = await keptSample(signing, signed);
      const archived = await stampedSample(kept, 100, { sign });
      const opinion = await pyhanko.validate(archived, require);
      expect(opinion.store).toEqual({ certificates: 4, crls: 2, signatures: [name] });
      expect(opinion.signatures).toMatchObject([
        { ...good, changes: 'LTA_UPDATES' },
        { type: 'DocTimeStamp', intact: true, valid: true, trusted: true, timestamp: stamp, changes: 'NONE' },
      ]);
      const report = await ourReport(signing, archived, { revocation: true });
      expect(report).toMatchObject({
        verdict: 'passed',
        signatures: [{ level: 'PAdES-LTV' }, { verdict: 'passed' }],
      });
      const bad = flipped(archived, holeOf(signed).end + 10);
      expect((await pyhanko.validate(bad)).signatures.filter(({ intact }) => intact)).toEqual([]);
      expect((await ourReport(signing, bad)).signatures.map(({ verdict }) => verdict)).toEqual(['failed', 'failed']);
    });
  },
);
