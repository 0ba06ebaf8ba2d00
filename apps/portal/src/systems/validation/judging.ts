import { useSyncExternalStore } from 'react';
import { ApiProblem } from '../../api/problem.ts';
import { type ValidationParts, validations } from '../../api/validation.ts';
import { onSignOut } from '../../shell/sign-out.ts';
import type { ChosenDocument } from './chosen-files.ts';
import { type ChosenTerms, noTerms, termsOf } from './chosen-terms.ts';
import { createFileChecks, type FileCheck } from './file-checks.ts';
import { keepResults, keptResults } from './kept-results.ts';

let terms = noTerms;
const listeners = new Set<() => void>();

function partsOf({ file, detached }: ChosenDocument, chosen: ChosenTerms): ValidationParts {
  return { files: [file], detached: [...detached, ...chosen.detached], terms: termsOf(chosen) };
}

/** The checks of this window. They go on while another page is open, and are there when somebody comes back. */
export const checks = createFileChecks(
  (document, { signal, onProgress }) =>
    validations
      .now(partsOf(document, terms), {
        signal,
        onProgress: ({ sent, total }) => onProgress(total > 0 ? sent / total : 0),
      })
      .catch((cause) => explainLoss(cause, document)),
  keptResults(sessionStorage),
);
checks.subscribe(() => keepResults(sessionStorage, checks.get()));
window.addEventListener('online', checks.reconnect);
onSignOut(() => {
  checks.clear();
  setTerms(noTerms);
});

/** A file that was changed or moved while it was sent looks like a lost connection; trying again would never help. */
async function explainLoss(cause: unknown, { file, detached }: ChosenDocument): Promise<never> {
  if (!(cause instanceof ApiProblem && cause.isConnection)) throw cause;
  try {
    await Promise.all([file, ...detached].map((one) => one.slice(0, 1).arrayBuffer()));
  } catch {
    throw new ApiProblem({ code: 'client.file_changed', status: 0 });
  }
  throw cause;
}

/** Judges a document once more for its report in a format; nothing of it is kept. */
export function reportAgain(document: ChosenDocument, format: string): Promise<Uint8Array<ArrayBuffer>> {
  return validations.report(partsOf(document, { ...terms, keep: false }), format);
}

/** What documents are judged by from now on. */
export function setTerms(next: ChosenTerms): void {
  terms = next;
  for (const listener of listeners) listener();
}

/** Certificates that count from now on besides those that are trusted already. */
export function trustToo(trust: readonly File[]): void {
  setTerms({ ...terms, trust: [...terms.trust, ...trust] });
}

export function useChecks(): readonly FileCheck[] {
  return useSyncExternalStore(checks.subscribe, checks.get);
}

export function useTerms(): ChosenTerms {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => terms,
  );
}
