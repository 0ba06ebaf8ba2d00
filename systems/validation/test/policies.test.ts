import { readFileSync } from 'node:fs';
import { steppedClock } from '@tra/kernel/testing';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { hashPolicy, shippedPolicies } from '@tra/signature';
import { type TestSigning, testPdf, testSigning } from '@tra/signature/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServiceReport, type ValidationConfig, type ValidationServices, validation } from '../src/index.ts';
import { multipart, type Part, portsOf } from './world.ts';

const clock = steppedClock('2026-11-20T08:00:00Z');
let signing: TestSigning;
let signed: Uint8Array;
let running: StartedSystem<ValidationConfig, ValidationServices>;

beforeAll(async () => {
  signing = await testSigning();
  signed = await signing.sign(testPdf());
  const ports = portsOf(signing.anchors, () => signing.hierarchy.crls(clock.now()));
  running = await startTestSystem(validation, ports, { clock, config: { requestsPerMinute: 0, processes: 1 } });
});

afterAll(() => running.close());

const thailand = readFileSync(shippedPolicies[0]?.url ?? '', 'utf8');
const constraints = (body: string): string =>
  `<ConstraintsParameters Name="House rules" xmlns="http://dss.esig.europa.eu/validation/policy">${body}</ConstraintsParameters>`;
const suite = `<SecuritySuitabilityPolicy xmlns="urn:ietf:params:xml:ns:dssc"><PolicyIssueDate>2026-01-01T00:00:00Z</PolicyIssueDate>
<Algorithm><AlgorithmIdentifier><Name>SHA256</Name></AlgorithmIdentifier><Evaluation/></Algorithm></SecuritySuitabilityPolicy>`;

async function post(parts: readonly Part[], language = 'en') {
  const { payload, headers } = multipart([['file', signed, 'a.pdf'], ...parts]);
  const accept = { ...headers, 'accept-language': language };
  return await running.app.inject({ method: 'POST', url: '/api/v1/validations', payload, headers: accept });
}

async function reportOf(...parts: readonly Part[]): Promise<ServiceReport> {
  const reply = await post(parts);
  expect(reply.statusCode).toBe(200);
  return reply.json().reports[0];
}

describe('policies of the service', () => {
  it('are listed with the hash that a report carries', async () => {
    const listed = (await running.app.inject({ url: '/api/v1/validations/policies' })).json();
    expect(listed).toMatchObject({
      default: 'thailand',
      items: [{ key: 'thailand' }, { key: 'eu' }, { key: 'lenient' }],
    });
    for (const { key, name, sha256 } of listed.items) {
      const { policy, policyFacts } = await reportOf(['policy', key]);
      expect([policy, policyFacts]).toEqual([
        name,
        { source: 'service', key, name, sha256, warnings: [], warningCount: 0 },
      ]);
    }
    expect((await reportOf()).policyFacts.key).toBe('thailand');
    expect(listed.items[0].sha256).toBe(hashPolicy(JSON.parse(thailand)));
  });
});

describe('a policy that is sent', () => {
  it('judges, and the report says that it is not ours', async () => {
    const own = { ...JSON.parse(thailand), name: 'Ours' };
    const { verdict, policy, policyFacts } = await reportOf(['policy', JSON.stringify(own), 'policy.json']);
    expect([verdict, policy]).toEqual(['passed', 'Ours']);
    expect(policyFacts).toMatchObject({ source: 'request', name: 'Ours', sha256: hashPolicy(own), warningCount: 0 });
  });

  it('may be constraint.xml of DSS; what was not taken over is said in words', async () => {
    const xml = constraints('<Description>x</Description><Unheard Level="FAIL"/>');
    const reply = await post([['policy', `\uFEFF${xml}`, 'constraint.xml']], 'th');
    const { policyFacts } = reply.json().reports[0];
    expect(policyFacts).toMatchObject({ source: 'request', name: 'House rules' });
    expect(policyFacts.warnings[0].code).toBe('policy.algorithms_missing');
    const unknown = policyFacts.warnings.find(({ code }: { code: string }) => code === 'policy.element_unknown');
    expect(unknown).toMatchObject({
      where: expect.stringContaining('Unheard'),
      message: expect.stringMatching(/[ก-๙]/),
    });
    expect(policyFacts.warnings.length).toBeLessThanOrEqual(50);
    expect(policyFacts.warningCount).toBeGreaterThan(policyFacts.warnings.length - 1);
  });

  it('takes its algorithms from a catalogue, whichever comes first', async () => {
    const parts: Part[] = [
      ['cryptoSuite', suite, 'crypto-suite.xml'],
      ['policy', constraints(''), 'constraint.xml'],
    ];
    const [one, other] = [await reportOf(...parts), await reportOf(...parts.toReversed())];
    const alone = await reportOf(['policy', constraints(''), 'constraint.xml']);
    expect(one.policyFacts).toEqual(other.policyFacts);
    expect(one.policyFacts.sha256).not.toBe(alone.policyFacts.sha256);
    const codes = ({ policyFacts }: ServiceReport) => policyFacts.warnings.map(({ code }) => code);
    expect([
      codes(alone).includes('policy.algorithms_missing'),
      codes(one).includes('policy.algorithms_missing'),
    ]).toEqual([true, false]);
  });

  it('lets no changed document pass, however little it demands', async () => {
    const changed = Buffer.from(signed);
    const at = changed.indexOf('/MediaBox');
    changed[at + 12] = (changed[at + 12] ?? 0) ^ 1;
    for (const policy of [
      constraints(''),
      JSON.stringify({
        version: 1,
        name: 'x',
        model: 'shell',
        algorithms: { level: 'IGNORE', digests: [], signatures: [] },
      }),
    ]) {
      const { payload, headers } = multipart([
        ['file', changed, 'a.pdf'],
        ['policy', policy, 'p'],
      ]);
      const reply = await running.app.inject({ method: 'POST', url: '/api/v1/validations', payload, headers });
      expect([reply.statusCode, reply.json().reports?.[0]?.verdict]).toEqual([200, 'failed']);
    }
  });

  it('stays with a batch until it is judged', async () => {
    const own = { ...JSON.parse(thailand), name: 'Of a batch' };
    const reply = await post([
      ['batch', 'true'],
      ['policy', JSON.stringify(own), 'policy.json'],
    ]);
    expect(reply.statusCode).toBe(202);
    const url = `${reply.headers.location}`;
    await running.context.jobs.idle();
    const { items } = (await running.app.inject({ url: `${url}/reports` })).json();
    expect(items[0].report.policyFacts).toMatchObject({
      source: 'request',
      name: 'Of a batch',
      sha256: hashPolicy(own),
    });
  });

  const bad: readonly (readonly [string, readonly Part[], number, string, string])[] = [
    ['no policy', [['policy', 'x', 'p.json']], 422, 'validation.policy_invalid', '/policy'],
    [
      'a rule that nobody knows',
      [['policy', JSON.stringify({ ...JSON.parse(thailand), extra: 1 }), 'p']],
      422,
      'validation.policy_invalid',
      '/policy',
    ],
    [
      'bytes that are no text',
      [['policy', Buffer.from([0x7b, 0xff]), 'p']],
      422,
      'validation.policy_invalid',
      '/policy',
    ],
    ['other XML', [['policy', '<a/>', 'p.xml']], 422, 'validation.policy_invalid', '/policy'],
    [
      'an external entity',
      [['policy', `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>${constraints('&e;')}`, 'p.xml']],
      422,
      'validation.policy_invalid',
      '/policy',
    ],
    [
      'two of them',
      [
        ['policy', 'eu'],
        ['policy', thailand, 'p.json'],
      ],
      422,
      'validation.field_invalid',
      '/policy',
    ],
    ['a catalogue alone', [['cryptoSuite', suite, 's.xml']], 422, 'validation.crypto_suite_alone', '/cryptoSuite'],
    [
      'a catalogue that is none',
      [
        ['policy', thailand, 'p.json'],
        ['cryptoSuite', '<a/>', 's.xml'],
      ],
      422,
      'validation.policy_invalid',
      '/cryptoSuite',
    ],
    [
      'one that is too large',
      [['policy', Buffer.alloc(1_048_577, 0x20), 'p.json']],
      413,
      'validation.file_too_large',
      '/policy',
    ],
    ['a name that nobody knows', [['policy', 'strict']], 422, 'validation.policy_unknown', '/policy'],
  ];
  it.each(bad)('is refused as %s', async (_, parts, status, code, pointer) => {
    const reply = await post(parts);
    expect([reply.statusCode, reply.json().code, reply.json().errors?.[0]?.pointer]).toEqual([status, code, pointer]);
  });
});
