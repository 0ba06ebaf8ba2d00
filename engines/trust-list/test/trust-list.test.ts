import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Signer, utf8Decode, utf8Encode } from '@tra/kernel';
import { testHierarchy } from '@tra/pki/testing';
import { signXml } from '@tra/signature';
import { createXmlSignature, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N } from '@tra/xml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildTrustedList,
  noExtensions,
  readTrustedList,
  SERVICE_STATUS,
  SERVICE_TYPE,
  signTrustedList,
  type TrustedList,
  verifyTrustedList,
} from '../src/index.ts';
import { testList, testListSigner, testService } from '../src/testing.ts';

const at = new Date('2026-11-20T00:00:00Z');
const signingTime = new Date('2026-11-01T00:00:00Z');
const hasXmlsec = spawnSync('sh', ['-c', 'command -v xmlsec1'], { stdio: 'ignore' }).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'tra-list-'));
afterAll(() => rmSync(folder, { recursive: true }));

let operator: { signer: Signer; certificate: Uint8Array };
let ca: Uint8Array;
let list: TrustedList;
let signed: Uint8Array;

beforeAll(async () => {
  operator = await testListSigner();
  ca = (await testHierarchy({ name: 'Listed' })).root.certificate;
  list = testList([full(ca)], {
    pointers: [
      {
        signers: [operator.certificate],
        location: 'https://example.org/other.xml',
        type: 'http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists',
        territory: 'EU',
        mimeType: 'application/vnd.etsi.tsl+xml',
        operatorName: [{ language: 'en', text: 'Other operator' }],
        communityRules: [
          { language: 'en', text: 'http://uri.etsi.org/TrstSvc/TrustedList/schemerules/EUlistofthelists' },
        ],
      },
    ],
  });
  signed = await signTrustedList({ list, ...operator, signingTime });
});

/** A service with everything that a service can have. */
function full(certificate: Uint8Array) {
  const name = [{ language: 'en', text: 'Everything & more' }];
  const identity = {
    certificates: [certificate],
    subjectName: 'CN=Listed Root,O=Listed,C=TH',
    subjectKeyId: Uint8Array.of(1, 2, 3),
  };
  return testService(certificate, {
    identity,
    supplyPoints: [
      { uri: 'http://example.go.th/ca.crl', type: 'http://uri.etsi.org/TrstSvc/Svctype/Certstatus/CRL/QC' },
      { uri: 'http://example.go.th/' },
    ],
    schemeDefinitionUris: [{ language: 'en', text: 'https://example.go.th/scheme' }],
    definitionUris: [{ language: 'en', text: 'https://example.go.th/service' }],
    extensions: {
      additionalServices: [
        { uri: 'http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/ForeSignatures', language: 'en', critical: false },
      ],
      qualifications: [
        {
          qualifiers: ['http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/QCWithQSCD'],
          criteria: {
            assert: 'atLeastOne',
            keyUsage: [{ bit: 'nonRepudiation', value: true }],
            policySets: [['1.3.6.1.4.1.99999.1', '1.3.6.1.4.1.99999.2']],
            criteria: [{ assert: 'none', keyUsage: [], policySets: [['2.5.29.32.0']], criteria: [], unknown: false }],
            unknown: false,
          },
        },
      ],
      expiredCertsRevocationInfo: new Date('2026-01-01T00:00:00Z'),
      unknownCritical: [],
    },
    history: [
      {
        type: SERVICE_TYPE.qualifiedCa,
        name,
        identity: {
          certificates: [],
          subjectName: 'CN=Listed Root,O=Listed,C=TH',
          subjectKeyId: Uint8Array.of(1, 2, 3),
        },
        status: SERVICE_STATUS.withdrawn,
        startingTime: new Date('2025-01-01T00:00:00Z'),
        extensions: noExtensions,
      },
    ],
  });
}

const verify = (bytes: Uint8Array, overrides: Partial<Parameters<typeof verifyTrustedList>[1]> = {}) =>
  verifyTrustedList(bytes, { signers: [operator.certificate], at, ...overrides });
const edit = (bytes: Uint8Array, from: string | RegExp, to: string): Uint8Array => {
  const text = utf8Decode(bytes);
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`nothing to change: ${from}`);
  return utf8Encode(changed);
};

describe('a list', () => {
  it('is read as it was written', () => {
    expect(readTrustedList(utf8Encode(buildTrustedList(list)))).toEqual(list);
    const closed = { ...testList([]), nextUpdate: undefined } as unknown as TrustedList;
    const { nextUpdate: _, ...rest } = closed;
    expect(readTrustedList(utf8Encode(buildTrustedList(rest)))).toEqual(rest);
  });

  it('is signed and verified, and the report gives what was signed', () => {
    const report = verify(signed, { previousSequence: 41, territory: 'TH' });
    expect(report).toMatchObject({
      verdict: 'passed',
      code: 'trust_list.valid',
      signingTime,
      signer: operator.certificate,
    });
    expect(report.list).toEqual(list);
    expect(report.checks.map(({ status }) => status)).not.toContain('failed');
  });

  it.each(['ecdsa-p384-sha384', 'rsa-pkcs1-sha256', 'ed25519'] as const)('may be signed with %s', async (algorithm) => {
    const other = await testListSigner({ algorithm });
    const bytes = await signTrustedList({ list: buildTrustedList(list), ...other, signingTime });
    expect(verify(bytes, { signers: [operator.certificate, other.certificate] }).verdict).toBe('passed');
  });

  it.skipIf(!hasXmlsec)('has a signature that xmlsec1 verifies', () => {
    const file = join(folder, 'list.xml');
    const key = join(folder, 'key.pem');
    writeFileSync(file, signed);
    writeFileSync(
      key,
      `-----BEGIN CERTIFICATE-----\n${Buffer.from(operator.certificate).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    );
    const id = ['--id-attr:Id', 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties'];
    const { status, stderr } = spawnSync('xmlsec1', ['--verify', '--pubkey-cert-pem', key, ...id, file]);
    expect(status, String(stderr)).toBe(0);
  });
});

describe('a list is not relied upon when', () => {
  const refused = (
    bytes: Uint8Array,
    code: string,
    overrides: Partial<Parameters<typeof verifyTrustedList>[1]> = {},
  ): void => {
    const report = verify(bytes, overrides);
    expect(report.list).toBeUndefined();
    expect([report.verdict, report.code]).toEqual(['failed', code]);
  };

  it('it has expired, is not issued yet, or is closed', async () => {
    refused(signed, 'trust_list.expired', { at: new Date('2027-04-01T00:00:00Z') });
    refused(signed, 'trust_list.not_yet_issued', { at: new Date('2026-10-31T00:00:00Z') });
    const { nextUpdate: _, ...closed } = list;
    await expect(signTrustedList({ list: closed, ...operator, signingTime })).rejects.toThrow(
      'trust_list.signing_failed',
    );
    const forced = await signXml({ xml: utf8Encode(buildTrustedList(closed)), ...operator, signingTime });
    refused(forced, 'trust_list.closed');
  });

  it('its number goes back, or another list had the same number', () => {
    refused(signed, 'trust_list.sequence_back', { previousSequence: 43 });
    expect(verify(signed, { previousSequence: 42 }).verdict).toBe('passed');
    refused(signed, 'trust_list.sequence_forked', { previousSequence: 42, previousDigest: '00'.repeat(32) });
    expect(verify(signed, { previousSequence: 42, previousDigest: verify(signed).digest }).verdict).toBe('passed');
  });

  it('it is of another territory', () => refused(signed, 'trust_list.territory_wrong', { territory: 'LA' }));

  it('it is not signed, by another, or by a certificate for something else', async () => {
    refused(utf8Encode(buildTrustedList(list)), 'trust_list.unsigned');
    const stranger = await testListSigner();
    refused(await signTrustedList({ list, ...stranger, signingTime }), 'trust_list.signer_unknown');
    refused(signed, 'trust_list.signer_unknown', { signers: [] });
    for (const options of [{ purpose: '' }, { purpose: '1.3.6.1.5.5.7.3.8' }, { ca: true }, { keyUsage: [0, 5] }]) {
      const wrong = await testListSigner(options);
      await expect(signTrustedList({ list, ...wrong, signingTime })).rejects.toThrow('trust_list.signer_purpose');
      const bytes = await signXml({ xml: utf8Encode(buildTrustedList(list)), ...wrong, signingTime });
      refused(bytes, 'trust_list.signer_purpose', { signers: [wrong.certificate] });
    }
    const brief = await testListSigner({ notAfter: new Date('2026-11-10T00:00:00Z') });
    refused(await signTrustedList({ list, ...brief, signingTime }), 'trust_list.signer_expired', {
      signers: [brief.certificate],
    });
  });

  it('anything in it was changed', () => {
    refused(edit(signed, 'Svcstatus/withdrawn', 'Svcstatus/granted'), 'trust_list.signature_broken');
    refused(edit(signed, '<TSLSequenceNumber>42', '<TSLSequenceNumber>43'), 'trust_list.signature_broken');
    refused(edit(signed, '2027-04-01', '2027-05-01'), 'trust_list.signature_broken');
    refused(edit(signed, /<xades:SigningTime>2026/, '<xades:SigningTime>2025'), 'trust_list.signature_broken');
  });

  it('the namespace is another, or it is no list', () => {
    refused(
      edit(signed, 'xmlns="http://uri.etsi.org/02231/v2#"', 'xmlns="http://uri.etsi.org/02231/v3#"'),
      'trust_list.namespace_wrong',
    );
    refused(utf8Encode('<a/>'), 'trust_list.namespace_wrong');
    refused(utf8Encode('no list'), 'trust_list.unreadable');
    refused(edit(signed, '<TrustService', '<!DOCTYPE x><TrustService'), 'trust_list.unreadable');
    refused(edit(signed, 'TSLTag="http://uri.etsi.org/19612/TSLTag"', 'TSLTag="x"'), 'trust_list.malformed');
    refused(edit(signed, /<ListIssueDateTime>[^<]*/, '<ListIssueDateTime>2026-11-01'), 'trust_list.malformed');
    refused(
      edit(
        signed,
        /<ListIssueDateTime>([^<]*)/,
        '<ListIssueDateTime>2025-01-01T00:00:00Z</ListIssueDateTime><ListIssueDateTime>$1',
      ),
      'trust_list.malformed',
    );
    refused(edit(signed, /(<SchemeTerritory>T)H/, '$1<!-- -->H'), 'trust_list.malformed');
  });
});

describe('signature wrapping', () => {
  const evil = (): string => buildTrustedList({ ...list, sequenceNumber: 99 }).replace(/^<\?xml[^>]*\?>\s*/, '');
  const signatureOf = (bytes: Uint8Array): string =>
    /<ds:Signature[\s\S]*<\/ds:Signature>/.exec(utf8Decode(bytes))?.[0] ?? '';
  const fails = (text: string): void => {
    const report = verify(utf8Encode(text));
    expect([report.verdict, report.list]).toEqual(['failed', undefined]);
  };

  it('a false list around the true one', () => {
    const inner = utf8Decode(signed).replace(/^<\?xml[^>]*\?>\s*/, '');
    fails(evil().replace('</TrustServiceStatusList>', `${inner}</TrustServiceStatusList>`));
    fails(evil().replace('</TrustServiceStatusList>', `${signatureOf(signed)}</TrustServiceStatusList>`));
    fails(
      evil().replace(
        '</TrustServiceStatusList>',
        `${signatureOf(signed).replace('</ds:Signature>', `<ds:Object>${inner}</ds:Object></ds:Signature>`)}</TrustServiceStatusList>`,
      ),
    );
  });

  it('two signatures, a signature elsewhere, content behind it', () => {
    const text = utf8Decode(signed);
    fails(text.replace('</TrustServiceStatusList>', `${signatureOf(signed)}</TrustServiceStatusList>`));
    const without = text.replace(signatureOf(signed), '');
    fails(without.replace('<SchemeInformation>', `${signatureOf(signed)}<SchemeInformation>`));
    fails(text.replace('</ds:Signature>', '</ds:Signature><SchemeExtensions/>'));
  });

  it('a signature of the right key over a part only, or with other transforms', async () => {
    const xml = utf8Encode(buildTrustedList(list).replace('<SchemeInformation>', '<SchemeInformation Id="part">'));
    for (const references of [
      [{ uri: '#part', transforms: [EXCLUSIVE_C14N] }],
      [{ uri: '', transforms: [ENVELOPED_SIGNATURE, 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'] }],
      [{ uri: '', transforms: [ENVELOPED_SIGNATURE, EXCLUSIVE_C14N] }],
    ]) {
      const bytes = await createXmlSignature({ document: xml, signer: operator.signer, id: 's', references });
      expect(verify(bytes).verdict).toBe('failed');
      expect(verify(bytes).checks.map(({ code }) => code)).toContain('trust_list.signature_scope');
    }
  });
});

it('whatever byte is changed, what is given out is what was signed', async () => {
  const small = testList([testService(ca)]);
  const bytes = await signTrustedList({ list: small, ...operator, signingTime });
  let survived = 0;
  for (let index = 0; index < bytes.length; index += 13) {
    const mutated = bytes.slice();
    mutated[index] = (mutated[index] ?? 0) ^ (1 << (index % 5));
    const report = verify(mutated);
    if (report.verdict !== 'passed') continue;
    survived += 1;
    expect(report.list).toEqual(small);
  }
  expect(survived).toBeLessThan(10);
});

describe('a list is not written when', () => {
  const cases: readonly [string, string, (base: TrustedList) => TrustedList][] = [
    [
      'English is missing',
      'trust_list.english_missing',
      (base) => ({ ...base, schemeName: [{ language: 'th', text: 'TH:x' }] }),
    ],
    [
      'the scheme name lacks the territory',
      'trust_list.invalid',
      (base) => ({ ...base, schemeName: [{ language: 'en', text: 'List' }] }),
    ],
    [
      'the next update is more than six months away',
      'trust_list.invalid',
      (base) => ({ ...base, nextUpdate: new Date('2027-06-01') }),
    ],
    [
      'the next update lies before the issue',
      'trust_list.invalid',
      (base) => ({ ...base, nextUpdate: new Date('2026-10-01') }),
    ],
    ['the number is none', 'trust_list.invalid', (base) => ({ ...base, sequenceNumber: 0 })],
    ['an address is none', 'trust_list.invalid', (base) => ({ ...base, distributionPoints: ['trusted-list.xml'] })],
    [
      'a service has no certificate',
      'trust_list.invalid',
      (base) => ({
        ...base,
        providers: base.providers.map((p) => ({
          ...p,
          services: [{ ...testService(ca), identity: { certificates: [] } }],
        })),
      }),
    ],
    [
      'a status begins after the issue',
      'trust_list.invalid',
      (base) => ({
        ...base,
        providers: base.providers.map((p) => ({
          ...p,
          services: [testService(ca, { startingTime: new Date('2026-12-01') })],
        })),
      }),
    ],
    [
      'the history is out of order',
      'trust_list.invalid',
      (base) => ({
        ...base,
        providers: base.providers.map((p) => ({ ...p, services: [testService(ca, { history: [testService(ca)] })] })),
      }),
    ],
  ];
  it.each(cases)('%s', (_, code, change) => {
    expect(() => buildTrustedList(change(testList([testService(ca)])))).toThrow(code);
  });
});
