import type { PdfFile } from '../file.ts';
import { type PdfDict, PdfString, textOf } from '../objects.ts';

/** Which fields a signature locks (ISO 32000-2 clauses 12.8.2.4 and 12.7.5.5). */
export interface FieldLock {
  readonly action: 'All' | 'Include' | 'Exclude';
  readonly fields: readonly string[];
}

/** What the signer permits after signing. */
export interface SignaturePermissions {
  /**
   * The strictest access permission in force (table 257): 1 no changes, 2 filling in and signing, 3 annotations as well; undefined
   * where no signature states one.
   */
  readonly level: 1 | 2 | 3 | undefined;
  /** Whether the signature itself certifies the document (DocMDP). */
  readonly certifies: boolean;
  readonly locks: readonly FieldLock[];
}

function levelOf(value: unknown): 1 | 2 | 3 {
  if (value === 1 || value === 3) return value;
  // The standard value is 2; anything that is no permission grants none.
  return value === undefined || value === null || value === 2 ? 2 : 1;
}

function namesIn(file: PdfFile, dict: PdfDict): string[] {
  const names = file.array(dict.get('Fields')).map((item) => file.get(item));
  return names.filter((item): item is PdfString => item instanceof PdfString).map(textOf);
}

function lockOf(file: PdfFile, dict: PdfDict): FieldLock {
  const action = file.name(dict.get('Action'));
  // An action that nobody knows locks everything.
  return { action: action === 'Include' || action === 'Exclude' ? action : 'All', fields: namesIn(file, dict) };
}

/** Permissions in the references of a signature dictionary: DocMDP levels and FieldMDP locks. */
function transforms(file: PdfFile, signature: PdfDict | undefined): { levels: (1 | 2 | 3)[]; locks: FieldLock[] } {
  const levels: (1 | 2 | 3)[] = [];
  const locks: FieldLock[] = [];
  for (const item of file.array(signature?.get('Reference'))) {
    const reference = file.dict(item);
    const parameters = file.dict(reference?.get('TransformParams'));
    const method = file.name(reference?.get('TransformMethod'));
    if (method === 'DocMDP') levels.push(levelOf(file.get(parameters?.get('P'))));
    if (method === 'FieldMDP' && parameters) locks.push(lockOf(file, parameters));
  }
  return { levels, locks };
}

/**
 * What the signer of `signature` permits, from its own transforms, the lock of its field, and the certification that was there when it
 * signed: the strictest counts.
 */
export function readPermissions(
  file: PdfFile,
  signature: PdfDict | undefined,
  field: PdfDict | undefined,
): SignaturePermissions {
  const own = transforms(file, signature);
  const certification = file.dict(file.dict(file.catalog?.get('Perms'))?.get('DocMDP'));
  const levels = [...own.levels, ...transforms(file, certification).levels];
  const locks = [...own.locks];
  const lock = file.dict(field?.get('Lock'));
  if (lock) {
    locks.push(lockOf(file, lock));
    const level = file.get(lock.get('P'));
    if (typeof level === 'number') levels.push(levelOf(level));
  }
  const level = levels.length === 0 ? undefined : (Math.min(...levels) as 1 | 2 | 3);
  return { level, certifies: own.levels.length > 0, locks };
}

function names({ fields }: FieldLock, name: string): boolean {
  return fields.some((field) => field === name || name.startsWith(`${field}.`));
}

/**
 * Whether a field with the full name `name` is locked. A name in a lock stands for that field and, after a full stop, for the fields
 * below it: `Signature 1` does not lock `Signature 10`.
 */
export function isLocked(locks: readonly FieldLock[], name: string): boolean {
  return locks.some((lock) => lock.action === 'All' || (lock.action === 'Include') === names(lock, name));
}

/** Whether a signer who locked the others left a field open by its name: that one may be filled in. */
export function leavesOpen(locks: readonly FieldLock[], name: string): boolean {
  return locks.some((lock) => lock.action === 'Exclude' && names(lock, name)) && !isLocked(locks, name);
}
