import { describe, expect, it } from 'vitest';
import { type ProcessPolicy, withAlgorithms } from '../../src/index.ts';
import { archived, certificateOf, type Data, first, goodData, type Policy, policyOf, run, verdictOf } from './data.ts';

// What rules and catalogues mean where the text of EN 319 102-1 leaves it to the policy, and where policies that DSS wrote are read.

type Change = (data: Data, policy: Policy) => void;

function judged(change: Change): string {
  const data = goodData();
  const policy = policyOf();
  change(data, policy);
  return verdictOf(data, policy);
}

const weak = 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE';
const signature = (data: Data) => first(data.signatures);
const certificateRules = (policy: Policy) => {
  const rules = policy.signature?.basic?.signingCertificate;
  if (!rules) throw new Error('no rules');
  return rules;
};

describe('a catalogue of algorithms (TS 119 312 clause 9, TS 119 322)', () => {
  const signatures = (entries: Policy['algorithms']['signatures']): Change => {
    return (_, policy) => {
      policy.algorithms.signatures = entries;
      delete policy.algorithms.updated;
    };
  };

  it('judges a method together with its hash where it names both', () => {
    const general = { name: 'RSA', keyLength: 1900 };
    expect(judged(signatures([general]))).toBe('TOTAL_PASSED');
    const ended = { ...general, digest: 'SHA256', until: '2020-01-01' };
    expect(judged(signatures([general, ended]))).toBe(weak);
    expect(judged(signatures([general, { ...ended, digest: 'SHA512' }]))).toBe('TOTAL_PASSED');
    expect(judged(signatures([{ ...general, digest: 'SHA256' }]))).toBe('TOTAL_PASSED');
    expect(judged(signatures([{ ...general, digest: 'SHA512' }]))).toBe(weak);
  });

  it('takes a hash that has ended for the end of the methods with it', () => {
    const change: Change = (_, policy) => {
      policy.algorithms.digests = [{ name: 'SHA256', until: '2026-06-02' }];
      delete policy.algorithms.updated;
    };
    expect(judged(change)).toBe(weak);
  });

  it('knows beginnings, longest keys and several entries, of which any one counts', () => {
    expect(judged(signatures([{ name: 'RSA', keyLength: 1900, from: '2026-07-01' }]))).toBe(weak);
    expect(judged(signatures([{ name: 'RSA', keyLength: 1900, longest: 2048 }]))).toBe(weak);
    const ended = { name: 'RSA', keyLength: 3000, until: '2020-01-01' };
    expect(judged(signatures([{ name: 'RSA', keyLength: 1024 }, ended]))).toBe('TOTAL_PASSED');
    expect(judged(signatures([{ name: 'RSA', keyLength: 4096 }, ended]))).toBe(weak);
  });

  it('does not count on the very day of the end (TS 119 322 clause 5: End)', () => {
    const until = (day: string) => judged(signatures([{ name: 'RSA', keyLength: 1024, until: day }]));
    expect(until('2026-06-03')).toBe(weak);
    expect(until('2026-06-04')).toBe('TOTAL_PASSED');
  });

  it('does not list methods with hashes that they are not defined with (RFC 8032)', () => {
    const signedWith = (digest: string): Change => {
      return (data) => {
        signature(data).signature = {
          ...signature(data).signature,
          encryptionAlgorithm: 'EdDSA',
          keyLength: 256,
          digestAlgorithm: digest,
        };
      };
    };
    expect(judged(signedWith('SHA512'))).toBe('TOTAL_PASSED');
    expect(judged(signedWith('SHA256'))).toBe(weak);
  });

  it('is asked for the path of a revocation too (clause 5.2.6.4)', () => {
    const change: Change = (data) => {
      certificateOf(data, 'responder').signature.digestAlgorithm = 'SHA1';
    };
    expect(judged(change)).toBe(weak);
  });

  it('is asked for hashes that nobody states', () => {
    const change: Change = (data) => {
      for (const matcher of signature(data).digestMatchers) delete matcher.digest;
    };
    expect(judged(change)).toBe(weak);
  });

  it('takes the place of what parts of a policy said about another', () => {
    const policy = policyOf();
    policy.algorithms.digests = [];
    certificateRules(policy).algorithms = { level: 'WARN' };
    const judgedBy = withAlgorithms(policy as ProcessPolicy, policyOf().algorithms as ProcessPolicy['algorithms']);
    expect(judgedBy.signature?.basic?.signingCertificate).not.toHaveProperty('algorithms');
    expect(judgedBy.signature?.basic?.signingCertificate?.notRevoked).toEqual({ level: 'FAIL' });
    expect(verdictOf(goodData(), judgedBy as Policy)).toBe('TOTAL_PASSED');
  });
});

describe('rules over lists (clause 5.1.4.2)', () => {
  it('an empty list allows only what states nothing', () => {
    const purposes = (values: string[], stated: string[] | undefined): Change => {
      return (data, policy) => {
        certificateRules(policy).extendedKeyUsage = { level: 'FAIL', values };
        if (stated) certificateOf(data, 'signer').extensions.extendedKeyUsage = stated;
      };
    };
    const failed = 'INDETERMINATE CHAIN_CONSTRAINTS_FAILURE';
    expect(judged(purposes([], undefined))).toBe('TOTAL_PASSED');
    expect(judged(purposes([], ['1.3.6.1.5.5.7.3.4']))).toBe(failed);
    expect(judged(purposes(['emailProtection'], ['1.3.6.1.5.5.7.3.4']))).toBe('TOTAL_PASSED');
    expect(judged(purposes(['emailProtection'], undefined))).toBe(failed);
  });

  it('a limit that is not stated satisfies no rule about it (EN 319 412-5)', () => {
    const rule = (name: 'minQcEuLimitValue' | 'minQcEuRetentionPeriod'): Change => {
      return (_, policy) => {
        certificateRules(policy)[name] = { level: 'FAIL', minimum: 0 };
      };
    };
    for (const name of ['minQcEuLimitValue', 'minQcEuRetentionPeriod'] as const)
      expect(judged(rule(name)), name).toBe('INDETERMINATE CHAIN_CONSTRAINTS_FAILURE');
  });

  it('names of QC statements stand for their OIDs', () => {
    const type = (value: string): Change => {
      return (data, policy) => {
        certificateRules(policy).qcType = { level: 'FAIL', values: [value] };
        certificateOf(data, 'signer').extensions.qcStatements = { types: ['0.4.0.1862.1.6.1'] };
      };
    };
    expect(judged(type('qc-type-esign'))).toBe('TOTAL_PASSED');
    expect(judged(type('qc-type-eseal'))).toBe('INDETERMINATE CHAIN_CONSTRAINTS_FAILURE');
  });

  it('services that trusted lists do not name give no path, and other stores need none (TS 119 615)', () => {
    const service = (sources: string[]): Change => {
      return (data, policy) => {
        const basic = policy.signature?.basic;
        if (basic) basic.trustServiceTypeIdentifier = { level: 'FAIL', values: ['CA/QC'] };
        certificateOf(data, 'root').sources = sources;
      };
    };
    expect(judged(service(['trusted-list']))).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
    expect(judged(service(['trusted-store']))).toBe('TOTAL_PASSED');
  });

  it('a second reference to the signer is one too many where there may be one', () => {
    const change: Change = (data) => {
      const [found] = signature(data).foundCertificates;
      found?.references?.push({ ...first(found.references) });
    };
    expect(judged(change)).toBe('INDETERMINATE SIG_CONSTRAINTS_FAILURE');
  });
});

describe('rules beyond those of DSS, which the shipped policies set', () => {
  const without = (name: 'signatureValid' | 'signedDataPresent', change: Change): readonly [string, string] => {
    const bare: Change = (data, policy) => {
      change(data, policy);
      delete policy.signature?.basic?.[name];
    };
    return [judged(change), judged(bare)];
  };

  it('the format must bind the value (clause 5.2.7)', () => {
    const change: Change = (data) => {
      signature(data).signature.valid = false;
    };
    expect(without('signatureValid', change)).toEqual(['TOTAL_FAILED SIG_CRYPTO_FAILURE', 'TOTAL_PASSED']);
  });

  it('more must be signed than attributes', () => {
    const change: Change = (data) => {
      signature(data).digestMatchers = signature(data).digestMatchers.filter(({ type }) => type !== 'reference');
    };
    expect(without('signedDataPresent', change)).toEqual(['INDETERMINATE SIGNED_DATA_NOT_FOUND', 'TOTAL_PASSED']);
  });

  it('authorities are within their validity (RFC 5280 clause 6.1.3)', () => {
    const change: Change = (data) => {
      certificateOf(data, 'ca').notAfter = '2026-06-02T12:00:00Z';
    };
    expect(judged(change)).toBe('INDETERMINATE OUT_OF_BOUNDS_NO_POE');
    const bare: Change = (data, policy) => {
      change(data, policy);
      for (const part of [policy.signature, policy.timestamp]) delete part?.basic?.caCertificate?.validAtModelTime;
    };
    expect(judged(bare)).toBe('TOTAL_PASSED');
  });
});

describe('time-stamps over validation data (EN 319 142-1 clause 5.4.3)', () => {
  it('are those that cover what tells the status of the path', () => {
    const documentTimestamp = (covered: boolean): string => {
      const data = archived(goodData());
      const policy = policyOf();
      if (policy.signature) policy.signature.unsignedAttributes = { ltaLevelTimeStamp: { level: 'FAIL' } };
      const stamp = data.timestamps.at(-1);
      if (!stamp) throw new Error('no time-stamp');
      stamp.type = 'document';
      stamp.archiveType = 'PAdES';
      if (!covered) stamp.covered = stamp.covered.filter(({ category }) => category === 'signature');
      return verdictOf(data, policy);
    };
    expect(documentTimestamp(true)).toBe('TOTAL_PASSED');
    expect(documentTimestamp(false)).toBe('INDETERMINATE SIG_CONSTRAINTS_FAILURE');
  });
});

describe('revocations that the long-term validation cannot use (clause 5.5.4)', () => {
  it('say to try later only where one of them does', () => {
    const data = goodData();
    const report = run(data);
    expect(first(report.signatures).longTerm.conclusion.indication).toBe('PASSED');
    certificateOf(data, 'signer').revocations = [{ revocation: 'ocsp', status: 'unknown' }];
    expect(verdictOf(data)).toBe('INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE');
  });
});
