import { describe, expect, it } from 'vitest';
import type { ValidationAnswer, ValidationReport } from '../src/api/types.ts';
import { createFileChecks, type FileCheck } from '../src/systems/validation/file-checks.ts';
import { keepResults, keptResults } from '../src/systems/validation/kept-results.ts';
import { outcomeOf, toneOfOutcome } from '../src/systems/validation/outcome.ts';
import { addPaired } from '../src/systems/validation/pairing.ts';

const report = (tail: string, more: object = {}): ValidationReport =>
  ({
    verdict: 'failed',
    summary: { code: `validation.summary.${tail}` },
    answers: [{ checks: [] }],
    ...more,
  }) as unknown as ValidationReport;
const locked = { answers: [{ checks: [{ code: 'pdf.encrypted' }] }] };
const chosen = (name: string, ...detached: string[]) => ({
  file: new File(['x'], name),
  detached: detached.map((one) => new File(['y'], one)),
});

describe('what is told first', () => {
  it('is the verdict where there was a signature to judge', () => {
    expect(outcomeOf(report('modified'))).toBe('failed');
    expect(outcomeOf(report('modified', locked))).toBe('failed');
    expect(toneOfOutcome('failed')).toBe('fails');
  });

  it('is that nothing can be confirmed where there was none', () => {
    expect(outcomeOf(report('not_signed'))).toBe('unsigned');
    expect(outcomeOf(report('not_signed', locked))).toBe('locked');
    expect(outcomeOf(report('locked', locked))).toBe('locked');
    expect(outcomeOf(report('not_a_document'))).toBe('unreadable');
    expect([toneOfOutcome('unsigned'), toneOfOutcome('locked'), toneOfOutcome('unreadable')]).toEqual(
      Array(3).fill('unknown'),
    );
  });
});

describe('a signature and the file that it was made over', () => {
  const judged = (...reports: ValidationReport[]) => {
    const queue = [...reports];
    return createFileChecks(async () => ({ id: 'a', reports: [queue.shift()] }) as unknown as ValidationAnswer);
  };
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  const pairs = (items: readonly FileCheck[]) => items.map(({ name, beside }) => [name, ...beside]);
  const contentMissing = report('content_missing', {
    verdict: 'indeterminate',
    subIndication: 'SIGNED_DATA_NOT_FOUND',
  });

  it('become one check when the signature comes first', async () => {
    const checks = judged(contentMissing, report('passed'));
    addPaired(checks, [chosen('สัญญา.docx.p7s')]);
    await settle();
    addPaired(checks, [chosen('สัญญา.docx')]);
    expect(pairs(checks.get())).toEqual([['สัญญา.docx.p7s', 'สัญญา.docx']]);
  });

  it('become one check when the signature comes last', async () => {
    const checks = judged(report('not_a_document'), report('passed'), report('passed'));
    addPaired(checks, [chosen('a.docx'), chosen('b.pdf')]);
    await settle();
    addPaired(checks, [chosen('A.docx.p7s')]);
    expect(pairs(checks.get())).toEqual([['A.docx.p7s', 'a.docx'], ['b.pdf']]);
  });

  it('leave the result of a file that bears a signature of its own', async () => {
    const checks = judged(report('passed', { verdict: 'passed' }), report('passed'));
    addPaired(checks, [chosen('a.pdf')]);
    await settle();
    addPaired(checks, [chosen('a.pdf.p7s')]);
    expect(pairs(checks.get())).toEqual([['a.pdf'], ['a.pdf.p7s', 'a.pdf']]);
  });

  it('stay apart when their names do not fit, or one is complete', async () => {
    const checks = judged(report('passed'), report('passed'), report('passed'));
    addPaired(checks, [chosen('a.p7s', 'a')]);
    addPaired(checks, [chosen('a'), chosen('b.docx')]);
    expect(pairs(checks.get())).toEqual([['a.p7s', 'a'], ['a'], ['b.docx']]);
  });
});

describe('results of before a reload', () => {
  const storage = () => {
    const held = new Map<string, string>();
    return {
      getItem: (key: string) => held.get(key) ?? null,
      setItem: (key: string, value: string) => void held.set(key, value),
      removeItem: (key: string) => void held.delete(key),
      held,
    };
  };
  const item = (name: string, more: Partial<FileCheck> = {}): FileCheck => ({
    ...{ key: name, name, size: 1, beside: [], status: 'done', progress: 1, attempts: 1 },
    ...more,
  });

  it('come back without their files', () => {
    const place = storage();
    keepResults(place, [item('a', { report: report('passed'), document: chosen('a') }), item('b')]);
    const [one, ...others] = keptResults(place);
    expect(one).toEqual({ ...item('a', { report: report('passed') }), key: 'kept-0' });
    expect(others).toEqual([]);
    keepResults(place, []);
    expect([keptResults(place), place.held.size]).toEqual([[], 0]);
  });

  it('are the newest that there is room for, and none where storage refuses', () => {
    const place = storage();
    const large = (name: string) => item(name, { report: report('passed', { text: 'x'.repeat(900_000) }) });
    keepResults(place, [large('a'), large('b'), large('c')]);
    expect(keptResults(place).map(({ name }) => name)).toEqual(['b', 'c']);
    const full = (): never => {
      throw new Error('full');
    };
    expect(() => keepResults({ setItem: full, removeItem: full }, [large('a')])).not.toThrow();
    expect(keptResults({ getItem: () => '{' })).toEqual([]);
  });
});
