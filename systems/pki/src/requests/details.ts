import { PkiSystemError } from '../errors.ts';
import type { RequestDetails, RequestKind } from '../store/tables.ts';

const oid = /^[0-2](\.(0|[1-9]\d{0,15})){1,30}$/;
const authorityId = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** Words that addresses under /pki have for other things. */
const reserved: ReadonlySet<string> = new Set([
  'chain',
  'crl',
  'ocsp',
  'root',
  'issuing',
  'status',
  'trust-list',
  'cps',
  'cp',
]);

/** The details that belong to the kind. Throws `pki.request_details_invalid` with the field. */
export function checkDetails(kind: RequestKind, details: RequestDetails): RequestDetails {
  const refuse = (field: string): never => {
    throw new PkiSystemError('pki.request_details_invalid', { params: { field } });
  };
  if (kind !== 'subordinate' && kind !== 'cross') {
    if (Object.keys(details).length > 0) refuse(Object.keys(details)[0] ?? '');
    return {};
  }
  const { organization = '', policies = [], pathLength } = details;
  if (organization.trim() === '' || organization.length > 200) refuse('organization');
  const id = details.authorityId;
  if (id === undefined || !authorityId.test(id) || reserved.has(id)) refuse('authorityId');
  if (!policies.every((policy) => oid.test(policy))) refuse('policies');
  if (pathLength !== undefined && (!Number.isInteger(pathLength) || pathLength < 0 || pathLength > 5))
    refuse('pathLength');
  if (details.reason !== undefined || details.invalidityDate !== undefined) refuse('reason');
  return details;
}
