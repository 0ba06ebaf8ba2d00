import { describe, expect, it } from 'vitest';
import { judged, type Row, revocation, revoked, signature, signer, withoutTimestamps } from './changes.ts';
import { archived, type Data, timestamp } from './data.ts';

/** Adds a time-stamp over the content, made before the signature. */
function contentTimestamp(data: Data, productionTime: string): void {
  data.timestamps.push({
    ...timestamp('content', productionTime, [{ category: 'signature', id: 'signature' }]),
    type: 'content',
  });
  signature(data).timestamps.push('content');
}

describe('constraints on attributes and other time-stamps (clauses 5.2.4, 5.2.8, 5.5.4, 5.6.3.4)', () => {
  const rows: readonly Row[] = [
    [
      'revoked before a time-stamp over the content',
      (data) => {
        contentTimestamp(data, '2026-05-15T00:00:00Z');
        signer(data).revocations = [revoked('2026-05-01T00:00:00Z')];
      },
      'TOTAL_FAILED REVOKED',
    ],
    [
      'expired before a time-stamp over the content',
      (data) => {
        contentTimestamp(data, '2026-05-15T00:00:00Z');
        signer(data).notAfter = '2026-05-01T00:00:00Z';
        Object.assign(revocation(data, 'ocsp'), {
          thisUpdate: '2026-04-30T00:00:00Z',
          productionTime: '2026-04-30T00:00:00Z',
        });
      },
      'TOTAL_FAILED EXPIRED',
    ],
    [
      'a content time-stamp that was made after the signature',
      (data) => {
        contentTimestamp(data, '2026-06-01T11:00:00Z');
      },
      'INDETERMINATE TIMESTAMP_ORDER_FAILURE',
    ],
    [
      'a demanded commitment that is absent',
      (_, policy) => {
        if (policy.signature?.signedAttributes)
          policy.signature.signedAttributes.commitmentTypeIndication = { level: 'FAIL', values: ['1.2.3'] };
      },
      'INDETERMINATE SIG_CONSTRAINTS_FAILURE',
    ],
    [
      'a demanded commitment',
      (data, policy) => {
        signature(data).commitmentTypes = ['1.2.3'];
        if (policy.signature?.signedAttributes)
          policy.signature.signedAttributes.commitmentTypeIndication = { level: 'FAIL', values: ['1.2.3'] };
      },
      'TOTAL_PASSED',
    ],
    [
      'a signature policy that the rules do not accept',
      (data, policy) => {
        signature(data).policy = { id: '1.2.3', identified: true, digestMatch: true };
        if (policy.signature) policy.signature.acceptablePolicies = { level: 'FAIL', values: ['NO_POLICY'] };
      },
      'INDETERMINATE POLICY_PROCESSING_ERROR',
    ],
    [
      'a signature policy that cannot be had',
      (data, policy) => {
        signature(data).policy = { id: '1.2.3', identified: false };
        if (policy.signature) policy.signature.policyAvailable = { level: 'FAIL' };
      },
      'INDETERMINATE SIGNATURE_POLICY_NOT_AVAILABLE',
    ],
    [
      'a signature policy with another digest',
      (data) => {
        signature(data).policy = { id: '1.2.3', identified: true, digestMatch: false };
      },
      'INDETERMINATE POLICY_PROCESSING_ERROR',
    ],
    [
      'a delay that the policy forbids',
      (data, policy) => {
        signature(data).claimedSigningTime = '2026-05-01T00:00:00Z';
        if (policy.timestamp) policy.timestamp.timestampDelay = { level: 'FAIL', value: 1, unit: 'days' };
      },
      'INDETERMINATE SIG_CONSTRAINTS_FAILURE',
    ],
    [
      'a level that the policy demands',
      (data, policy) => {
        withoutTimestamps(data, policy);
        if (policy.signature) policy.signature.unsignedAttributes = { tLevelTimeStamp: { level: 'FAIL' } };
      },
      'INDETERMINATE SIG_CONSTRAINTS_FAILURE',
    ],
    [
      'an archive time-stamp over a revoked certificate',
      (data) => {
        archived(data);
        signer(data).revocations = [revoked('2026-06-02T18:00:00Z')];
      },
      'TOTAL_PASSED',
    ],
  ];
  it.each(rows)('%s', (_, change, verdict) => expect(judged(change)).toBe(verdict));
});
