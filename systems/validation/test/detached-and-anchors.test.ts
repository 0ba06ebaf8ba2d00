import { createHash } from 'node:crypto';
import { createSignedData } from '@tra/cms';
import { toPem } from '@tra/pki';
import { testPdf } from '@tra/signature/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Batches, startBatches } from './batch-world.ts';
import type { Part } from './world.ts';

let signing: Batches['signing'];
let foreign: Batches['foreign'];
let signed: Batches['signed'];
let post: Batches['post'];
let running: Batches['running'];

beforeAll(async () => {
  ({ signing, foreign, signed, post, running } = await startBatches());
});
afterAll(() => running.close());

describe('detached files', () => {
  it('are matched with their signatures, also when only their digest is held', async () => {
    const content = new Uint8Array(2_000_001).fill(9);
    const { signer, certificate } = signing.document;
    const certificates = [certificate, signing.hierarchy.issuing.certificate];
    const builder = await createSignedData({ content, detached: true, signer, certificate, certificates });
    const report = (
      await post([
        ['file', builder.toDer(), 'a.p7s'],
        ['detached', content, 'a.bin'],
      ])
    ).body.reports[0];
    expect(report).toMatchObject({ verdict: 'passed', document: { type: 'cms' }, trust: { basis: 'service' } });
    const other = content.slice();
    other[1_999_999] = 1;
    const wrong = (
      await post([
        ['file', builder.toDer(), 'a.p7s'],
        ['detached', other, 'a.bin'],
      ])
    ).body.reports[0];
    expect(wrong).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
    expect(createHash('sha256').update(builder.toDer()).digest('hex')).toBe(report.document.sha256);
  });
});

describe('anchors of a request', () => {
  it('are marked in the report, and do not hide that the service trusts the signer itself', async () => {
    const document = await foreign.sign(testPdf());
    const trust: Part = ['trust', toPem('CERTIFICATE', foreign.anchors[0] ?? new Uint8Array())];
    const mine = (await post([['file', document, 'a.pdf'], trust])).body.reports[0];
    expect(mine).toMatchObject({ verdict: 'passed', trust: { basis: 'request', anchorsOfRequest: 1 } });
    const own = (await post([['file', signed, 'a.pdf'], trust])).body.reports[0];
    expect(own).toMatchObject({ verdict: 'passed', trust: { basis: 'service' } });
    const neither = (await post([['file', document, 'a.pdf']])).body.reports[0];
    expect(neither).toMatchObject({ verdict: 'indeterminate', trust: { basis: 'service', anchorsOfRequest: 0 } });
    const path = neither.signatures[0].checks.find(({ code }: { code: string }) => code === 'signature.path_untrusted');
    expect(path.message).toContain('Foreign');
  });
});
