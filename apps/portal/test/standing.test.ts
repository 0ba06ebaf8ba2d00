import { describe, expect, it } from 'vitest';
import { standingOf } from '../src/systems/validation/standing.ts';

describe('a licence that is valid from 22 November', () => {
  const at = (checkedAt: string) => standingOf({ status: 'active', validFrom: '2026-11-22', checkedAt });

  it('holds from midnight in Thailand on, which is still the day before in Greenwich', () => {
    expect(at('2026-11-21T16:59:59.999Z')).toBe('not_yet');
    expect(at('2026-11-21T17:00:00.000Z')).toBe('active');
    expect(at('2026-11-22T00:30:00.000+07:00')).toBe('active');
  });

  it('is what the register says when it no longer holds', () => {
    expect(standingOf({ status: 'revoked', validFrom: '2026-11-22', checkedAt: '2026-11-20T00:00:00Z' })).toBe(
      'revoked',
    );
  });
});
