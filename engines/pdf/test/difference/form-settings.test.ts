import { describe, expect, it } from 'vitest';
import { compareRevisions, readPdf } from '../../src/index.ts';
import { type SignedSampleOptions, sampleObjects, signedSample, signSample, updatePdf } from '../../src/testing.ts';

/** The form of the sample with these entries in the place of its flags. */
const form = (entries: string): string => (sampleObjects[3] ?? '').replace('/SigFlags 3', entries);

function judged(pdf: Uint8Array): readonly [string | undefined, readonly string[]] {
  const [difference] = compareRevisions(pdf, readPdf(pdf).signatures);
  return [difference?.verdict, difference?.changes.map(({ code }) => code.replace('pdf.change_', '')) ?? []];
}

async function changed(from: string, to: string, options: SignedSampleOptions = {}) {
  const signed = await signedSample({ ...options, objects: { ...options.objects, 3: form(from) } });
  return judged(updatePdf(signed, { 3: form(to) }));
}

describe('flags of the form for signatures (ISO 32000-2 table 225)', () => {
  it.each([
    ['1', '3'],
    ['2', '3'],
    ['0', '1'],
    ['(3)', '3'],
    ['5', '7'],
  ])('may go from %s to %s', async (from, to) => {
    const told = ['allowed', ['signature_flags']];
    expect(await changed(`/SigFlags ${from}`, `/SigFlags ${to}`)).toEqual(told);
    expect(await changed(`/SigFlags ${from}`, `/SigFlags ${to}`, { level: 1 })).toEqual(told);
  });

  it('may come with a further signature, into a form that had none', async () => {
    const signed = await signedSample({ objects: { 3: form('') } });
    const fieldText = (sampleObjects[13] ?? '').replace(/>>$/, '/V %V >>');
    const twice = await signSample(signed, { field: 13, fieldText, object: 83, objects: { 3: form('/SigFlags 3') } });
    const [verdict, codes] = judged(twice);
    expect(verdict).toBe('allowed');
    expect(codes).toEqual(expect.arrayContaining(['signature_flags', 'signature_added']));
    expect(codes).not.toContain('object_unused');
  });

  it.each([
    ['/SigFlags 3', '/SigFlags 1'],
    ['/SigFlags 3', '/SigFlags 2'],
    ['/SigFlags 3', ''],
    ['/SigFlags 3', '/SigFlags 7'],
    ['/SigFlags 3', '/SigFlags 3.5'],
    ['/SigFlags 3', '/SigFlags (3)'],
    ['', '/SigFlags -1'],
    ['/SigFlags 3', '/SigFlags null'],
  ])('may not go from %s to %s', async (from, to) => {
    expect(await changed(from, to, { level: 3 })).toEqual(['forbidden', ['form_settings']]);
  });
});

describe('other entries of the form', () => {
  it('written again are no change', async () => {
    expect(await changed('/SigFlags 3', '/SigFlags 3')).toEqual(['allowed', ['object_rewritten']]);
  });

  it.each(['/Q 0', '/CO []', '/XFA null', '/NeedAppearances false', '/DA (/Helv 9 Tf)'])(
    'that say what holds without them may come: %s',
    async (entry) => {
      const without = form('/SigFlags 3').replace('/DA (/Helv 0 Tf 0 g)', '');
      const signed = await signedSample({ objects: { 3: without } });
      const [verdict] = judged(updatePdf(signed, { 3: without.replace('/SigFlags 3', `/SigFlags 3 ${entry}`) }));
      expect(verdict).toBe('allowed');
    },
  );

  it.each(['/Q 1', '/CO [10 0 R]', '/Unknown 5'])('that say more are forbidden: %s', async (entry) => {
    const told = ['forbidden', ['form_settings']];
    expect(await changed('/SigFlags 3', `/SigFlags 3 ${entry}`, { level: 3 })).toEqual(told);
    expect(await changed(`/SigFlags 3 ${entry}`, '/SigFlags 3', { level: 3 })).toEqual(told);
  });

  it.each(['true', '1', '(no)'])('that have fields drawn anew are suspicious: %s', async (value) => {
    const told = ['suspicious', ['need_appearances']];
    expect(await changed('/SigFlags 3', `/SigFlags 3 /NeedAppearances ${value}`, { level: 2 })).toEqual(told);
  });

  it('that end it are, too, and forbidden under P=1, unless all fields may be filled in', async () => {
    const ended = (options?: SignedSampleOptions) =>
      changed('/SigFlags 3 /NeedAppearances true', '/SigFlags 3', options);
    expect(await ended()).toEqual(['suspicious', ['need_appearances_ended']]);
    expect(await ended({ level: 1 })).toEqual(['forbidden', ['need_appearances_ended']]);
    expect(await ended({ level: 2 })).toEqual(['allowed', ['need_appearances_ended']]);
    const lock = '/Action /Include /Fields [(amount)]';
    expect(await ended({ level: 2, lock })).toEqual(['suspicious', ['need_appearances_ended']]);
  });
});
