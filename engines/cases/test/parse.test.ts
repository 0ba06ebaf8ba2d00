import { CasesError, parseDefinition } from '@tra/cases';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edited, refusal, sampleJson } from './sample.ts';

const field = (index: number, member: string) => `/form/steps/1/fields/${index}/${member}`;

describe('parseDefinition', () => {
  it('accepts the sample, frozen and independent of what was handed in', () => {
    const json = structuredClone(sampleJson()) as { title: { th: string } };
    const definition = parseDefinition(json);
    json.title.th = 'เปลี่ยน';
    expect(definition.title.th).toBe('บริการตัวอย่าง');
    expect(Object.isFrozen(definition.form.steps[0]?.fields[0]?.options)).toBe(true);
  });

  it.each<[string, unknown, string]>([
    ['/id', 'NoDots', 'cases.definition_pattern'],
    ['/id', undefined, 'cases.definition_missing'],
    ['/version', '1.0', 'cases.definition_pattern'],
    ['/version', '01.0.0', 'cases.definition_pattern'],
    ['/title', 'text', 'cases.definition_type'],
    ['/title/en', undefined, 'cases.definition_missing'],
    ['/title/th', '', 'cases.text_too_short'],
    ['/title/th', '   ', 'cases.text_too_short'],
    ['/title/th', 'ก'.repeat(201), 'cases.text_too_long'],
    ['/title/th', 'ก\u0000', 'cases.text_broken'],
    ['/title/th', '\ud800', 'cases.text_broken'],
    ['/title/fr', 'Service', 'cases.definition_unknown'],
    ['/surprise', 1, 'cases.definition_unknown'],
    ['/agency/id', 'Dbd', 'cases.definition_pattern'],
    ['/reference', 'e', 'cases.definition_pattern'],
    ['/decisionDays', 0, 'cases.definition_range'],
    ['/decisionDays', 1.5, 'cases.definition_type'],
    ['/decisionDays', '5', 'cases.definition_type'],
    ['/form/steps', [], 'cases.definition_size'],
    ['/form/steps', {}, 'cases.definition_type'],
    ['/form/steps/0/id', 'Who', 'cases.definition_pattern'],
    ['/form/steps/0/fields', Array(61).fill({}), 'cases.definition_size'],
    ['/form/steps/0/fields/0/kind', 'regex', 'cases.definition_choice'],
    ['/form/steps/0/fields/0/id', '__proto__', 'cases.definition_pattern'],
    ['/form/steps/0/fields/0/shortLabel', { th: 'ก' }, 'cases.definition_missing'],
    ['/form/steps/0/fields/0/required', 'yes', 'cases.definition_type'],
    ['/form/steps/0/fields/0/options', [], 'cases.definition_size'],
    ['/form/steps/0/fields/0/options/0/value', 'a b', 'cases.definition_pattern'],
    ['/form/steps/0/fields/1/maxLength', 3, 'cases.definition_unknown'],
    ['/form/steps/0/fields/2/showIf', { matches: ['a'] }, 'cases.logic_operator'],
    ['/form/steps/0/fields/3/minLength', -1, 'cases.definition_range'],
    [field(0, 'format'), '^(a+)+$', 'cases.definition_choice'],
    [field(0, 'pattern'), '^(a+)+$', 'cases.definition_unknown'],
    [field(6, 'min'), '2000-13-01', 'cases.definition_pattern'],
    [field(6, 'max'), 'tomorrow', 'cases.definition_pattern'],
    [field(8, 'min'), '1', 'cases.definition_type'],
    [field(9, 'min'), -1, 'cases.definition_range'],
    [field(11, 'mustBe'), 'true', 'cases.definition_type'],
    [field(13, 'accept'), ['text/html'], 'cases.definition_choice'],
    [field(13, 'accept'), undefined, 'cases.definition_missing'],
    [field(13, 'maxFiles'), 0, 'cases.definition_range'],
    ['/fees/0/amount', { eval: ['1'] }, 'cases.logic_operator'],
    ['/fees/0/currency', 'USD', 'cases.definition_choice'],
    ['/machine/states', { only: {} }, 'cases.definition_size'],
    ['/machine/states/Draft', {}, 'cases.definition_name'],
    ['/machine/states/draft/tone', 'red', 'cases.definition_choice'],
    ['/machine/states/draft/on/submit/by', [], 'cases.definition_size'],
    ['/machine/states/draft/on/submit/by', ['citizen'], 'cases.definition_choice'],
    ['/machine/states/draft/on/submit/guard', 'always', 'cases.definition_choice'],
    ['/machine/states/draft/on/submit/effect', 'webhook', 'cases.definition_choice'],
    ['/machine/states/screening/due', 'P3', 'cases.definition_pattern'],
    ['/machine/states/screening/due', 'P0WD', 'cases.definition_pattern'],
    ['/document/number', 'NO-SEQ', 'cases.definition_pattern'],
    ['/document/number', '{seq:6}{seq:6}', 'cases.definition_pattern'],
    ['/document/validity', '1Y', 'cases.definition_pattern'],
    ['/document/fields', [], 'cases.definition_size'],
    ['/document/fields', undefined, 'cases.definition_missing'],
    ['/document/public', ['nationalId'], 'cases.definition_choice'],
    ['/document/schema', '../../etc/passwd', 'cases.definition_pattern'],
    ['/document/namespace', 'http://example', 'cases.definition_pattern'],
  ])('refuses %s = %j', (pointer, value, code) => {
    const error = refusal(() => parseDefinition(edited(pointer, value)));
    expect(error.code).toBe('cases.definition_invalid');
    const found = error.findings.find((finding) => finding.pointer.startsWith(pointer) && finding.code === code);
    expect(found, JSON.stringify(error.findings)).toBeDefined();
  });

  it.each([null, undefined, 1, 'text', [], true])('refuses %j as a whole', (json) => {
    expect(refusal(() => parseDefinition(json)).findings[0]).toMatchObject({
      pointer: '',
      code: 'cases.definition_type',
    });
  });

  it('collects many findings but not endlessly, and escapes pointers', () => {
    const json: Record<string, unknown> = { 'a/b~c': 1 };
    for (let index = 0; index < 500; index += 1) json[`x${index}`] = 1;
    const { findings } = refusal(() => parseDefinition(json));
    expect(findings).toHaveLength(100);
    expect(findings.some((finding) => finding.pointer === '/a~1b~0c')).toBe(true);
  });

  it('refuses a definition that is nested without end', () => {
    let deep: unknown = true;
    for (let index = 0; index < 5000; index += 1) deep = [deep];
    expect(refusal(() => parseDefinition(edited('/fees/0/amount', deep))).findings[0]?.code).toBe(
      'cases.definition_too_deep',
    );
  });

  it('answers any JSON with its own error or a definition', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.constantFrom('/form', '/machine', '/fees', '/document', '/title', '/machine/states/draft'),
        (value, at) => {
          try {
            parseDefinition(edited(at, value));
          } catch (error) {
            if (!(error instanceof CasesError)) throw error;
          }
        },
      ),
    );
  });
});
