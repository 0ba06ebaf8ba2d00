import { describe, expect, it } from 'vitest';
import { type Change, judged, type Row, signature } from './changes.ts';
import { first } from './data.ts';

describe('format and signing certificate (clauses 5.2.2, 5.2.3)', () => {
  const rows: readonly Row[] = [
    ['nothing wrong', () => undefined, 'TOTAL_PASSED'],
    [
      'an unacceptable format',
      (_, policy) => {
        if (policy.signature) policy.signature.acceptableFormats = { level: 'FAIL', values: ['PAdES-BASELINE-B'] };
      },
      'TOTAL_FAILED FORMAT_FAILURE',
    ],
    [
      'an identifier that is there twice',
      (data) => {
        signature(data).duplicated = true;
      },
      'TOTAL_FAILED FORMAT_FAILURE',
    ],
    [
      'a PDF byte range out of order',
      (data) => {
        signature(data).pdfRevision = {
          fields: ['Signature1'],
          byteRange: [0, 1, 2, 3],
          byteRangeValid: false,
          dictionaryConsistent: true,
        };
      },
      'TOTAL_FAILED FORMAT_FAILURE',
    ],
    [
      'a PDF signature dictionary that was exchanged',
      (data) => {
        signature(data).pdfRevision = {
          fields: ['Signature1'],
          byteRange: [0, 1, 2, 3],
          byteRangeValid: true,
          dictionaryConsistent: false,
        };
      },
      'TOTAL_FAILED FORMAT_FAILURE',
    ],
    [
      'a good PDF revision',
      (data) => {
        signature(data).pdfRevision = {
          fields: ['Signature1'],
          byteRange: [0, 1, 2, 3],
          byteRangeValid: true,
          dictionaryConsistent: true,
        };
      },
      'TOTAL_PASSED',
    ],
    [
      'no signing certificate',
      (data) => {
        signature(data).signingCertificate = undefined as never;
        signature(data).chain = [];
      },
      'INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND',
    ],
    [
      'a reference to another certificate',
      (data) => {
        for (const reference of first(signature(data).foundCertificates).references ?? [])
          reference.digestMatch = false;
      },
      'INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND',
    ],
  ];
  it.each(rows)('%s', (_, change, verdict) => expect(judged(change)).toBe(verdict));
});

describe('cryptographic verification (clause 5.2.7)', () => {
  const rows: readonly Row[] = [
    [
      'changed data',
      (data) => {
        first(signature(data).digestMatchers).intact = false;
      },
      'TOTAL_FAILED HASH_FAILURE',
    ],
    [
      'data that is not at hand',
      (data) => {
        first(signature(data).digestMatchers).found = false;
      },
      'INDETERMINATE SIGNED_DATA_NOT_FOUND',
    ],
    [
      'a wrong signature value',
      (data) => {
        signature(data).signature.intact = false;
      },
      'TOTAL_FAILED SIG_CRYPTO_FAILURE',
    ],
    [
      'a signature that is intact but not valid',
      (data) => {
        signature(data).signature.valid = false;
      },
      'TOTAL_FAILED SIG_CRYPTO_FAILURE',
    ],
    [
      'no digest at all',
      (data) => {
        signature(data).digestMatchers = [];
      },
      'INDETERMINATE SIGNED_DATA_NOT_FOUND',
    ],
  ];
  it.each(rows)('%s', (_, change, verdict) => expect(judged(change)).toBe(verdict));
});

describe('algorithms (clauses 5.1.4.3, 5.2.8)', () => {
  const sha1: Change = (data) => {
    signature(data).signature.digestAlgorithm = 'SHA1';
  };
  const rows: readonly Row[] = [
    ['a hash that is not reliable any more', sha1, 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE'],
    [
      'a hash that never was',
      (data) => {
        signature(data).signature.digestAlgorithm = 'ROT13';
      },
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    ],
    [
      'a key that is too short',
      (data) => {
        signature(data).signature.keyLength = 512;
      },
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    ],
    [
      'a weak hash of a reference',
      (data) => {
        first(signature(data).digestMatchers).digest = { algorithm: 'MD5' };
      },
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    ],
    [
      'a hash that ends soon',
      (_, policy) => {
        policy.algorithms.digests = [{ name: 'SHA256', until: '2027-01-01' }];
      },
      'TOTAL_PASSED',
    ],
    [
      'a hash that ended after the time-stamp',
      (_, policy) => {
        policy.algorithms.updated = '2026-06-03';
        policy.algorithms.digests = [{ name: 'SHA256', until: '2026-06-02' }];
      },
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    ],
    [
      'an old hash that only warns',
      (data, policy) => {
        sha1(data, policy);
        policy.algorithms.expirationLevel = 'WARN';
      },
      'TOTAL_PASSED',
    ],
  ];
  it.each(rows)('%s', (_, change, verdict) => expect(judged(change)).toBe(verdict));
});
