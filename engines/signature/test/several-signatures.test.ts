import { prepareSignature } from '@tra/pdf';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../src/index.ts';
import { flipped, fromLatin, latin, stampOver } from './build.ts';
import { codes, startJudging } from './judging.ts';

const { signing, foreign, signed, validate } = await startJudging();

describe('several signatures', () => {
  it('are each judged; a further one is permitted', async () => {
    const second = await signing.hierarchy.issue('document-signer', { subject: { commonName: 'Second' } });
    const bytes = await signing.sign(signed, second);
    const report = await validate(bytes);
    expect(report.signatures.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['S1', 'passed'],
      ['S2', 'passed'],
    ]);
    expect(report.verdict).toBe('passed');
    expect(codes(report)[0]).toBe('unchanged.extended_as_permitted');
  });

  it('by somebody unknown leave what somebody known signed as it is, and the document open', async () => {
    const { signer, certificate } = foreign.document;
    const chain = [foreign.hierarchy.issuing.certificate, foreign.hierarchy.root.certificate];
    const report = await validate(await signing.sign(signed, { signer, certificate, chain }));
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      summary: { code: 'validation.summary.untrusted_signer' },
    });
    expect(report.signatures.map(({ verdict }) => verdict)).toEqual(['passed', 'indeterminate']);
    const unknown = await validate(await signing.sign(signed, { signer, certificate, chain }), { anchors: [] });
    expect(unknown.verdict).toBe('indeterminate');
  });

  it('of which the later is a document time-stamp over a change fail', async () => {
    const prepared = prepareSignature(fromLatin(`${latin(signed)}2 0 obj\n<< >>\nendobj\n`), {
      signingTime: signing.clock.now(),
      contentsBytes: 8192,
    });
    const named = latin(prepared.bytes).replace(
      /ETSI\.CAdES\.detached(?![\s\S]*ETSI\.CAdES\.detached)/,
      'ETSI.RFC3161       ',
    );
    const typeAt = named.slice(0, prepared.byteRange[1]).lastIndexOf('/Type /Sig');
    const text = `${named.slice(0, typeAt)}          ${named.slice(typeAt + 10)}`;
    const bytes = fromLatin(text);
    const [, start, end] = prepared.byteRange;
    const token = await stampOver(signing, Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]));
    const hole = Buffer.from(token)
      .toString('hex')
      .padEnd(end - start - 2, '0');
    const report = await validate(fromLatin(`${text.slice(0, start)}<${hole}>${text.slice(end)}`), {
      crls: await signing.crls(),
    });
    expect(report.signatures.map(({ level, verdict }) => [level, verdict])).toEqual([
      ['PAdES-B-T', 'failed'],
      ['document-timestamp', 'passed'],
    ]);
    expect(report).toMatchObject({ verdict: 'failed', summary: { code: 'validation.summary.extended_after_signing' } });
  });

  it('fail when the last one is broken; what the first one covers stands', async () => {
    const bytes = await signing.sign(signed);
    const report = await validate(flipped(bytes, latin(bytes).lastIndexOf('/ByteRange') - 20));
    expect(report.verdict).toBe('failed');
    expect(report.signatures.map(({ verdict }) => verdict)).toEqual(['passed', 'failed']);
  });

  it('beyond the limit of the policy never pass', async () => {
    const policy = { ...defaultPolicy, maximumSignatures: 1 };
    const report = await validate(await signing.sign(signed), { policy });
    expect(report.verdict).not.toBe('passed');
    expect(report.signatures).toHaveLength(1);
  });
});
