import { type RefObject, useEffect } from 'react';

/**
 * From the page itself, j goes to the first row and / to the search; inside the table DataTable walks on. The keys are taken only
 * while no control has focus, so nothing typed is ever read as a command (WCAG 2.1.4).
 */
export function useQueueKeys(frame: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const at = document.activeElement;
      const idle = at === null || at === document.body || at.matches('h1, main');
      if (!idle || event.ctrlKey || event.metaKey || event.altKey) return;
      const target =
        event.key === '/'
          ? frame.current?.querySelector<HTMLElement>('input[type=search]')
          : event.key === 'j'
            ? frame.current?.querySelector<HTMLElement>('.table-primary a')
            : undefined;
      if (!target) return;
      event.preventDefault();
      target.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [frame]);
}
