import type { LocalizedText } from '@tra/kernel';
import { fieldsOf, type ServiceDefinition, type Transition } from './definition.ts';
import type { Finding } from './errors.ts';
import { variablesOf } from './logic.ts';

type Report = (pointer: string, code: string, params?: Finding['params']) => void;
type Edge = { readonly from: string; readonly action: string; readonly transition: Transition };

/**
 * Looks whether a parsed definition makes sense: every state reachable, none a dead end, a person for each state that waits
 * for one, separation of duties satisfiable, conditions that read earlier fields only, both languages written in their own script, fees
 * of nothing or more, public fields that the document has. Empty when it does.
 */
export function lintDefinition(definition: ServiceDefinition): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (pointer, code, params = {}) => void findings.push({ pointer, code, params });
  lintForm(definition, report);
  lintFees(definition, report);
  lintTargets(definition, report);
  if (findings.every((finding) => finding.code !== 'cases.lint_target_unknown')) {
    lintReach(definition, report);
    lintStates(definition, report);
    lintDuties(definition, report);
    lintDocument(definition, report);
  }
  lintWords(definition, '', report);
  return findings;
}

function lintForm(definition: ServiceDefinition, report: Report): void {
  const earlier = new Set<string>();
  const steps = new Set<string>();
  definition.form.steps.forEach((step, stepIndex) => {
    if (steps.has(step.id)) report(`/form/steps/${stepIndex}/id`, 'cases.lint_duplicate', { name: step.id });
    steps.add(step.id);
    step.fields.forEach((field, index) => {
      const at = `/form/steps/${stepIndex}/fields/${index}`;
      if (earlier.has(field.id)) report(`${at}/id`, 'cases.lint_duplicate', { name: field.id });
      for (const name of variablesOf(field.showIf ?? null)) {
        if (!earlier.has(name)) report(`${at}/showIf`, 'cases.lint_variable_unknown', { name });
      }
      const values = field.options?.map((option) => option.value) ?? [];
      if (new Set(values).size < values.length) report(`${at}/options`, 'cases.lint_duplicate', { name: field.id });
      const crossed = (low: unknown, high: unknown) =>
        low !== undefined && high !== undefined && Number(low) > Number(high);
      if (
        crossed(field.minLength, field.maxLength) ||
        crossed(field.min, field.max) ||
        daysCrossed(field.min, field.max)
      ) {
        report(at, 'cases.lint_bounds', { name: field.id });
      }
      earlier.add(field.id);
    });
  });
}

function daysCrossed(min: unknown, max: unknown): boolean {
  return typeof min === 'string' && typeof max === 'string' && min !== 'today' && max !== 'today' && min > max;
}

function lintFees(definition: ServiceDefinition, report: Report): void {
  const names = new Set(fieldsOf(definition).map((field) => field.id));
  const codes = new Set<string>();
  definition.fees.forEach((fee, index) => {
    const at = `/fees/${index}`;
    if (codes.has(fee.code)) report(`${at}/code`, 'cases.lint_duplicate', { name: fee.code });
    codes.add(fee.code);
    for (const name of variablesOf(fee.amount)) {
      if (!names.has(name)) report(`${at}/amount`, 'cases.lint_variable_unknown', { name });
    }
    for (const amount of results(fee.amount)) {
      if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount < 0)
        report(`${at}/amount`, 'cases.lint_fee');
    }
  });
}

/** What an expression may come to: the branches of `if`, anything else as it is. */
function results(logic: unknown): unknown[] {
  const branches = typeof logic === 'object' && logic !== null ? (logic as { if?: unknown }).if : undefined;
  return Array.isArray(branches) ? branches.slice(1).flatMap(results) : [logic];
}

function edgesOf(definition: ServiceDefinition): Edge[] {
  return Object.entries(definition.machine.states).flatMap(([from, state]) =>
    Object.entries(state.on ?? {}).map(([action, transition]) => ({ from, action, transition })),
  );
}

function lintTargets(definition: ServiceDefinition, report: Report): void {
  const { initial, states } = definition.machine;
  const check = (pointer: string, name: string) => {
    if (!Object.hasOwn(states, name)) report(pointer, 'cases.lint_target_unknown', { name });
  };
  check('/machine/initial', initial);
  for (const [name, state] of Object.entries(states)) {
    if (state.passIf) check(`/machine/states/${name}/passIf/to`, state.passIf.to);
    if (state.passIf && states[state.passIf.to]?.passIf) {
      report(`/machine/states/${name}/passIf/to`, 'cases.lint_pass_chain', { name: state.passIf.to });
    }
  }
  for (const { from, action, transition } of edgesOf(definition)) {
    check(`/machine/states/${from}/on/${action}/to`, transition.to);
  }
}

/** The states that can be reached from one, itself included. */
function reachable(definition: ServiceDefinition, start: string): Set<string> {
  const { states } = definition.machine;
  const seen = new Set<string>();
  const queue = [start];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const state = states[name];
    if (state?.passIf) queue.push(state.passIf.to);
    for (const transition of Object.values(state?.on ?? {})) queue.push(transition.to);
  }
  return seen;
}

function lintReach(definition: ServiceDefinition, report: Report): void {
  const { initial, states } = definition.machine;
  const live = reachable(definition, initial);
  for (const name of Object.keys(states)) {
    const at = `/machine/states/${name}`;
    if (!live.has(name)) report(at, 'cases.lint_unreachable', { name });
    const ends = [...reachable(definition, name)].some((other) => states[other]?.final === true);
    if (!ends) report(at, 'cases.lint_dead_end', { name });
  }
  if (states[initial]?.editable !== true)
    report(`/machine/states/${initial}`, 'cases.lint_initial_not_editable', { name: initial });
}

function lintStates(definition: ServiceDefinition, report: Report): void {
  for (const [name, state] of Object.entries(definition.machine.states)) {
    const at = `/machine/states/${name}`;
    const transitions = Object.entries(state.on ?? {});
    const people = transitions.some(([, transition]) => transition.by.some((role) => role !== 'system'));
    const machine = transitions.some(([, transition]) => transition.by.includes('system'));
    if (state.final !== true && !people && !machine) report(at, 'cases.lint_nobody', { name });
    for (const [action, transition] of transitions) {
      const onDocument = transition.scope === 'document';
      if (onDocument && state.document === undefined)
        report(`${at}/on/${action}`, 'cases.lint_no_document', { name: action });
      if (state.final === true && !onDocument) report(`${at}/on/${action}`, 'cases.lint_final_moves', { name: action });
      if (state.editable === true && transition.by.includes('applicant') && transition.effect === 'issue') {
        report(`${at}/on/${action}`, 'cases.lint_applicant_issues', { name: action });
      }
    }
  }
}

/** Actions that can be taken before a state is reached, in the same round. */
function actionsBefore(definition: ServiceDefinition, target: string): Set<string> {
  const edges = edgesOf(definition).filter(({ transition }) => reachable(definition, transition.to).has(target));
  return new Set(edges.map((edge) => edge.action));
}

function lintDuties(definition: ServiceDefinition, report: Report): void {
  const edges = edgesOf(definition);
  for (const { from, action, transition } of edges) {
    const at = `/machine/states/${from}/on/${action}`;
    for (const other of transition.notSameAs ?? []) {
      if (!actionsBefore(definition, from).has(other)) {
        report(`${at}/notSameAs`, 'cases.lint_duty_unknown', { name: other });
        continue;
      }
      const takers = edges.filter((edge) => edge.action === other).flatMap((edge) => edge.transition.by);
      const alone = (roles: readonly string[]) => roles.every((role) => role === 'applicant' || role === 'system');
      if (other === action || (alone(transition.by) && alone(takers))) {
        report(`${at}/notSameAs`, 'cases.lint_duty_unsatisfiable', { name: other });
      }
    }
  }
}

function lintDocument(definition: ServiceDefinition, report: Report): void {
  const names = new Set(fieldsOf(definition).map((field) => field.id));
  for (const member of ['holder', 'businessName'] as const) {
    for (const name of variablesOf(definition.document[member])) {
      if (!names.has(name)) report(`/document/${member}`, 'cases.lint_variable_unknown', { name });
    }
  }
  const printable = fieldsOf(definition).filter((field) => field.kind !== 'attachment');
  definition.document.fields.forEach((name, index) => {
    const known = printable.some((field) => field.id === name);
    const twice = definition.document.fields.indexOf(name) !== index;
    if (!known) report(`/document/fields/${index}`, 'cases.lint_variable_unknown', { name });
    if (twice) report(`/document/fields/${index}`, 'cases.lint_duplicate', { name });
  });
  if (new Set(definition.document.public).size < definition.document.public.length) {
    report('/document/public', 'cases.lint_duplicate', { name: 'public' });
  }
  const active = Object.values(definition.machine.states).some((state) => state.document === 'active');
  const issues = edgesOf(definition).some((edge) => edge.transition.effect === 'issue');
  if (!active || !issues) report('/machine/states', 'cases.lint_never_issues');
}

function isLocalized(value: object): value is LocalizedText {
  const words = value as Partial<LocalizedText>;
  return typeof words.th === 'string' && typeof words.en === 'string';
}

/** Thai words need Thai letters unless there are no letters at all; English words must have none. */
function lintWords(value: unknown, at: string, report: Report): void {
  if (typeof value !== 'object' || value === null) return;
  if (isLocalized(value)) {
    if (!/\p{Script=Thai}/u.test(value.th) && /\p{L}/u.test(value.th))
      report(`${at}/th`, 'cases.lint_language', { language: 'th' });
    if (/\p{Script=Thai}/u.test(value.en)) report(`${at}/en`, 'cases.lint_language', { language: 'en' });
    return;
  }
  for (const [name, member] of Object.entries(value)) lintWords(member, `${at}/${name}`, report);
}
