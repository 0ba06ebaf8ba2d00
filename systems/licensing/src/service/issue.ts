import {
  bangkokDate,
  buddhistYear,
  decide,
  evaluate,
  type FormData,
  lastValidDay,
  type ServiceDefinition,
} from '@tra/cases';
import { publicId, uuidv7 } from '@tra/kernel';
import type { Licensing } from '../context.ts';
import { type LicenceRecord, printedFields } from '../document/licence-record.ts';
import { appendEvent, findCase, type Tables } from '../store/case-store.ts';
import {
  activateLicence,
  findLicence,
  type IssuedDocument,
  insertLicence,
  nextNumber,
} from '../store/licence-store.ts';
import { searchText } from '../store/search.ts';
import type { LicenceRow, LicensingTables } from '../store/tables.ts';
import { recordEvent } from './events.ts';
import { type OpenCase, understand } from './open-case.ts';

/** The account under which the platform itself acts. */
export const SYSTEM_ACCOUNT = 'system';

interface Reserved {
  readonly found: OpenCase;
  readonly row: LicenceRow;
}

/** Splits `DBD-EC-{BE}-{seq:6}` into its series and the way to write a number of it. */
export function numberPattern(pattern: string, date: string): { readonly series: string; write(seq: number): string } {
  const dated = pattern.replaceAll('{BE}', String(buddhistYear(date)));
  const digits = Number(/\{seq:(\d)\}/.exec(dated)?.[1] ?? 6);
  return {
    series: dated,
    write: (seq) => dated.replace(/\{seq:\d\}/, String(seq).padStart(digits, '0')),
  };
}

function textOf(definition: ServiceDefinition, member: 'holder' | 'businessName', data: FormData): string {
  const value = evaluate(definition.document[member], data);
  return typeof value === 'string' ? value : '';
}

/** Step 1: a number and a public id, taken once per case whatever happens later. Undefined when the case is not being issued. */
async function reserve(licensing: Licensing, caseId: string): Promise<Reserved | undefined> {
  return licensing.database.transaction<LicensingTables, Reserved | undefined>(async (trx) => {
    const record = await findCase(trx, caseId, true);
    if (!record) return undefined;
    const found = understand(licensing, record);
    if (!issuingTransition(found)) return undefined;
    const row = (await findLicence(trx, 'case_id', caseId)) ?? (await newLicence(licensing, trx, found));
    return { found, row };
  });
}

/** The action by which the platform itself finishes a case. */
function issuingTransition({ definition, state }: OpenCase): string | undefined {
  const transitions = Object.entries(definition.machine.states[state.state]?.on ?? {});
  return transitions.find(([, transition]) => transition.by.includes('system'))?.[0];
}

async function newLicence(licensing: Licensing, trx: Tables, found: OpenCase): Promise<LicenceRow> {
  const { definition, row, state } = found;
  const now = licensing.clock.now();
  const validFrom = bangkokDate(now);
  const { validity } = definition.document;
  const data = state.data ?? {};
  const holder = textOf(definition, 'holder', data);
  const businessName = textOf(definition, 'businessName', data);
  const pattern = numberPattern(definition.document.number, validFrom);
  const number = pattern.write(await nextNumber(trx, pattern.series));
  const licence: LicenceRow = {
    id: uuidv7(licensing.clock, licensing.random),
    case_id: row.id,
    public_id: publicId(licensing.random),
    number,
    service_id: definition.id,
    service_version: definition.version,
    agency_id: definition.agency.id,
    owner: row.applicant,
    holder,
    business_name: businessName,
    search: searchText(number, row.reference, holder, businessName),
    status: 'reserved',
    status_since: now,
    status_reason: null,
    issued_at: now,
    valid_from: validFrom,
    valid_to: validity === undefined ? null : lastValidDay(validFrom, validity),
    document_sha256: null,
    document_size: null,
    data_sha256: null,
  };
  await insertLicence(trx, licence);
  return licence;
}

function recordOf(licensing: Licensing, { found, row }: Reserved): LicenceRecord {
  const { definition, state } = found;
  return {
    number: row.number,
    publicId: row.public_id,
    verificationUrl: `${licensing.server.publicUrl}/v/${row.public_id}`,
    reference: found.row.reference,
    service: { id: definition.id, version: definition.version, title: definition.title },
    agency: definition.agency,
    title: definition.document.title,
    legalBasis: definition.document.legalBasis,
    namespace: definition.document.namespace,
    issuedAt: row.issued_at,
    validFrom: row.valid_from,
    ...(row.valid_to === null ? {} : { validTo: row.valid_to }),
    holder: row.holder,
    businessName: row.business_name,
    fields: printedFields(definition, state.data ?? {}, licensing.addresses),
    demo: licensing.server.demo,
  };
}

/** Step 2: makes, signs and stores the document. Nothing refers to it yet; a second run makes another one. */
async function makeDocument(licensing: Licensing, reserved: Reserved): Promise<IssuedDocument> {
  const { definition } = reserved.found;
  const made = await licensing.documents.make(definition, recordOf(licensing, reserved));
  const signed = await licensing.ports.signer.signPdf(made.pdf, {
    reason: definition.document.title.th,
    name: definition.agency.name.th,
  });
  const document = await licensing.blobs.put(signed);
  const data = await licensing.blobs.put(made.xml);
  return { document_sha256: document.sha256, document_size: document.size, data_sha256: data.sha256 };
}

/** Step 3: the licence becomes active and the case says so, together. False when another run was faster. */
async function finish(licensing: Licensing, reserved: Reserved, document: IssuedDocument): Promise<boolean> {
  const caseId = reserved.found.row.id;
  return licensing.database.transaction<LicensingTables, boolean>(async (trx) => {
    const record = await findCase(trx, caseId, true);
    const found = record ? understand(licensing, record) : undefined;
    const action = found ? issuingTransition(found) : undefined;
    if (!found || action === undefined) return false;
    if (!(await activateLicence(trx, reserved.row.id, document))) return false;
    const details = {
      licenceId: reserved.row.id,
      number: reserved.row.number,
      documentSha256: document.document_sha256,
    };
    const actor = { accountId: SYSTEM_ACCOUNT, roles: ['system'] };
    const { events } = decide(found.definition, found.state, { action, actor, now: licensing.clock.now(), details });
    const { row } = found;
    for (const event of events) {
      await appendEvent(trx, row, event, {
        eventId: uuidv7(licensing.clock, licensing.random),
        search: searchText(row.search, reserved.row.number),
      });
      await recordEvent(licensing, trx, { caseId, reference: row.reference, service: row.service_id, event });
    }
    return true;
  });
}

/**
 * Issues the licence of an approved case. May be run again after it broke off anywhere, and at the same time as another run:
 * there will be exactly one licence with one number. Resolves to whether this run issued it.
 */
export async function issueLicence(licensing: Licensing, caseId: string): Promise<boolean> {
  const reserved = await reserve(licensing, caseId);
  if (!reserved) return false;
  const issued = await finish(licensing, reserved, await makeDocument(licensing, reserved));
  if (issued) {
    licensing.metrics.counter({ name: 'tra_licensing_licences_issued_total', help: 'Licences issued.' }).inc();
    licensing.logger.info({ caseId, licenceId: reserved.row.id }, 'a licence was issued');
  }
  return issued;
}
