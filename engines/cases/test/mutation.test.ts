import { lintDefinition, parseDefinition, type ServiceDefinition } from '@tra/cases';
import { describe, expect, it } from 'vitest';
import { edited, refusal, sampleJson } from './sample.ts';

/** Every pointer into a value. */
function pointersOf(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [at];
  const below = Object.entries(value).flatMap(([name, member]) => pointersOf(member, `${at}/${name}`));
  return at === '' ? below : [at, ...below];
}

const pointers = pointersOf(sampleJson());
const optional =
  /\/(?:showIf|hint|minLength|maxLength|format|min|max|maxFiles|mustBe|due|passIf|editable|final|document|guard|effect|needs|notSameAs|reason|scope|validity|on)$/;
/** An expression may be any JSON value that it can compare with. */
const inLogic = /\/(?:showIf|amount|holder|businessName)(?:\/|$)/;
const inList = /\/\d+$/;
/** Names that the author of a definition chooses: taking one away leaves a smaller definition. */
const chosen = /^\/machine\/states\/[^/]+(?:\/on\/[^/]+)?$/;

describe('every member of a definition is looked at', () => {
  it('has a few hundred of them', () => {
    expect(pointers.length).toBeGreaterThan(300);
  });

  it('refuses a definition from which any required member was taken', () => {
    const required = pointers.filter(
      (at) => !optional.test(at) && !inList.test(at) && !chosen.test(at) && !at.includes('/showIf/'),
    );
    expect(required.length).toBeGreaterThan(150);
    for (const at of required)
      expect(refusal(() => parseDefinition(edited(at, undefined))).code, at).toBe('cases.definition_invalid');
  });

  it.each<[string, unknown]>([
    ['an object with a member nobody knows', { surprise: true }],
    ['a number that JSON cannot carry', Number.NaN],
    ['a function', () => 1],
    ['text with a control character', 'a\u0001'],
    ['a list of lists', [[[]]]],
  ])('refuses %s at any place', (_what, value) => {
    for (const at of pointers.filter((place) => !inLogic.test(place)))
      expect(refusal(() => parseDefinition(edited(at, value))).findings.length, at).toBeGreaterThan(0);
  });

  it('points at or above the place', () => {
    for (const at of pointers) {
      const { findings } = refusal(() => parseDefinition(edited(at, Number.NaN)));
      const near = findings.some((finding) => at.startsWith(finding.pointer) || finding.pointer.startsWith(at));
      expect(near, `${at}: ${JSON.stringify(findings)}`).toBe(true);
    }
  });
});

describe('expressions', () => {
  it.each(['a\u0001', '\ud800', 'ก'.repeat(501), { surprise: true }, Number.NaN, () => 1])('refuse %j', (value) => {
    for (const at of pointers.filter((place) => inLogic.test(place))) {
      expect(refusal(() => parseDefinition(edited(at, value))).findings.length, at).toBeGreaterThan(0);
    }
  });
});

describe('a machine with one way less', () => {
  const { states } = parseDefinition(sampleJson()).machine;
  const ways = Object.entries(states).flatMap(([state, { on }]) =>
    Object.keys(on ?? {}).map((action): [string, string] => [state, action]),
  );
  const without = (state: string, action: string): ServiceDefinition | undefined => {
    const only = Object.keys(states[state]?.on ?? {}).length === 1;
    const at = only ? `/machine/states/${state}/on` : `/machine/states/${state}/on/${action}`;
    return parseDefinition(edited(at, undefined));
  };
  /** Ways without which the definition still makes sense. */
  const spare = new Set([
    'draft withdraw',
    'payment pay',
    'payment record-payment',
    'screening return',
    'screening reject',
    'decision refuse',
    'decision send-back',
    'active revoke',
  ]);
  const stillSound = (state: string, action: string) =>
    spare.has(`${state} ${action}`) && !['draft withdraw', 'active revoke'].includes(`${state} ${action}`);

  it.each(ways)('%s – %s', (state, action) => {
    const definition = without(state, action);
    const findings = definition ? lintDefinition(definition) : [];
    if (stillSound(state, action)) expect(findings).toEqual([]);
    else expect(findings.length).toBeGreaterThan(0);
  });
});
