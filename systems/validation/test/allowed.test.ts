import { steppedClock } from '@tra/kernel/testing';
import { describe, expect, it } from 'vitest';
import { isAllowed } from '../src/evidence/allowed.ts';
import { createRequestBudget } from '../src/evidence/budget.ts';

describe('addresses that may be asked', () => {
  const hosts = ['CRL.example.go.th', '*.example.com', 'odd.example.org:8080'];
  const rows: readonly (readonly [string, boolean, 'listed' | 'trusted' | 'any', boolean])[] = [
    ['http://crl.example.go.th/a', false, 'listed', true],
    ['http://CRL.EXAMPLE.GO.TH./a', false, 'listed', false],
    ['http://crl.example.go.th:80/a', false, 'listed', true],
    ['http://crl.example.go.th:22/a', false, 'any', false],
    ['http://crl.example.go.th:443/a', false, 'any', false],
    ['https://a.b.example.com/', false, 'listed', true],
    ['https://example.com/', false, 'listed', false],
    ['https://notexample.com/', false, 'listed', false],
    ['http://odd.example.org:8080/', false, 'listed', true],
    ['http://odd.example.org/', false, 'listed', false],
    ['http://other.example.org/', true, 'listed', false],
    ['http://other.example.org/', true, 'trusted', true],
    ['http://other.example.org:8080/', true, 'trusted', false],
    ['http://other.example.org/', false, 'trusted', false],
    ['http://other.example.org/', false, 'any', true],
    ['ldap://crl.example.go.th/', true, 'any', false],
    ['file:///etc/passwd', true, 'any', false],
    ['not an address', true, 'any', false],
  ];
  it.each(rows)('%s, vouched for: %s, mode %s: %s', (url, vouched, mode, expected) =>
    expect(isAllowed(url, vouched, { mode, hosts })).toBe(expected),
  );
});

describe('a budget of requests', () => {
  it('bounds each asker and all of them, and begins anew every minute', () => {
    const clock = steppedClock('2026-11-20T08:00:00Z');
    const budget = createRequestBudget({ perAsker: 2, all: 3 }, clock);
    const spent = ['a', 'a', 'a', 'a', 'b', 'b', 'c'].map((asker) => budget.spend(asker));
    expect(spent).toEqual([true, true, false, false, true, false, false]);
    clock.advance(60_000);
    expect(budget.spend('c')).toBe(true);
  });
});
