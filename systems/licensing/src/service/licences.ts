import { bangkokDate, type ServiceDefinition } from '@tra/cases';
import { isPublicId, type LocalizedText } from '@tra/kernel';
import { type Caller, mayRead, maySeeLicence } from '../caller.ts';
import type { Licensing } from '../context.ts';
import { publicIdIn } from '../document/licence-xml.ts';
import { LicensingError } from '../errors.ts';
import type { Page } from '../store/case-list.ts';
import { findLicence, type LicenceQuery, listLicences } from '../store/licence-store.ts';
import type { LicenceRow, LicensingTables } from '../store/tables.ts';
import { takeAction } from './actions.ts';
import { getOpenCase, type OpenCase, type Precondition } from './open-case.ts';

/** Status of a licence today. */
export type LicenceStatusName = 'active' | 'suspended' | 'revoked' | 'expired' | 'superseded';

/** What validation may know of a licence. */
export interface LicenceStatus {
  readonly publicId: string;
  readonly number: string;
  readonly status: LicenceStatusName;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly statusSince: string;
  readonly serviceTitle: LocalizedText;
  readonly documentSha256: string;
}

/** A licence that was issued. */
export interface Licence {
  readonly row: LicenceRow;
  readonly definition: ServiceDefinition;
  readonly status: LicenceStatusName;
  /** Since when it has this status. */
  readonly statusSince: Date;
}

/** Whether a licence is still reserved: nobody may see it yet. */
function isIssued(row: LicenceRow | undefined): row is LicenceRow {
  return row !== undefined && row.status !== 'reserved';
}

/** What a stored licence is today: an active one past its last day has expired, at the end of that day in Bangkok. */
export function asLicence(licensing: Licensing, row: LicenceRow): Licence {
  const definition = licensing.services.getVersion(row.service_id, row.service_version);
  const ended = row.valid_to !== null && bangkokDate(licensing.clock.now()) > row.valid_to;
  if (row.status === 'active' && ended) {
    const since = new Date(Date.parse(`${row.valid_to}T17:00:00.000Z`));
    return { row, definition, status: 'expired', statusSince: since };
  }
  const status = row.status === 'reserved' ? 'active' : row.status;
  return { row, definition, status, statusSince: row.status_since };
}

/** The licence that came of a case; undefined as long as there is none. */
export async function findLicenceOfCase(licensing: Licensing, caseId: string): Promise<Licence | undefined> {
  const row = await findLicence(licensing.database.tables<LicensingTables>(), 'case_id', caseId);
  return isIssued(row) ? asLicence(licensing, row) : undefined;
}

/** A licence for somebody who may see it. Throws `licensing.licence_unknown`. */
export async function getLicence(licensing: Licensing, caller: Caller, id: string): Promise<Licence> {
  const row = await findLicence(licensing.database.tables<LicensingTables>(), 'id', id);
  if (!isIssued(row) || !maySeeLicence(caller, row)) throw new LicensingError('licensing.licence_unknown');
  return asLicence(licensing, row);
}

/** The case behind a licence. Throws `licensing.licence_unknown`. */
export async function getCaseOfLicence(licensing: Licensing, caller: Caller, licence: Licence): Promise<OpenCase> {
  return getOpenCase(licensing, licensing.database.tables<LicensingTables>(), { id: licence.row.case_id, caller });
}

/** A page of licences: all of the agency for its staff and for auditors, one's own for others. */
export async function listLicencesFor(
  licensing: Licensing,
  caller: Caller,
  query: Omit<LicenceQuery, 'owner' | 'services'> & { readonly scope?: 'mine' | 'all' },
): Promise<Page<Licence>> {
  const { scope, ...rest } = query;
  const readable = licensing.services.all().filter((definition) => mayRead(caller, definition.agency.id));
  const all = (scope ?? (readable.length > 0 ? 'all' : 'mine')) === 'all';
  const whose = all ? { services: readable.map((definition) => definition.id) } : { owner: caller.accountId };
  const page = await listLicences(licensing.database.tables<LicensingTables>(), { ...rest, ...whose });
  return { items: page.items.map((row) => asLicence(licensing, row)), next: page.next };
}

/** Revokes, suspends or reinstates: an action of the case behind the licence, shown to everybody at once. */
export async function actOnLicence(
  licensing: Licensing,
  caller: Caller,
  request: {
    readonly id: string;
    readonly action: string;
    readonly reason: string;
    readonly precondition: Precondition;
  },
): Promise<Licence> {
  const { row } = await getLicence(licensing, caller, request.id);
  await takeAction(licensing, caller, { ...request, id: row.case_id, scope: 'document' });
  return getLicence(licensing, caller, request.id);
}

/** The signed PDF of a licence. Throws `licensing.licence_unknown`, `licensing.document_damaged`. */
export async function readDocument(
  licensing: Licensing,
  licence: Licence,
  kind: 'document' | 'data',
): Promise<Uint8Array> {
  const sha256 = kind === 'document' ? licence.row.document_sha256 : licence.row.data_sha256;
  if (sha256 === null) throw new LicensingError('licensing.document_damaged');
  return licensing.blobs.get(sha256);
}

/** The licence behind a public link. Throws `licensing.licence_unknown`. */
export async function getPublicLicence(licensing: Licensing, publicId: string): Promise<Licence> {
  const tables = licensing.database.tables<LicensingTables>();
  const row = isPublicId(publicId) ? await findLicence(tables, 'public_id', publicId) : undefined;
  if (!isIssued(row)) throw new LicensingError('licensing.licence_unknown');
  return asLicence(licensing, row);
}

/**
 * Status of the licence that a document belongs to: found by the digest of the document, else by the public id in its XML (then
 * `documentSha256` differs from the digest that was asked for). Undefined for a document of nobody here.
 */
export async function findStatusByDocument(
  licensing: Licensing,
  sha256: string,
  xml?: Uint8Array,
): Promise<LicenceStatus | undefined> {
  const tables = licensing.database.tables<LicensingTables>();
  const named = xml ? publicIdIn(xml) : undefined;
  const row =
    (await findLicence(tables, 'document_sha256', sha256)) ??
    (named === undefined ? undefined : await findLicence(tables, 'public_id', named));
  return isIssued(row) ? statusOf(asLicence(licensing, row)) : undefined;
}

/** The public facts about the status of a licence. */
export function statusOf({ row, definition, status, statusSince }: Licence): LicenceStatus {
  return {
    publicId: row.public_id,
    number: row.number,
    status,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    statusSince: statusSince.toISOString(),
    serviceTitle: definition.title,
    documentSha256: row.document_sha256 ?? '',
  };
}
