import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '@tra/kernel';
import type { DiagnosticData } from './model.ts';

/**
 * Lower-case hexadecimal SHA-256 of the diagnostic data in canonical JSON: the same facts give the same hash, in whatever order the fields
 * were written. A report names it, so that a replay can show that it judged the same data.
 */
export function hashDiagnosticData(data: DiagnosticData): string {
  return createHash('sha256')
    .update(canonicalJson(data as unknown as Json))
    .digest('hex');
}
