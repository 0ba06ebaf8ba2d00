import { parseAllowance, parseValidity } from '../calendar.ts';
import { PUBLIC_FIELDS, type ServiceDefinition } from '../definition.ts';
import { CasesError, type Finding } from '../errors.ts';
import { type Check, flag, list, localized, logic, named, oneOf, pattern, report, shape, whole } from './checks.ts';
import { form } from './field.ts';

const roles = ['applicant', 'officer', 'approver', 'referee', 'system'] as const;
const name = pattern(/^[a-z][a-z0-9-]{0,39}$/, 'kebab-case');
const nameKey = /^[a-z][a-z0-9-]{0,39}$/;

const allowance: Check = (value, at, findings) => {
  if (typeof value !== 'string' || !parseAllowance(value)) {
    report(findings, at, 'cases.definition_pattern', { expected: 'P3WD, P15D' });
  }
};

const validity: Check = (value, at, findings) => {
  if (typeof value !== 'string' || !parseValidity(value)) {
    report(findings, at, 'cases.definition_pattern', { expected: 'P3Y, P6M, P30D' });
  }
};

const transition = shape({
  to: name,
  by: list(oneOf(roles), 1, roles.length),
  label: localized(80),
  done: localized(120),
  tone: oneOf(['primary', 'danger', 'neutral']),
  'scope?': oneOf(['case', 'document']),
  'guard?': oneOf(['form.valid', 'payments.online', 'fees.settled']),
  'effect?': oneOf(['charge', 'settle', 'issue']),
  'needs?': list(oneOf(['receiptNumber']), 1, 1),
  'notSameAs?': list(name, 1, 20),
  'reason?': flag,
});

const state = shape({
  label: localized(80),
  tone: oneOf(['draft', 'progress', 'waiting', 'done', 'refused']),
  'editable?': flag,
  'final?': flag,
  'document?': oneOf(['active', 'suspended', 'revoked']),
  'due?': allowance,
  'passIf?': shape({ guard: oneOf(['fees.settled']), to: name }),
  'on?': named(nameKey, transition, [1, 30]),
});

const numberPattern = /^(?:[A-Za-z0-9./-]|\{BE\}){0,60}\{seq:[1-9]\}(?:[A-Za-z0-9./-]|\{BE\}){0,60}$/;

const document = shape({
  title: localized(200),
  legalBasis: localized(400),
  number: pattern(numberPattern, 'DBD-EC-{BE}-{seq:6}'),
  'validity?': validity,
  holder: logic,
  businessName: logic,
  fields: list(pattern(/^[a-z][A-Za-z0-9]{0,39}$/, 'camelCase'), 1, 60),
  public: list(oneOf(PUBLIC_FIELDS), 1, PUBLIC_FIELDS.length),
  schema: pattern(/^[a-z0-9][a-z0-9.-]{0,80}\.xsd$/, 'file.xsd'),
  namespace: pattern(/^urn:[a-z0-9][a-z0-9-]{1,31}:[A-Za-z0-9:._-]{1,120}$/, 'urn'),
});

const service = shape({
  id: pattern(/^[a-z][a-z0-9-]{0,39}(?:\.[a-z][a-z0-9-]{0,59}){1,3}$/, 'agency.service'),
  version: pattern(/^(?:0|[1-9]\d{0,5})\.(?:0|[1-9]\d{0,5})\.(?:0|[1-9]\d{0,5})$/, '1.0.0'),
  title: localized(200),
  summary: localized(600),
  agency: shape({ id: name, name: localized(200) }),
  reference: pattern(/^[A-Z]{1,6}$/, 'A-Z'),
  decisionDays: whole(1, 365),
  form,
  fees: list(shape({ code: name, label: localized(120), amount: logic, currency: oneOf(['THB']) }), 0, 20),
  machine: shape({ initial: name, states: named(nameKey, state, [2, 60]) }),
  document,
});

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}

/** Levels of nesting that a definition may have: the deepest logic inside a field. */
const MAX_DEPTH = 64;

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => deeperThan(member, levels - 1));
}

/**
 * Reads a definition from parsed JSON: checks every member, refuses unknown ones, and hands back a frozen copy.
 * Throws CasesError `cases.definition_invalid` whose `findings` say what is wrong and where (at most 100). Whether the
 * definition also makes sense is {@link lintDefinition}'s question.
 *
 * @example
 * const definition = parseDefinition(JSON.parse(text));
 */
export function parseDefinition(json: unknown): ServiceDefinition {
  const findings: Finding[] = [];
  if (deeperThan(json, MAX_DEPTH)) report(findings, '', 'cases.definition_too_deep', { max: MAX_DEPTH });
  else service(json, '', findings);
  if (findings.length > 0) {
    const [first] = findings;
    const params = { count: findings.length, pointer: first?.pointer ?? '', problem: first?.code ?? '' };
    throw new CasesError('cases.definition_invalid', { params, findings });
  }
  return freeze(structuredClone(json) as ServiceDefinition);
}
