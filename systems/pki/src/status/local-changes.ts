/** Told of a certificate whose status changed. */
export type ChangeListener = (authority: string, serialHex: string) => void;

const listeners = new WeakMap<object, Set<ChangeListener>>();
const waiting = new WeakMap<object, (readonly [string, string])[]>();

/** Remembers a change until the transaction that made it is committed. */
export function noteChange(transaction: object, authority: string, serialHex: string): void {
  const noted = waiting.get(transaction);
  if (noted) noted.push([authority, serialHex]);
  else waiting.set(transaction, [[authority, serialHex]]);
}

/** Tells this process of the changes of a committed transaction, before its caller goes on; the other processes hear by notification. */
export function announceCommitted(database: object, transaction: object): void {
  for (const [authority, serialHex] of waiting.get(transaction) ?? []) {
    for (const listener of listeners.get(database) ?? []) listener(authority, serialHex);
  }
  waiting.delete(transaction);
}

/** Calls `listener` after every change that this process makes in `database`; returns the way to stop. */
export function onLocalChange(database: object, listener: ChangeListener): () => void {
  const known = listeners.get(database) ?? new Set();
  listeners.set(database, known.add(listener));
  return () => void known.delete(listener);
}
