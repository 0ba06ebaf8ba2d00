import { createHash } from 'node:crypto';
import { seededRandom, steppedClock } from '@tra/kernel/testing';
import { createOcspResponder, parseOcspRequest } from '@tra/pki';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { createAuthority } from '@tra/timestamp';
import { beforeAll, describe, expect, it } from 'vitest';
import { missingEvidence, type ValidationInput, validateDocument } from '../src/index.ts';

const content = new TextEncoder().encode('ข้อมูล');
const clock = steppedClock('2026-11-21T02:00:00Z');
let hierarchy: TestHierarchy;
let input: ValidationInput;

beforeAll(async () => {
  hierarchy = await testHierarchy({ name: 'Stamp' });
  const unit = await hierarchy.issue('time-stamping', { ocspUrls: ['http://ocsp.example.org/'] });
  const authority = createAuthority({
    units: [{ ...unit, chain: [hierarchy.issuing.certificate], policies: [{ oid: '1.2.3' }] }],
    clock,
    random: seededRandom(3),
  });
  const value = createHash('sha256').update(content).digest();
  const { token } = await authority.stamp({ algorithm: 'sha256', value });
  const [, rootCrl] = await hierarchy.crls(clock.now());
  input = {
    bytes: token,
    detached: [content],
    anchors: [hierarchy.root.certificate],
    crls: rootCrl ? [rootCrl] : [],
    at: new Date('2026-11-21T03:00:00Z'),
  };
});

async function respond(request: Uint8Array, revokedAt?: Date): Promise<Uint8Array> {
  const { certificate, signer } = hierarchy.issuing;
  const certId = parseOcspRequest(request).requests[0]?.der ?? new Uint8Array();
  const [thisUpdate, nextUpdate] = [new Date('2026-11-21T02:30:00Z'), new Date('2026-11-22T02:30:00Z')];
  const status = revokedAt
    ? ({ status: 'revoked', revokedAt, reason: 'keyCompromise' } as const)
    : ({ status: 'good' } as const);
  return await createOcspResponder({ signer, responder: certificate }).respond({
    responses: [{ certId, ...status, thisUpdate, nextUpdate }],
    producedAt: thisUpdate,
  });
}

describe('the status of a time-stamping authority', () => {
  it('is asked for where its certificate says, and by OCSP', async () => {
    expect((await validateDocument(input)).verdict).toBe('indeterminate');
    const needs = missingEvidence(input);
    expect(needs).toMatchObject([{ kind: 'status', ocspUrls: ['http://ocsp.example.org/'], crlUrls: [] }]);
    const [need] = needs;
    if (need?.kind !== 'status') throw new Error('no status is asked for');
    const good = { ...input, ocspResponses: [await respond(need.request)] };
    expect((await validateDocument(good)).verdict).toBe('passed');
    expect(missingEvidence(good)).toEqual([]);
    const stolen = { ...input, ocspResponses: [await respond(need.request, new Date('2026-11-21T01:00:00Z'))] };
    const report = await validateDocument(stolen);
    expect(report.verdict).not.toBe('passed');
    expect(report.signatures[0]?.timestamps).toMatchObject([{ status: 'revoked' }]);
  });
});
