import { lintDefinition, parseDefinition } from '@tra/cases';
import { describe, expect, it } from 'vitest';
import { edited, sample } from './sample.ts';

const words = { th: 'ทำ', en: 'Do' };
const move = { to: 'active', by: ['officer'], label: words, done: words, tone: 'primary' };
const states = '/machine/states';

describe('lintDefinition', () => {
  it('finds nothing in the sample', () => {
    expect(lintDefinition(sample)).toEqual([]);
  });

  it.each<[string, string, unknown, string]>([
    [
      'a state nobody comes to',
      `${states}/lost`,
      { label: words, tone: 'done', final: true },
      'cases.lint_unreachable',
    ],
    ['a state without a way out', `${states}/decision/on`, undefined, 'cases.lint_dead_end'],
    ['a state that waits for nobody', `${states}/decision/on`, undefined, 'cases.lint_nobody'],
    ['a target that is not there', `${states}/decision/on/approve/to`, 'nowhere', 'cases.lint_target_unknown'],
    ['an initial state that is not there', '/machine/initial', 'nowhere', 'cases.lint_target_unknown'],
    ['an initial state nobody can edit', `${states}/draft/editable`, false, 'cases.lint_initial_not_editable'],
    [
      'a pass to a pass',
      `${states}/screening/passIf`,
      { guard: 'fees.settled', to: 'decision' },
      'cases.lint_pass_chain',
    ],
    ['a way out of a final state', `${states}/refused/on`, { reopen: move }, 'cases.lint_final_moves'],
    [
      'a document action before there is one',
      `${states}/screening/on/revoke`,
      { ...move, scope: 'document' },
      'cases.lint_no_document',
    ],
    [
      'duties apart from an action unknown',
      `${states}/decision/on/approve/notSameAs`,
      ['sign'],
      'cases.lint_duty_unknown',
    ],
    ['duties apart from a later action', `${states}/draft/on/submit/notSameAs`, ['revoke'], 'cases.lint_duty_unknown'],
    [
      'duties apart from itself',
      `${states}/screening/on/return/notSameAs`,
      ['return'],
      'cases.lint_duty_unsatisfiable',
    ],
    [
      'an applicant apart from the applicant',
      `${states}/payment/on/pay/notSameAs`,
      ['submit'],
      'cases.lint_duty_unsatisfiable',
    ],
    ['an applicant who issues', `${states}/draft/on/submit/effect`, 'issue', 'cases.lint_applicant_issues'],
    ['a machine that never issues', `${states}/decision/on/approve/effect`, 'charge', 'cases.lint_never_issues'],
    ['a field twice', '/form/steps/0/fields/3/id', 'kind', 'cases.lint_duplicate'],
    ['a step twice', '/form/steps/1/id', 'who', 'cases.lint_duplicate'],
    ['an option twice', '/form/steps/0/fields/0/options/1/value', 'a', 'cases.lint_duplicate'],
    [
      'a condition on an unknown field',
      '/form/steps/0/fields/2/showIf',
      { '==': [{ var: 'x' }, 1] },
      'cases.lint_variable_unknown',
    ],
    ['a condition on a later field', '/form/steps/0/fields/2/showIf', { var: 'agree' }, 'cases.lint_variable_unknown'],
    [
      'a condition on itself',
      '/form/steps/0/fields/2/showIf',
      { var: 'juristicNumber' },
      'cases.lint_variable_unknown',
    ],
    ['lengths crossed', '/form/steps/0/fields/3/minLength', 30, 'cases.lint_bounds'],
    ['numbers crossed', '/form/steps/1/fields/8/min', 11, 'cases.lint_bounds'],
    ['days crossed', '/form/steps/1/fields/7/min', '2031-01-01', 'cases.lint_bounds'],
    ['a negative fee', '/fees/0/amount', -1, 'cases.lint_fee'],
    ['a negative fee in a branch', '/fees/0/amount', { if: [true, 100, { if: [true, 1, -5] }] }, 'cases.lint_fee'],
    ['a fee that is no number', '/fees/0/amount', 'free', 'cases.lint_fee'],
    ['a fee over an unknown field', '/fees/0/amount', { var: 'wealth' }, 'cases.lint_variable_unknown'],
    ['a holder from an unknown field', '/document/holder', { var: 'owner' }, 'cases.lint_variable_unknown'],
    ['a printed field twice', '/document/fields', ['name', 'name'], 'cases.lint_duplicate'],
    ['a printed field unknown', '/document/fields', ['owner'], 'cases.lint_variable_unknown'],
    ['a printed attachment', '/document/fields', ['file'], 'cases.lint_variable_unknown'],
    ['public fields twice', '/document/public', ['number', 'number'], 'cases.lint_duplicate'],
    ['English where Thai belongs', '/title/th', 'Service', 'cases.lint_language'],
    ['Thai where English belongs', `${states}/draft/on/submit/label/en`, 'ส่ง', 'cases.lint_language'],
  ])('reports %s', (_what, pointer, value, code) => {
    const findings = lintDefinition(parseDefinition(edited(pointer, value)));
    expect(findings.map((finding) => finding.code)).toContain(code);
    for (const finding of findings) expect(finding.pointer).toMatch(/^\//);
  });

  it('says where', () => {
    const [finding] = lintDefinition(parseDefinition(edited(`${states}/decision/on/approve/notSameAs`, ['sign'])));
    expect(finding).toEqual({
      pointer: '/machine/states/decision/on/approve/notSameAs',
      code: 'cases.lint_duty_unknown',
      params: { name: 'sign' },
    });
  });
});
