import { type ChosenDocument, signedNameOf } from './chosen-files.ts';
import type { FileCheck, FileChecks } from './file-checks.ts';
import { outcomeOf } from './outcome.ts';

/**
 * Adds documents to those that were chosen before. A signature and the file that it was made over belong together in whichever order they come:
 * `contract.docx.p7s` and `contract.docx` become one check.
 */
export function addPaired(checks: FileChecks, documents: readonly ChosenDocument[]): void {
  const fresh = documents.filter((document) => !joins(checks, document));
  checks.add(fresh);
}

/** Joins a document to an earlier check where they belong together; says whether it did. */
function joins(checks: FileChecks, { file, detached }: ChosenDocument): boolean {
  const name = file.name.toLowerCase();
  const waiting = checks.get().find((item) => lacksContent(item) && signedNameOf(item.name) === name);
  if (waiting) {
    checks.again(waiting.key, { detached: [file] });
    return true;
  }
  const signed = detached.length === 0 ? signedNameOf(name) : undefined;
  const content = checks.get().find((item) => item.name.toLowerCase() === signed && item.document);
  if (!content?.document) return false;
  const pair: ChosenDocument = { file, detached: [content.document.file] };
  // What bears no signature itself was chosen for the sake of this one; anything else keeps its own result.
  if (!isPlain(content)) checks.add([pair]);
  else checks.again(content.key, pair);
  return true;
}

/** A signature alone, without what it was made over. */
export function lacksContent(item: FileCheck): boolean {
  const { document, report } = item;
  if (document === undefined || document.detached.length > 0) return false;
  if (report?.subIndication === 'SIGNED_DATA_NOT_FOUND') return true;
  return isPlain(item) && signedNameOf(document.file.name) !== undefined;
}

/** A file that bears no signature, as far as is known. */
export function isPlain({ report }: FileCheck): boolean {
  return report === undefined || !['passed', 'failed', 'indeterminate'].includes(outcomeOf(report));
}
