import {
  allowedActions,
  type CaseEvent,
  type Command,
  computeFees,
  continueCase,
  decide,
  openCase,
  parseDefinition,
  reduceCase,
} from '@tra/cases';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applicant,
  approver,
  both,
  edited,
  goodData,
  goodFiles,
  machine,
  noon,
  officer,
  otherOfficer,
  play,
  refusal,
  sample,
  usual,
} from './sample.ts';

const toScreening = ['submit', 'pay'];
const toDecision = [...toScreening, 'recommend'];
const toActive = [...toDecision, 'approve', 'issued'];

const at = (log: readonly CaseEvent[]) => reduceCase(sample, log);
const attempt = (log: readonly CaseEvent[], command: Partial<Command> & { action: string }) =>
  decide(sample, at(log), { now: noon(20), actor: applicant, ...usual[command.action], ...command });

describe('the way of a case', () => {
  it('runs from the draft to the issued document', () => {
    const state = at(play(toActive));
    expect(state).toMatchObject({ state: 'active', seq: 6, round: 1, documentStatus: 'active', applicant: 'citizen' });
    expect(state.fees).toEqual([
      { code: 'application', amount: 5000, currency: 'THB', status: 'paid', paidAt: noon(3).toISOString() },
    ]);
    expect(state.data).toEqual(goodData);
    expect(state.attachments).toEqual(goodFiles);
    expect(state.submittedAt).toBe(noon(2).toISOString());
  });

  it('sets and clears what is due', () => {
    expect(at(play([])).dueAt).toBeUndefined();
    expect(at(play(['submit'])).dueAt).toBe('2026-11-17T16:59:59.999Z');
    expect(at(play(toScreening)).dueAt).toBe('2026-11-06T16:59:59.999Z');
    expect(at(play(toDecision)).dueAt).toBeUndefined();
  });

  it('records a counter receipt', () => {
    const log = play(['submit', 'record-payment']);
    expect(at(log).fees[0]).toMatchObject({ status: 'paid', receiptNumber: 'R 2569/001' });
    expect(log.at(-1)?.actor).toEqual({ accountId: 'anong', role: 'officer' });
  });

  it('comes back for correction and needs no second payment', () => {
    const log = play([...toScreening, 'return', 'submit']);
    expect(at(log)).toMatchObject({ state: 'screening', round: 2 });
    expect(at(log).fees).toHaveLength(1);
    expect(log.at(-1)).toMatchObject({ action: 'submit', from: 'draft', to: 'screening', charges: [] });
  });

  it('tells which effects to carry out', () => {
    expect(attempt(play(toDecision), { action: 'approve' }).effects).toEqual([{ kind: 'issue' }]);
    expect(attempt(play([...toDecision, 'approve']), { action: 'issued' }).effects).toEqual([
      { kind: 'document-status', status: 'active' },
    ]);
    expect(attempt(play(toActive), { action: 'revoke' }).effects).toEqual([
      { kind: 'document-status', status: 'revoked' },
    ]);
    expect(attempt(play(toScreening), { action: 'recommend' }).effects).toEqual([]);
  });

  it('leaves out what was not shown when it is submitted', () => {
    const log = play([{ action: 'submit', data: { ...goodData, juristicNumber: 'left over', note: '' } }]);
    expect(at(log).data).toEqual(goodData);
  });

  it('submits without a fee straight to screening', () => {
    const free = parseDefinition(edited('/fees', []));
    const log = play(['submit'], free);
    expect(reduceCase(free, log).state).toBe('screening');
  });
});

describe('fees', () => {
  const kindFee = parseDefinition(edited('/fees/0/amount', { if: [{ '==': [{ var: 'kind' }, 'b'] }, 20_000, 5000] }));

  it('follow the answers', () => {
    expect(computeFees(sample, {}).map((fee) => fee.amount)).toEqual([5000]);
    expect(computeFees(kindFee, { kind: 'b' })).toMatchObject([
      { code: 'application', amount: 20_000, currency: 'THB' },
    ]);
    expect(computeFees(parseDefinition(edited('/fees/0/amount', 0)), {})).toEqual([]);
  });

  it.each([-1, 1.5, 'free', true, null])('of %j are refused', (amount) => {
    const definition = parseDefinition(edited('/fees/0/amount', amount));
    expect(refusal(() => computeFees(definition, {})).code).toBe('cases.definition_invalid');
  });

  it('that grow after a return are charged by the difference', () => {
    const dearer = { ...goodData, kind: 'b', juristicNumber: '0107542000011' };
    const log = play([...toScreening, 'return', { action: 'submit', data: dearer }], kindFee);
    const state = reduceCase(kindFee, log);
    expect(state.state).toBe('payment');
    expect(state.fees.map(({ amount, status }) => [amount, status])).toEqual([
      [5000, 'paid'],
      [15_000, 'due'],
    ]);
  });
});

describe('who may do what', () => {
  const people = {
    applicant,
    officer,
    otherOfficer,
    approver,
    both,
    machine,
    nobody: { accountId: 'x', roles: [] },
    auditor: { accountId: 'y', roles: ['auditor', 'applicant'] },
  };
  const logs: Record<string, CaseEvent[]> = {
    draft: play([]),
    payment: play(['submit']),
    screening: play(toScreening),
    decision: play(toDecision),
    issuing: play([...toDecision, 'approve']),
    active: play(toActive),
    revoked: play([...toActive, 'revoke']),
    refused: play([...toScreening, 'reject']),
    withdrawn: play(['withdraw']),
  };
  const may: Record<string, Record<string, string[]>> = {
    draft: { submit: ['applicant'], withdraw: ['applicant'] },
    payment: { pay: ['applicant'], 'record-payment': ['officer', 'otherOfficer', 'both'] },
    screening: {
      recommend: ['officer', 'otherOfficer', 'both'],
      return: ['officer', 'otherOfficer', 'both'],
      reject: ['officer', 'otherOfficer', 'both'],
    },
    decision: { approve: ['approver', 'both'], refuse: ['approver', 'both'], 'send-back': ['approver', 'both'] },
    issuing: { issued: ['machine'] },
    active: { revoke: ['approver', 'both'] },
    revoked: {},
    refused: {},
    withdrawn: {},
  };
  const actions = [...Object.keys(usual), 'opened', 'toString', '__proto__', 'constructor', ''];
  const pairs = Object.keys(logs).flatMap((state) => actions.map((action): [string, string] => [state, action]));

  it('covers every state of the definition', () => {
    expect(Object.keys(logs).sort()).toEqual(Object.keys(sample.machine.states).sort());
  });

  it.each(pairs)('in %s: %s', (state, action) => {
    const permitted = new Map(Object.entries(may[state] ?? {})).get(action);
    for (const [name, actor] of Object.entries(people)) {
      const log = logs[state] ?? [];
      const allowed = permitted?.includes(name) === true;
      const listed = allowedActions(sample, at(log), actor).map((item) => item.action);
      expect(listed.includes(action)).toBe(allowed);
      if (allowed) expect(attempt(log, { action, actor }).events).toHaveLength(1);
      else {
        const known = permitted !== undefined;
        expect(refusal(() => attempt(log, { action, actor })).code).toBe(
          known ? 'cases.role_required' : 'cases.action_not_allowed',
        );
      }
    }
  });

  it('keeps recommending and approving apart', () => {
    const log = play([...toScreening, { action: 'recommend', actor: both }]);
    expect(refusal(() => attempt(log, { action: 'approve', actor: both })).code).toBe('cases.same_officer');
    expect(refusal(() => attempt(log, { action: 'refuse', actor: both })).code).toBe('cases.same_officer');
    expect(allowedActions(sample, at(log), both).map((item) => item.action)).toEqual(['send-back']);
    expect(attempt(log, { action: 'approve', actor: approver }).events[0]?.to).toBe('issuing');
  });

  it('compares accounts, over the whole round', () => {
    const log = play([
      ...toScreening,
      { action: 'recommend', actor: both },
      'send-back',
      { action: 'recommend', actor: officer },
    ]);
    expect(refusal(() => attempt(log, { action: 'approve', actor: both })).code).toBe('cases.same_officer');
    const twin = { accountId: 'suda', roles: ['approver'] };
    expect(refusal(() => attempt(log, { action: 'approve', actor: twin })).code).toBe('cases.same_officer');
  });

  it('begins anew with each round', () => {
    const log = play([
      ...toScreening,
      { action: 'recommend', actor: both },
      'send-back',
      'return',
      'submit',
      'recommend',
    ]);
    expect(at(log).round).toBe(2);
    expect(attempt(log, { action: 'approve', actor: both }).events[0]?.to).toBe('issuing');
  });

  it('never lets officers work on their own application', () => {
    const own = { accountId: 'citizen', roles: ['officer', 'approver'] };
    expect(refusal(() => attempt(play(toScreening), { action: 'recommend', actor: own })).code).toBe('cases.own_case');
    expect(refusal(() => attempt(play(toDecision), { action: 'approve', actor: own })).code).toBe('cases.own_case');
    expect(refusal(() => attempt(play(['submit']), { action: 'record-payment', actor: own })).code).toBe(
      'cases.own_case',
    );
    expect(attempt(play(['submit']), { action: 'pay', actor: own }).events[0]?.actor.role).toBe('applicant');
  });

  it('takes no account for the applicant because it says so', () => {
    const liar = { accountId: 'other', roles: ['applicant', 'citizen'] };
    expect(refusal(() => attempt(play([]), { action: 'submit', actor: liar })).code).toBe('cases.role_required');
  });
});

describe('what an action needs', () => {
  it.each<[string, string[], Partial<Command>, string]>([
    ['a reason', toScreening, { action: 'return', reason: undefined }, 'cases.reason_required'],
    ['a reason with words', toScreening, { action: 'return', reason: ' \n ' }, 'cases.reason_required'],
    ['a reason that can be read', toScreening, { action: 'return', reason: 'a\u0000' }, 'cases.reason_broken'],
    ['a whole reason', toScreening, { action: 'return', reason: '\ud800' }, 'cases.reason_broken'],
    [
      'a reason of bounded length',
      toScreening,
      { action: 'return', reason: 'ก'.repeat(2001) },
      'cases.reason_too_long',
    ],
    ['a receipt', ['submit'], { action: 'record-payment', receiptNumber: undefined }, 'cases.receipt_required'],
    [
      'a receipt with a number',
      ['submit'],
      { action: 'record-payment', receiptNumber: '--' },
      'cases.receipt_required',
    ],
    [
      'a receipt without markup',
      ['submit'],
      { action: 'record-payment', receiptNumber: '<b>1</b>' },
      'cases.receipt_required',
    ],
    ['a real payment', ['submit'], { action: 'pay', paidOnline: undefined }, 'cases.payment_offline'],
    ['a right form', [], { action: 'submit', data: { ...goodData, name: '' } }, 'cases.form_invalid'],
    ['a form at all', [], { action: 'submit', data: undefined }, 'cases.form_invalid'],
    ['the files', [], { action: 'submit', attachments: [] }, 'cases.form_invalid'],
  ])('%s', (_what, before, command, code) => {
    const log = play(before);
    const error = refusal(() => attempt(log, command as Command));
    expect(error.code).toBe(code);
    if (code === 'cases.form_invalid') expect(error.findings.length).toBeGreaterThan(0);
  });

  it('keeps a reason that was given though none was needed', () => {
    expect(attempt(play(toScreening), { action: 'recommend', reason: ' ครบถ้วน ' }).events[0]?.reason).toBe('ครบถ้วน');
  });

  it('does not go back in time when the clock does', () => {
    const log = play(toScreening);
    const { events } = attempt(log, { action: 'recommend', now: noon(1) });
    expect(events[0]?.at).toBe(log.at(-1)?.at);
    expect(at([...log, ...events]).state).toBe('decision');
  });
});

describe('reduceCase', () => {
  const log = play(toActive);

  it.each<[string, (events: CaseEvent[]) => unknown[]]>([
    ['nothing', () => []],
    ['no beginning', (events) => events.slice(1)],
    ['a gap', (events) => events.filter((_, index) => index !== 2)],
    ['a repeated event', (events) => [...events.slice(0, 3), events[2], ...events.slice(3)]],
    ['swapped events', (events) => [events[0], events[2], events[1], ...events.slice(3)]],
    ['a wrong number', (events) => events.map((event, index) => (index === 3 ? { ...event, seq: 9 } : event))],
    ['a jump', (events) => events.map((event, index) => (index === 1 ? { ...event, to: 'active' } : event))],
    [
      'an unknown action',
      (events) => events.map((event, index) => (index === 1 ? { ...event, action: 'bribe' } : event)),
    ],
    [
      'a way back in time',
      (events) => events.map((event, index) => (index === 3 ? { ...event, at: noon(1).toISOString() } : event)),
    ],
    ['a false beginning', (events) => [{ ...events[0], to: 'active' }]],
    ['a second beginning', (events) => [events[0], { ...events[0], seq: 2, from: 'draft' }]],
  ])('refuses %s', (_what, change) => {
    expect(refusal(() => at(change([...log]) as CaseEvent[])).code).toBe('cases.log_invalid');
  });

  it('can be continued event by event', () => {
    const [first, ...rest] = log;
    const stepwise = rest.reduce((state, event) => continueCase(sample, state, event), at(first ? [first] : []));
    expect(stepwise).toEqual(at(log));
  });

  it('opens with the applicant', () => {
    const opened = openCase(sample, { accountId: 'malee', now: noon(1) });
    expect(at([opened])).toMatchObject({ state: 'draft', seq: 1, round: 1, applicant: 'malee' });
  });
});

describe('properties', () => {
  const people = [applicant, officer, otherOfficer, approver, both, machine];
  const steps = fc.array(fc.tuple(fc.constantFrom(...Object.keys(usual)), fc.constantFrom(...people)), {
    maxLength: 40,
  });

  it('whatever is tried, the log stays sound, paid fees stay paid, and nobody approves their own recommendation', () => {
    fc.assert(
      fc.property(steps, (tries) => {
        const log: CaseEvent[] = [openCase(sample, { accountId: 'citizen', now: noon(1) })];
        tries.forEach(([action, actor], index) => {
          const before = at(log);
          const listed = allowedActions(sample, before, actor).some((item) => item.action === action);
          try {
            log.push(...decide(sample, before, { now: noon(2 + index), ...usual[action], action, actor }).events);
            expect(listed).toBe(true);
          } catch (error) {
            expect(listed).toBe(false);
            expect(error).toHaveProperty('code');
          }
        });
        const state = at(JSON.parse(JSON.stringify(log)));
        expect(state).toEqual(at(log));
        expect(state.fees.filter((fee) => fee.code === 'application').length).toBeLessThanOrEqual(1);
        let recommenders: string[] = [];
        for (const event of log) {
          if (event.to === 'draft') recommenders = [];
          if (event.action === 'recommend') recommenders.push(event.actor.accountId);
          if (event.action === 'approve') expect(recommenders).not.toContain(event.actor.accountId);
        }
        if (log.some((event) => event.to === 'screening'))
          expect(state.fees.every((fee) => fee.status === 'paid' || state.state === 'payment')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
