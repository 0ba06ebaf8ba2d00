import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  PolicyError,
  processPolicySchema,
  readConstraintXml,
  readCryptoSuiteJson,
  readCryptoSuiteXml,
  readProcessPolicy,
  shippedPolicies,
} from '../../src/index.ts';
import { type AlgorithmCatalogue, signatureSpans } from '../../src/policy/algorithms.ts';
import { nationalPolicy } from '../../src/policy/national.ts';
import { goodData, type Policy, policyOf, verdictOf } from '../process/data.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function codeOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error instanceof PolicyError ? [error.code, error.params?.where] : error;
  }
  return 'read';
}

describe('the policies that come with the product', () => {
  it.each(shippedPolicies.map(({ key, url }) => [key, url] as const))('%s is what its schema allows', (_, url) => {
    const { policy } = readProcessPolicy(readFileSync(url, 'utf8'));
    expect(policy.description?.length).toBeGreaterThan(20);
  });

  it('are the same as the one that the engine carries without a file', () => {
    const { url } = shippedPolicies[0] as { url: URL };
    expect(nationalPolicy).toEqual(readProcessPolicy(readFileSync(url, 'utf8')).policy);
  });

  it('enforce what is essential, but for the lenient one, which says what it does not', () => {
    const gaps = shippedPolicies.map(({ url }) => readProcessPolicy(readFileSync(url, 'utf8')).warnings);
    expect(gaps.map((list) => list.length)).toEqual([0, 0, 3]);
    expect(gaps[2]?.map(({ where }) => where)).toContain('signature.basic.signingCertificate.revocationDataAvailable');
  });

  it('judge a document without a fault alike, and an old hash not', () => {
    for (const key of ['thailand', 'eu', 'lenient'] as const)
      expect(verdictOf(goodData(), policyOf(key))).toBe('TOTAL_PASSED');
    const old = goodData();
    for (const entry of old.signatures) entry.signature.digestAlgorithm = 'SHA1';
    expect(verdictOf(old, policyOf('thailand'))).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE');
    expect(verdictOf(old, policyOf('lenient'))).toBe('TOTAL_PASSED');
  });

  it('never let changed data, forged signatures or revoked certificates pass', () => {
    for (const key of ['thailand', 'eu', 'lenient'] as const) {
      const changed = goodData();
      for (const entry of changed.signatures) for (const matcher of entry.digestMatchers) matcher.intact = false;
      expect(verdictOf(changed, policyOf(key))).toBe('TOTAL_FAILED HASH_FAILURE');
      const forged = goodData();
      for (const entry of forged.signatures) entry.signature.intact = false;
      expect(verdictOf(forged, policyOf(key))).toBe('TOTAL_FAILED SIG_CRYPTO_FAILURE');
      const unknown = goodData();
      for (const entry of unknown.certificates) entry.trusted = false;
      expect(verdictOf(unknown, policyOf(key))).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
    }
  });
});

describe('a policy in JSON', () => {
  const changed = (change: (policy: Policy) => void): string => {
    const policy = policyOf();
    change(policy);
    return JSON.stringify(policy);
  };
  const rows: readonly (readonly [string, string, string])[] = [
    ['no JSON', '{', 'JSON'],
    ['no object', '[]', 'policy'],
    [
      'another version',
      changed((policy) => {
        policy.version = 2 as never;
      }),
      'policy.version',
    ],
    [
      'no name',
      changed((policy) => {
        policy.name = '';
      }),
      'policy.name',
    ],
    [
      'a rule that is unknown',
      changed((policy) => {
        Object.assign(policy.signature?.basic ?? {}, { sunshine: { level: 'FAIL' } });
      }),
      'policy.signature.basic.sunshine',
    ],
    [
      'a level that is unknown',
      changed((policy) => {
        if (policy.revocation) policy.revocation.unknownStatus = { level: 'MAYBE' as never };
      }),
      'policy.revocation.unknownStatus.level',
    ],
    [
      'a rule without its values',
      changed((policy) => {
        if (policy.signature) policy.signature.acceptableFormats = { level: 'FAIL' } as never;
      }),
      'policy.signature.acceptableFormats.values',
    ],
    [
      'a number below zero',
      changed((policy) => {
        if (policy.timestamp) policy.timestamp.timestampDelay = { level: 'FAIL', value: -1, unit: 'days' };
      }),
      'policy.timestamp.timestampDelay.value',
    ],
    [
      'a day that is none',
      changed((policy) => {
        policy.algorithms.digests = [{ name: 'SHA256', until: '2026-02-30' }];
      }),
      'policy.algorithms.SHA256',
    ],
    [
      'a member of the prototype',
      '{"version":1,"name":"a","model":"shell","algorithms":{"level":"FAIL","digests":[],"signatures":[]},"__proto__":{}}',
      'policy.__proto__',
    ],
  ];
  it.each(rows)('is refused with %s', (_, text, where) => {
    expect(codeOf(() => readProcessPolicy(text))).toEqual(['policy.invalid', where]);
  });
  it('is refused when it is too large', () => {
    expect(codeOf(() => readProcessPolicy(' '.repeat(1024 * 1024 + 1)))).toEqual(['policy.too_large', undefined]);
  });
  it('has a schema that is itself plain JSON', () => {
    expect(JSON.parse(JSON.stringify(processPolicySchema))).toEqual(processPolicySchema);
  });
});

const constraints = (body: string): Uint8Array =>
  bytes(
    `<ConstraintsParameters Name="Test" xmlns="http://dss.esig.europa.eu/validation/policy">${body}</ConstraintsParameters>`,
  );

describe('constraint.xml', () => {
  it('is read into the same rules', () => {
    const { policy } = readConstraintXml(
      constraints(`<Description> two
        words </Description>
        <SignatureConstraints>
          <AcceptableFormats Level="FAIL"><Id>XAdES-BASELINE-B</Id></AcceptableFormats>
          <BasicSignatureConstraints>
            <ReferenceDataIntact Level="FAIL"/>
            <SigningCertificate><NotRevoked Level="WARN"/><CRLNextUpdatePresent Level="INFORM"/>
              <RevocationFreshness Level="FAIL" Unit="DAYS" Value="2"/></SigningCertificate>
            <CACertificate><CA Level="FAIL"/></CACertificate>
          </BasicSignatureConstraints>
        </SignatureConstraints>
        <Cryptographic Level="FAIL">
          <AcceptableEncryptionAlgo><Algo>RSA</Algo></AcceptableEncryptionAlgo>
          <MiniPublicKeySize><Algo Size="1024">RSA</Algo></MiniPublicKeySize>
          <AcceptableDigestAlgo><Algo>SHA256</Algo><Algo>SHA1</Algo></AcceptableDigestAlgo>
          <AlgoExpirationDate Level="FAIL" UpdateDate="2024-10-13" LevelAfterUpdate="WARN">
            <Algo Date="2012-08-01">SHA1</Algo><Algo Date="2019-10-01" Size="1024">RSA</Algo><Algo Date="2029-01-01" Size="1900">RSA</Algo>
          </AlgoExpirationDate>
        </Cryptographic>
        <Model Value="SHELL"/>`),
    );
    expect(policy.name).toBe('Test');
    expect(policy.description).toBe('two words');
    expect(policy.signature).toEqual({
      acceptableFormats: { level: 'FAIL', values: ['XAdES-BASELINE-B'] },
      basic: {
        referenceDataIntact: { level: 'FAIL' },
        signingCertificate: {
          notRevoked: { level: 'WARN' },
          crlNextUpdatePresent: { level: 'INFORM' },
          revocationFreshness: { level: 'FAIL', value: 2, unit: 'days' },
        },
        caCertificate: { ca: { level: 'FAIL' } },
      },
    });
    expect(policy.algorithms).toMatchObject({
      level: 'FAIL',
      expirationLevelAfterUpdate: 'WARN',
      digests: [{ name: 'SHA256' }, { name: 'SHA1', until: '2012-08-01' }],
      signatures: [
        { name: 'RSA', keyLength: 1024, until: '2019-10-01' },
        { name: 'RSA', keyLength: 1900, until: '2029-01-01' },
      ],
    });
    expect(readProcessPolicy(JSON.stringify(policy)).policy).toEqual(policy);
  });

  it('names everything that is not known, and takes it on the strict side', () => {
    const { policy, warnings } = readConstraintXml(
      constraints(`<SignatureConstraints>
          <Sunshine Level="FAIL"/><StructuralValidation Level="MAYBE"/><FullScope/>
        </SignatureConstraints>
        <Timestamp><TimestampDelay Level="FAIL" Unit="DAYS" Value="soon"/></Timestamp><Weather/>`),
    );
    const found = warnings
      .filter(({ code }) => !/essential|missing/.test(code))
      .map(({ code, where }) => `${code} ${where}`);
    expect(found).toEqual([
      'policy.element_unknown ConstraintsParameters/SignatureConstraints/Sunshine',
      'policy.level_unknown ConstraintsParameters/SignatureConstraints/StructuralValidation',
      'policy.level_unknown ConstraintsParameters/SignatureConstraints/FullScope',
      'policy.value_unreadable ConstraintsParameters/Timestamp/TimestampDelay',
      'policy.element_unknown ConstraintsParameters/Weather',
    ]);
    expect(policy.signature?.structuralValidation).toEqual({ level: 'FAIL' });
    expect(warnings.some(({ code }) => code === 'policy.algorithms_missing')).toBe(true);
  });

  it('without rules lets nothing pass, because no algorithm is reliable', () => {
    const { policy } = readConstraintXml(constraints('<Model Value="SHELL"/>'));
    expect(verdictOf(goodData(), policy as Policy)).not.toBe('TOTAL_PASSED');
  });

  it('is refused in another namespace, and when it is too large', () => {
    expect(codeOf(() => readConstraintXml(bytes('<ConstraintsParameters/>')))).toEqual([
      'policy.invalid',
      'ConstraintsParameters',
    ]);
    expect(() => readConstraintXml(constraints(' '.repeat(1024 * 1024)))).toThrow();
    expect(() => readConstraintXml(constraints('<a>'.repeat(100) + '</a>'.repeat(100)))).toThrow();
    expect(() => readConstraintXml(bytes('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))).toThrow();
  });
});

describe('a catalogue of cryptographic suites', () => {
  const suite = (body: string): Uint8Array =>
    bytes(
      `<SecuritySuitabilityPolicy xmlns="urn:ietf:params:xml:ns:dssc"><PolicyIssueDate>2024-10-13T00:00:00Z</PolicyIssueDate>${body}</SecuritySuitabilityPolicy>`,
    );
  const algorithm = (name: string, oid: string, evaluations: string): string =>
    `<Algorithm><AlgorithmIdentifier><Name>${name}</Name><ObjectIdentifier>${oid}</ObjectIdentifier></AlgorithmIdentifier>${evaluations}</Algorithm>`;
  const evaluation = (length: number | undefined, end: string | undefined): string =>
    `<Evaluation>${length === undefined ? '' : `<Parameter name="moduluslength"><Min>${length}</Min></Parameter>`}<Validity>${
      end === undefined ? '' : `<End>${end}</End>`
    }</Validity></Evaluation>`;
  const body = [
    algorithm('SHA1', '1.3.14.3.2.26', evaluation(undefined, '2012-08-01+00:00')),
    algorithm('SHA256', '2.16.840.1.101.3.4.2.1', evaluation(undefined, undefined)),
    algorithm('RSA', '1.2.840.113549.1.1.11', evaluation(1900, '2029-01-01') + evaluation(1024, '2019-10-01')),
    algorithm('Enigma', '1.2.3', evaluation(100, undefined)),
    algorithm('SHA224', '2.16.840.1.101.3.4.2.4', evaluation(undefined, 'soon')),
  ].join('');

  it('is read from XML; what is not known is named, and an end that cannot be read is past', () => {
    const { algorithms, warnings } = readCryptoSuiteXml(suite(body));
    expect(algorithms.digests).toEqual([
      { name: 'SHA1', until: '2012-08-01' },
      { name: 'SHA256' },
      { name: 'SHA224', until: '1970-01-01' },
    ]);
    expect(algorithms.signatures).toEqual([
      { name: 'RSA', digest: 'SHA256', keyLength: 1024, until: '2019-10-01' },
      { name: 'RSA', digest: 'SHA256', keyLength: 1900, until: '2029-01-01' },
    ]);
    expect(algorithms.updated).toBe('2024-10-13');
    expect(warnings.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'policy.value_unreadable Algorithm SHA224',
      'policy.algorithm_unknown Enigma',
    ]);
  });

  it('is read from JSON to the same', () => {
    const item = (Name: string, ObjectIdentifier: string, Evaluation: unknown) => ({
      AlgorithmIdentifier: { Name, ObjectIdentifier },
      Evaluation,
    });
    const text = JSON.stringify({
      SecuritySuitabilityPolicy: {
        PolicyIssueDate: '2024-10-13T00:00:00Z',
        Algorithm: [
          item('SHA1', '1.3.14.3.2.26', { Validity: { End: '2012-08-01' } }),
          item('SHA256', '2.16.840.1.101.3.4.2.1', { Validity: {} }),
          item('RSA', '1.2.840.113549.1.1.11', [
            { Parameter: { name: 'moduluslength', Min: 1900 }, Validity: { End: '2029-01-01' } },
            { Parameter: { name: 'moduluslength', Min: 1024 }, Validity: { End: '2019-10-01' } },
          ]),
        ],
      },
    });
    const xml = readCryptoSuiteXml(suite(body)).algorithms;
    expect(readCryptoSuiteJson(text).algorithms).toEqual({ ...xml, digests: xml.digests.slice(0, 2) });
  });

  it('takes the place of the algorithms of a policy', () => {
    const policy = { ...policyOf(), algorithms: readCryptoSuiteXml(suite(body)).algorithms } as Policy;
    expect(verdictOf(goodData(), policy)).toBe('TOTAL_PASSED');
    policy.algorithms.digests = [];
    expect(verdictOf(goodData(), policy)).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE');
  });

  it('is refused when it is none', () => {
    expect(codeOf(() => readCryptoSuiteXml(bytes('<a/>')))).toEqual(['policy.invalid', 'a']);
    expect(codeOf(() => readCryptoSuiteJson('{}'))).toEqual(['policy.invalid', 'SecuritySuitabilityPolicy/Algorithm']);
    expect(codeOf(() => readCryptoSuiteJson('no'))).toEqual(['policy.invalid', 'JSON']);
  });
});

describe('methods that a catalogue names once for all their digests', () => {
  it.each([
    ['EdDSA', 'SHA512', true],
    // SHAKE256 of Ed448, as the data name it.
    ['EdDSA', 'SHA3-512', true],
    ['EdDSA', 'SHA256', false],
    ['ECDSA', 'SHA3-512', true],
    ['ECDSA', 'SHAKE256', false],
  ])('%s with %s: %s', (name, digest, listed) => {
    expect(signatureSpans(nationalPolicy.algorithms as AlgorithmCatalogue, name, digest).length > 0).toBe(listed);
  });
});
