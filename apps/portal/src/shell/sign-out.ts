const listeners = new Set<() => void>();

/** Calls back when somebody signs out, maybe on a shared computer: whoever keeps something of theirs in this window forgets it. */
export function onSignOut(listener: () => void): void {
  listeners.add(listener);
}

export function tellSignOut(): void {
  for (const listener of listeners) listener();
}
