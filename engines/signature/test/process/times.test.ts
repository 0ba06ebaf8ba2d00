import { describe, expect, it } from 'vitest';
import {
  type Change,
  judged,
  type Row,
  revocation,
  revoked,
  signature,
  signer,
  stamp,
  withoutTimestamps,
} from './changes.ts';
import { archived, certificate, certificateOf, type Data, first, policyOf, timestamp } from './data.ts';

describe('time (clauses 5.5, 5.6)', () => {
  const later: Change = (data) => {
    data.validationTime = '2031-01-01T00:00:00Z';
  };
  const rows: readonly Row[] = [
    [
      'expired, with evidence from before, without a time-stamp',
      (data, policy) => {
        withoutTimestamps(data, policy);
        later(data, policy);
      },
      'INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED',
    ],
    [
      'not yet valid',
      (data) => {
        signer(data).notBefore = '2026-06-02T00:00:00Z';
        data.validationTime = '2026-06-03T00:00:00Z';
      },
      'TOTAL_FAILED NOT_YET_VALID',
    ],
    ['expired with a time-stamp that expired too', later, 'INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED'],
    [
      'expired with an archive time-stamp of an authority that has not',
      (data, policy) => {
        policy.algorithms.updated = '2024-12-01';
        const tsa = certificate('tsa-2', ['ca', 'root'], {
          keyUsage: ['digitalSignature'],
          extendedKeyUsage: ['1.3.6.1.5.5.7.3.8'],
        });
        tsa.notAfter = '2040-01-01T00:00:00Z';
        tsa.revocations = [{ revocation: 'crl', status: 'good' }];
        for (const id of ['ca', 'root']) certificateOf(data, id).notAfter = '2040-01-01T00:00:00Z';
        for (const entry of data.revocations) entry.nextUpdate = '2040-01-01T00:00:00Z';
        archived(data);
        data.certificates.push(tsa);
        const last = data.timestamps.at(-1);
        if (last)
          Object.assign(last, {
            chain: ['tsa-2', 'ca', 'root'],
            signingCertificate: { certificate: 'tsa-2' },
            foundCertificates: [{ ...first(last.foundCertificates), certificate: 'tsa-2' }],
          });
        later(data, policy);
      },
      'TOTAL_PASSED',
    ],
    [
      'a time-stamp after the certificate expired',
      (data) => {
        signer(data).notAfter = '2026-06-01T06:00:00Z';
        Object.assign(revocation(data, 'ocsp'), {
          thisUpdate: '2026-06-01T05:00:00Z',
          productionTime: '2026-06-01T05:00:00Z',
        });
      },
      'INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED',
    ],
    [
      'a time-stamp over other data',
      (data) => {
        first(stamp(data).digestMatchers).intact = false;
        data.validationTime = '2026-06-03T00:00:00Z';
      },
      'TOTAL_PASSED',
    ],
    [
      'a broken time-stamp does not save a revoked certificate',
      (data) => {
        first(stamp(data).digestMatchers).intact = false;
        signer(data).revocations = [revoked('2026-06-01T12:00:00Z')];
      },
      'INDETERMINATE REVOKED_NO_POE',
    ],
    [
      'a forged time-stamp does not either',
      (data) => {
        stamp(data).signature.intact = false;
        signer(data).revocations = [revoked('2026-06-01T12:00:00Z')];
      },
      'INDETERMINATE REVOKED_NO_POE',
    ],
    [
      'nor one of a certificate that is for something else',
      (data) => {
        certificateOf(data, 'tsa').extensions.extendedKeyUsage = ['1.3.6.1.5.5.7.3.1'];
        signer(data).revocations = [revoked('2026-06-01T12:00:00Z')];
      },
      'INDETERMINATE REVOKED_NO_POE',
    ],
    [
      'nor one that covers something else',
      (data) => {
        stamp(data).covered = [];
        signer(data).revocations = [revoked('2026-06-01T12:00:00Z')];
      },
      'INDETERMINATE REVOKED_NO_POE',
    ],
  ];
  it.each(rows)('%s', (_, change, verdict) => expect(judged(change)).toBe(verdict));
});

describe('evidence records (clause 5.6.3.4 step 1)', () => {
  const recorded = (data: Data): void => {
    withoutTimestamps(data, policyOf());
    const covered: Data['evidenceRecords'][number]['covered'] = [
      { category: 'signature', id: 'signature' },
      ...data.certificates.map(({ id }) => ({ category: 'certificate' as const, id })),
      ...data.revocations.map(({ id }) => ({ category: 'revocation' as const, id })),
    ];
    data.timestamps.push({
      ...timestamp('er-1', '2026-06-02T01:00:00Z', covered),
      type: 'evidence-record',
      evidenceRecordRole: 'archive',
    });
    data.evidenceRecords.push({
      id: 'record',
      type: 'ASN.1',
      origin: 'external',
      digestMatchers: [
        { type: 'er-archive-object', name: 'document', found: true, intact: true, digest: { algorithm: 'SHA256' } },
      ],
      timestamps: ['er-1'],
      foundCertificates: [],
      foundRevocations: [],
      covered,
      scopes: [],
    });
    signature(data).evidenceRecords = ['record'];
    signer(data).revocations = [revoked('2026-06-02T12:00:00Z')];
  };
  const rows: readonly Row[] = [
    ['one that proves a signature to be older than a revocation', recorded, 'TOTAL_PASSED'],
    [
      'one over other data',
      (data) => {
        recorded(data);
        first(first(data.evidenceRecords).digestMatchers).intact = false;
      },
      'INDETERMINATE REVOKED_NO_POE',
    ],
    [
      'one with a broken time-stamp',
      (data) => {
        recorded(data);
        stamp(data).signature.intact = false;
      },
      'INDETERMINATE REVOKED_NO_POE',
    ],
    [
      'one that does not cover the signature',
      (data) => {
        recorded(data);
        first(data.evidenceRecords).covered = [];
        stamp(data).covered = [];
      },
      'INDETERMINATE REVOKED_NO_POE',
    ],
  ];
  it.each(rows)('%s', (_, change, verdict) => expect(judged(change)).toBe(verdict));
});
