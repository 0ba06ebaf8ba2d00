import { describe, expect, it } from 'vitest';
import {
  archived,
  certificate,
  certificateOf,
  type Data,
  first,
  goodData,
  type Policy,
  policyOf,
  timestamp,
  verdictOf,
} from './data.ts';

type Change = (data: Data, policy: Policy) => void;
type Row = readonly [what: string, change: Change, verdict: string];

function judged(change: Change): string {
  const data = goodData();
  const policy = policyOf();
  change(data, policy);
  return verdictOf(data, policy);
}

const signer = (data: Data) => certificateOf(data, 'signer');
const signature = (data: Data) => first(data.signatures);
const stamp = (data: Data) => first(data.timestamps);
const revocation = (data: Data, id: string) => first(data.revocations.filter((entry) => entry.id === id));
const withoutTimestamps: Change = (data) => {
  data.timestamps = [];
  signature(data).timestamps = [];
};
const revoked = (revocationTime: string, reason = 'keyCompromise') => ({
  revocation: 'ocsp',
  status: 'revoked' as const,
  revocationTime,
  reason,
});

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

describe('certificate path (clause 5.2.6)', () => {
  const rows: readonly Row[] = [
    [
      'no trust anchor',
      (data) => {
        certificateOf(data, 'root').trusted = false;
      },
      'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND',
    ],
    [
      'an issuer that is no authority',
      (data) => {
        certificateOf(data, 'ca').extensions.basicConstraints = { ca: false };
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'an issuer that may not sign certificates',
      (data) => {
        certificateOf(data, 'ca').extensions.keyUsage = ['cRLSign'];
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'a forged certificate',
      (data) => {
        signer(data).signature.intact = false;
        signer(data).signature.valid = false;
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'an unknown critical extension',
      (data) => {
        signer(data).extensions.present.push({ oid: '1.2.3', critical: true });
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'an unknown extension that is not critical',
      (data) => {
        signer(data).extensions.present.push({ oid: '1.2.3', critical: false });
      },
      'TOTAL_PASSED',
    ],
    [
      'an authority that expired before its certificate',
      (data) => {
        certificateOf(data, 'ca').notAfter = '2026-06-02T12:00:00Z';
      },
      'INDETERMINATE OUT_OF_BOUNDS_NO_POE',
    ],
    [
      'a name that the authority may not issue',
      (data) => {
        certificateOf(data, 'ca').extensions.nameConstraints = {
          permitted: [],
          excluded: [{ type: 'directoryName', value: 'CN=signer' }],
        };
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'an issuer whose name is another',
      (data) => {
        signer(data).issuer = 'CN=other';
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'no revocation at all',
      (data) => {
        signer(data).revocations = [];
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'a missing revocation that only warns',
      (data, policy) => {
        signer(data).revocations = [];
        const rules = policy.signature?.basic?.signingCertificate;
        if (rules) {
          rules.revocationDataAvailable = { level: 'WARN' };
          rules.acceptableRevocationDataFound = { level: 'WARN' };
        }
      },
      'TOTAL_PASSED',
    ],
    [
      'a certificate that assures its own validity',
      (data) => {
        signer(data).revocations = [];
        signer(data).extensions.present.push({ oid: '0.4.0.194121.2.1', critical: false });
      },
      'TOTAL_PASSED',
    ],
  ];
  it.each(rows)('%s', (_, change, verdict) => expect(judged(change)).toBe(verdict));
});

describe('revocations (clause 5.2.5)', () => {
  const rows: readonly Row[] = [
    [
      'a forged one',
      (data) => {
        revocation(data, 'ocsp').signature.intact = false;
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'one of an issuer that is not known',
      (data) => {
        revocation(data, 'ocsp').chain = [];
        revocation(data, 'ocsp').signingCertificate = undefined as never;
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'one without thisUpdate',
      (data) => {
        revocation(data, 'ocsp').thisUpdate = undefined as never;
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'one that does not know the certificate',
      (data) => {
        signer(data).revocations = [{ revocation: 'ocsp', status: 'unknown' }];
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'one from before the certificate',
      (data) => {
        Object.assign(revocation(data, 'ocsp'), {
          thisUpdate: '2023-01-01T00:00:00Z',
          productionTime: '2023-01-01T00:00:00Z',
        });
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'one of another responder',
      (data) => {
        revocation(data, 'ocsp').responderIdMatch = false;
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'one with the hash of another certificate',
      (data) => {
        Object.assign(revocation(data, 'ocsp'), { certHashPresent: true, certHashMatch: false });
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'one that the certificate itself signed',
      (data) => {
        Object.assign(revocation(data, 'ocsp'), {
          chain: ['signer', 'ca', 'root'],
          signingCertificate: { certificate: 'signer' },
        });
      },
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ],
    [
      'revoked after the time-stamp',
      (data) => {
        signer(data).revocations = [revoked('2026-06-01T12:00:00Z')];
      },
      'TOTAL_PASSED',
    ],
    [
      'revoked before the time-stamp',
      (data) => {
        signer(data).revocations = [revoked('2026-05-01T00:00:00Z')];
      },
      'INDETERMINATE REVOKED_NO_POE',
    ],
    [
      'revoked, without a time-stamp',
      (data, policy) => {
        withoutTimestamps(data, policy);
        signer(data).revocations = [revoked('2026-06-01T12:00:00Z')];
      },
      'INDETERMINATE REVOKED_NO_POE',
    ],
    [
      'on hold',
      (data, policy) => {
        withoutTimestamps(data, policy);
        signer(data).revocations = [revoked('2026-06-01T12:00:00Z', 'certificateHold')];
      },
      'INDETERMINATE TRY_LATER',
    ],
    [
      'an authority that is revoked',
      (data, policy) => {
        withoutTimestamps(data, policy);
        certificateOf(data, 'ca').revocations = [
          { revocation: 'root-crl', status: 'revoked', revocationTime: '2026-06-01T12:00:00Z' },
        ];
      },
      'INDETERMINATE REVOKED_CA_NO_POE',
    ],
  ];
  it.each(rows)('%s', (_, change, verdict) => expect(judged(change)).toBe(verdict));
});

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
