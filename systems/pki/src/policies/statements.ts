import type { LocalizedText } from '@tra/kernel';
import { PkiSystemError } from '../errors.ts';
import type { OutlineEntry } from './content.ts';

/** What the organisation states, by section. A text is in both languages once {@link checkStatements} passed. */
export function statementsOf(entries: readonly string[]): ReadonlyMap<string, LocalizedText> {
  const found = new Map<string, LocalizedText>();
  for (const entry of entries) {
    const [, number = '', language = '', text = ''] = /^([\d.]+) (th|en) ([\s\S]*)$/.exec(entry) ?? [];
    found.set(number, { ...(found.get(number) ?? { th: '', en: '' }), [language]: text.trim() });
  }
  return found;
}

/** Throws `pki.policy_statement_invalid` for a section that RFC 3647 does not have, or a text in one language only. */
export function checkStatements(entries: readonly string[], outline: readonly OutlineEntry[]): void {
  for (const [section, { th, en }] of statementsOf(entries)) {
    const known = outline.some(({ number }) => number === section);
    if (!known || !th || !en) throw new PkiSystemError('pki.policy_statement_invalid', { params: { section } });
  }
}
