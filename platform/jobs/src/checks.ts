import type { Json } from '@tra/kernel';
import { JobsError } from './errors.ts';

const NAME = /^[a-z][a-z0-9]*(?:[._:-][a-z0-9]+)*$/i;
const PAYLOAD_LIMIT = 262_144;

/** `name` when kinds, schedules, subscriptions and event types may be called so. Throws `jobs.name_invalid`. */
export function checkName(name: string): string {
  if (name.length > 100 || !NAME.test(name)) throw new JobsError('jobs.name_invalid', { params: { name } });
  return name;
}

/** `payload` when it is small enough for a queue: 256 KiB as JSON text. Throws `jobs.payload_too_large`. */
export function checkPayload(payload: Json): Json {
  const size = JSON.stringify(payload).length;
  if (size > PAYLOAD_LIMIT) throw new JobsError('jobs.payload_too_large', { params: { size, limit: PAYLOAD_LIMIT } });
  return payload;
}
