import type { Verdict } from '@tra/kernel';
import { api } from './portal-client.ts';
import type { Page } from './types.ts';
import type { Progress } from './upload.ts';
import type { BatchItem, BatchStatus, PolicyItem, ValidationAnswer, ValidationOptions } from './validation-types.ts';

export interface ValidationUpload {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** What documents are to be judged by; all of it is optional. */
export interface ValidationTerms {
  /** Certificates or trusted lists that count besides those of the service. */
  readonly trust?: readonly File[];
  /** Name of a policy, or one as a file. */
  readonly policy?: string | File;
  /** RFC 3339 with offset. */
  readonly at?: string;
  /** Whether the reports are kept for a link. */
  readonly keep?: boolean;
}

/** What is sent: documents, or one ZIP of documents, and the files that signatures beside them were made over. */
export interface ValidationParts {
  readonly files?: readonly File[];
  readonly archive?: File;
  readonly detached?: readonly File[];
  readonly terms?: ValidationTerms;
}

/** The form; terms stand before the files, so that they are known when the first file arrives. */
function formOf(parts: ValidationParts, { batch, report }: { batch?: boolean; report?: string } = {}): FormData {
  const { files = [], archive, detached = [], terms = {} } = parts;
  const form = new FormData();
  const add = (name: string, file: File): void => form.append(name, file, file.name);
  if (batch) form.append('batch', 'true');
  if (report) form.append('report', report);
  if (terms.keep) form.append('keep', 'true');
  if (terms.at) form.append('at', terms.at);
  if (typeof terms.policy === 'string') form.append('policy', terms.policy);
  else if (terms.policy) add('policy', terms.policy);
  for (const file of terms.trust ?? []) add('trust', file);
  for (const file of detached) add('detached', file);
  for (const file of files) add('file', file);
  if (archive) add('archive', archive);
  return form;
}

function send<T>(parts: ValidationParts, batch: boolean, { signal, onProgress }: ValidationUpload): Promise<T> {
  return api.json('/validations', {
    method: 'POST',
    form: formOf(parts, { batch }),
    askToSignIn: false,
    onProgress: onProgress ?? (() => undefined),
    ...(signal ? { signal } : {}),
  });
}

const pageSize = 50;

/** e-Document Validation as the portal uses it. */
export const validations = {
  options: (signal?: AbortSignal): Promise<ValidationOptions> =>
    api.json('/validations/options', signal ? { signal } : {}),
  /** Judges a few documents at once; nothing of them is kept unless the terms ask for it. */
  now: (parts: ValidationParts, upload: ValidationUpload = {}): Promise<ValidationAnswer> => send(parts, false, upload),
  /** Hands in many documents; their reports are fetched by the id of the answer. */
  batch: (parts: ValidationParts, upload: ValidationUpload = {}): Promise<BatchStatus> => send(parts, true, upload),
  /** The report of one document in a format; the document is judged once more and not kept. */
  report: (parts: ValidationParts, report: string): Promise<Uint8Array<ArrayBuffer>> =>
    api.bytes('/validations', {
      method: 'POST',
      form: formOf(parts, { report }),
      askToSignIn: false,
      onProgress: () => undefined,
    }),
  policies: (signal?: AbortSignal): Promise<{ readonly default: string; readonly items: readonly PolicyItem[] }> =>
    api.json('/validations/policies', signal ? { signal } : {}),
  status: (id: string, signal?: AbortSignal): Promise<BatchStatus> =>
    api.json(`/validations/${encodeURIComponent(id)}`, signal ? { signal } : {}),
  reports: (
    id: string,
    query: { readonly after?: string; readonly verdict?: Verdict; readonly limit?: number },
    signal?: AbortSignal,
  ): Promise<Page<BatchItem>> =>
    api.json(`/validations/${encodeURIComponent(id)}/reports`, {
      query: { limit: pageSize, ...query },
      ...(signal ? { signal } : {}),
    }),
  /** All reports as one file. */
  table: (id: string, kind: 'csv' | 'ndjson'): Promise<Uint8Array<ArrayBuffer>> =>
    api.bytes(`/validations/${encodeURIComponent(id)}/reports.${kind}`),
  cancel: (id: string): Promise<BatchStatus> =>
    api.json(`/validations/${encodeURIComponent(id)}/cancel`, { method: 'POST', askToSignIn: false }),
  remove: (id: string): Promise<void> =>
    api.none(`/validations/${encodeURIComponent(id)}`, { method: 'DELETE', askToSignIn: false }),
};
