import { api } from './portal-client.ts';
import type { ValidationAnswer } from './types.ts';
import type { Progress } from './upload.ts';

export interface ValidationUpload {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Sends one file to be checked; nothing is kept by the server. */
export function validateFile(file: File, options: ValidationUpload = {}): Promise<ValidationAnswer> {
  const form = new FormData();
  form.append('file', file, file.name);
  return api.json('/validations', {
    method: 'POST',
    form,
    askToSignIn: false,
    onProgress: options.onProgress ?? (() => undefined),
    ...(options.signal ? { signal: options.signal } : {}),
  });
}
