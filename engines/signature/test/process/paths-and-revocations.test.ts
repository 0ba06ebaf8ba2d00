import { describe, expect, it } from 'vitest';
import { judged, type Row, revocation, revoked, signer, withoutTimestamps } from './changes.ts';
import { certificateOf } from './data.ts';

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
