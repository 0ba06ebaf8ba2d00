import { describe, expect, it } from 'vitest';
import { sessionStep, timeLeft } from '../src/shell/session-clock.ts';
import { safeReturn } from '../src/systems/identity/safe-return.ts';
import { commonEraYear, joinDate, splitDate } from '../src/ui/date-parts.ts';
import { refusal, typeList } from '../src/ui/file-rules.ts';
import { plainDigits } from '../src/ui/plain-digits.ts';

describe('date parts', () => {
  it('understand both eras', () => {
    expect(joinDate({ day: '5', month: '2', year: '2569' })).toBe('2026-02-05');
    expect(joinDate({ day: '5', month: '2', year: '2026' })).toBe('2026-02-05');
    expect(commonEraYear(2569)).toBe(2026);
  });
  it('are no date until they name a real day, and come back as typed', () => {
    for (const parts of [
      { day: '31', month: '2', year: '2569' },
      { day: '', month: '2', year: '2569' },
      { day: '5', month: '', year: '' },
      { day: '5', month: '2', year: '69' },
    ]) {
      const joined = joinDate(parts);
      expect(joined).not.toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(splitDate(joined, true)).toEqual(parts);
    }
  });
  it('know leap years', () => {
    expect(joinDate({ day: '29', month: '2', year: '2567' })).toBe('2024-02-29');
    expect(joinDate({ day: '29', month: '2', year: '2566' })).not.toBe('2023-02-29');
  });
  it('are shown in the era of the language', () => {
    expect(splitDate('2026-02-05', true)).toEqual({ day: '5', month: '2', year: '2569' });
    expect(splitDate('2026-02-05', false)).toEqual({ day: '5', month: '2', year: '2026' });
    expect(splitDate('', true)).toEqual({ day: '', month: '', year: '' });
  });
});

describe('digits', () => {
  it('may be Thai and grouped', () => expect(plainDigits('๑,๒๕๐ .๕๐')).toBe('1250.50'));
});

describe('files', () => {
  const accept = ['application/pdf', 'image/png'];
  it('are refused by type, size and emptiness before anything is sent', () => {
    expect(refusal({ type: 'text/html', size: 10 }, accept, 100)).toBe('type');
    expect(refusal({ type: 'image/png', size: 0 }, accept, 100)).toBe('empty');
    expect(refusal({ type: 'image/png', size: 101 }, accept, 100)).toBe('size');
    expect(refusal({ type: 'image/png', size: 100 }, accept, 100)).toBeUndefined();
  });
  it('types have names', () => expect(typeList([...accept, 'x/y'])).toBe('PDF, PNG, x/y'));
});

describe('session clock', () => {
  const minute = 60_000;
  const at = (now: number, activeAt = 0) => sessionStep({ now, expiresAt: 30 * minute, loadedAt: 0, activeAt });
  it('waits, then warns two minutes before the end', () => {
    expect(at(10 * minute)).toBe('wait');
    expect(at(28 * minute)).toBe('warn');
    expect(at(30 * minute)).toBe('ended');
  });
  it('lengthens quietly while somebody is there, but not at every key', () => {
    expect(at(2 * minute, minute)).toBe('wait');
    expect(at(6 * minute, 2 * minute)).toBe('refresh');
    expect(at(29 * minute, 28.5 * minute)).toBe('warn');
  });
  it('counts down to zero', () => {
    expect(timeLeft(121_000, 0)).toEqual({ minutes: 2, seconds: 1 });
    expect(timeLeft(0, 5)).toEqual({ minutes: 0, seconds: 0 });
  });
});

describe('the page to return to', () => {
  it('is a path of the portal', () => {
    expect(safeReturn('/applications/1?x=1')).toBe('/applications/1?x=1');
  });
  it('is never elsewhere', () => {
    for (const target of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'javascript:x',
      '',
      '/sign-in',
    ]) {
      expect(safeReturn(target)).toBeUndefined();
    }
    expect(safeReturn(undefined)).toBeUndefined();
  });
});
