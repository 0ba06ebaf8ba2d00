import { checkLogic, evaluate, holds, LOGIC_MAX_DEPTH, LOGIC_MAX_NODES, type Logic, variablesOf } from '@tra/cases';
import type { Json } from '@tra/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from './sample.ts';

const data = { kind: 'web', count: 3, list: ['a', 'b'], yes: true, no: false, nothing: null, place: { code: '10' } };

describe('evaluate', () => {
  it.each<[Logic, Json]>([
    [{ var: 'kind' }, 'web'],
    [{ var: 'place.code' }, '10'],
    [{ var: 'place.missing' }, null],
    [{ var: 'kind.length' }, null],
    [{ var: 'list.0' }, null],
    [{ var: 'toString' }, null],
    [{ var: '__proto__' }, null],
    [{ var: 'constructor.name' }, null],
    [{ '==': [{ var: 'kind' }, 'web'] }, true],
    [{ '==': [{ var: 'count' }, '3'] }, false],
    [{ '==': [{ var: 'missing' }, null] }, true],
    [{ '==': [{ var: 'list' }, { var: 'list' }] }, false],
    [{ '!=': [{ var: 'count' }, 4] }, true],
    [{ '<': [{ var: 'count' }, 4] }, true],
    [{ '<': [4, 4] }, false],
    [{ '<=': [4, 4] }, true],
    [{ '>': ['b', 'a'] }, true],
    [{ '>=': ['a', 'a'] }, true],
    [{ '>=': ['a', 1] }, false],
    [{ '<': [null, 1] }, false],
    [{ and: [true, { var: 'yes' }] }, true],
    [{ and: [true, 1] }, false],
    [{ or: [false, { var: 'yes' }] }, true],
    [{ or: ['true'] }, false],
    [{ '!': [{ var: 'no' }] }, true],
    [{ '!': { var: 'yes' } }, false],
    [{ '!': ['text'] }, true],
    [{ in: ['a', { var: 'list' }] }, true],
    [{ in: ['c', { var: 'list' }] }, false],
    [{ in: ['a', 'abc'] }, false],
    [{ in: [1, ['1']] }, false],
    [{ if: [{ var: 'yes' }, 1, 2] }, 1],
    [{ if: [{ var: 'kind' }, 1, 2] }, 2],
    [
      [{ var: 'kind' }, 1],
      ['web', 1],
    ],
    [true, true],
    [null, null],
    [5, 5],
  ])('%j is %j', (logic, expected) => {
    expect(evaluate(logic, data)).toEqual(expected);
  });

  it('holds for true and nothing else', () => {
    expect([true, false, 1, 'true', null, [], {}].map((value) => holds(value as Json))).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('checkLogic', () => {
  const deep = (levels: number): Logic => (levels === 0 ? true : { '!': [deep(levels - 1)] });

  it.each<[unknown, string, string]>([
    [{ regex: ['a', 'b'] }, 'cases.logic_operator', '/x'],
    [{ toString: [1] }, 'cases.logic_operator', '/x'],
    [{ __proto__x: [1] }, 'cases.logic_operator', '/x'],
    [{ '==': [1] }, 'cases.logic_operands', '/x'],
    [{ '==': [1, 2, 3] }, 'cases.logic_operands', '/x'],
    [{ if: [true, 1] }, 'cases.logic_operands', '/x'],
    [{ var: 1 }, 'cases.logic_operands', '/x'],
    [{ var: [{ var: 'a' }] }, 'cases.logic_operands', '/x'],
    [{ and: [] }, 'cases.logic_operands', '/x'],
    [{ and: Array(21).fill(true) }, 'cases.logic_operands', '/x'],
    [{}, 'cases.logic_value', '/x'],
    [{ a: 1, b: 2 }, 'cases.logic_value', '/x'],
    [undefined, 'cases.logic_value', '/x'],
    [Number.NaN, 'cases.logic_value', '/x'],
    [Number.POSITIVE_INFINITY, 'cases.logic_value', '/x'],
    [{ and: [true, { nope: 1 }] }, 'cases.logic_operator', '/x/and/1'],
    [Array(300).fill(1), 'cases.logic_too_large', '/x/199'],
  ])('refuses %j', (logic, code, pointer) => {
    const [finding] = checkLogic(logic, '/x');
    expect(finding).toMatchObject({ code });
    expect(finding?.pointer.startsWith(pointer.slice(0, 4))).toBe(true);
    expect(refusal(() => evaluate(logic as Logic, {})).code).toBe('cases.logic_invalid');
  });

  it('bounds depth and size', () => {
    expect(checkLogic(deep(LOGIC_MAX_DEPTH), '')).toEqual([]);
    expect(checkLogic(deep(LOGIC_MAX_DEPTH + 1), '')[0]?.code).toBe('cases.logic_too_deep');
    expect(checkLogic(Array(LOGIC_MAX_NODES - 1).fill(1), '')).toEqual([]);
    expect(checkLogic(Array(LOGIC_MAX_NODES).fill(1), '')[0]?.code).toBe('cases.logic_too_large');
  });

  it('names the fields that are read', () => {
    const logic: Logic = {
      or: [{ in: ['x', { var: 'channels' }] }, { '==': [{ var: 'address.provinceCode' }, '10'] }],
    };
    expect(variablesOf(logic)).toEqual(['channels', 'address']);
    expect(variablesOf(null)).toEqual([]);
  });
});

describe('properties', () => {
  const { logic } = fc.letrec<{ logic: Logic }>((tie) => ({
    logic: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom<Logic>(true, false, null, 1, 'web', 'a', { var: 'kind' }, { var: 'list' }, { var: 'count' }),
      fc
        .tuple(fc.constantFrom('==', '!=', '<', '<=', '>', '>=', 'in'), tie('logic'), tie('logic'))
        .map(([name, a, b]) => ({ [name]: [a, b] })),
      fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(tie('logic'), { minLength: 1, maxLength: 3 }))
        .map(([name, list]) => ({ [name]: list })),
      tie('logic').map((item) => ({ '!': [item] })),
      fc.tuple(tie('logic'), tie('logic'), tie('logic')).map((list) => ({ if: list })),
    ),
  }));

  it('is total and pure for whatever checkLogic accepts', () => {
    fc.assert(
      fc.property(logic, (expression) => {
        const before = JSON.stringify(expression);
        if (checkLogic(expression, '').length > 0) return;
        const first = evaluate(expression, data);
        expect(evaluate(expression, data)).toEqual(first);
        expect(JSON.stringify(expression)).toBe(before);
      }),
    );
  });

  it('keeps the laws of logic', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), (a, b) => {
        expect(evaluate({ '!': [{ and: [a, b] }] }, {})).toBe(evaluate({ or: [{ '!': [a] }, { '!': [b] }] }, {}));
        expect(evaluate({ if: [a, b, { '!': [b] }] }, {})).toBe(a ? b : !b);
      }),
    );
  });

  it('never throws anything but its own error for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (json) => {
        const sound = checkLogic(json, '').length === 0;
        if (sound) evaluate(json as Logic, data);
        else expect(refusal(() => evaluate(json as Logic, data)).code).toBe('cases.logic_invalid');
      }),
    );
  });
});
