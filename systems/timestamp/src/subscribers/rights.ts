import { httpProblem, type Principal, requirePrincipal } from '@tra/platform-http';
import { TimestampSystemError } from '../errors.ts';
import type { Subscribers } from './context.ts';
import { getSubscriber } from './subscribers.ts';
import type { SubscriberRow, SubscriberTables } from './tables.ts';

/** Who decides on subscribers. */
export const OFFICER = 'timestamp-officer';
/** Who sees all of them. */
export const READERS: readonly string[] = [OFFICER, 'auditor'];

type Request = Parameters<typeof requirePrincipal>[0];

/** Whether this account decides on subscribers. */
export function isOfficer({ roles }: Principal): boolean {
  return roles.includes(OFFICER);
}

/** The subscriber when the caller may see it: its owner, officers, auditors. To all others it does not exist. */
export async function readableSubscriber(
  { context }: Subscribers,
  request: Request,
  id: string,
): Promise<SubscriberRow> {
  const principal = requirePrincipal(request);
  const row = await getSubscriber(context.database.tables<SubscriberTables>(), id);
  if (row.owner === principal.accountId || principal.roles.some((role) => READERS.includes(role))) return row;
  throw new TimestampSystemError('timestamp.subscriber_unknown');
}

/** The subscriber when the caller may make keys for it: its owner, or an officer where it has none. */
export async function keyHolder(subscribers: Subscribers, request: Request, id: string): Promise<SubscriberRow> {
  const row = await readableSubscriber(subscribers, request, id);
  const principal = requirePrincipal(request);
  if (row.owner === null ? isOfficer(principal) : row.owner === principal.accountId) return row;
  throw httpProblem('http.role_required');
}
