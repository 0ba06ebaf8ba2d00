import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BlockReport,
  executeValidation,
  hashDiagnosticData,
  hashPolicy,
  ProcessError,
  processCheckCodes,
  processFailureCodes,
} from '../../src/index.ts';
import { archived, certificateOf, type Data, first, goodData, policyOf, run, timestamp, verdictOf } from './data.ts';

const rank: Readonly<Record<string, number>> = { TOTAL_PASSED: 2, INDETERMINATE: 1, TOTAL_FAILED: 0 };
const rankOf = (data: Data): number => rank[verdictOf(data).split(' ')[0] ?? ''] ?? -1;

/** Signatures with faults and proofs of many kinds. */
const faults: readonly ((data: Data) => void)[] = [
  (data) => {
    certificateOf(data, 'signer').revocations = [
      { revocation: 'ocsp', status: 'revoked', revocationTime: '2026-06-01T12:00:00Z' },
    ];
  },
  (data) => {
    certificateOf(data, 'ca').revocations = [
      { revocation: 'root-crl', status: 'revoked', revocationTime: '2026-06-01T12:00:00Z' },
    ];
  },
  (data) => {
    certificateOf(data, 'tsa').revocations = [
      { revocation: 'crl', status: 'revoked', revocationTime: '2026-06-02T06:00:00Z' },
    ];
  },
  (data) => {
    certificateOf(data, 'signer').notAfter = '2026-06-02T12:00:00Z';
  },
  (data) => {
    certificateOf(data, 'signer').revocations = [];
  },
  (data) => {
    first(data.signatures).signature.digestAlgorithm = 'SHA1';
  },
  (data) => {
    first(data.signatures).signature.intact = false;
  },
  (data) => {
    first(data.timestamps).signature.digestAlgorithm = 'SHA1';
  },
  (data) => {
    first(first(data.timestamps).digestMatchers).intact = false;
  },
  (data) => {
    data.validationTime = '2030-01-01T00:00:00Z';
  },
];

const scenario = fc
  .record({ chosen: fc.subarray([...faults]), archive: fc.boolean(), second: fc.boolean() })
  .map(({ chosen, archive, second }) => {
    const data = goodData();
    if (second) {
      data.timestamps.push(timestamp('second', '2026-06-02T11:00:00Z', [{ category: 'signature', id: 'signature' }]));
      first(data.signatures).timestamps.push('second');
    }
    if (archive) archived(data);
    for (const fault of chosen) fault(data);
    return data;
  });

function without(data: Data, timestampId: string): Data {
  const copy = structuredClone(data);
  copy.timestamps = copy.timestamps.filter(({ id }) => id !== timestampId);
  for (const entry of copy.signatures) entry.timestamps = entry.timestamps.filter((id) => id !== timestampId);
  for (const entry of copy.timestamps) entry.covered = entry.covered.filter(({ id }) => id !== timestampId);
  return copy;
}

function everyBlock(report: ReturnType<typeof run>): BlockReport[] {
  const below = (block: BlockReport): BlockReport[] => [block, ...(block.blocks ?? []).flatMap(below)];
  return [
    ...report.signatures.flatMap(({ basic, longTerm, archive }) => [basic, longTerm, archive]),
    ...report.timestamps.flatMap(({ basic, archive }) => [basic, archive]),
    ...report.evidenceRecords.map(({ validation }) => validation),
    ...report.tokens.flatMap(({ blocks }) => blocks),
    ...report.trustedLists,
  ].flatMap(below);
}

describe('the validation process', () => {
  it('never judges better for a proof less', () => {
    fc.assert(
      fc.property(scenario, (data) => {
        const before = rankOf(data);
        // The time-stamps themselves: what they cover, and that they are there at all.
        for (const { id } of data.timestamps) {
          const uncovered = structuredClone(data);
          for (const entry of uncovered.timestamps) if (entry.id === id) entry.covered = [];
          if (rankOf(uncovered) > before || rankOf(without(data, id)) > before) return false;
        }
        return true;
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('never passes over a check that must hold and does not', () => {
    fc.assert(
      fc.property(scenario, (data) => {
        const blocks = everyBlock(run(data));
        return blocks.every(
          ({ checks, conclusion }) =>
            !checks.some(({ status }) => status === 'NOT OK') || conclusion.indication !== 'PASSED',
        );
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same report for the same data and policy, also after a round trip as JSON', () => {
    fc.assert(
      fc.property(scenario, (data) => {
        const policy = policyOf();
        const report = run(data, policy);
        expect(run(JSON.parse(JSON.stringify(data)), JSON.parse(JSON.stringify(policy)))).toEqual(report);
        expect(JSON.parse(JSON.stringify(report))).toEqual(report);
        expect(report.diagnosticDataSha256).toBe(hashDiagnosticData(data));
        expect(report.policy.sha256).toBe(hashPolicy(policy));
      }),
      { numRuns: 50 },
    );
  });

  it('says nothing for which there are no words', () => {
    const known = new Set([
      ...processCheckCodes,
      ...processCheckCodes.map((code) => `${code}.failed`),
      ...processFailureCodes,
    ]);
    fc.assert(
      fc.property(scenario, fc.constantFrom('thailand' as const, 'eu' as const, 'lenient' as const), (data, key) => {
        for (const { checks, conclusion } of everyBlock(run(data, policyOf(key)))) {
          const codes = [...checks, ...conclusion.errors, ...conclusion.warnings, ...conclusion.infos].map(
            ({ code }) => code,
          );
          expect(codes.filter((code) => !known.has(code))).toEqual([]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('takes the time that it is given for now', () => {
    const data = goodData();
    expect(executeValidation(data, policyOf(), '2023-01-01T00:00:00Z').validationTime).toBe('2023-01-01T00:00:00Z');
    expect(executeValidation(data, policyOf(), '2023-01-01T00:00:00Z').signatures[0]?.indication).not.toBe(
      'TOTAL_PASSED',
    );
  });
});

describe('what the process refuses', () => {
  const code = (data: Data): unknown => {
    try {
      run(data);
    } catch (error) {
      return error instanceof ProcessError ? error.code : error;
    }
    return 'judged';
  };

  it('data of another version', () =>
    expect(code({ ...goodData(), version: 2 as never })).toBe('process.data_invalid'));
  it('two tokens of one id', () => {
    const data = goodData();
    data.certificates.push(certificateOf(data, 'ca'));
    expect(code(data)).toBe('process.data_invalid');
  });
  it('a time that is none', () => expect(code({ ...goodData(), validationTime: 'soon' })).toBe('process.data_invalid'));
  it('more than ten thousand tokens', () => {
    const data = goodData();
    for (let index = 0; index < 10_000; index++)
      data.certificates.push({ ...certificateOf(data, 'root'), id: `c${index}` });
    expect(code(data)).toBe('process.too_large');
  });
  it('not ten thousand tokens less a few, whose work grows with their number', () => {
    const work = (count: number): number => {
      const data = archived(goodData());
      const model = first(data.timestamps);
      for (let index = 0; index < count; index++) {
        const id = `t${index}`;
        data.timestamps.push({ ...model, id });
        first(data.signatures).timestamps.push(id);
      }
      const before = process.cpuUsage();
      expect(code(data)).toBe('judged');
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    work(500);
    // Nine times the tokens: about nine times the work, where a square would be eighty-one.
    expect(work(9_000) / work(1_000)).toBeLessThan(40);
  }, 120_000);
  it('no chain that goes round in a circle', () => {
    const data = goodData();
    certificateOf(data, 'ca').chain = ['ca', 'signer', 'ca', 'signer'];
    certificateOf(data, 'root').trusted = false;
    for (const entry of data.revocations) entry.chain = ['signer', 'ca', 'signer'];
    expect(code(data)).toBe('judged');
  });
});

describe('the sources of the process', () => {
  it('ask only for checks that are listed', () => {
    const folder = new URL('../../src/process/', import.meta.url);
    const files = readdirSync(folder).filter((name) => !['codes.ts', 'errors.ts', 'check-data.ts'].includes(name));
    const source = files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
    const asked = [...source.matchAll(/'(process\.[a-z_.]+)'/g)].map((match) => match[1] ?? '');
    expect(asked.length).toBeGreaterThan(100);
    expect(asked.filter((name) => !processCheckCodes.includes(name))).toEqual([]);
  });
});
