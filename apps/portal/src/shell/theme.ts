import { useSyncExternalStore } from 'react';

/** How the page looks: as the device says, or as chosen. */
export type Theme = 'auto' | 'light' | 'dark';

const storageKey = 'tra.theme';
const listeners = new Set<() => void>();

function read(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'auto';
}

export function setTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'auto') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, theme);
  } catch {
    // Refused storage only means that the choice is not remembered.
  }
  for (const listener of listeners) listener();
}

const dark = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void): () => void {
  const query = dark();
  listeners.add(listener);
  query.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    query.removeEventListener('change', listener);
  };
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, read);
}

/** Whether the page is dark now, chosen or by the device. */
export function useIsDark(): boolean {
  return useSyncExternalStore(subscribe, () => (read() === 'auto' ? dark().matches : read() === 'dark'));
}
