import { allowedActions, type CaseFee, computeFees, type ServiceDefinition, type Transition } from '@tra/cases';
import type { LocalizedText } from '@tra/kernel';
import { actorOf, type Caller } from '../caller.ts';
import type { Licensing } from '../context.ts';
import { visibleFiles } from '../service/attachments.ts';
import { findLicenceOfCase, getCaseOfLicence, type Licence } from '../service/licences.ts';
import { namesOf } from '../service/names.ts';
import type { OpenCase } from '../service/open-case.ts';
import type { CaseRow } from '../store/tables.ts';
import type {
  AllowedActionBody,
  ApplicationBody,
  FeeBody,
  LicenceBody,
  PublicLicenceBody,
  ServiceBody,
  ServiceSummaryBody,
  SummaryBody,
} from './bodies.ts';

const unknownName: LocalizedText = { th: '', en: '' };

function serviceOf({ id, version, title, agency }: ServiceDefinition): SummaryBody['service'] {
  return { id, version, title, agency };
}

function isOverdue(licensing: Licensing, row: CaseRow): boolean {
  return row.due_at !== null && row.due_at < licensing.clock.now();
}

function headOf(licensing: Licensing, row: CaseRow, definition: ServiceDefinition): Omit<SummaryBody, 'applicant'> {
  const state = definition.machine.states[row.state];
  return {
    id: row.id,
    reference: row.reference,
    service: serviceOf(definition),
    state: row.state,
    stateLabel: state?.label ?? unknownName,
    tone: state?.tone ?? 'progress',
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    ...(row.submitted_at ? { submittedAt: row.submitted_at.toISOString() } : {}),
    ...(row.due_at ? { dueAt: row.due_at.toISOString() } : {}),
    overdue: isOverdue(licensing, row),
    version: row.version,
  };
}

/** Rows of a list of applications. */
export async function summaryViews(licensing: Licensing, rows: readonly CaseRow[]): Promise<SummaryBody[]> {
  const names = await namesOf(
    licensing,
    rows.map((row) => row.applicant),
  );
  return rows.map((row) => ({
    ...headOf(licensing, row, licensing.services.getVersion(row.service_id, row.service_version)),
    applicant: { accountId: row.applicant, displayName: names.get(row.applicant) ?? unknownName },
  }));
}

function feeLabel(definition: ServiceDefinition, code: string): LocalizedText {
  return definition.fees.find((fee) => fee.code === code)?.label ?? { th: code, en: code };
}

function feesOf({ definition, state, row }: OpenCase): FeeBody[] {
  const charged = state.fees.map((fee: CaseFee) => ({
    code: fee.code,
    label: feeLabel(definition, fee.code),
    amount: { value: fee.amount, currency: fee.currency },
    status: fee.status,
    ...(fee.receiptNumber === undefined ? {} : { receiptNumber: fee.receiptNumber }),
    ...(fee.paidAt === undefined ? {} : { paidAt: fee.paidAt }),
  }));
  if (charged.length > 0) return charged;
  return computeFees(definition, row.data).map(({ code, label, amount, currency }) => ({
    code,
    label,
    amount: { value: amount, currency },
    status: 'expected' as const,
  }));
}

function actionBody(action: string, transition: Transition): AllowedActionBody {
  return {
    action,
    label: transition.label,
    needsReason: transition.reason === true,
    tone: transition.tone,
    ...(transition.needs ? { needs: [...transition.needs] } : {}),
  };
}

function actionsFor(
  licensing: Licensing,
  found: OpenCase,
  options: { caller: Caller; scope: 'case' | 'document' },
): AllowedActionBody[] {
  const actor = actorOf(options.caller, found.definition);
  return allowedActions(found.definition, found.state, actor)
    .filter(({ transition }) => (transition.scope ?? 'case') === options.scope)
    .filter(({ transition }) => transition.guard !== 'payments.online' || licensing.server.demo)
    .map(({ action, transition }) => actionBody(action, transition));
}

function doneLabel(definition: ServiceDefinition, from: string | null, action: string): LocalizedText | undefined {
  return from === null ? undefined : definition.machine.states[from]?.on?.[action]?.done;
}

/** Whether somebody sees the form as its owner is changing it, or as it was submitted. */
function formOf(found: OpenCase, caller: Caller): OpenCase['row']['data'] {
  const own = found.row.applicant === caller.accountId;
  return own ? found.row.data : (found.state.data ?? {});
}

/** An application as the API shows it to somebody. */
export async function applicationView(licensing: Licensing, caller: Caller, found: OpenCase): Promise<ApplicationBody> {
  const { row, definition, events } = found;
  const names = await namesOf(licensing, [row.applicant, ...events.map((stored) => stored.event.actor.accountId)]);
  const licence = await findLicenceOfCase(licensing, row.id);
  const opened = {
    th: licensing.messages.translate('licensing.opened', 'th'),
    en: licensing.messages.translate('licensing.opened', 'en'),
  };
  return {
    ...headOf(licensing, row, definition),
    applicant: { accountId: row.applicant, displayName: names.get(row.applicant) ?? unknownName },
    editable: definition.machine.states[row.state]?.editable === true && row.applicant === caller.accountId,
    data: formOf(found, caller),
    attachments: visibleFiles(found, caller).map(({ id, field, name, size, mediaType, sha256 }) => ({
      id,
      field,
      name,
      size,
      mediaType,
      sha256,
    })),
    fees: feesOf(found),
    timeline: events.map(({ id, event, hash }) => ({
      id,
      seq: event.seq,
      at: event.at,
      action: event.action,
      label: doneLabel(definition, event.from, event.action) ?? opened,
      actor: { displayName: names.get(event.actor.accountId) ?? unknownName, role: event.actor.role },
      from: event.from,
      to: event.to,
      ...(event.reason === undefined ? {} : { reason: event.reason }),
      hash,
    })),
    allowedActions: actionsFor(licensing, found, { caller, scope: 'case' }),
    ...(licence
      ? {
          licence: {
            id: licence.row.id,
            publicId: licence.row.public_id,
            number: licence.row.number,
            status: licence.status,
          },
        }
      : {}),
  };
}

/** A licence without what only its page needs. */
export function licenceRowView(licensing: Licensing, licence: Licence): LicenceBody {
  const { row, definition, status, statusSince } = licence;
  return {
    id: row.id,
    publicId: row.public_id,
    number: row.number,
    applicationId: row.case_id,
    service: serviceOf(definition),
    agency: definition.agency,
    holder: row.holder,
    businessName: row.business_name,
    status,
    statusSince: statusSince.toISOString(),
    ...(row.status_reason === null ? {} : { statusReason: row.status_reason }),
    validFrom: row.valid_from,
    validTo: row.valid_to,
    issuedAt: row.issued_at.toISOString(),
    documentSha256: row.document_sha256 ?? '',
    documentSize: row.document_size ?? 0,
    verificationUrl: `${licensing.server.publicUrl}/v/${row.public_id}`,
    allowedActions: [],
  };
}

/** A licence with what somebody may do with it, and the version of its case. */
export async function licenceView(
  licensing: Licensing,
  caller: Caller,
  licence: Licence,
): Promise<{ readonly body: LicenceBody; readonly version: number }> {
  const found = await getCaseOfLicence(licensing, caller, licence);
  const body = {
    ...licenceRowView(licensing, licence),
    allowedActions: actionsFor(licensing, found, { caller, scope: 'document' }),
  };
  return { body, version: found.row.version };
}

/** What anybody may know of a licence: the fields that its definition makes public. */
export function publicLicenceView(licensing: Licensing, licence: Licence): PublicLicenceBody {
  const { row, definition, status, statusSince } = licence;
  const shown = new Set(definition.document.public);
  const withdrawn = status === 'revoked' || status === 'suspended';
  return {
    publicId: row.public_id,
    number: row.number,
    service: { id: definition.id, title: definition.title },
    agency: definition.agency,
    ...(shown.has('holder') ? { holder: row.holder } : {}),
    ...(shown.has('businessName') ? { businessName: row.business_name } : {}),
    status,
    statusSince: statusSince.toISOString(),
    ...(withdrawn && row.status_reason !== null ? { statusReason: row.status_reason } : {}),
    validFrom: row.valid_from,
    validTo: row.valid_to,
    issuedAt: row.issued_at.toISOString(),
    documentSha256: row.document_sha256 ?? '',
    checkedAt: licensing.clock.now().toISOString(),
  };
}

/** A service in a list. `fee` is the sum of the fees for an empty form. */
export function serviceSummaryView(definition: ServiceDefinition): ServiceSummaryBody {
  const { id, version, title, summary, agency, decisionDays } = definition;
  const amount = computeFees(definition, {}).reduce((sum, fee) => sum + fee.amount, 0);
  return { id, version, title, summary, agency, fee: { amount, currency: 'THB' }, decisionDays };
}

/** The public part of a definition: what the portal renders a form from. */
export function serviceView(definition: ServiceDefinition): ServiceBody {
  const { id, version, title, summary, agency, decisionDays, form, fees, machine, document } = definition;
  const states = Object.entries(machine.states).map(([name, { label, tone, editable, final }]) => [
    name,
    { label, tone, ...(editable === undefined ? {} : { editable }), ...(final === undefined ? {} : { final }) },
  ]);
  const actions = Object.values(machine.states).flatMap((state) =>
    Object.entries(state.on ?? {}).map(([action, { label, tone, reason }]) => [
      action,
      { label, tone, needsReason: reason === true },
    ]),
  );
  return {
    id,
    version,
    title,
    summary,
    agency,
    decisionDays,
    form,
    fees: [...fees],
    states: Object.fromEntries(states),
    actions: Object.fromEntries(actions),
    document: {
      title: document.title,
      legalBasis: document.legalBasis,
      ...(document.validity === undefined ? {} : { validity: document.validity }),
      public: [...document.public],
    },
  };
}
