import type { FormValues } from './form-errors.ts';

const prefix = 'tra.form.';

/** The part of the browser's session storage that is used here; it may refuse (private mode, full). */
export interface InputStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  key(index: number): string | null;
  readonly length: number;
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
}

function remove(storage: InputStorage, matches: (name: string) => boolean): void {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  for (const key of keys) if (key?.startsWith(prefix) && matches(key.slice(prefix.length))) storage.removeItem(key);
}

/** What differs from what the server holds: only that is worth keeping in the browser. */
export function unsavedValues(values: FormValues, saved: FormValues): FormValues {
  return Object.fromEntries(Object.entries(values).filter(([id, value]) => !same(value, saved[id])));
}

/**
 * Keeps input that is not stored yet in this tab, so that a reload or a crash loses nothing. Nothing to keep removes what was
 * there, also below the key (`<key>/<step>`).
 */
export function keepInput(storage: InputStorage, key: string, unsaved: FormValues): void {
  try {
    if (Object.keys(unsaved).length === 0) remove(storage, (name) => name === key || name.startsWith(`${key}/`));
    else storage.setItem(prefix + key, JSON.stringify(unsaved));
  } catch {
    // Without storage the server's autosave is the only net.
  }
}

/** Input kept for a form, limited to the fields it has now. */
export function keptInput(storage: InputStorage, key: string, fields: readonly string[]): FormValues {
  try {
    const kept: unknown = JSON.parse(storage.getItem(prefix + key) ?? '{}');
    if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) return {};
    return Object.fromEntries(Object.entries(kept).filter(([id]) => fields.includes(id)));
  } catch {
    return {};
  }
}

/** Forgets all kept input: somebody signed out, maybe on a shared computer. */
export function forgetInput(storage: InputStorage): void {
  try {
    remove(storage, () => true);
  } catch {
    // Nothing was kept where storage is refused.
  }
}
