import {
  type CaseEvent,
  CasesError,
  type Command,
  decide,
  openCase,
  parseDefinition,
  reduceCase,
  type ServiceDefinition,
} from '@tra/cases';
import { fakeNationalId } from '@tra/cases/testing';
import type { Json } from '@tra/kernel';

const words = (th: string, en: string) => ({ th, en });
const label = words('คำถาม', 'Question');

const move = (to: string, by: string[], more: Record<string, Json> = {}) => ({
  to,
  by,
  label: words('ทำ', 'Do'),
  done: words('ทำแล้ว', 'Done'),
  tone: 'primary',
  ...more,
});

const state = (tone: string, more: Record<string, Json> = {}) => ({ label: words('สถานะ', 'State'), tone, ...more });

/** One field of every kind, and the flow draft → payment → screening → decision → issuing → active. */
export function sampleJson(): Readonly<Record<string, Json>> {
  const options = [
    { value: 'a', label: words('ก', 'A') },
    { value: 'b', label: words('ข', 'B') },
    { value: 'c', label: words('ค', 'C') },
  ];
  return {
    id: 'test.sample',
    version: '1.0.0',
    title: words('บริการตัวอย่าง', 'Sample service'),
    summary: words('ตัวอย่าง', 'A sample'),
    agency: { id: 'test', name: words('หน่วยงานทดสอบ', 'Test agency') },
    reference: 'T',
    decisionDays: 5,
    form: {
      steps: [
        {
          id: 'who',
          title: words('ผู้ขอ', 'Who'),
          fields: [
            { id: 'kind', kind: 'choice', label, required: true, options },
            { id: 'nationalId', kind: 'thaiNationalId', label, required: true },
            {
              id: 'juristicNumber',
              kind: 'juristicPersonNumber',
              label,
              required: true,
              showIf: { '==': [{ var: 'kind' }, 'b'] },
            },
            { id: 'name', kind: 'text', label, required: true, minLength: 2, maxLength: 20 },
          ],
        },
        {
          id: 'what',
          title: words('อะไร', 'What'),
          fields: [
            { id: 'thaiName', kind: 'text', label, required: false, format: 'thaiName' },
            { id: 'latinName', kind: 'text', label, required: false, format: 'latinName' },
            { id: 'note', kind: 'multilineText', label, required: false, maxLength: 100 },
            { id: 'email', kind: 'email', label, required: false },
            { id: 'phone', kind: 'phone', label, required: false },
            { id: 'site', kind: 'url', label, required: false },
            { id: 'day', kind: 'date', label, required: false, min: '2000-01-01', max: 'today' },
            { id: 'until', kind: 'date', label, required: false, max: '2030-12-31' },
            { id: 'count', kind: 'integer', label, required: false, min: 1, max: 10 },
            { id: 'price', kind: 'money', label, required: false, max: 1_000_000 },
            { id: 'many', kind: 'multiChoice', label, required: false, options },
            { id: 'agree', kind: 'yesNo', label, required: true, mustBe: true },
            { id: 'address', kind: 'address', label, required: false },
            { id: 'file', kind: 'attachment', label, required: true, accept: ['application/pdf'], maxFiles: 2 },
          ],
        },
      ],
    },
    fees: [{ code: 'application', label: words('ค่าคำขอ', 'Application'), amount: 5000, currency: 'THB' }],
    machine: {
      initial: 'draft',
      states: {
        draft: state('draft', {
          editable: true,
          on: {
            submit: move('payment', ['applicant'], { guard: 'form.valid', effect: 'charge' }),
            withdraw: move('withdrawn', ['applicant']),
          },
        }),
        payment: state('waiting', {
          due: 'P15D',
          passIf: { guard: 'fees.settled', to: 'screening' },
          on: {
            pay: move('screening', ['applicant'], { guard: 'payments.online', effect: 'settle' }),
            'record-payment': move('screening', ['officer'], { needs: ['receiptNumber'], effect: 'settle' }),
          },
        }),
        screening: state('progress', {
          due: 'P3WD',
          on: {
            recommend: move('decision', ['officer']),
            return: move('draft', ['officer'], { reason: true }),
            reject: move('refused', ['officer'], { reason: true }),
          },
        }),
        decision: state('progress', {
          on: {
            approve: move('issuing', ['approver'], { notSameAs: ['recommend'], effect: 'issue' }),
            refuse: move('refused', ['approver'], { reason: true, notSameAs: ['recommend'] }),
            'send-back': move('screening', ['approver'], { reason: true }),
          },
        }),
        issuing: state('progress', { on: { issued: move('active', ['system']) } }),
        active: state('done', {
          final: true,
          document: 'active',
          on: { revoke: move('revoked', ['approver'], { scope: 'document', reason: true }) },
        }),
        revoked: state('refused', { final: true, document: 'revoked' }),
        refused: state('refused', { final: true }),
        withdrawn: state('refused', { final: true }),
      },
    },
    document: {
      title: words('ใบทดสอบ', 'Test paper'),
      legalBasis: words('ตามกฎทดสอบ', 'Under the test rule'),
      number: 'T-{BE}-{seq:6}',
      validity: 'P1Y',
      holder: { var: 'name' },
      businessName: { var: 'thaiName' },
      fields: ['nationalId', 'name'],
      public: ['number', 'status'],
      schema: 'sample-1.0.xsd',
      namespace: 'urn:test:sample:1',
    },
  };
}

export const sample: ServiceDefinition = parseDefinition(sampleJson());

export const goodData: Readonly<Record<string, Json>> = {
  kind: 'a',
  nationalId: fakeNationalId(42),
  name: 'สมชาย ใจดี',
  agree: true,
};

export const goodFiles = [
  { id: 'f1', field: 'file', name: 'card.pdf', size: 100, sha256: 'a'.repeat(64), mediaType: 'application/pdf' },
];

export const applicant = { accountId: 'citizen', roles: ['citizen'] };
export const officer = { accountId: 'anong', roles: ['officer'] };
export const otherOfficer = { accountId: 'prasert', roles: ['officer'] };
export const approver = { accountId: 'wichai', roles: ['approver'] };
export const both = { accountId: 'suda', roles: ['officer', 'approver'] };
export const machine = { accountId: 'system', roles: ['system'] };

/** What each action needs to go through, by who usually takes it. */
export const usual: Readonly<Record<string, Partial<Command> & Pick<Command, 'actor'>>> = {
  submit: { actor: applicant, data: goodData, attachments: goodFiles },
  withdraw: { actor: applicant },
  pay: { actor: applicant, paidOnline: true },
  'record-payment': { actor: officer, receiptNumber: 'R 2569/001' },
  recommend: { actor: officer },
  return: { actor: officer, reason: 'ขาดเอกสาร' },
  reject: { actor: officer, reason: 'ไม่เข้าหลักเกณฑ์' },
  approve: { actor: approver },
  refuse: { actor: approver, reason: 'ไม่เข้าหลักเกณฑ์' },
  'send-back': { actor: approver, reason: 'ตรวจอีกครั้ง' },
  issued: { actor: machine },
  revoke: { actor: approver, reason: 'ให้ข้อมูลเท็จ' },
};

export const noon = (day: number) => new Date(Date.UTC(2026, 10, day, 5));

/** A log in which these actions were taken one day after the other, from 2 November 2026 (a Monday) at noon. */
export function play(
  actions: readonly (string | Partial<Command>)[],
  definition: ServiceDefinition = sample,
): CaseEvent[] {
  const log: CaseEvent[] = [openCase(definition, { accountId: 'citizen', now: noon(1) })];
  actions.forEach((given, index) => {
    const command = typeof given === 'string' ? { action: given } : given;
    const action = command.action ?? '';
    const full = { now: noon(2 + index), actor: applicant, ...usual[action], ...command, action };
    log.push(...decide(definition, reduceCase(definition, log), full).events);
  });
  return log;
}

/** The sample with the value at a JSON Pointer replaced, or removed when `value` is undefined. */
export function edited(pointer: string, value: unknown): unknown {
  const json: unknown = structuredClone(sampleJson());
  const names = pointer.split('/').slice(1);
  const last = names.pop() ?? '';
  let parent = json as Record<string, unknown>;
  for (const name of names) parent = parent[name] as Record<string, unknown>;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return json;
}

/** Runs something that has to be refused and hands back the error. */
export function refusal(work: () => unknown): CasesError {
  try {
    work();
  } catch (error) {
    if (error instanceof CasesError) return error;
    throw error;
  }
  throw new Error('was not refused');
}
