import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  documentPolicy,
  executeValidation,
  type FullValidation,
  type ListedState,
  processPolicyOf,
  readProcessPolicy,
  reportContent,
  type ServiceCondition,
  shippedPolicies,
  validateDocumentFully,
} from '../src/index.ts';
import { type TestSigning, testPdf, testSigning } from '../src/testing.ts';
import { testLanguage } from './reports/words.ts';

const tail = 'http://uri.etsi.org/TrstSvc/';
const qualifiedCa = `${tail}Svctype/CA/QC`;
const granted = `${tail}TrustedList/Svcstatus/granted`;
const withdrawn = `${tail}TrustedList/Svcstatus/withdrawn`;
const list = {
  id: 'TL-1',
  countryCode: 'TH',
  sequenceNumber: 12,
  version: 6,
  sha256: 'ab'.repeat(32),
  wellSigned: true,
};
const lists = [
  { ...list, issued: '2026-11-01T00:00:00Z', nextUpdate: '2027-04-01T00:00:00Z', parent: 'LOTL' },
  { ...list, id: 'TL-2', sequenceNumber: 99 },
  { ...list, id: 'LOTL', lotl: true },
];
const state = (more: Partial<ListedState> = {}): ListedState => ({
  ...{ type: qualifiedCa, status: granted, start: '2026-01-01T00:00:00.000Z', name: 'บริการ', trustedList: 'TL-1' },
  ...more,
});

let signing: TestSigning;
let signed: Uint8Array;
const eu = documentPolicy(readProcessPolicy(readFileSync(shippedPolicies[1]?.url as URL, 'utf8')).policy);

beforeAll(async () => {
  signing = await testSigning();
  signed = await signing.sign(testPdf());
});

async function judge(services: readonly ListedState[], at = signing.clock.now()): Promise<FullValidation> {
  const anchors = signing.anchors.map((certificate) => ({ certificate, services }));
  return await validateDocumentFully({
    ...{ bytes: signed, anchors, at, trustedLists: lists, policy: eu },
    crls: await signing.crls(),
  });
}

const findings = ({ report }: FullValidation) => report.signatures[0]?.checks ?? [];
const warnings = ({ detailed }: FullValidation): readonly string[] =>
  (detailed.signatures[0]?.archive.conclusion.warnings ?? [])
    .map(({ code }) => code)
    .filter((code) => code.startsWith('process.path.service'));

describe('services of trusted lists', () => {
  it('stand in the diagnostic data with the list, and the report names them', async () => {
    const full = await judge([state()]);
    const { certificates, trustedLists } = full.diagnostic;
    expect(trustedLists.map(({ id }) => id)).toEqual(['TL-1', 'LOTL']);
    const leading = certificates.filter(({ trustServices }) => trustServices.length > 0);
    expect(leading.length).toBe(certificates.length);
    expect(leading[0]?.trustServices[0]).toEqual(state());
    expect(certificates.find(({ trusted }) => trusted)?.sources).toEqual(['anchors', 'trusted-list']);
    expect(findings(full)).toContainEqual({
      code: 'signature.service_in_force',
      status: 'passed',
      clause: 'EN 319 102-1 5.2.6',
      params: { territory: 'TH', sequence: 12, service: 'บริการ', since: '2026-01-01T00:00:00.000Z' },
    });
    const content = reportContent(full, testLanguage);
    const rows = [...(content.signatures[0]?.chain.flatMap((one) => one.rows) ?? []), ...content.basis];
    expect(rows.map(({ value }) => value).join('\n')).toContain('report.listed TH 12 บริการ granted');
    expect(rows.map(({ value }) => value)).toContain('ab'.repeat(32));
    expect(full.report.verdict).toBe('passed');
  });

  it('give the same verdict again from the data alone', async () => {
    const { detailed, diagnostic } = await judge([state({ status: withdrawn })]);
    const stored = JSON.parse(JSON.stringify(diagnostic)) as typeof diagnostic;
    expect(executeValidation(stored, processPolicyOf(eu))).toEqual(detailed);
  });

  it('are held to the kind and status that a policy asks for, at the time of use', async () => {
    expect(warnings(await judge([state()]))).toEqual([]);
    const other = await judge([state({ type: `${tail}Svctype/CA/PKC` })]);
    expect(warnings(other)).toContain('process.path.service_type.failed');
    const unknown = await judge([state({ status: `${tail}TrustedList/Svcstatus/setbynationallaw` })]);
    expect(warnings(unknown)).toContain('process.path.service_status.failed');
    const late = await judge([state({ start: '2026-11-20T08:00:00Z' })]);
    expect(warnings(late)).toContain('process.path.service_type.failed');
    expect(findings(late).map(({ code }) => code)).not.toContain('signature.service_in_force');
  });

  it('that were trusted when it was signed and are no longer are told with both times', async () => {
    const end = '2026-11-20T12:00:00.000Z';
    const accredited = state({ status: `${tail}TrustedList/Svcstatus/accredited`, end: '2026-03-01T00:00:00.000Z' });
    const states = [
      accredited,
      state({ start: '2026-03-01T00:00:00.000Z', end }),
      state({ status: withdrawn, start: end }),
    ];
    const found = findings(await judge(states, new Date('2026-11-21T00:00:00Z')));
    expect(found.find(({ code }) => code === 'signature.service_ended')?.params).toMatchObject({
      since: '2026-01-01T00:00:00.000Z',
      until: end,
    });
  });

  it('of a list that nobody named are not named either', async () => {
    const full = await judge([state({ trustedList: 'TL-9' })]);
    expect(full.diagnostic.trustedLists).toEqual([]);
    expect(findings(full).map(({ code }) => code)).not.toContain('signature.service_in_force');
  });
});

describe('qualifications of a service', () => {
  const sscd = `${tail}TrustedList/SvcInfoExt/QCWithSSCD`;
  const any: ServiceCondition = { assert: 'all', keyUsage: [], policySets: [], criteria: [], unknown: false };
  const qualifiers = async (criteria: Partial<ServiceCondition>): Promise<readonly string[] | undefined> => {
    const full = await judge([state({ qualifications: [{ qualifiers: [sscd], criteria: { ...any, ...criteria } }] })]);
    const signer = full.report.signatures[0]?.signer?.certificateSha256;
    return full.diagnostic.certificates.find(({ id }) => id === signer)?.trustServices[0]?.qualifiers;
  };

  it.each<[string, Partial<ServiceCondition>]>([
    ['key usage', { keyUsage: [{ bit: 'nonRepudiation', value: true }] }],
    [
      'one of two policies',
      { assert: 'atLeastOne', policySets: [['1.2.3']], keyUsage: [{ bit: 'crlSign', value: false }] },
    ],
    ['none of them', { assert: 'none', policySets: [['1.2.3']] }],
    ['conditions within', { criteria: [{ ...any, keyUsage: [{ bit: 'keyCertSign', value: false }] }] }],
  ])('count when the certificate meets %s', async (_, criteria) => {
    expect(await qualifiers(criteria)).toEqual([sscd]);
  });

  it.each<[string, Partial<ServiceCondition>]>([
    ['key usage is another', { keyUsage: [{ bit: 'nonRepudiation', value: false }] }],
    ['a policy is missing', { policySets: [['1.2.3']] }],
    ['one that must not be met is', { assert: 'none', keyUsage: [{ bit: 'nonRepudiation', value: true }] }],
    ['a condition is unknown', { unknown: true, keyUsage: [{ bit: 'nonRepudiation', value: true }] }],
    ['one within is unknown', { assert: 'none', criteria: [{ ...any, unknown: true }] }],
  ])('do not count when %s', async (_, criteria) => {
    expect(await qualifiers(criteria)).toBeUndefined();
  });
});
